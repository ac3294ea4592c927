import OrderedCollections
import Detection
import Planning
package import Playbooks
package import Situations
package import TopologyModel
package import Values

/// What a person asks a plan for.
package enum PlanIntent: Hashable, Codable, Sendable {
    /// Move the region off the hosts it has, which are lost or soon will be.
    case failover(region: RegionID)
    case evacuate(domain: FailureDomain)
    case switchover(region: RegionID, to: HostID)
    case failback(region: RegionID)

    /// `evacuate ovh/strasbourg`.
    package var title: String {
        switch self {
        case .failover(let region): "fail \(region) over"
        case .evacuate(let domain): "evacuate \(domain)"
        case .switchover(let region, let host): "switch \(region) over to \(host)"
        case .failback(let region): "bring \(region) home"
        }
    }
}

/// What planning for a person came to.
package enum PlanAnswer: Hashable, Codable, Sendable {
    case plan(plan: Plan)
    /// Everything is already as it is wanted.
    case alreadySo(text: String)
    case refused(faults: [Fault])
}

extension Configuration {
    /// The plan for what a person asks, in a situation; it touches nothing.
    package func plan(
        for intent: PlanIntent, by: String, in situation: Situation,
        steps: Int = Planner.stepsDefault
    ) -> PlanAnswer {
        if let fault = intent.fault(in: situation) { return .refused(faults: [fault]) }
        let request = PlanningRequest(situation: situation, changes: [intent.change(in: situation)])
        let placement = Planner.placement(for: request, steps: steps)
        if placement.regions.isEmpty {
            return placement.refusals.isEmpty
                ? .alreadySo(text: "nothing to do: \(intent.title) changes nothing")
                : .refused(faults: placement.refusals)
        }
        let playbook =
            switch intent {
            case .failover, .evacuate: playbooks.evacuate
            case .switchover: playbooks.switchover
            case .failback: playbooks.failback
            }
        return .plan(
            plan: playbook.plan(
                for: placement, title: intent.title, cause: .asked, by: by, isAskedFor: true,
                situation: situation))
    }
}

extension PlanIntent {
    fileprivate func change(in situation: Situation) -> WantedChange {
        switch self {
        case .failover(let id):
            let hosts = situation.topology.regions[id].map {
                RegionView(situation: situation, region: $0).hostsInUse
            }
            return .leave(region: id, hosts: hosts ?? [], cause: .asked, domain: nil)
        case .evacuate(let domain): return .evacuate(domain: domain)
        case .switchover(let region, let host): return .switchover(region: region, to: host)
        case .failback(let region): return .comeHome(region: region, share: .all)
        }
    }

    /// A name that the topology does not have.
    fileprivate func fault(in situation: Situation) -> Fault? {
        let topology = situation.topology
        switch self {
        case .failover(let region), .failback(let region):
            return unknownRegion(region, in: situation)
        case .evacuate(let domain):
            return HoldScope.domain(id: domain).fault(in: topology)
        case .switchover(let region, let host):
            if let fault = unknownRegion(region, in: situation) { return fault }
            let hosts = topology.regions[region]?.hosts ?? []
            guard !hosts.contains(host) else { return nil }
            let names = hosts.map(\.name)
            return Fault(
                what: "'\(host)' is no host of \(region)",
                mend: nameMend(for: host.name, among: names, all: "use one of"))
        }
    }

    private func unknownRegion(_ region: RegionID, in situation: Situation) -> Fault? {
        if let fault = HoldScope.region(id: region).fault(in: situation.topology) { return fault }
        guard situation.allocations[region] == nil else { return nil }
        return Fault(
            what: "it is not known yet where \(region) is: its doors were not read",
            mend: "wait a moment, or see `bascule status` for a door that cannot be read")
    }
}

extension Situation {
    /// The situation of an ordinary day, for plans without a controller: everything is up, every
    /// region is home, save what is assumed `lost`.
    package static func ordinary(
        _ topology: Topology, digest: Digest, at now: Instant, lost: [FailureDomain] = []
    ) -> Situation {
        var board = VerdictBoard()
        let evidence = Evidence(detector: .declared(by: "assumption", reason: "what if"))
        let up = Standing(verdict: .up, since: .distantPast, evidence: evidence)
        let gone = Standing(verdict: .lost, since: now, evidence: evidence)
        for host in topology.hosts.keys {
            let isLost = topology.site(of: host).map { site in lost.contains(where: site.isIn) }
            board.apply(.host(id: host, standing: isLost ?? false ? gone : up))
        }
        for domain in lost { board.apply(.domain(id: domain, standing: gone)) }
        for (parent, child) in doubted(byLossOf: lost, in: topology) {
            let doubt = Doubt(
                since: now, until: now + topology.rules.doubtedFor, because: child.name)
            board.apply(.doubt(id: parent, doubt: doubt))
        }
        var situation = Situation(now: now, topology: topology, digest: digest, board: board)
        for region in topology.regions.values {
            situation.allocations[region.id] = Allocation(all: region.primary)
            for host in region.hosts {
                let standing = board.verdict(of: host) == .lost ? gone : up
                situation.board.apply(
                    .service(region: region.id, host: host, standing: standing))
            }
            for door in region.frontDoors where door.granularity != .none {
                var known = Door(id: door.id, region: region.id)
                known.desired = DoorState(Allocation(all: region.primary))
                situation.doors[door.id] = known
            }
        }
        return situation
    }
}
