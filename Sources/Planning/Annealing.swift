import Values

/// A search that moves parts of regions from host to host, over and over, and keeps the best it
/// sees.
///
/// A move gives a region a host that it may have. Who stands in its way there makes room, and goes
/// where the region comes from or to the best of a few other hosts; who wants more where room
/// became free gets it. What is worse is kept ever more rarely.
///
/// Source: Kirkpatrick, Gelatt and Vecchi, "Optimization by Simulated Annealing", Science 1983;
/// who is displaced displaces nobody else, a chain of one link as in Yagiura, Ibaraki and Glover,
/// "An Ejection Chain Approach for the Generalized Assignment Problem", INFORMS Journal on
/// Computing 2004.
struct Annealing {
    /// A placement that keeps every rule, one list of slots, and what it is worth.
    struct Found {
        let slots: [PackedShare]
        let keys: PlacementKeys
    }

    /// One cooling, from hot to cold.
    struct Leg {
        let steps: Int
        /// The mean worth of a region over the first temperature: more is cooler.
        let coolness: Int
        /// The mean worth of a region over what it costs that one moves: more is cheaper.
        let moveCheapness: Int
        /// Whether hosts that a region has already are tried more often than others.
        let isHoming: Bool
    }

    /// Fewer steps a region than this are all spent near where the search begins.
    private static let stepsWide = 200
    /// So many steps a region, and the search begins once more; so often at most.
    private static let stepsPerStart = 1500
    private static let startsMax = 8
    /// Of what was found from all beginnings, from how much the search goes on.
    private static let foundMax = 3
    /// Of the steps, in percent: what all beginnings use, and what going on from the best of them.
    private static let (startsPart, goingOnPart) = (40, 30)
    /// And what each of the two legs uses that end the search.
    private static let endPart = 15

    private(set) var best: Found
    /// Moves, and whom they displaced: each is a step.
    var steps = 0
    /// When the leg under way ends.
    private(set) var stepsEnd = 0

    let space: PackedSpace
    var placement: PackedPlacement
    var random: SplitMix64
    private let worthMean: Int
    /// Slots as they were before a move, the last change last.
    var changes: [(slot: Int, share: PackedShare)] = []
    /// Slots that a move emptied for the region that it is about.
    var displaced: [Int] = []

    /// - Parameter placement: One that keeps every rule: it is the first best.
    init(from placement: PackedPlacement, seed: UInt64) {
        self.placement = placement
        space = placement.space
        best = Found(slots: placement.slots, keys: placement.keys)
        random = SplitMix64(seed: seed)
        worthMean = max(1, space.worths.reduce(0, +) / max(1, space.regionCount))
    }

    /// Ends after `stepsMax` steps, or as soon as the best is no worse than `goal`.
    mutating func run(stepsMax: Int, until goal: PlacementKeys) {
        guard stepsMax >= Annealing.stepsWide * space.regionCount else {
            return run(.near(steps: stepsMax), until: goal)
        }
        searchWidely(stepsMax: stepsMax, until: goal)
        let steps = stepsMax * Annealing.endPart / 100
        load(best.slots)
        run(.serving(steps: steps), until: goal)
        load(best.slots)
        run(.settling(steps: steps), until: goal)
    }

    /// One leg, from the placement that it has.
    mutating func run(_ leg: Leg, until goal: PlacementKeys) { _ = anneal(leg, until: goal) }

    /// Begins anew some times, as far as there are steps for it, and goes on from the best of what
    /// that finds.
    private mutating func searchWidely(stepsMax: Int, until goal: PlacementKeys) {
        let steps = stepsMax * Annealing.startsPart / 100
        let more = stepsMax * Annealing.goingOnPart / 100
        let stepsPerStart = Annealing.stepsPerStart * max(1, space.regionCount)
        let starts = min(Annealing.startsMax, steps / stepsPerStart)
        guard starts > 1 else { return run(.wide(steps: steps + more), until: goal) }
        let first = placement.slots
        var found: [Found] = []
        for _ in 0..<starts {
            load(first)
            found.append(anneal(.wide(steps: steps / starts), until: goal))
        }
        found.sort { $0.keys < $1.keys }
        let foundMax = min(Annealing.foundMax, starts)
        for start in found.prefix(foundMax) {
            load(start.slots)
            run(.goingOn(steps: more / foundMax), until: goal)
        }
    }

    /// The best placement of this leg.
    private mutating func anneal(_ leg: Leg, until goal: PlacementKeys) -> Found {
        var found = Found(slots: placement.slots, keys: placement.keys)
        guard space.regionCount > 0 else { return found }
        let cooling = Cooling(first: worthMean / leg.coolness, stepsMax: leg.steps)
        let movePrice = worthMean / leg.moveCheapness
        let start = steps
        stepsEnd = start + leg.steps
        var energy = self.energy(movePrice)
        while steps < stepsEnd, goal < best.keys {
            move(isHoming: leg.isHoming)
            let next = self.energy(movePrice)
            guard
                next <= energy
                    || next <= energy + cooling.allowance(at: steps - start, using: &random)
            else {
                takeBack()
                continue
            }
            energy = next
            guard !placement.isForbidden else { continue }
            let keys = placement.keys
            if keys < found.keys { found = Found(slots: placement.slots, keys: keys) }
            if keys < best.keys { best = found }
        }
        return found
    }

    private mutating func load(_ slots: [PackedShare]) {
        for slot in slots.indices { placement.set(slot, to: slots[slot]) }
    }

    /// One number for all keys. A user too many on a host costs more than four of the heaviest who
    /// are not served, a planned change held back as much as a region that is not, and what is
    /// forbidden more than all that a move can gain; users who are disturbed only break ties.
    private func energy(_ movePrice: Int) -> Int {
        let heavy = 100 * PackedSpace.weightMax * 4
        return heavy * placement.overcommitted + placement.unserved
            + worthMean * (placement.heldBack + (placement.isForbidden ? 100 : 0))
            + movePrice * placement.moved + placement.disturbed / 256
    }
}

/// The temperatures and prices were found by trying them on the shared instances and others of the
/// same generator (docs/planning.md, Figures).
extension Annealing.Leg {
    /// From a beginning to anywhere.
    static func wide(steps: Int) -> Self {
        Self(steps: steps, coolness: 2, moveCheapness: 1024, isHoming: false)
    }

    /// Keeps the larger regions mostly where they are.
    static func goingOn(steps: Int) -> Self {
        Self(steps: steps, coolness: 16, moveCheapness: 4096, isHoming: false)
    }

    /// With too few steps for going far.
    static func near(steps: Int) -> Self {
        Self(steps: steps, coolness: 32, moveCheapness: 1024, isHoming: false)
    }

    /// Serves the last few users, whoever has to move for it.
    static func serving(steps: Int) -> Self {
        Self(steps: steps, coolness: 64, moveCheapness: 32_768, isHoming: true)
    }

    /// Serves as many with fewer regions moved.
    static func settling(steps: Int) -> Self {
        Self(steps: steps, coolness: 1024, moveCheapness: 1024, isHoming: true)
    }

    /// From a placement that hardly fits under lower ceilings to one that does, with nobody moved
    /// more if it can be.
    static func levelling(steps: Int) -> Self {
        Self(steps: steps, coolness: 128, moveCheapness: 64, isHoming: true)
    }
}
