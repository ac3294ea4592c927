/// Finds a placement in a search space: exactly where that is within reach, otherwise one that is
/// good at once and gets better with each step.
struct PlacementSolving {
    /// More regions than this are not searched exactly: their combinations are out of reach.
    private static let exactRegionsMax = 16
    /// Of the steps, in percent, what the exact search may use before the other one begins.
    private static let exactPart = 50
    /// Half of the steps by default: what is not proven by then is out of reach.
    private static let exactStepsMax = Planner.stepsDefault / 2
    /// Of the steps that are left then, in percent, what serves the first keys; the rest level.
    private static let servingPart = 85
    /// Rounds of prices for the bound: before the search, and at most after it.
    private static let (roundsMin, roundsMax) = (8, 240)
    /// A round looks at every place of every region: at so many for each step, so that the bound
    /// takes no longer than the search.
    private static let placesPerStep = 8

    private let space: SearchSpace
    private let packed: PackedSpace
    private let stepsMax: Int
    /// Whether a part of the steps makes the fullest host less full, and the bound is worked out:
    /// not where it is only asked who is served.
    private let levels: Bool
    /// Of the steps, in percent, what is used where nobody asks how full hosts are, and where not
    /// everybody can be served: that is then the answer, and its measure comes soon.
    private static let hopelessPart = 10

    /// One row a region, one percent a host of it; nil where nothing was planned ahead.
    private let ready: [[Int]?]

    init(_ space: SearchSpace, stepsMax: Int, levels: Bool = true, ready: [[Int]?]? = nil) {
        (self.space, self.levels) = (space, levels)
        self.ready = ready ?? space.regions.map { _ in nil }
        let isHopeless = !levels && space.cannotServeAll
        self.stepsMax = isHopeless ? stepsMax * PlacementSolving.hopelessPart / 100 : stepsMax
        packed = PackedSpace(space)
    }

    func result() -> PlacementSearch.Result {
        let isNarrow = space.regions.allSatisfy { $0.hostsMax <= PlacementSearch.hostsMax }
        guard isNarrow, space.regions.count <= PlacementSolving.exactRegionsMax else {
            return searched(after: nil)
        }
        var search = PlacementSearch(
            space,
            stepsMax: min(
                PlacementSolving.exactStepsMax, stepsMax * PlacementSolving.exactPart / 100))
        let exact = search.run()
        return exact.isExact ? exact : searched(after: exact)
    }

    func searched(after exact: PlacementSearch.Result?) -> PlacementSearch.Result {
        let used = exact?.steps ?? 0
        let first = prepared(beside: self.first())
        let start =
            levels
            ? PriceBound.unserved(
                in: packed, reached: first.unserved, rounds: PlacementSolving.roundsMin) : 0
        var search = Annealing(from: first, seed: 1)
        let part = levels ? PlacementSolving.servingPart : 100
        let serving = (stepsMax - used) * part / 100
        search.run(stepsMax: serving, until: goal(unserved: start))
        guard levels else {
            return result(search.best.slots, after: exact, floor: 0, steps: used + search.steps)
        }
        let rounds = min(
            PlacementSolving.roundsMax,
            stepsMax * PlacementSolving.placesPerStep / max(1, packed.hosts.count))
        let floor =
            rounds <= PlacementSolving.roundsMin
            ? start
            : max(
                start,
                PriceBound.unserved(
                    in: packed, reached: search.best.keys.unserved, rounds: rounds))
        var levelling = Levelling(packed, best: search.best.slots, keys: search.best.keys)
        levelling.run(stepsMax: stepsMax - used - search.steps)
        return result(
            levelling.best, after: exact, floor: floor,
            steps: used + search.steps + levelling.steps)
    }

    private func result(
        _ best: [PackedShare], after exact: PlacementSearch.Result?, floor: Int, steps: Int
    ) -> PlacementSearch.Result {
        let rows = packed.rows(best)
        var state = SearchState(space)
        for shares in rows { _ = state.push(shares) }
        let keys = state.keys
        let isBounded = keys.overcommitted == SearchState(space).keys.overcommitted
        let gap = (max(0, keys.unserved - (isBounded ? floor : 0)) + 99) / 100
        guard let exact, !state.isForbidden || exact.keys < keys else {
            return PlacementSearch.Result(
                shares: rows, keys: keys, isExact: false, gap: gap, steps: steps)
        }
        let isBetter = !state.isForbidden && keys < exact.keys
        return PlacementSearch.Result(
            shares: isBetter ? rows : exact.shares, keys: isBetter ? keys : exact.keys,
            isExact: false, gap: min(gap, exact.gap), steps: steps)
    }

    // MARK: - Where it starts, and what it can hope for

    /// A placement that keeps every rule, made in one pass: planned changes last, and of the
    /// others those whose users weigh most first.
    private func first() -> PackedPlacement {
        let all = Array(0..<packed.regionCount)
        var placement = PackedPlacement(packed)
        placement.putAll(all)
        guard placement.isForbidden else { return placement }
        var whole = PackedPlacement(PackedSpace(space, spreadsStrict: false))
        whole.putAll(all)
        placement = PackedPlacement(packed)
        for region in all { placement.put(region, whole.shares(of: region)) }
        return placement
    }

    /// What was planned ahead, as far as it keeps the rules, with the other regions beside it;
    /// or `first` where that is no worse.
    private func prepared(beside first: PackedPlacement) -> PackedPlacement {
        var placement = PackedPlacement(packed)
        var others: [Int] = []
        for region in 0..<packed.regionCount {
            if let row = ready[region], packed.allows(row, of: region) {
                placement.put(region, packed.shares(row, of: region))
            } else {
                others.append(region)
            }
        }
        guard others.count < packed.regionCount else { return first }
        placement.putAll(others)
        return !placement.isForbidden && placement.keys < first.keys ? placement : first
    }

    /// No placement has keys below these.
    private func goal(unserved: Int) -> PlacementKeys {
        let overcommitted = PackedPlacement(packed).overcommitted
        let moved = unserved == 0 ? space.regions.count { $0.mustMove } : 0
        return PlacementKeys(overcommitted: overcommitted, unserved: unserved, moved: moved)
    }
}
