import OrderedCollections

/// What the regions that a search has not chosen yet need at least, whatever is chosen for them.
///
/// Shares are taken as fractions over any number of hosts, which only makes more possible. Then, by
/// the theorem of maximal flows and minimal cuts, users find no room exactly as far as some group
/// of regions needs more than its hosts have left. Groups of the next `windowMax` regions are
/// looked at; fewer groups make a weaker bound that is still true.
struct Remainder {
    /// Groups grow as 2 to this.
    static let windowMax = 6

    private struct Group {
        let mask: Int
        /// Users, one an hour.
        let need: [Int]
        let hosts: [Int]
        /// What the group may bring to each host, at `index * hours + hour`.
        let edges: [Int]
    }

    private let space: SearchSpace
    /// By the fate that targets may share at most; the last holds every host.
    private let levels: [[Group]]
    private let everybody: Int
    private let unrationed: Int
    /// Regions of at least some weight, with those that cannot be rationed; and by how much that
    /// weight is above the next one.
    private let chain: [(mask: Int, weight: Int)]
    private let movedAlways: Int
    private let movedToServeAll: Int

    init(_ space: SearchSpace, from depth: Int) {
        self.space = space
        let rest = space.regions[depth...]
        movedAlways = rest.count { $0.mustMoveAlways }
        movedToServeAll = rest.count { $0.mustMove }
        let window = Array(rest.filter { $0.most != nil }.prefix(Remainder.windowMax))
        everybody = (1 << window.count) - 1
        unrationed = window.indices.reduce(0) { window[$1].rations ? $0 : $0 | 1 << $1 }
        chain = Remainder.chain(window, with: unrationed)
        let fateMax = window.flatMap(\.fate).max() ?? 0
        levels = (0...fateMax).map { level in
            (0..<(1 << window.count)).dropFirst().map { mask in
                let members = window.indices.filter { mask & 1 << $0 != 0 }.map { window[$0] }
                return Remainder.group(mask, members, level: level, hours: space.hours)
            }
        }
    }

    /// No completion of `state` has keys below these: each key is proven for completions that meet
    /// the ones before it.
    func bound(_ state: SearchState) -> PlacementKeys {
        var keys = state.keys
        let rooms = self.rooms(state) { space.limits[$0] + state.excess(of: $0) }
        let extra = shortage(of: unrationed, rooms: rooms)
        keys.overcommitted += extra
        keys.unserved = (0..<space.hours).reduce(0) { most, hour in
            max(most, state.unserved[hour] + unserved(at: hour, rooms: rooms, allowing: extra))
        }
        keys.moved += keys.unserved == 0 ? movedToServeAll : movedAlways
        let served = keys.unserved == 0 ? everybody : unrationed
        guard extra == 0, served != 0, keys.utilisation <= 100 else { return keys }
        guard let least = utilisation(of: served, atLeast: keys.utilisation, state) else {
            return keys
        }
        keys.utilisation = least
        let scaled = scaledRooms(state, to: keys.utilisation)
        while keys.fate < levels.count - 1,
            shortage(of: served, rooms: scaled, level: keys.fate) > 0
        {
            keys.fate += 1
        }
        return keys
    }

    // MARK: - Groups

    private static func group(
        _ mask: Int, _ members: [PlannedRegion], level: Int, hours: Int
    ) -> Group {
        var hosts: [Int] = []
        var edges: [Int] = []
        for region in members {
            for (position, host) in region.hosts.enumerated()
            where region.caps[position] > 0 && region.fate[position] <= level {
                let found = hosts.firstIndex(of: host)
                let index = found ?? hosts.count
                if found == nil {
                    hosts.append(host)
                    edges += Array(repeating: 0, count: hours)
                }
                for hour in 0..<hours {
                    edges[index * hours + hour] +=
                        (region.demand[hour] * region.caps[position] + 99) / 100
                }
            }
        }
        let need = (0..<hours).map { hour in
            members.reduce(0) { $0 + $1.demand[hour] * ($1.most ?? 0) / 100 }
        }
        return Group(mask: mask, need: need, hosts: hosts, edges: edges)
    }

    private static func chain(
        _ window: [PlannedRegion], with unrationed: Int
    ) -> [(mask: Int, weight: Int)] {
        let weights = window.filter(\.rations).map(\.weight)
        var chain: [(mask: Int, weight: Int)] = []
        for weight in OrderedSet(weights).sorted(by: >) {
            let members = window.indices.filter {
                window[$0].rations && window[$0].weight >= weight
            }
            let next = weights.filter { $0 < weight }.max() ?? 0
            chain.append((members.reduce(unrationed) { $0 | 1 << $1 }, weight - next))
        }
        return chain
    }

    // MARK: - Shortages

    private func rooms(_ state: SearchState, limit: (Int) -> Int) -> [Int] {
        var rooms = state.loads
        for host in space.limits.indices {
            let most = limit(host)
            for index in host * space.hours..<(host + 1) * space.hours {
                rooms[index] = max(0, most - rooms[index])
            }
        }
        return rooms
    }

    private func scaledRooms(_ state: SearchState, to percent: Int) -> [Int] {
        rooms(state) { space.limits[$0] * percent / 100 }
    }

    /// Users of the regions in `mask` who find no room, in the worst hour.
    private func shortage(of mask: Int, rooms: [Int], level: Int? = nil) -> Int {
        guard mask != 0 else { return 0 }
        return (0..<space.hours).reduce(0) {
            max($0, shortage(of: mask, at: $1, rooms: rooms, level: level ?? levels.count - 1))
        }
    }

    private func shortage(of mask: Int, at hour: Int, rooms: [Int], level: Int) -> Int {
        var worst = 0
        for group in levels[level] where group.mask & ~mask == 0 {
            var missing = group.need[hour]
            for index in group.hosts.indices where missing > worst {
                missing -= min(
                    rooms[group.hosts[index] * space.hours + hour],
                    group.edges[index * space.hours + hour])
            }
            worst = max(worst, missing)
        }
        return worst
    }

    /// The least that stays unserved, weighted: the heaviest regions are served first, which is
    /// best because what can be served together is a polymatroid.
    private func unserved(at hour: Int, rooms: [Int], allowing extra: Int) -> Int {
        chain.reduce(0) { sum, link in
            let short = shortage(of: link.mask, at: hour, rooms: rooms, level: levels.count - 1)
            return sum + max(0, short - extra) * link.weight * 100
        }
    }

    /// The least percent of every limit within which the regions in `mask` fit; nil above 100.
    private func utilisation(of mask: Int, atLeast least: Int, _ state: SearchState) -> Int? {
        func fits(_ percent: Int) -> Bool {
            shortage(of: mask, rooms: scaledRooms(state, to: percent)) == 0
        }
        guard !fits(least) else { return least }
        guard fits(100) else { return nil }
        var (short, enough) = (least, 100)
        while enough - short > 1 {
            let middle = (short + enough) / 2
            if fits(middle) { enough = middle } else { short = middle }
        }
        return enough
    }
}
