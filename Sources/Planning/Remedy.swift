package import Situations
package import TopologyModel
package import Values

/// What would let a host take what it cannot take now: the smallest change of its kind.
///
/// What no setting mends, such as a host that is lost, has none.
package enum Remedy: Hashable, Codable, Sendable {
    /// `capacity.users` must be so many, `more` than now: when a load test proves it.
    case users(to: Users, more: Users)
    /// The same of `capacity.loginsPerSecond`.
    case loginsPerSecond(to: Int, more: Int)
    /// Labels that its site lacks, or that the region need not require.
    case labels([String], site: SiteID)
    /// A person who closed the place to new users opens it again.
    case open(HoldPlace, kind: Closure.Kind)

    /// `capacity.users 73400 (13400 more)`.
    package var words: String {
        switch self {
        case .users(let to, let more): "capacity.users \(to) (\(more) more)"
        case .loginsPerSecond(let to, let more):
            "capacity.loginsPerSecond \(to) (\(more) more)"
        case .labels(let labels, let site): "the label \(labels.joined(separator: ", ")) at \(site)"
        case .open(let place, .drain): "`bascule undrain \(place.name)`"
        case .open(let place, .maintenance): "`bascule maintenance end \(place.name)`"
        }
    }
}

extension [Remedy] {
    /// For sentences: `capacity.users 73400 (13400 more) and the label eu at par1`.
    package var words: String { map(\.words).joined(separator: " and ") }
}

extension HostRoom {
    /// What of the capacity must grow so that so many users fit; nothing where they do.
    func remedies(for users: Users) -> [Remedy] {
        guard headroom < .all else { return [] }
        var remedies: [Remedy] = []
        let usersMin = whole(of: users)
        if usersMin > capacity.users {
            remedies.append(.users(to: usersMin, more: usersMin - capacity.users))
        }
        if let logins = capacity.loginsPerSecond {
            let loginsMin = whole(of: Situation.logins(of: users))
            if loginsMin > logins {
                remedies.append(.loginsPerSecond(to: loginsMin, more: loginsMin - logins))
            }
        }
        return remedies
    }

    /// The least capacity that has `part` left beside the head-room.
    private func whole(of part: Int) -> Int {
        let free = 100 - headroom.value
        return (part * 100 + free - 1) / free
    }
}

extension Situation {
    /// What ends an objection that is no lack of room; nil where nothing that is set does.
    func remedies(of objection: Objection, to host: HostID, for region: Region) -> [Remedy]? {
        switch objection {
        case .drained, .underMaintenance:
            return closures.filter { $0.isInForce(at: now) && $0.covers(host, in: topology) }
                .map { .open($0.place, kind: $0.kind) } + labels(at: host, for: region)
        case .labelsMissing: return labels(at: host, for: region)
        case .noRoom, .noLoginRoom: return []
        case .notDeclared, .lost, .serviceLost, .unknown, .inLostDomain, .inDoubtedDomain,
            .saturated, .heldDown, .left:
            return nil
        }
    }

    private func labels(at host: HostID, for region: Region) -> [Remedy] {
        guard let site = topology.site(of: host) else { return [] }
        let missing = region.require.filter { !site.labels.contains($0) }
        return missing.isEmpty ? [] : [.labels(missing, site: site.id)]
    }
}
