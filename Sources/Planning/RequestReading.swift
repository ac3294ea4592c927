import OrderedCollections
import Situations
import TopologyModel
import Values

/// A request's changes, as one task a region, and what of them cannot be planned at all.
struct RequestReading {
    /// In the topology's order.
    private(set) var tasks: [RegionTask] = []
    private(set) var refusals: [Refusal] = []

    private let situation: Situation
    private let demands: DemandHours
    private var drafts: OrderedDictionary<RegionID, Draft> = [:]
    /// Those that stand in what the request leaves.
    private(set) var forbidden: OrderedSet<HostID> = []
    /// Of every declared host: worked out once, and not once a region that may use it.
    private let objections: OrderedDictionary<HostID, HostObjections>

    private struct Draft {
        enum Goal {
            case leave
            case serveMore
            case relieve(spills: Bool)
            case admit(percent: Int)
            case pace(dependency: DependencyID, percent: Int)
            case switchover(to: HostID)
            case comeHome(share: Percent)
            case settle(Allocation)
        }

        var goal: Goal
        var cause: Cause
        var left: [HostID] = []

        /// Whether only hosts that it has may get more.
        var stays: Bool { if case .relieve(spills: false) = goal { true } else { false } }
    }

    init(_ request: PlanningRequest, _ demands: DemandHours) {
        let situation = request.situation
        (self.situation, self.demands) = (situation, demands)
        objections = OrderedDictionary(
            uniqueKeysWithValues: situation.topology.hosts.keys.map {
                ($0, situation.hostObjections(to: $0))
            })
        request.changes.forEach { read($0) }
        let regions = situation.topology.regions
        let planned = drafts.keys.compactMap { regions.index(forKey: $0) }.sorted()
        for index in planned {
            let region = regions.values[index]
            guard let draft = drafts[region.id] else { continue }
            add(draft, of: region)
        }
    }

    // MARK: - From changes to drafts

    private mutating func read(_ change: WantedChange) {
        switch change {
        case .leave(let region, let hosts, let cause, let domain):
            if let domain { forbidden.formUnion(situation.topology.hosts(in: domain)) }
            leave(region, hosts: hosts, cause: cause)
        case .evacuate(let domain): evacuate(domain)
        case .switchover(let region, let host):
            plan(region, Draft(goal: .switchover(to: host), cause: .asked))
        case .comeHome(let region, let share):
            plan(region, Draft(goal: .comeHome(share: share), cause: .unaffected))
        case .serveMore(let region):
            plan(region, Draft(goal: .serveMore, cause: .unaffected))
        case .relieve(let region, let spills):
            plan(region, Draft(goal: .relieve(spills: spills), cause: .saturated))
        case .admit(let region, let percent):
            plan(region, Draft(goal: .admit(percent: percent), cause: .saturated))
        case .pace(let region, let dependency, let percent):
            plan(
                region,
                Draft(goal: .pace(dependency: dependency, percent: percent), cause: .dependency))
        case .settle(let region, let allocation, let cause):
            plan(region, Draft(goal: .settle(allocation), cause: cause))
        case .restore, .repoint: break
        }
    }

    private mutating func evacuate(_ domain: FailureDomain) {
        let hosts = situation.topology.hosts(in: domain)
        guard !hosts.isEmpty else {
            let known = situation.topology.domains.map(\.name)
            refuse(
                nil, "no host stands in \(domain)",
                mend: "use one of \(known.joined(separator: ", "))")
            return
        }
        forbidden.formUnion(hosts)
        for (region, allocation) in situation.allocations
        where situation.topology.regions[region] != nil
            && allocation.hosts.contains(where: hosts.contains)
        {
            leave(region, hosts: hosts, cause: .asked)
        }
    }

    /// What must be left counts before what is only planned; several leaves of a region add up.
    private mutating func leave(_ region: RegionID, hosts: [HostID], cause: Cause) {
        guard isDeclared(region) else { return }
        if let draft = drafts[region] {
            if case .leave = draft.goal {
                drafts[region]?.left += hosts
                return
            }
            refuseSecond(region)
        }
        drafts[region] = Draft(goal: .leave, cause: cause, left: hosts)
    }

    private mutating func plan(_ region: RegionID, _ draft: Draft) {
        guard isDeclared(region) else { return }
        guard drafts[region] == nil else { return refuseSecond(region) }
        drafts[region] = draft
    }

    private mutating func isDeclared(_ region: RegionID) -> Bool {
        guard situation.topology.regions[region] == nil else { return true }
        refuse(
            region, "region \(region) is not declared", mend: "name a region of the topology")
        return false
    }

    private mutating func refuseSecond(_ region: RegionID) {
        refuse(
            region, "two changes of \(region) are asked for at once; the planned one is left out",
            mend: "ask for it again when the other is done")
    }

    private mutating func refuse(_ region: RegionID?, _ what: String, mend: String) {
        refusals.append(Refusal(of: region, what: what, mend: mend))
    }

    // MARK: - From drafts to tasks

    private mutating func add(_ draft: Draft, of region: Region) {
        let from = situation.allocations[region.id] ?? .nothing
        let declared = region.hosts
        let names = declared + from.hosts.filter { !declared.contains($0) }
        let admitted = admittedPercent(of: region, by: from)
        // Captured, or each use of them would copy all that this reading holds.
        let hosts = names.enumerated().map { [situation, forbidden, objections] index, name in
            HostStanding(
                name, isDeclared: index < declared.count, of: region, from: from,
                admitted: admitted, isLeft: draft.left.contains(name) || forbidden.contains(name),
                stays: draft.stays,
                objection: objections[name].map {
                    situation.objection(to: name, for: region, beside: $0)
                } ?? .notDeclared)
        }
        let next = nextQuotas(of: draft, region: region, from: from)
        guard let goal = goal(of: draft, region: region, from: from, hosts: hosts, next: next)
        else { return }
        // A login that was short stays the reason until everybody is let in.
        let isPaced = next != nil && next?.armedUntil == nil && situation.isPaced(region)
        var task = RegionTask(
            region: region, from: from, cause: isPaced ? .dependency : draft.cause, goal: goal,
            hosts: hosts,
            rations: rations(draft, region),
            totalMax: from.isRationed ? min(100, admitted + region.rules.ramp.step.value) : 100)
        task.stays = draft.stays && hosts.allSatisfy { $0.present == .zero || $0.cap > .zero }
        task.armedUntil = next?.armedUntil
        task.wantedInDemand = task.wanted.map { admittedPercent(of: region, by: $0) } ?? 100
        tasks.append(task)
    }

    /// How much of the region's largest demand an allocation's quotas let in, rounded up.
    private func admittedPercent(of region: Region, by allocation: Allocation) -> Int {
        guard allocation.isRationed else { return 100 }
        let most = demands.users(of: region.id).max() ?? 0
        guard most > 0 else { return 100 }
        return (allocation.admitted(of: region, among: most) * 100 + most - 1) / most
    }

    /// Of the region's largest demand, in percent, what an allocation gives each of the hosts.
    func percents(_ allocation: Allocation, of task: RegionTask, on hosts: [HostID]) -> [Int] {
        let admitted = admittedPercent(of: task.region, by: allocation)
        return hosts.map { allocation.percent(of: $0).ofDemand(admitted) }
    }

    /// Relief of a saturated region holds users back only where the file lets it.
    private func rations(_ draft: Draft, _ region: Region) -> Bool {
        let canSplit = region.hasGate && region.granularity != .whole
        guard case .relieve = draft.goal else { return canSplit }
        return situation.mayRation(region)
    }

    /// Where the hosts stay, and only quotas change.
    private mutating func nextQuotas(
        of draft: Draft, region: Region, from: Allocation
    ) -> NextQuotas? {
        switch draft.goal {
        case .serveMore:
            return from.isRationed
                ? from.admittingMore(of: region, demands, in: situation) : nil
        case .admit(let percent):
            return from.admitting(percent: percent, of: region, demands, in: situation)
        case .pace(let dependency, let percent):
            guard situation.mayRation(region) else {
                refuse(
                    region.id, "\(region.id) cannot be rationed for \(dependency)",
                    mend: "give it a gate, classes and demand.shares, or allow overload.ration")
                return nil
            }
            return NextQuotas(
                allocation: from.paced(percent: percent, of: region, demands, in: situation))
        case .leave, .relieve, .switchover, .comeHome, .settle: return nil
        }
    }

    private mutating func goal(
        of draft: Draft, region: Region, from: Allocation, hosts: [HostStanding],
        next: NextQuotas?
    ) -> RegionTask.Goal? {
        if let next {
            let isOther = next.allocation != from || next.armedUntil != nil
            return isOther ? .admit(next.allocation) : nil
        }
        switch draft.goal {
        case .leave: return canPlace(region, on: hosts) ? .place : nil
        case .admit, .pace: return nil
        case .serveMore: return canPlace(region, on: hosts) ? .serveMore : nil
        case .relieve(let spills):
            guard spills || rations(draft, region) else {
                refuse(
                    region.id, "\(region.id) can neither be spilled nor rationed",
                    mend: "give it a gate, classes and demand.shares, or allow overload.spill")
                return nil
            }
            return canPlace(region, on: hosts) ? .place : nil
        case .switchover(let host):
            guard canReceive(region, at: host, hosts: hosts) else { return nil }
            let wanted = Allocation(
                shares: [Share(host: host, percent: .all)], admission: from.admission)
            let isThere = wanted == from && situation.doorsAgree(in: region)
            return isThere ? nil : .become(wanted)
        case .settle(let allocation):
            return settling(region, from, allocation.ordered(for: region), hosts: hosts)
        case .comeHome(let share):
            let isWhole = region.granularity == .whole
            let wanted = isWhole && share > .zero ? .all : share
            guard
                from.percent(of: region.primary) < wanted || !situation.doorsAgree(in: region),
                canReceive(region, at: region.primary, hosts: hosts)
            else { return nil }
            let rations = region.hasGate && !isWhole
            return .become(from.home(share: wanted, of: region, hosts: hosts, rations: rations))
        }
    }

    private mutating func settling(
        _ region: Region, _ from: Allocation, _ wanted: Allocation, hosts: [HostStanding]
    ) -> RegionTask.Goal? {
        let gaining = wanted.hosts.filter { wanted.percent(of: $0) > from.percent(of: $0) }
        for host in gaining {
            guard canReceive(region, at: host, hosts: hosts) else { return nil }
        }
        // What was read from doors is in their order.
        let present = from.ordered(for: region)
        let isThere = wanted == present && situation.doorsAgree(in: region)
        guard !isThere, !wanted.shares.isEmpty else { return nil }
        // To let fewer in is no worse placement that stays as it is: it is what is asked for.
        let isTighter =
            wanted.shares == present.shares
            && admittedPercent(of: region, by: wanted) <= admittedPercent(of: region, by: from)
        return isTighter ? .admit(wanted) : .become(wanted)
    }

    private mutating func canPlace(_ region: Region, on hosts: [HostStanding]) -> Bool {
        guard hosts.allSatisfy({ $0.cap == .zero }) else { return true }
        let why = hosts.compactMap { host in host.objection.map { "\(host.host) \($0.words)" } }
        refuse(
            region.id, "no host may take the users of \(region.id): \(why.joined(separator: "; "))",
            mend: "bring one of them back, or give the region another standby")
        return false
    }

    private mutating func canReceive(
        _ region: Region, at host: HostID, hosts: [HostStanding]
    ) -> Bool {
        guard let standing = hosts.first(where: { $0.host == host }), region.hosts.contains(host)
        else {
            let names = region.hosts.map(\.name).joined(separator: ", ")
            refuse(region.id, "\(host) is no host of \(region.id)", mend: "use one of \(names)")
            return false
        }
        guard let objection = standing.objection else { return true }
        refuse(
            region.id, "\(region.id) cannot go to \(host): \(host) \(objection.words)",
            mend: "wait until it is eligible, or choose another host")
        return false
    }
}

extension Allocation {
    /// The primary has `share`; the other hosts that serve keep theirs as far as there is room
    /// under 100 percent, in proportion, in whole percents, the largest remainders first.
    ///
    /// A region that cannot be rationed leaves nobody unserved: the primary takes the rest.
    fileprivate func home(
        share: Percent, of region: Region, hosts: [HostStanding], rations: Bool
    ) -> Allocation {
        let others = hosts.filter { $0.host != region.primary && $0.cap > .zero }
            .map { Share(host: $0.host, percent: $0.present) }
        let held = others.reduce(0) { $0 + $1.percent.value }
        let kept = min(held, 100 - share.value)
        let primary = rations ? share.value : 100 - kept
        let home = Share(host: region.primary, percent: Percent(checked: primary))
        return Allocation(shares: [home] + others.scaled(to: kept), admission: admission)
            .ordered(for: region)
    }
}
