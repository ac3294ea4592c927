import OrderedCollections
import Situations
import TopologyModel
import Values

/// A search's result, told as a placement: with reasons, premises and refusals.
struct PlacementAnswer {
    private let reading: RequestReading
    private let space: SearchSpace
    private let result: PlacementSearch.Result
    private let situation: Situation
    private let allocations: [Allocation]
    /// Users once all is done by what the search chose, at `host * hours + hour`.
    private let loads: [Users]
    private let rooms: [HostRoom]
    /// Of each task, what the search gave to hosts, in percent of its demand.
    private let used: [[(host: Int, percent: Int)]]
    /// One a task.
    private let loggingIn: [LoggingIn?]

    init(
        reading: RequestReading, space: SearchSpace, result: PlacementSearch.Result,
        situation: Situation
    ) {
        (self.reading, self.space) = (reading, space)
        (self.result, self.situation) = (result, situation)
        let topology = situation.topology
        rooms = topology.hosts.values.map {
            HostRoom($0.capacity, headroom: situation.headroom)
        }
        used = zip(space.regions, result.shares).map { region, shares in
            zip(region.hosts, shares).filter { $0.1 > 0 }.map { ($0, $1) }
        }
        var state = SearchState(space)
        for shares in result.shares { _ = state.push(shares) }
        loads = state.loads
        allocations = reading.tasks.indices.map { index in
            AllocationMaking(
                percents: result.shares[index], region: space.regions[index],
                task: reading.tasks[index], space: space, loads: state.loads, situation: situation
            ).allocation
        }
        loggingIn = LoggingInMaking(reading.tasks, to: allocations, in: situation).all
    }

    var placement: Placement {
        let after = users(under: allocations)
        let placements = reading.tasks.indices.map { regionPlacement($0, users: after) }
        let changed = placements.indices.filter { placements[$0].isChange(in: situation) }
        return Placement(
            regions: changed.map { placements[$0] },
            premises: changed.flatMap { premises(of: $0) } + roomPremises(users: after),
            optimality: result.isExact ? .exact : .within(unserved: result.gap),
            steps: result.steps, refusals: reading.refusals + heldBack)
    }

    // MARK: - One region

    /// - Parameter users: Once all is done as it is planned, at `host * hours + hour`.
    private func regionPlacement(_ index: Int, users: [Users]) -> RegionPlacement {
        let task = reading.tasks[index]
        let over = allocations[index].isRationed ? pressed(index, users) : excess(index)
        return RegionPlacement(
            region: task.region.id, cause: task.cause, from: task.from, to: allocations[index],
            explanation: task.hosts.prefix(task.region.hosts.count).map {
                explanation(of: $0, for: index)
            },
            overcommitted: over > 0 ? over : nil,
            armedUntil: task.armedUntil, loggingIn: loggingIn[index],
            otherStandby: over > 0 || percents(of: index) < 100 ? otherStandby(for: index) : nil)
    }

    /// By how many users the region's fullest host has more than it may; 0 and less is none.
    private func excess(_ index: Int) -> Users {
        space.regions[index].hosts.enumerated()
            .filter { result.shares[index][$0.offset] > 0 }
            .map { worst(of: $0.element) - space.limits[$0.element] }.max() ?? 0
    }

    /// The same for a region whose quotas keep it to the room there is: hosts that others alone
    /// fill leave no room at all.
    private func pressed(_ index: Int, _ users: [Users]) -> Users {
        let own = space.regions[index].demand.map {
            allocations[index].admitted(of: reading.tasks[index].region, among: $0)
        }
        return allocations[index].shares.map { share -> Users in
            guard let host = space.hosts.firstIndex(of: share.host) else { return 0 }
            let over = own.indices.map { hour -> Users in
                let all = users[host * space.hours + hour]
                let others = all - share.percent.roundedUp(of: own[hour])
                return others >= space.limits[host] ? all - space.limits[host] : 0
            }
            return over.max() ?? 0
        }.max() ?? 0
    }

    private func worst(of host: Int) -> Users {
        loads[host * space.hours..<(host + 1) * space.hours].max() ?? 0
    }

    private func explanation(of standing: HostStanding, for index: Int) -> HostExplanation {
        let found = objection(to: standing, of: index)
        return HostExplanation(
            host: standing.host, percent: allocations[index].percent(of: standing.host),
            objection: found,
            remedies: found.flatMap { remedies(of: $0, to: standing.host, for: index) })
    }

    /// What stopped a host, or stopped more: its own objection, or too little room for everybody,
    /// also for whom it takes all the same.
    private func objection(to standing: HostStanding, of index: Int) -> Objection? {
        if let objection = standing.objection { return objection }
        return space.hosts.firstIndex(of: standing.host).flatMap {
            shortage(on: $0, of: index, wanted: .all)
        }
    }

    /// Of the region's demand, what the search gave the host.
    private func percent(of host: Int, for index: Int) -> Percent {
        Percent(checked: used[index].first { $0.host == host }?.percent ?? 0)
    }

    /// Of the region's demand, what all its hosts have.
    private func percents(of index: Int) -> Int { result.shares[index].reduce(0, +) }

    /// The room that `wanted` of the region's demand lacks on a host beside everybody else, in the
    /// hour that lacks most; nil when there is enough.
    private func shortage(on host: Int, of index: Int, wanted: Percent) -> Objection? {
        let needs = space.regions[index].demand.map { wanted.roundedUp(of: $0) }
        let others = others(on: host, than: index)
        let hour = needs.indices.max { needs[$0] + others[$0] < needs[$1] + others[$1] }
        return hour.flatMap { rooms[host].objection(need: needs[$0], others: others[$0]) }
    }

    /// Users of everybody else on a host, one number an hour.
    private func others(on host: Int, than index: Int) -> [Users] {
        let percent = percent(of: host, for: index)
        return space.regions[index].demand.enumerated().map { hour, demand in
            loads[host * space.hours + hour] - percent.roundedUp(of: demand)
        }
    }

    /// The most users that a host would have with all of the region, in any hour.
    private func most(on host: Int, withAllOf index: Int) -> Users {
        let (percent, demand) = (percent(of: host, for: index), space.regions[index].demand)
        return demand.indices.reduce(0) { most, hour in
            let others = loads[host * space.hours + hour] - percent.roundedUp(of: demand[hour])
            return max(most, others + demand[hour])
        }
    }

    // MARK: - What would mend it

    private func remedies(
        of objection: Objection, to host: HostID, for index: Int
    ) -> [Remedy]? {
        let region = reading.tasks[index].region
        guard let place = space.hosts.firstIndex(of: host),
            let own = situation.remedies(of: objection, to: host, for: region)
        else { return nil }
        let remedies = own + rooms[place].remedies(for: most(on: place, withAllOf: index))
        return remedies.isEmpty ? nil : remedies
    }

    private func otherStandby(for index: Int) -> HostID? {
        let region = reading.tasks[index].region
        return space.hosts.indices.first { place in
            let host = space.hosts[place]
            return most(on: place, withAllOf: index) <= space.limits[place]
                && !region.hosts.contains(host) && !reading.forbidden.contains(host)
                && situation.isSound(host, with: region.require)
        }.map { space.hosts[$0] }
    }

    // MARK: - Planned changes that find no room

    private var heldBack: [Refusal] {
        reading.tasks.indices.compactMap { index in
            guard case .become(let wanted) = reading.tasks[index].goal,
                allocations[index] != wanted
            else { return nil }
            return Refusal(
                of: reading.tasks[index].region.id,
                what: "\(reading.tasks[index].region.id) stays as it is: "
                    + whyHeldBack(index, wanted: wanted).joined(separator: "; "),
                mend: "free room there, or raise its capacity when a load test proves more")
        }
    }

    private func whyHeldBack(_ index: Int, wanted: Allocation) -> [String] {
        let short = wanted.shares.compactMap { share -> String? in
            guard let host = space.hosts.firstIndex(of: share.host) else { return nil }
            let percent = reading.tasks[index].wantedPercent(of: share.host)
            return shortage(on: host, of: index, wanted: Percent(checked: percent))
                .map { "\(share.host) \($0.words)" }
        }
        return short.isEmpty ? ["it would overload \(wanted.words)"] : short
    }

    // MARK: - Premises

    private func premises(of index: Int) -> [Premise] {
        let task = reading.tasks[index]
        let gaining = allocations[index].shares.filter {
            $0.percent > task.from.percent(of: $0.host)
        }
        let expected = Premise.allocation(region: task.region.id, is: task.from)
        return [expected]
            + gaining.flatMap { share in
                [.serves(region: task.region.id, host: share.host), .sound(host: share.host)]
            } + (gaining.isEmpty ? [] : demandPremises(of: index))
    }

    /// Quotas bound who comes, and what is knowingly too much may be more.
    private func demandPremises(of index: Int) -> [Premise] {
        guard !allocations[index].isRationed, excess(index) <= 0 else { return [] }
        return [
            .demand(
                region: reading.tasks[index].region.id, atMost: space.regions[index].demandMax)
        ]
    }

    /// The users that a host gains, as far as there is room for them beside those who are there
    /// now; a host that the plan knowingly overcommits promises nothing.
    private func roomPremises(users after: [Users]) -> [Premise] {
        let before = users(under: presentAllocations)
        return space.hosts.indices.compactMap { host in
            let range = host * space.hours..<(host + 1) * space.hours
            let gained = range.map { after[$0] - before[$0] }.max() ?? 0
            let room = space.limits[host] - (range.map { before[$0] }.max() ?? 0)
            guard gained > 0, room > 0, worst(of: host) <= space.limits[host] else { return nil }
            return .room(host: space.hosts[host], atLeast: min(gained, room))
        }
    }

    /// As they are; a region that was never read counts at its primary.
    private var presentAllocations: [Allocation] {
        reading.tasks.map { task in
            situation.allocations[task.region.id] ?? Allocation(all: task.region.primary)
        }
    }

    /// Users at `host * hours + hour` when the planned regions have these allocations, no more than
    /// their quotas let in.
    private func users(under allocations: [Allocation]) -> [Users] {
        var users = space.base
        for (index, allocation) in allocations.enumerated() {
            let demand = space.regions[index].demand.map {
                allocation.admitted(of: reading.tasks[index].region, among: $0)
            }
            for share in allocation.shares {
                guard let host = space.hosts.firstIndex(of: share.host) else { continue }
                for (hour, admitted) in demand.enumerated() {
                    users[host * space.hours + hour] += share.percent.roundedUp(of: admitted)
                }
            }
        }
        return users
    }
}
