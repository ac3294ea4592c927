import Values

/// What sends a region's users to hosts.
package enum FrontDoor: Hashable, Sendable {
    case dns(DNSDoor)
    case haproxy(HAProxyDoor)

    package enum Granularity: Hashable, Sendable {
        /// One name, cached by whole academies: a host has everybody or nobody.
        case whole
        /// Any whole percent.
        case percent
        /// Names the edges and does not know hosts: a shift does not touch it.
        case none
    }

    package var id: FrontDoorID {
        switch self {
        case .dns(let door): FrontDoorID("dns:\(door.name)")
        case .haproxy(let door): FrontDoorID("haproxy:\(door.edge)/\(door.backend)")
        }
    }

    package var granularity: Granularity {
        switch self {
        case .dns(let door): door.points == .hosts ? .whole : .none
        case .haproxy: .percent
        }
    }

    /// Whether it is a name whose addresses are edges.
    package var pointsAtEdges: Bool { granularity == .none }

    /// The edge that the door is at; nil for a name.
    package var edge: EdgeID? {
        switch self {
        case .dns: nil
        case .haproxy(let door): door.edge
        }
    }

    package var isGate: Bool {
        switch self {
        case .dns: false
        case .haproxy(let door): door.isGate
        }
    }

    /// How long the answer of before may still be in use after a change.
    package var tail: Duration {
        switch self {
        case .dns(let door): door.ttl
        case .haproxy: .zero
        }
    }

    /// Whether the server itself refuses an order of an older epoch (design: `compared`), or
    /// whether nothing there compares (`advisory`).
    package var fencing: Fencing {
        switch self {
        case .dns: .compared
        case .haproxy: .advisory
        }
    }

    package enum Fencing: String, Hashable, Sendable {
        case compared, advisory
    }
}

/// A name whose addresses are the hosts that serve the region, or the edges before them.
package struct DNSDoor: Hashable, Sendable {
    package enum Points: String, CaseIterable, Hashable, Sendable {
        case hosts, edges
    }

    /// Without the final dot, lower case.
    package let name: String
    package let zone: ZoneID
    package let ttl: Duration
    package let points: Points

    package init(name: String, zone: ZoneID, ttl: Duration, points: Points) {
        (self.name, self.zone, self.ttl, self.points) = (name, zone, ttl, points)
    }
}

/// A backend of an edge; its servers are named as the hosts.
package struct HAProxyDoor: Hashable, Sendable {
    package let edge: EdgeID
    package let backend: String
    /// Whether the edge holds quotas for the region.
    package let isGate: Bool

    package init(edge: EdgeID, backend: String, isGate: Bool) {
        (self.edge, self.backend, self.isGate) = (edge, backend, isGate)
    }
}
