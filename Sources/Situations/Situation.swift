package import Detection
package import OrderedCollections
package import TopologyModel
package import Values

/// An immutable snapshot of all that deciding and planning read.
package struct Situation: Hashable, Sendable {
    package var now: Instant
    package var topology: Topology
    package var digest: Digest
    package var board: VerdictBoard
    /// What each region's allocation should be now; a region without one was never read.
    package var allocations: OrderedDictionary<RegionID, Allocation>
    package var doors: OrderedDictionary<FrontDoorID, Door>
    /// Of regions whose allocation is rationed.
    package var quotas: OrderedDictionary<RegionID, QuotaStanding>
    package var holdDowns: [HoldDown]
    package var pauses: [Pause]
    /// What is drained or under maintenance, also what is over by now.
    package var closures: [Closure]
    package var history: History
    /// Regions that an open run is about, and where it takes them.
    package var underway: OrderedDictionary<RegionID, Allocation>
    /// A person forces a plan past the head-room: capacity itself still counts.
    package var skipsHeadroom = false

    package init(
        now: Instant, topology: Topology, digest: Digest, board: VerdictBoard = VerdictBoard(),
        allocations: OrderedDictionary<RegionID, Allocation> = [:],
        doors: OrderedDictionary<FrontDoorID, Door> = [:],
        quotas: OrderedDictionary<RegionID, QuotaStanding> = [:], holdDowns: [HoldDown] = [],
        pauses: [Pause] = [], closures: [Closure] = [], history: History = History(),
        underway: OrderedDictionary<RegionID, Allocation> = [:]
    ) {
        (self.now, self.topology, self.digest, self.board) = (now, topology, digest, board)
        (self.allocations, self.doors, self.holdDowns) = (allocations, doors, holdDowns)
        self.quotas = quotas
        (self.pauses, self.closures) = (pauses, closures)
        (self.history, self.underway) = (history, underway)
    }

    /// The part of each host's capacity that plans leave free.
    package var headroom: Percent { skipsHeadroom ? .zero : topology.rules.headroom }

    /// Whether each door of the region that a shift sets is to hold the region's allocation.
    package func doorsAgree(in region: Region) -> Bool {
        let wanted = allocations[region.id]
        return region.shiftedDoors.allSatisfy { door in
            guard let known = doors[door.id], let desired = known.missed ?? known.desired else {
                return true
            }
            return desired == wanted?.state(at: door, of: region)
        }
    }

    /// Whether nobody comes through the edge: it is lost, or stands in what is lost.
    package func isOut(_ edge: EdgeID) -> Bool {
        guard let site = topology.edges[edge].flatMap({ topology.sites[$0.site] }) else {
            return false
        }
        return board.verdict(of: edge) == .lost || board.lostDomain(of: site) != nil
    }

    /// Whether a name may be made to point at the edge: it answers, nothing around it is in doubt,
    /// and no person has closed it.
    package func isSound(_ edge: EdgeID) -> Bool {
        guard let site = topology.edges[edge].flatMap({ topology.sites[$0.site] }) else {
            return false
        }
        return !isOut(edge) && board.verdict(of: edge) == .up && closure(of: edge) == nil
            && board.doubtedDomain(of: site, at: now) == nil
    }

    /// Whether the door is at an edge that is out: nobody comes through it, and it may not answer.
    package func isOut(_ door: FrontDoorID) -> Bool {
        topology.door(door)?.door.edge.map(isOut) ?? false
    }

    /// Whether a host could stand by for a region of which nothing was seen there: it is up,
    /// nothing stands against it, and its site has the labels.
    package func isSound(_ host: HostID, with labels: [String]) -> Bool {
        let objections = hostObjections(to: host)
        return board.verdict(of: host) == .up && objections.absence == nil
            && objections.closure == nil && !objections.isSaturated
            && labels.allSatisfy(objections.labels.contains)
    }

    /// Why `host` may take no new users of `region` now, or nil when it may.
    package func objection(to host: HostID, for region: Region) -> Objection? {
        objection(to: host, for: region, beside: hostObjections(to: host))
    }

    /// The same where what stands against the host is known already.
    package func objection(
        to host: HostID, for region: Region, beside objections: HostObjections
    ) -> Objection? {
        if let absence = objections.absence { return absence }
        let service = board.verdict(of: region.id, at: host)
        if service == .lost { return .serviceLost }
        if let closure = objections.closure { return closure }
        if service == .unknown { return .unknown }
        if service == .saturated || objections.isSaturated { return .saturated }
        let missing = region.require.filter { !objections.labels.contains($0) }
        return missing.isEmpty ? nil : .labelsMissing(missing)
    }

    /// What counts against new users of any region on the host.
    package func hostObjections(to host: HostID) -> HostObjections {
        guard let declared = topology.hosts[host], let site = topology.sites[declared.site] else {
            return HostObjections(
                absence: .notDeclared, closure: nil, isSaturated: false, labels: [])
        }
        let isLost = board.verdict(of: host) == .lost
        return HostObjections(
            absence: board.lostDomain(of: site).map { .inLostDomain($0) }
                ?? board.doubtedDomain(of: site, at: now).map { .inDoubtedDomain($0) }
                ?? (isLost ? .lost : nil),
            closure: closure(of: host)?.objection,
            isSaturated: board.loads[host]?.verdict == .saturated, labels: site.labels)
    }
}

/// What stands against new users on a host, whatever their region, and what its site has.
package struct HostObjections: Sendable {
    /// It, or a domain around it, is lost or in doubt, or it is not declared: this counts before
    /// what is seen of the region there.
    fileprivate let absence: Objection?
    fileprivate let closure: Objection?
    fileprivate let isSaturated: Bool
    fileprivate let labels: [String]
}

/// Why a host may take no new users of a region.
package enum Objection: Hashable, Codable, Sendable {
    case notDeclared
    case lost
    case serviceLost
    /// Nothing has been seen of the region at that host yet.
    case unknown
    case inLostDomain(FailureDomain)
    case inDoubtedDomain(FailureDomain)
    /// It is full, or nearly: who is sent there is served worse, and so are those who are there.
    case saturated
    case labelsMissing([String])
    case noRoom(need: Users, room: Users)
    case noLoginRoom(need: Int, room: Int)
    /// A person or a hold-down forbids it.
    case heldDown(until: Instant)
    /// What the plan is about leaving.
    case left
    /// A person drained it; without an end it stays so until `undrain`.
    case drained(by: String, until: Instant?)
    case underMaintenance(by: String, until: Instant?)
}

extension Objection {
    /// Whether users who are there now are not served either.
    package var isLoss: Bool {
        switch self {
        case .notDeclared, .lost, .serviceLost, .inLostDomain: true
        case .unknown, .inDoubtedDomain, .saturated, .labelsMissing, .noRoom, .noLoginRoom,
            .heldDown, .left,
            .drained, .underMaintenance:
            false
        }
    }
}
