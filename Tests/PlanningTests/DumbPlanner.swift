import OrderedCollections
import Situations
import TopologyModel
import Values

/// A second, dumb planner: it tries everything, on the model's own values, hour by hour.
///
/// It follows the same rules and shares no code with the first, so that the two check each other.
struct DumbPlanner {
    struct Wish {
        let region: Region
        let from: Allocation
        let left: [HostID]
        let fixed: Allocation?
        let servesMore: Bool
    }

    let situation: Situation
    let wishes: [Wish]
    let hours: [Instant]
    private let topology: Topology
    /// Users, one a host.
    private let limits: [Users]
    /// Users of regions of which nothing is wished, at `host * hours + hour`.
    private let base: [Users]

    init(_ situation: Situation, _ wishes: [Wish], hours: Int) {
        (self.situation, self.wishes) = (situation, wishes)
        topology = situation.topology
        let all = (0...hours).map { situation.now + .seconds($0 * 3600) }
        let regions = situation.topology.regions.values
        var seen: [[Users]] = []
        let hours = all.filter { hour in
            let row = regions.map {
                $0.demand.users(at: hour, in: situation.topology.calendar)
            }
            defer { seen.append(row) }
            return !seen.contains(row)
        }
        self.hours = hours
        limits = topology.hosts.values.map {
            $0.capacity.users * (100 - situation.topology.rules.headroom.value) / 100
        }
        var base = [Users](repeating: 0, count: topology.hosts.count * hours.count)
        for region in regions where !wishes.contains(where: { $0.region.id == region.id }) {
            for share in situation.allocations[region.id]?.shares ?? [] {
                guard let host = topology.hosts.index(forKey: share.host) else { continue }
                for (index, hour) in hours.enumerated() {
                    let users = region.demand.users(at: hour, in: topology.calendar)
                    base[host * hours.count + index] += share.percent.roundedUp(of: users)
                }
            }
        }
        self.base = base
    }

    // MARK: - What may be

    private func cap(_ host: HostID, _ wish: Wish) -> Int {
        if wish.left.contains(host) { return 0 }
        let most: Int =
            switch situation.objection(to: host, for: wish.region) {
            case nil: 100
            case .lost, .serviceLost, .inLostDomain, .notDeclared: 0
            default: wish.from.percent(of: host).value
            }
        return wish.region.granularity == .whole && most < 100 ? 0 : most
    }

    private func rations(_ region: Region) -> Bool {
        region.hasGate && region.granularity == .percent
    }

    /// Every list of percents over the region's hosts that the rules allow by themselves.
    func options(_ wish: Wish) -> [[Int]] {
        let hosts = wish.region.hosts
        let present = hosts.map { wish.from.percent(of: $0).value }
        if let fixed = wish.fixed { return [hosts.map { fixed.percent(of: $0).value }, present] }
        let caps = hosts.map { cap($0, wish) }
        var all: [[Int]] = []
        for first in hosts.indices {
            for percent in stride(from: 1, through: caps[first], by: 1) {
                all.append(hosts.indices.map { $0 == first ? percent : 0 })
                for second in hosts.indices where second > first {
                    for other in stride(from: 1, through: min(caps[second], 100 - percent), by: 1) {
                        all.append(
                            hosts.indices.map { $0 == first ? percent : $0 == second ? other : 0 })
                    }
                }
            }
        }
        let totals = all.map { $0.reduce(0, +) }
        if wish.region.granularity == .whole { return all.filter { $0.contains(100) } }
        if !rations(wish.region) {
            let most = totals.max() ?? 0
            return all.filter { $0.reduce(0, +) == most }
        }
        let least = wish.servesMore ? zip(present, caps).reduce(0) { $0 + min($1.0, $1.1) } : 0
        return all.filter { $0.reduce(0, +) >= max(1, least) }
    }

    /// At least as many as there are, without making them; 0 when there are none.
    func optionsCount(_ wish: Wish) -> Int {
        guard wish.fixed == nil else { return 2 }
        let caps = wish.region.hosts.map { cap($0, wish) }.filter { $0 > 0 }
        if wish.region.granularity == .whole { return caps.count }
        let pairs = caps.count * (caps.count - 1) / 2
        return caps.reduce(0, +) + pairs * (rations(wish.region) ? 5000 : 100)
    }

    // MARK: - How good it is

    /// What a wish may become, with all that it adds to the whole.
    private struct Option {
        let shares: [Int]
        /// Users, at `host * hours + hour`.
        let loads: [Users]
        /// One an hour.
        let unserved: [Int]
        let heldBack, moved, disturbed, rearranged, fate: Int
        /// Indices of hosts.
        let used: [Int]
        /// Whether it is spread over hosts that it may not see over their limits.
        let isStrict: Bool
    }

    private func option(_ shares: [Int], of wish: Wish) -> Option {
        let places = wish.region.hosts.map { topology.hosts.keys.firstIndex(of: $0) ?? 0 }
        let present = wish.region.hosts.map { wish.from.percent(of: $0).value }
        let caps = wish.region.hosts.map { cap($0, wish) }
        let best = caps.sorted(by: >)
        let users = users(of: wish.region)
        let isPlanned = wish.fixed != nil
        let mustLeave = !isPlanned && zip(present, caps).contains { $0 > $1 }
        let isOnNewHost = zip(shares, present).contains { $0 > 0 && $1 == 0 }
        let taken = shares.indices.reduce(0) {
            $0 + max(0, min(present[$1], caps[$1]) - shares[$1])
        }
        let disturbance = isPlanned ? 0 : taken * (users.max() ?? 0)
        return Option(
            shares: shares,
            loads: loads(zip(places, shares).map { ($0, $1) }, users),
            unserved: users.map { wish.region.weightInPlan * $0 * (100 - shares.reduce(0, +)) },
            heldBack: isPlanned && shares == present ? 1 : 0,
            moved: (mustLeave ? isOnNewHost : shares != present) ? 1 : 0,
            disturbed: mustLeave ? 0 : disturbance, rearranged: mustLeave ? disturbance : 0,
            fate: fate(shares, wish),
            used: zip(places, shares).filter { $0.1 > 0 }.map(\.0),
            isStrict: !isPlanned && !rations(wish.region) && shares.count { $0 > 0 } > 1
                && best[0] >= min(100, best.prefix(2).reduce(0, +)))
    }

    /// The objectives in order, or nil when a rule forbids the whole.
    func keys(_ choice: [[Int]]) -> [Int]? {
        keys(zip(wishes, choice).map { option($1, of: $0) })
    }

    private func keys(_ choice: [Option]) -> [Int]? {
        var (loads, unserved) = (base, hours.map { _ in 0 })
        for option in choice {
            for index in loads.indices { loads[index] += option.loads[index] }
            for hour in hours.indices { unserved[hour] += option.unserved[hour] }
        }
        var (over, fullest) = (0, 0)
        for host in limits.indices {
            var most = 0
            for hour in hours.indices { most = max(most, loads[host * hours.count + hour]) }
            over += max(0, most - limits[host])
            for option in choice where option.used.contains(host) {
                if option.isStrict, most > limits[host] { return nil }
                fullest = max(fullest, (most * 100 + limits[host] - 1) / limits[host])
            }
        }
        return [
            over, unserved.max() ?? 0, choice.reduce(0) { $0 + $1.heldBack },
            choice.reduce(0) { $0 + $1.moved }, choice.reduce(0) { $0 + $1.disturbed }, fullest,
            choice.reduce(0) { $0 + $1.rearranged }, choice.map(\.fate).max() ?? 0,
        ]
    }

    private func users(of region: Region) -> [Users] {
        hours.map { region.demand.users(at: $0, in: topology.calendar) }
    }

    private func loads(_ shares: [(host: Int, percent: Int)], _ users: [Users]) -> [Users] {
        var loads = [Users](repeating: 0, count: topology.hosts.count * hours.count)
        for (host, percent) in shares {
            for hour in hours.indices {
                loads[host * hours.count + hour] += (users[hour] * percent + 99) / 100
            }
        }
        return loads
    }

    private func fate(_ shares: [Int], _ wish: Wish) -> Int {
        let hosts = wish.region.hosts
        let gone = hosts.filter { cap($0, wish) == 0 && wish.from.percent(of: $0) > .zero }
        let shared = hosts.map { host in gone.map { common(host, $0) }.max() ?? 0 }
        let least = hosts.indices.filter { cap(hosts[$0], wish) > 0 }.map { shared[$0] }.min() ?? 0
        return shares.indices.filter { shares[$0] > 0 }.map { max(0, shared[$0] - least) }.max()
            ?? 0
    }

    private func common(_ one: HostID, _ other: HostID) -> Int {
        let domains = topology.site(of: other)?.domains ?? []
        return (topology.site(of: one)?.domains ?? []).count { domains.contains($0) }
    }

    // MARK: - All of them

    /// The best choice and its keys, the larger share at the earlier host among equals.
    func best() -> (choice: [[Int]], keys: [Int])? {
        let options = wishes.map { wish in self.options(wish).map { option($0, of: wish) } }
        var best: (choice: [[Int]], keys: [Int])?
        func extend(_ choice: [Option]) {
            guard choice.count < wishes.count else {
                guard let keys = self.keys(choice) else { return }
                let shares = choice.map(\.shares)
                if best.map({ isBetter(shares, keys, than: $0) }) ?? true { best = (shares, keys) }
                return
            }
            for option in options[choice.count] { extend(choice + [option]) }
        }
        extend([])
        return best
    }

    private func isBetter(
        _ choice: [[Int]], _ keys: [Int], than best: (choice: [[Int]], keys: [Int])
    ) -> Bool {
        keys == best.keys
            ? best.choice.flatMap(\.self).lexicographicallyPrecedes(choice.flatMap(\.self))
            : keys.lexicographicallyPrecedes(best.keys)
    }
}
