package import Control
import Detection
package import OrderedCollections
package import Playbooks
import Situations
package import TopologyModel
package import Values

/// What an entry of the journal is about, for people who look for something.
package enum HistoryKind: String, CaseIterable, Hashable, Codable, Sendable {
    /// What is held to be true: of hosts, domains, edges, name servers, dependencies; isolation,
    /// brake, declarations.
    case verdict
    /// What was concluded, and what the planner found.
    case decision
    case run
    case door
    /// What people asked for, and the ends of their pauses and closures.
    case command
    /// Leadership, topologies, the clock.
    case controller
}

extension Fact {
    package var kind: HistoryKind {
        switch self {
        case .board: .verdict
        case .decided, .decidedEdges, .placed, .notPlaced: .decision
        case .run, .shifted, .forced: .run
        case .door, .adopted: .door
        case .commanded, .lapsed: .command
        case .loaded, .ledBy, .clockStepped: .controller
        }
    }
}

/// Which entries of the journal are wanted.
package struct HistoryFilter: Hashable, Sendable {
    package let concern: RegionConcern?
    /// None is all.
    package let kinds: [HistoryKind]
    package let since: Instant?

    package init(concern: RegionConcern? = nil, kinds: [HistoryKind] = [], since: Instant? = nil) {
        (self.concern, self.kinds, self.since) = (concern, kinds, since)
    }

    package func takes(_ entry: JournalEntry) -> Bool {
        (since.map { entry.at >= $0 } ?? true)
            && (kinds.isEmpty || kinds.contains(entry.fact.kind))
            && (concern?.isIn(entry.fact) ?? true)
    }
}

/// Everything that an entry can name which makes it one about a region.
package struct RegionConcern: Hashable, Sendable {
    private let region: RegionID
    private let hosts: OrderedSet<HostID>
    private let domains: OrderedSet<FailureDomain>
    private let doors: OrderedSet<FrontDoorID>
    private let edges: [EdgeID]
    private let zones: [ZoneID]
    private let dependencies: OrderedSet<DependencyID>
    /// The runs that are known, and whether each is about the region.
    private let runs: OrderedDictionary<RunID, Bool>

    package init(_ region: Region, in topology: Topology, runs: OrderedDictionary<RunID, Run>) {
        self.region = region.id
        hosts = OrderedSet(region.hosts)
        domains = OrderedSet(region.hosts.flatMap { topology.site(of: $0)?.domains ?? [] })
        doors = OrderedSet(region.frontDoors.map(\.id))
        edges = region.edges
        zones = region.frontDoors.compactMap {
            if case .dns(let door) = $0 { door.zone } else { nil }
        }
        dependencies = OrderedSet(topology.dependencies(of: region))
        self.runs = runs.mapValues { $0.plan.regions.contains(region.id) }
    }

    func isIn(_ fact: Fact) -> Bool {
        switch fact {
        case .loaded, .ledBy, .clockStepped: false
        case .board(let change): isIn(change)
        case .door(let id, _, _): doors.contains(id)
        case .adopted(_, let region, _, _): region == self.region
        case .decided(let decision), .decidedEdges(let decision): decision.region == region
        case .placed(_, let changes, _), .notPlaced(_, let changes, _):
            changes.contains(where: isIn)
        case .run(let id, let event): isIn(event, of: id)
        case .shifted(let shift, _, _): shift.region == region
        case .commanded(let command, _, _): isIn(command)
        case .lapsed(.pause(let scope)): isIn(scope)
        case .lapsed(.closure(_, let place)): isIn(place)
        case .forced(let run, _, _, _): runs[run] ?? false
        }
    }

    private func isIn(_ scope: HoldScope) -> Bool {
        switch scope {
        case .everything: true
        case .region(let id): id == region
        case .domain(let id): domains.contains(id)
        }
    }

    private func isIn(_ place: HoldPlace) -> Bool {
        switch place {
        case .host(let id): hosts.contains(id)
        case .domain(let id): domains.contains(id)
        case .edge(let id): edges.contains(id)
        }
    }

    private func isIn(_ change: BoardChange) -> Bool {
        switch change {
        case .service(let region, _, _): region == self.region
        case .host(let id, _), .load(let id, _): hosts.contains(id)
        case .domain(let id, _), .doubt(let id, _), .declaration(let id, _): domains.contains(id)
        case .dependency(let id, _), .logins(let id, _): dependencies.contains(id)
        case .edge(let id, _): edges.contains(id)
        case .nameServer(let zone, _, _): zones.contains(zone)
        // They concern every region.
        case .isolation, .brake, .surge: true
        }
    }

    private func isIn(_ change: WantedChange) -> Bool {
        switch change {
        case .leave(let region, _, _, _), .switchover(let region, _), .comeHome(let region, _),
            .serveMore(let region), .relieve(let region, _), .admit(let region, _),
            .pace(let region, _, _), .settle(let region, _, _), .restore(_, let region),
            .repoint(_, let region, _):
            region == self.region
        case .evacuate(let domain): domains.contains(domain)
        }
    }

    private func isIn(_ event: RunEvent, of run: RunID) -> Bool {
        if case .began(let plan) = event { return plan.regions.contains(region) }
        if let known = runs[run] { return known }
        // Of a run that is forgotten: a step of a region is named `shift:grand-est/dns:...`.
        guard case .step(let step, _) = event else { return false }
        let subject = step.name.drop { $0 != ":" }.dropFirst().prefix { $0 != "/" }
        return subject == region.name
    }

    private func isIn(_ command: Command) -> Bool {
        switch command {
        case .pause(let scope, _, _), .resume(let scope): isIn(scope)
        case .drain(let place, _, _, _), .undrain(let place),
            .beginMaintenance(let place, _, _, _), .endMaintenance(let place):
            isIn(place)
        case .declare(let domain, _, _): domains.contains(domain)
        case .stepDown: true
        case .apply(let plan), .force(let plan, _): plan.regions.contains(region)
        case .approve(let run), .abort(let run, _): runs[run] ?? false
        case .adopt(let door), .reassert(let door): doors.contains(door)
        }
    }
}
