import OrderedCollections
import Detection
import Planning
package import Playbooks
package import Situations
package import TopologyModel
import Values

/// What a person asks a plan for.
package enum PlanIntent: Hashable, Codable, Sendable {
    /// Move the region off the hosts it has, which are lost or soon will be; to this one, if named.
    case failover(region: RegionID, to: HostID? = nil)
    case evacuate(domain: FailureDomain)
    case switchover(region: RegionID, to: HostID)
    case failback(region: RegionID)
    /// Move away who is served at the place.
    case drain(place: HoldPlace)
    /// A playbook by its name, for a region; some need a host.
    case playbook(name: String, region: RegionID, to: HostID?)
    /// What a run that failed, or ended in part, has left to do.
    case retry(run: RunID)
    /// Put every region of the run back to where it came from.
    case rollback(run: RunID, reason: String)
    /// What a guard holds back for the region.
    case held(region: RegionID)
    /// Quotas that hold the region to what its hosts bear, where it is.
    case ration(region: RegionID)
    /// So many of a class, at the same time and each second.
    case quota(region: RegionID, quota: ClassQuota)
    /// No quota for the class, or for any.
    case lift(region: RegionID, classID: ClassID?)

    /// `evacuate ovh/strasbourg`.
    package var title: String {
        switch self {
        case .failover(let region, let host):
            "fail \(region) over" + (host.map { " to \($0)" } ?? "")
        case .evacuate(let domain): "evacuate \(domain)"
        case .switchover(let region, let host): "switch \(region) over to \(host)"
        case .failback(let region): "bring \(region) home"
        case .drain(let place): "drain \(place.name)"
        case .playbook(let name, let region, let host):
            "run \(name) for \(region)" + (host.map { " to \($0)" } ?? "")
        case .retry(let run): "retry \(run)"
        case .rollback(let run, let reason): "roll \(run) back: \(reason)"
        case .held(let region): "what is held back for \(region)"
        case .ration(let region): "ration \(region)"
        case .quota(let region, let quota): "let \(quota.words) of \(region) in"
        case .lift(let region, nil): "let everybody of \(region) in"
        case .lift(let region, let kind?): "let all \(kind) of \(region) in"
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

/// What a person's plan is made from.
struct Wish {
    var changes: [WantedChange]
    var playbook: Playbook
    var title: String
    var cause = Cause.asked
}

/// Why there is no wish.
enum NoWish: Error {
    case alreadySo(String)
    case refused(Fault)
    /// Made already: a plan without a placement to look for.
    case made(Plan)
}

extension Configuration {
    /// The plan for what a person asks, in a situation; it touches nothing.
    ///
    /// - Parameters:
    ///   - runs: What `retry` and `rollback` know.
    ///   - isForced: Head-room is not left free; capacity itself still counts.
    ///   - movesOthers: Regions that nothing asks to move may move too, where that serves more.
    package func plan(
        for intent: PlanIntent, by: String, in situation: Situation, runs: [Run] = [],
        isForced: Bool = false, movesOthers: Bool = false, steps: Int = Planner.stepsDefault
    ) -> PlanAnswer {
        let situation = isForced ? situation.withoutHeadroom : situation
        do throws(NoWish) {
            let wish = try wish(for: intent, by: by, in: situation, runs: runs)
            return plan(
                wish, by: by, in: situation, movesOthers: movesOthers, steps: steps)
        } catch {
            switch error {
            case .alreadySo(let text): return .alreadySo(text: text)
            case .refused(let fault): return .refused(faults: [fault])
            case .made(let plan): return .plan(plan: plan)
            }
        }
    }

    private func plan(
        _ wish: Wish, by: String, in situation: Situation, movesOthers: Bool, steps: Int
    ) -> PlanAnswer {
        let request = PlanningRequest(situation: situation, changes: wish.changes)
        var placement = Planner.placement(for: request, steps: steps)
        if let wider = request.movingOthers(beyond: placement, steps: steps) {
            if movesOthers {
                placement = wider.placement
            } else {
                placement.ifOthersMove = wider.others
            }
        }
        placement = placement.carriedOut(in: situation)
        if placement.regions.isEmpty {
            return placement.refusals.isEmpty
                ? .alreadySo(
                    text: "nothing to do: \(wish.title) changes nothing"
                        + situation.keptBehind(by: wish.changes))
                : .refused(faults: placement.refusals.map(\.fault))
        }
        return .plan(
            plan: wish.playbook.plan(
                for: placement, title: wish.title, cause: wish.cause, by: by, isAskedFor: true,
                situation: situation))
    }

    private func wish(
        for intent: PlanIntent, by: String, in situation: Situation, runs: [Run]
    ) throws(NoWish) -> Wish {
        if let fault = intent.fault(in: situation) { throw .refused(fault) }
        let title = intent.title
        switch intent {
        case .failover(let region, nil):
            return Wish(
                changes: [situation.leaving(region)], playbook: playbooks.evacuate, title: title)
        case .failover(let region, let host?):
            return Wish(
                changes: [.switchover(region: region, to: host)], playbook: playbooks.evacuate,
                title: title)
        case .evacuate(let domain):
            return Wish(
                changes: [.evacuate(domain: domain)], playbook: playbooks.evacuate, title: title)
        case .switchover(let region, let host):
            return Wish(
                changes: [.switchover(region: region, to: host)],
                playbook: playbooks.switchover, title: title)
        case .failback(let region):
            return Wish(
                changes: [.comeHome(region: region, share: .all)], playbook: playbooks.failback,
                title: title)
        case .drain(let place): return drain(place, title, in: situation)
        case .playbook(let name, let region, let host):
            return try byHand(name, region, host, title, in: situation)
        case .retry(let id): return try retry(try run(id, among: runs), in: situation)
        case .rollback(let id, let reason):
            return try rollback(try run(id, among: runs), reason: reason, in: situation)
        case .held(let region): return try held(region, by: by, in: situation)
        case .ration(let region):
            return Wish(
                changes: [.relieve(region: region, spills: false)], playbook: playbooks.ration,
                title: title)
        case .quota(let region, let quota):
            return rationed(region, title, in: situation) { quotas in
                quotas.filter { $0.classID != quota.classID } + [quota]
            }
        case .lift(let region, let kind):
            return rationed(region, title, in: situation) { quotas in
                quotas.filter { kind != nil && $0.classID != kind }
            }
        }
    }

    /// The region where it is, with other quotas, in the order of the classes.
    private func rationed(
        _ id: RegionID, _ title: String, in situation: Situation,
        _ change: ([ClassQuota]) -> [ClassQuota]
    ) -> Wish {
        let now = situation.allocations[id] ?? .nothing
        let quotas = change(now.admission)
        let ordered = topology.classes.compactMap { kind in
            quotas.first { $0.classID == kind.id }
        }
        let wanted = Allocation(shares: now.shares, admission: ordered)
        return Wish(
            changes: [.settle(region: id, allocation: wanted, cause: .asked)],
            playbook: playbooks.ration, title: title)
    }

    /// Gently where everything left is alive; as from a fire where something of it is lost.
    private func drain(_ place: HoldPlace, _ title: String, in situation: Situation) -> Wish {
        let hosts = situation.hosts(at: place)
        let isLost = hosts.contains { host in
            situation.board.verdict(of: host) == .lost
                || situation.topology.site(of: host).flatMap {
                    situation.board.lostDomain(of: $0)
                } != nil
        }
        let served = situation.regionsServed(at: place)
        let changes: [WantedChange] =
            if case .domain(let domain) = place {
                [.evacuate(domain: domain)]
            } else {
                served.map { .leave(region: $0, hosts: hosts, cause: .asked, domain: nil) }
            }
        return Wish(
            changes: served.isEmpty ? [] : changes,
            playbook: isLost ? playbooks.evacuate : playbooks.switchover, title: title)
    }

    private func byHand(
        _ name: String, _ region: RegionID, _ host: HostID?, _ title: String,
        in situation: Situation
    ) throws(NoWish) -> Wish {
        guard let playbook = playbooks.named(name) else {
            throw .refused(
                HoldScope.unknown("playbook", name, among: playbooks.all.map(\.name)))
        }
        if let host {
            return Wish(
                changes: [.switchover(region: region, to: host)], playbook: playbook, title: title)
        }
        switch playbook.name {
        case playbooks.failback.name:
            return Wish(
                changes: [.comeHome(region: region, share: .all)], playbook: playbook,
                title: title)
        case playbooks.switchover.name:
            throw .refused(
                Fault(what: "\(name) does not say where to", mend: "name the host: --to HOST"))
        default:
            return Wish(changes: [situation.leaving(region)], playbook: playbook, title: title)
        }
    }

    /// What the decision table wants and a guard holds back, as the controller would do it.
    private func held(
        _ id: RegionID, by: String, in situation: Situation
    ) throws(NoWish) -> Wish {
        guard let (change, holding) = situation.held(for: id) else {
            throw .alreadySo("nothing is held back for \(id)")
        }
        let title = "\(change) (held by \(holding.rawValue))"
        switch change {
        case .restore(let door, let region):
            throw .made(
                .restoring(door, of: region, in: situation, by: by, isAskedFor: true))
        case .repoint(let door, let region, let edges):
            throw .made(
                .repointing(
                    door, of: region, at: edges, in: situation, by: by, isAskedFor: true))
        case .comeHome:
            return Wish(
                changes: [change], playbook: playbooks.failback, title: title,
                cause: .unaffected)
        case .leave(_, _, let cause, _):
            return Wish(
                changes: [change], playbook: playbooks.evacuate, title: title, cause: cause)
        case .relieve, .admit:
            return Wish(
                changes: [change], playbook: playbooks.spill, title: title, cause: .saturated)
        case .pace:
            return Wish(
                changes: [change], playbook: playbooks.ration, title: title, cause: .dependency)
        case .evacuate, .switchover, .serveMore, .settle:
            return Wish(
                changes: [change], playbook: playbooks.evacuate, title: title,
                cause: .unaffected)
        }
    }
}

extension Situation {
    /// What is wanted for the region and a guard holds back: where it is, else where its names
    /// point.
    fileprivate func held(for id: RegionID) -> (change: WantedChange, holding: Guard)? {
        guard let region = topology.regions[id] else { return nil }
        let decisions = [
            DecisionTable.decision(for: region, in: self),
            DecisionTable.edgeDecision(for: region, in: self),
        ]
        return decisions.lazy.compactMap { decision -> (WantedChange, Guard)? in
            guard case .proposed(let change, let holding)? = decision?.outcome else { return nil }
            return (change, holding)
        }.first
    }

    /// Off every host that the region has.
    fileprivate func leaving(_ id: RegionID) -> WantedChange {
        let hosts = topology.regions[id].map {
            RegionView(situation: self, region: $0).hostsInUse
        }
        return .leave(region: id, hosts: hosts ?? [], cause: .asked, domain: nil)
    }
}

extension PlanIntent {
    /// A name that the topology does not have, or a region that cannot be asked that.
    fileprivate func fault(in situation: Situation) -> Fault? {
        switch self {
        case .failback(let region), .held(let region), .failover(let region, nil),
            .playbook(_, let region, nil):
            return unknownRegion(region, in: situation)
        case .evacuate(let domain):
            return HoldScope.domain(id: domain).fault(in: situation.topology)
        case .drain(let place): return place.fault(in: situation.topology)
        case .failover(let region, let host?), .switchover(let region, let host),
            .playbook(_, let region, let host?):
            return unknownRegion(region, in: situation)
                ?? unknownHost(host, of: region, in: situation.topology)
        case .retry, .rollback: return nil
        case .ration(let region), .lift(let region, nil):
            return unknownRegion(region, in: situation) ?? noGate(region, in: situation)
        case .quota(let region, let quota):
            return unknownRegion(region, in: situation) ?? noGate(region, in: situation)
                ?? unknownClass(quota.classID, in: situation.topology)
        case .lift(let region, let kind?):
            return unknownRegion(region, in: situation)
                ?? unknownClass(kind, in: situation.topology)
        }
    }

    private func noGate(_ id: RegionID, in situation: Situation) -> Fault? {
        guard let region = situation.topology.regions[id], !situation.canRation(region) else {
            return nil
        }
        return Fault(
            what: "\(id) cannot be rationed",
            mend: "give it an haproxy door with gate: true, and demand.shares for the classes of "
                + "the topology")
    }

    private func unknownClass(_ kind: ClassID, in topology: Topology) -> Fault? {
        let known = topology.classes.map(\.id.name)
        guard !known.contains(kind.name) else { return nil }
        return Fault(
            what: "the topology declares no class '\(kind)'",
            mend: nameMend(for: kind.name, among: known, all: "use one of"))
    }

    private func unknownHost(
        _ host: HostID, of region: RegionID, in topology: Topology
    ) -> Fault? {
        let hosts = topology.regions[region]?.hosts ?? []
        guard !hosts.contains(host) else { return nil }
        return Fault(
            what: "'\(host)' is no host of \(region)",
            mend: nameMend(for: host.name, among: hosts.map(\.name), all: "use one of"))
    }

    private func unknownRegion(_ region: RegionID, in situation: Situation) -> Fault? {
        if let fault = HoldScope.region(id: region).fault(in: situation.topology) { return fault }
        guard situation.allocations[region] == nil else { return nil }
        return Fault(
            what: "it is not known yet where \(region) is: its doors were not read",
            mend: "wait a moment, or see `bascule status` for a door that cannot be read")
    }
}
