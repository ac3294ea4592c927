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

    init(_ situation: Situation, _ wishes: [Wish], hours: Int) {
        (self.situation, self.wishes) = (situation, wishes)
        topology = situation.topology
        let all = (0...hours).map { situation.now + .seconds($0 * 3600) }
        let regions = situation.topology.regions.values
        var seen: [[Users]] = []
        self.hours = all.filter { hour in
            let row = regions.map {
                $0.demand.users(at: hour, in: situation.topology.calendar)
            }
            defer { seen.append(row) }
            return !seen.contains(row)
        }
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

    /// The objectives in order, or nil when a rule forbids the whole.
    func keys(_ choice: [[Int]]) -> [Int]? {
        let loads = self.loads(choice)
        let hosts = Array(topology.hosts.keys)
        let over = hosts.map { excess(loads, $0) }
        for (wish, shares) in zip(wishes, choice) where isStrict(wish) {
            let used = zip(wish.region.hosts, shares).filter { $0.1 > 0 }.map(\.0)
            let isOver = used.contains { over[hosts.firstIndex(of: $0) ?? 0] > 0 }
            if used.count > 1, isOver { return nil }
        }
        let moved = zip(wishes, choice).count { $1 != present($0) }
        let heldBack = zip(wishes, choice).count { $0.fixed != nil && $1 == present($0) }
        let used = hosts.filter { host in
            zip(wishes, choice).contains { wish, shares in
                zip(wish.region.hosts, shares).contains { $0 == host && $1 > 0 }
            }
        }
        return [
            over.reduce(0, +), unserved(choice), heldBack, moved, disturbed(choice),
            used.map { utilisation(loads, $0) }.max() ?? 0, fate(choice),
        ]
    }

    private func isStrict(_ wish: Wish) -> Bool {
        let best = wish.region.hosts.map { cap($0, wish) }.sorted(by: >)
        return wish.fixed == nil && !rations(wish.region)
            && best[0] >= min(100, best.prefix(2).reduce(0, +))
    }

    private func present(_ wish: Wish) -> [Int] {
        wish.region.hosts.map { wish.from.percent(of: $0).value }
    }

    private func loads(_ choice: [[Int]]) -> [HostID: [Users]] {
        var loads: [HostID: [Users]] = [:]
        for region in topology.regions.values {
            let users = hours.map { region.demand.users(at: $0, in: topology.calendar) }
            let index = wishes.firstIndex { $0.region.id == region.id }
            let shares =
                index.map { Array(zip(region.hosts, choice[$0])) }
                ?? (situation.allocations[region.id]?.shares ?? []).map {
                    ($0.host, $0.percent.value)
                }
            for (host, percent) in shares {
                let mine = users.map { ($0 * percent + 99) / 100 }
                loads[host] = zip(loads[host] ?? users.map { _ in 0 }, mine).map(+)
            }
        }
        return loads
    }

    private func limit(_ host: HostID) -> Users {
        (topology.hosts[host]?.capacity.users ?? 0) * (100 - topology.rules.headroom.value) / 100
    }

    private func excess(_ loads: [HostID: [Users]], _ host: HostID) -> Users {
        max(0, (loads[host]?.max() ?? 0) - limit(host))
    }

    private func utilisation(_ loads: [HostID: [Users]], _ host: HostID) -> Int {
        let (load, limit) = (loads[host]?.max() ?? 0, limit(host))
        return (load * 100 + limit - 1) / limit
    }

    private func unserved(_ choice: [[Int]]) -> Int {
        hours.map { hour in
            zip(wishes, choice).reduce(0) { sum, next in
                let (wish, shares) = next
                let users = wish.region.demand.users(at: hour, in: topology.calendar)
                return sum + wish.region.weightInPlan * users * (100 - shares.reduce(0, +))
            }
        }.max() ?? 0
    }

    private func disturbed(_ choice: [[Int]]) -> Int {
        zip(wishes, choice).filter { $0.0.fixed == nil }.reduce(0) { sum, next in
            let (wish, shares) = next
            let most = hours.map { wish.region.demand.users(at: $0, in: topology.calendar) }.max()
            let taken = zip(wish.region.hosts, shares).reduce(0) { taken, share in
                let stays = min(wish.from.percent(of: share.0).value, cap(share.0, wish))
                return taken + max(0, stays - share.1)
            }
            return sum + taken * (most ?? 0)
        }
    }

    private func fate(_ choice: [[Int]]) -> Int {
        zip(wishes, choice).map { wish, shares in
            let gone = wish.region.hosts.filter {
                cap($0, wish) == 0 && wish.from.percent(of: $0) > .zero
            }
            let shared = wish.region.hosts.map { host in
                gone.map { common(host, $0) }.max() ?? 0
            }
            let able = wish.region.hosts.indices.filter { cap(wish.region.hosts[$0], wish) > 0 }
            let least = able.map { shared[$0] }.min() ?? 0
            return shares.indices.filter { shares[$0] > 0 }
                .map { max(0, shared[$0] - least) }.max() ?? 0
        }.max() ?? 0
    }

    private func common(_ one: HostID, _ other: HostID) -> Int {
        let domains = topology.site(of: other)?.domains ?? []
        return (topology.site(of: one)?.domains ?? []).count { domains.contains($0) }
    }

    // MARK: - All of them

    /// The best choice and its keys, the larger share at the earlier host among equals.
    func best() -> (choice: [[Int]], keys: [Int])? {
        var best: (choice: [[Int]], keys: [Int])?
        func extend(_ choice: [[Int]]) {
            guard choice.count < wishes.count else {
                guard let keys = self.keys(choice) else { return }
                if best.map({ isBetter(choice, keys, than: $0) }) ?? true {
                    best = (choice, keys)
                }
                return
            }
            for option in options(wishes[choice.count]) { extend(choice + [option]) }
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
