import TopologyModel
import Values

extension Allocation {
    /// For sentences: `ent-gra1 60%, ent-par1 40%`, or `no host`.
    package var words: String {
        shares.isEmpty
            ? "no host" : shares.map { "\($0.host) \($0.percent)" }.joined(separator: ", ")
    }
}

extension [ClassQuota] {
    /// For sentences: `staff 14000 (26/s), pupils 23800 (34/s), parents none`; `everybody` where
    /// nothing holds anybody back.
    package var words: String {
        isEmpty ? "everybody" : map(\.words).joined(separator: ", ")
    }
}

extension ClassQuota {
    package var words: String {
        let isShut = users == 0 || entriesPerSecond == 0
        return isShut ? "\(classID) none" : "\(classID) \(users) (\(entriesPerSecond)/s)"
    }
}

extension Objection {
    /// For sentences that begin with the host: `is held lost`.
    package var words: String {
        switch self {
        case .notDeclared: "is not declared"
        case .lost: "is held lost"
        case .serviceLost: "does not serve the region: its probe there is held lost"
        case .unknown: "has not been seen to serve the region yet"
        case .inLostDomain(let domain): "stands in \(domain), which is held lost"
        case .inDoubtedDomain(let domain): "stands in \(domain), which is doubted"
        case .saturated: "is saturated"
        case .labelsMissing(let labels): "lacks the label \(labels.joined(separator: ", "))"
        case .noRoom(let need, let room): "has room for \(room) users, not for \(need)"
        case .noLoginRoom(let need, let room):
            "has room for \(room) logins a second, not for \(need)"
        case .heldDown: "is held down"
        case .left: "is what the plan leaves"
        case .drained(let owner, let until):
            "is drained by \(owner)\(until.map { " until \($0.text)" } ?? "")"
        case .underMaintenance(let owner, let until):
            "is under maintenance by \(owner)\(until.map { " until \($0.text)" } ?? "")"
        }
    }
}
