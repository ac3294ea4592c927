import OrderedCollections
package import TopologyModel
package import Values

/// What a person names to close it to new users.
package enum HoldPlace: Hashable, Codable, Sendable, CustomStringConvertible {
    case host(id: HostID)
    case domain(id: FailureDomain)
    case edge(id: EdgeID)

    package var name: String {
        switch self {
        case .host(let id): id.name
        case .domain(let id): id.name
        case .edge(let id): id.name
        }
    }

    package var description: String {
        switch self {
        case .host(let id): "host \(id)"
        case .domain(let id): "domain \(id)"
        case .edge(let id): "edge \(id)"
        }
    }
}

/// A place that takes no new users for a while because a person says so: it is drained, or under
/// maintenance.
package struct Closure: Hashable, Codable, Sendable {
    package enum Kind: String, CaseIterable, Hashable, Codable, Sendable {
        /// Its users were moved away, and it stays empty until `undrain` or its end.
        case drain
        /// Somebody works there: its losses page nobody, and say nothing about its neighbours.
        case maintenance
    }

    /// Nobody forgets a closure for longer; a drain may also have no end.
    package static let lengthMax = Duration.seconds(30 * 86_400)

    package let kind: Kind
    package let place: HoldPlace
    package let owner: String
    package let reason: String
    package let since: Instant
    /// Nil is until a person ends it: only a drain may.
    package let until: Instant?

    package init(
        kind: Kind, place: HoldPlace, owner: String, reason: String, since: Instant, until: Instant?
    ) {
        (self.kind, self.place, self.owner) = (kind, place, owner)
        (self.reason, self.since, self.until) = (reason, since, until)
    }

    package func isInForce(at now: Instant) -> Bool { until.map { now < $0 } ?? true }

    /// Why the host takes no new users while this is in force.
    package var objection: Objection {
        switch kind {
        case .drain: .drained(by: owner, until: until)
        case .maintenance: .underMaintenance(by: owner, until: until)
        }
    }

    /// Whether the place is this host, or holds it.
    package func covers(_ host: HostID, in topology: Topology) -> Bool {
        switch place {
        case .host(let id): id == host
        case .domain(let id): topology.site(of: host)?.isIn(id) ?? false
        case .edge: false
        }
    }

    /// Whether the place is the edge of this door, or holds it; a name server is none.
    package func covers(_ door: FrontDoor, in topology: Topology) -> Bool {
        guard case .haproxy(let door) = door else { return false }
        switch place {
        case .edge(let id): return id == door.edge
        case .domain(let id):
            return topology.edges[door.edge].flatMap { topology.sites[$0.site] }?.isIn(id) ?? false
        case .host: return false
        }
    }
}

extension Situation {
    /// What closes the host to new users now, or nil; maintenance first, since it says more.
    package func closure(of host: HostID) -> Closure? {
        maintenance(of: host)
            ?? closures.first { $0.isInForce(at: now) && $0.covers(host, in: topology) }
    }

    package func maintenance(of host: HostID) -> Closure? {
        closures.first {
            $0.kind == .maintenance && $0.isInForce(at: now) && $0.covers(host, in: topology)
        }
    }

    /// What closes the edge to new users now, or nil.
    package func closure(of edge: EdgeID) -> Closure? {
        let site = topology.edges[edge].flatMap { topology.sites[$0.site] }
        return closures.first { closure in
            guard closure.isInForce(at: now) else { return false }
            switch closure.place {
            case .edge(let id): return id == edge
            case .domain(let id): return site?.isIn(id) ?? false
            case .host: return false
            }
        }
    }

    package func maintenance(of door: FrontDoor) -> Closure? {
        closures.first {
            $0.kind == .maintenance && $0.isInForce(at: now) && $0.covers(door, in: topology)
        }
    }

    /// Hosts under maintenance, in declared order: their losses say nothing about their neighbours.
    package var hostsUnderMaintenance: [HostID] {
        guard closures.contains(where: { $0.kind == .maintenance }) else { return [] }
        return topology.hosts.keys.filter { maintenance(of: $0) != nil }
    }
}
