import OrderedCollections
import Situations
import TopologyModel
import Values

/// A request in the numbers that the search works on: hosts and hours are indices.
struct SearchSpace {
    let hosts: OrderedSet<HostID>
    let hours: Int
    /// Users, one a host.
    let limits: [Users]
    /// Users of the regions that stay as they are, at `host * hours + hour`.
    let base: [Users]
    let regions: [PlannedRegion]

    /// - Parameter counted: Users of all regions as they are now, where they are known already.
    init(
        _ tasks: [RegionTask], _ demands: DemandHours, of request: PlanningRequest,
        counted: CountedUsers? = nil
    ) {
        let situation = request.situation
        let topology = situation.topology
        let names = OrderedSet(topology.hosts.keys)
        hosts = names
        hours = demands.count
        limits = topology.hosts.values.map { situation.limit(of: $0) }
        let domains = names.map { topology.site(of: $0)?.domains ?? [] }
        regions = tasks.map {
            PlannedRegion(
                $0, demand: demands.users(of: $0.region.id), least: request.least.value,
                hosts: names, domains: domains, in: topology)
        }
        var counted = counted ?? CountedUsers(demands, in: situation)
        for task in tasks { counted.add(task.region, demands, in: situation, times: -1) }
        base = counted.users
    }
}

extension SearchSpace {
    /// Whether no placement serves everybody within the limits: in some hour a region asks for more
    /// than its emptiest hosts have left beside those who stay, or all regions together for more
    /// than all their hosts. False proves nothing.
    var cannotServeAll: Bool {
        (0..<hours).contains { hour in
            let rooms = limits.indices.map { max(0, limits[$0] - base[$0 * hours + hour]) }
            let isOneTooLarge = regions.contains { region in
                let open = zip(region.hosts, region.caps).filter { $0.1 > 0 }.map { rooms[$0.0] }
                let most = open.sorted(by: >).prefix(region.hostsMax).reduce(0, +)
                return region.demand[hour] > most
            }
            let able = OrderedSet(
                regions.flatMap { zip($0.hosts, $0.caps).filter { $0.1 > 0 }.map(\.0) })
            let room = able.reduce(0) { $0 + rooms[$1] }
            return isOneTooLarge || regions.reduce(0) { $0 + $1.demand[hour] } > room
        }
    }
}

/// Users of all regions where they are counted now, at `host * hours + hour`.
struct CountedUsers: Sendable {
    private let hosts: OrderedSet<HostID>
    private let hours: Int
    private(set) var users: [Users]

    init(_ demands: DemandHours, in situation: Situation) {
        hosts = OrderedSet(situation.topology.hosts.keys)
        hours = demands.count
        users = [Users](repeating: 0, count: hosts.count * demands.count)
        for region in situation.topology.regions.values {
            add(region, demands, in: situation, times: 1)
        }
    }

    /// Users that still fit beside those who are there or on their way, in each hour; below 0 where
    /// more are there than may be, and 0 where the host is not declared.
    func rooms(on id: HostID, in situation: Situation) -> [Int] {
        guard let place = hosts.firstIndex(of: id), let host = situation.topology.hosts[id] else {
            return [0]
        }
        let limit = situation.limit(of: host)
        return users[place * hours..<(place + 1) * hours].map { limit - $0 }
    }

    /// The same in the worst hour.
    func room(on id: HostID, in situation: Situation) -> Int {
        rooms(on: id, in: situation).min() ?? 0
    }

    mutating func add(
        _ region: Region, _ demands: DemandHours, in situation: Situation, times: Int
    ) {
        let admitted = demands.users(of: region.id).map {
            situation.admitted(of: region, among: $0)
        }
        for share in situation.countedShares(of: region) {
            guard let host = hosts.firstIndex(of: share.host) else { continue }
            for hour in admitted.indices {
                let part = share.percent.roundedUp(of: admitted[hour])
                users[host * hours + hour] += times * part
            }
        }
    }
}

/// One region of a search: its hosts in declared order, each with what it may have.
struct PlannedRegion {
    enum Choice {
        /// All shares over at most `hostsMax` hosts with a total in this range.
        case free(totals: ClosedRange<Int>)
        /// One of these.
        case listed([[Int]])
    }

    /// Users, one an hour.
    let demand: [Users]
    let demandMax: Users
    let weight: Int
    /// Indices into the hosts of the space.
    let hosts: [Int]
    let caps: [Int]
    let present: [Int]
    /// Domains shared with what is left, over the least that any host with a cap shares.
    let fate: [Int]
    let choice: Choice
    let rations: Bool
    /// How many hosts may share it: one where its door cannot split.
    let hostsMax: Int
    /// Whether it has an option that one host alone can take.
    let fitsOneHost: Bool
    /// Whether the first of the listed options is a planned change, and staying is the other.
    let isPlanned: Bool

    /// - Parameters:
    ///   - least: Percent that it has at least where it is rationed.
    ///   - domains: One list a host of `names`.
    init(
        _ task: RegionTask, demand: [Users], least: Int, hosts names: OrderedSet<HostID>,
        domains: [[FailureDomain]], in topology: Topology
    ) {
        self.demand = demand
        demandMax = demand.max() ?? 0
        weight = task.region.weightInPlan
        let placed = task.hosts.compactMap { standing in
            names.firstIndex(of: standing.host).map { (standing, $0) }
        }
        let standings = placed.map(\.0)
        let hosts = placed.map(\.1)
        self.hosts = hosts
        caps = standings.map(\.cap.value)
        present = standings.map(\.present.value)
        fate = PlannedRegion.fates(of: standings, in: hosts.map { domains[$0] })
        rations = task.rations
        hostsMax = task.region.granularity == .whole ? 1 : topology.rules.hostsPerRegionMax
        let highest = Array(caps.sorted(by: >).prefix(hostsMax))
        let most = min(task.totalMax, highest.reduce(0, +))
        fitsOneHost = (highest.first ?? 0) >= most
        switch task.goal {
        case .place:
            choice = .free(totals: (task.rations ? min(least, most) : most)...most)
            isPlanned = false
        case .serveMore:
            choice = PlannedRegion.serveMore(
                task, caps: caps, present: present, most: most, hostsMax: hostsMax)
            isPlanned = false
        case .become:
            choice = .listed(
                OrderedSet([standings.map { task.wantedPercent(of: $0.host) }, present]).elements)
            isPlanned = true
        case .admit:
            choice = .listed([standings.map { task.wantedPercent(of: $0.host) }])
            isPlanned = true
        }
    }

    /// No less than is served now; a spread over more hosts than plans make stays as it is.
    private static func serveMore(
        _ task: RegionTask, caps: [Int], present: [Int], most: Int, hostsMax: Int
    ) -> Choice {
        guard task.rations else { return .free(totals: most...most) }
        let kept = zip(present, caps).map { min($0, $1) }
        guard kept.count(where: { $0 > 0 }) <= hostsMax else { return .listed([kept]) }
        return .free(totals: max(1, min(kept.reduce(0, +), most))...most)
    }

    private static func fates(of standings: [HostStanding], in domains: [[FailureDomain]]) -> [Int]
    {
        let left = zip(standings, domains).filter { $0.0.cap == .zero && $0.0.present > .zero }
            .map(\.1)
        let shared = domains.map { domains in
            left.map { gone in domains.count { gone.contains($0) } }.max() ?? 0
        }
        let least = zip(standings, shared).filter { $0.0.cap > .zero }.map(\.1).min() ?? 0
        return shared.map { max(0, $0 - least) }
    }

    /// The largest total of its shares; nil when its options are listed.
    var most: Int? {
        switch choice {
        case .free(let totals): totals.upperBound
        case .listed: nil
        }
    }

    /// Whether it has more on some host than it may, and may be rearranged for that.
    var mustLeave: Bool { most != nil && zip(present, caps).contains { $0 > $1 } }

    /// Whether it has nothing on any host that it may have.
    private var hasNoPlace: Bool { !zip(present, caps).contains { min($0, $1) > 0 } }

    /// Whether it moves in any placement (`PlacementKeys.moved`).
    var mustMoveAlways: Bool {
        guard case .free(let totals) = choice else { return false }
        return mustLeave && hasNoPlace && totals.lowerBound > 0
    }

    /// Whether it moves in any placement that serves everybody.
    var mustMove: Bool {
        guard most != nil, demandMax > 0 else { return mustMoveAlways }
        return mustLeave ? hasNoPlace : present.reduce(0, +) < 100
    }

    /// Options that keep every rule whatever else is chosen; there is always one.
    func simpleOptions(_ state: SearchState) -> [[Int]] {
        switch choice {
        case .listed(let options): return options
        case .free(let totals):
            let single = caps.indices.filter { caps[$0] >= totals.lowerBound }.map { position in
                let room = rations ? percentWithRoom(at: position, state) : totals.upperBound
                let most = min(room, caps[position], totals.upperBound)
                return caps.indices.map { $0 == position ? max(totals.lowerBound, most) : 0 }
            }
            return single.isEmpty ? [fullest(totals.upperBound)] : single
        }
    }

    /// As much as the caps of two hosts allow, where no host alone may have so much.
    private func fullest(_ total: Int) -> [Int] {
        let largest = caps.indices.sorted { (caps[$1], $0) < (caps[$0], $1) }
        var (shares, rest) = (caps.map { _ in 0 }, total)
        for position in largest.prefix(hostsMax) {
            shares[position] = min(caps[position], rest)
            rest -= shares[position]
        }
        return shares
    }

    private func percentWithRoom(at position: Int, _ state: SearchState) -> Int {
        let (host, hours) = (hosts[position], demand.count)
        return demand.indices.reduce(100) { most, hour in
            let room = state.space.limits[host] - state.loads[host * hours + hour]
            return demand[hour] == 0 ? most : min(most, max(0, room) * 100 / demand[hour])
        }
    }
}
