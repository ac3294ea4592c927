import HAProxyRuntime
import Situations
import TopologyModel
import Values

/// How an admission stands in a gate's map, and back.
///
/// Those who log in have no class yet. Where every class has a quota, as many may begin to log in
/// each second as all classes together let in, so that nobody logs in only to wait; where one has
/// none, nobody can tell whom a log-in belongs to, and that lane is open.
struct GateAdmission: Sendable {
    /// In the topology's order.
    let classes: [ClassID]

    /// What the map shall hold; nothing lets everybody in.
    func lanes(for admission: [ClassQuota]?) -> [LaneQuota] {
        let quotas = admission ?? []
        let lanes = quotas.map {
            LaneQuota(
                lane: $0.classID.name, users: $0.users, entriesPerSecond: $0.entriesPerSecond)
        }
        return lanes + [login(for: quotas)].compactMap { $0 }
    }

    /// What the map holds, in the order of the classes, and what there explains itself by none.
    func admission(in lines: [MapLine]) -> (quotas: [ClassQuota]?, foreign: [String]) {
        let quotas = classes.compactMap { name in
            lines.first { $0.key == name.name }.flatMap { quota(in: $0) }
        }
        let explained = lanes(for: quotas).map(\.line)
        var rest = lines
        for line in explained {
            if let index = rest.firstIndex(of: line) { rest.remove(at: index) }
        }
        var foreign = rest.map { "quota \($0.key) \($0.value)" }
        if let login = login(for: quotas), !lines.contains(where: { $0.key == login.lane }) {
            foreign.append("no quota \(login.lane)")
        }
        return (quotas.isEmpty ? nil : quotas, foreign)
    }

    private func quota(in line: MapLine) -> ClassQuota? {
        guard let lane = LaneQuota(line), let users = lane.users,
            let entries = lane.entriesPerSecond
        else { return nil }
        return ClassQuota(classID: ClassID(line.key), users: users, entriesPerSecond: entries)
    }

    private func login(for quotas: [ClassQuota]) -> LaneQuota? {
        let named = Set(quotas.map(\.classID))
        guard !classes.isEmpty, classes.allSatisfy(named.contains) else { return nil }
        let entries = quotas.reduce(0) { min($0 + $1.entriesPerSecond, Users.usersMax) }
        return LaneQuota(lane: LaneQuota.login, users: nil, entriesPerSecond: entries)
    }
}
