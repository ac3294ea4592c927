/// A depth-first branch and bound over regions, each with every whole-percent split.
///
/// The best child first, so that the first leaf is already good; a branch whose bound is no better
/// than the best leaf is cut. One option looked at is one step.
struct PlacementSearch {
    /// It spreads no region over more hosts.
    static let hostsMax = 2

    private struct Child {
        let shares: [Int]
        let bound: PlacementKeys
    }

    private let space: SearchSpace
    private let remainders: [Remainder]
    private let stepsMax: Int
    private var state: SearchState
    private(set) var steps = 0
    private var isOver = false
    /// Nil while no placement under the ceiling that is tried first was found.
    private var best: [[Int]]?
    private var bestKeys: PlacementKeys
    private let rootBound: PlacementKeys
    private let first: (shares: [[Int]], keys: PlacementKeys)

    init(_ space: SearchSpace, stepsMax: Int) {
        self.space = space
        self.stepsMax = stepsMax
        remainders = (0...space.regions.count).map { Remainder(space, from: $0) }
        state = SearchState(space)
        rootBound = remainders[0].bound(state)
        first = PlacementSearch.firstPlacement(space)
        let ceiling = PlacementSearch.ceiling(over: rootBound, space)
        (best, bestKeys) = first.keys <= ceiling ? (first.shares, first.keys) : (nil, ceiling)
    }

    struct Result {
        /// One row a region, one percent a host of it.
        let shares: [[Int]]
        let keys: PlacementKeys
        let isExact: Bool
        /// By how many weighted users any placement could be better, rounded up.
        let gap: Int
        let steps: Int
    }

    mutating func run() -> Result {
        if !space.regions.isEmpty { expand() }
        if best == nil {
            (best, bestKeys) = (first.shares, first.keys)
            if !isOver { expand() }
        }
        let floor = bestKeys.overcommitted == rootBound.overcommitted ? rootBound.unserved : 0
        return Result(
            shares: best ?? first.shares, keys: bestKeys, isExact: !isOver,
            gap: max(0, bestKeys.unserved - floor + 99) / 100, steps: steps)
    }

    // MARK: - The search

    private mutating func expand() {
        var children = self.children()
        children.sort {
            $0.bound == $1.bound
                ? $1.shares.lexicographicallyPrecedes($0.shares) : $0.bound < $1.bound
        }
        for child in children {
            guard !isOver else { return }
            guard isWorthIt(child) else { continue }
            let undo = state.push(child.shares)
            if state.isComplete {
                (best, bestKeys) = (state.chosen, child.bound)
            } else {
                expand()
            }
            state.pop(undo)
        }
    }

    /// Among equals the declared order decides: the larger share at the earlier host.
    private func isWorthIt(_ child: Child) -> Bool {
        guard child.bound == bestKeys, let best else { return child.bound <= bestKeys }
        for (mine, its) in zip(state.chosen + [child.shares], best) where mine != its {
            return its.lexicographicallyPrecedes(mine)
        }
        return !state.isComplete && state.depth + 1 < space.regions.count
    }

    private mutating func children() -> [Child] {
        let region = space.regions[state.depth]
        var children: [Child] = []
        switch region.choice {
        case .listed(let options): options.forEach { look(at: $0, &children) }
        case .free(let totals):
            let least = max(totals.lowerBound, leastTotal(region))
            guard least <= totals.upperBound else { return [] }
            lookAtAll(of: region, totals: least...totals.upperBound, &children)
        }
        return children
    }

    /// Below this total the region alone leaves more unserved than the best placement does.
    private func leastTotal(_ region: PlannedRegion) -> Int {
        guard state.keys.overcommitted >= bestKeys.overcommitted else { return 0 }
        return (0..<space.hours).reduce(0) { least, hour in
            let cost = region.weight * region.demand[hour]
            guard cost > 0 else { return least }
            let slack = bestKeys.unserved - state.unserved[hour]
            return slack < 0 ? 101 : max(least, 100 - slack / cost)
        }
    }

    private mutating func lookAtAll(
        of region: PlannedRegion, totals: ClosedRange<Int>, _ children: inout [Child]
    ) {
        var shares = region.caps.map { _ in 0 }
        if totals.contains(0) { look(at: shares, &children) }
        for first in shares.indices where region.caps[first] > 0 {
            for percent in 1...region.caps[first] where percent <= totals.upperBound && !isOver {
                shares[first] = percent
                if totals.contains(percent) { look(at: shares, &children) }
                for second in shares.indices.dropFirst(first + 1) where region.hostsMax > 1 {
                    let least = max(1, totals.lowerBound - percent)
                    let most = min(region.caps[second], totals.upperBound - percent)
                    guard least <= most else { continue }
                    for other in least...most {
                        shares[second] = other
                        look(at: shares, &children)
                    }
                    shares[second] = 0
                }
            }
            shares[first] = 0
        }
    }

    private mutating func look(at shares: [Int], _ children: inout [Child]) {
        guard steps < stepsMax else {
            isOver = true
            return
        }
        steps += 1
        let undo = state.push(shares)
        defer { state.pop(undo) }
        guard !state.isForbidden else { return }
        let bound = remainders[state.depth].bound(state)
        if bound <= bestKeys { children.append(Child(shares: shares, bound: bound)) }
    }

    // MARK: - Where it starts

    /// What the best placement is expected to reach, so that the search need not begin among poor
    /// ones: the bound, and a percent of each region for whole percents. If nothing is found under
    /// it, the search begins again from the first placement.
    private static func ceiling(over bound: PlacementKeys, _ space: SearchSpace) -> PlacementKeys {
        let rounding = space.regions.reduce(0) { $0 + $1.weight * $1.demandMax }
        return PlacementKeys(
            overcommitted: bound.overcommitted, unserved: bound.unserved + rounding,
            heldBack: .max, moved: .max, disturbed: .max, utilisation: .max, rearranged: .max,
            fate: .max)
    }

    /// A placement that keeps every rule, made without search: each region in turn at the one host
    /// (or as it is) that is best now.
    private static func firstPlacement(_ space: SearchSpace) -> (
        shares: [[Int]], keys: PlacementKeys
    ) {
        var state = SearchState(space)
        for region in space.regions {
            var best: (shares: [Int], keys: PlacementKeys)?
            for shares in region.simpleOptions(state) {
                let undo = state.push(shares)
                let keys = state.keys
                state.pop(undo)
                if best.map({ keys < $0.keys }) ?? true { best = (shares, keys) }
            }
            if let best { _ = state.push(best.shares) }
        }
        return (state.chosen, state.keys)
    }
}
