import Values

/// A search that takes a few regions out of a placement and puts them back otherwise, over and
/// over, and keeps the best it sees.
///
/// Source: Schrimpf, Schneider, Stamm-Wilbrandt and Dueck, "Record Breaking Optimization Results
/// Using the Ruin and Recreate Principle", Journal of Computational Physics 2000; regions are
/// taken where they compete, and places overlooked by chance, as in Christiaens and Vanden Berghe,
/// "Slack Induction by String Removals", Transportation Science 2020.
struct RuinAndRecreate {
    /// Regions that are taken beside the first.
    private static let othersMax = 8
    /// The first temperature is this part of what a region is worth in the mean.
    private static let heatPart = 4

    private(set) var placement: PackedPlacement
    /// One list a region.
    private(set) var best: [[PackedShare]]
    private(set) var bestKeys: PlacementKeys
    /// Regions put, of which each is a step.
    private(set) var steps = 0

    private let space: PackedSpace
    private var random: SplitMix64
    private var insertion = RegionInsertion()
    private var taken: [Int] = []
    private var before: [[PackedShare]] = []
    /// What a region alone is worth, weighted, in hundredths of a user.
    private let worths: [Int]
    private let worthMean: Int

    /// - Parameter placement: Complete: it has a place for every region.
    init(from placement: PackedPlacement, seed: UInt64) {
        self.placement = placement
        space = placement.space
        (best, bestKeys) = (placement.shares, placement.keys)
        random = SplitMix64(seed: seed)
        worths = placement.space.worths
        worthMean = max(1, worths.reduce(0, +) / max(1, worths.count))
    }

    /// Ends after `stepsMax` steps, or as soon as the best is no worse than `goal`.
    mutating func run(stepsMax: Int, until goal: PlacementKeys, cooledBy: Int = 1) {
        guard space.regionCount > 0 else { return }
        let first = worthMean / (RuinAndRecreate.heatPart * cooledBy)
        let cooling = Cooling(first: first, stepsMax: stepsMax)
        while steps < stepsMax, goal < bestKeys {
            ruin(atMost: min(RuinAndRecreate.othersMax, stepsMax - steps - 1))
            let energy = self.energy
            before.removeAll(keepingCapacity: true)
            for region in taken {
                before.append(placement.shares[region])
                placement.take(region)
            }
            let order = self.order()
            for index in order {
                insertion.put(taken[index], in: &placement, whim: .search, using: &random)
            }
            steps += taken.count
            if self.energy <= energy + cooling.allowance(at: steps, using: &random) {
                keepIfBest()
            } else {
                putBack()
            }
        }
    }

    private mutating func keepIfBest() {
        guard !placement.isForbidden, placement.overcommitted <= bestKeys.overcommitted else {
            return
        }
        let keys = placement.keys
        if keys < bestKeys { (best, bestKeys) = (placement.shares, keys) }
    }

    private mutating func putBack() {
        for region in taken { placement.take(region) }
        for (region, shares) in zip(taken, before) { placement.put(region, shares) }
    }

    /// One number for all keys: a user too many on a host costs more than anyone unserved, and a
    /// region on a new host as much as a little of one that is not served.
    private var energy: Int {
        let heavy = 100 * PackedSpace.weightMax * 4
        return heavy * placement.overcommitted + placement.unserved
            + worthMean * (placement.heldBack + (placement.isForbidden ? 100 : 0))
            + worthMean / 256 * placement.newcomers + placement.disturbed / 256
    }

    // MARK: - Who is taken

    /// One region, rather one that is not served whole, and others on hosts that it may have.
    private mutating func ruin(atMost othersMax: Int) {
        var first = random.next(below: space.regionCount)
        for _ in 0..<3 where total(first) == space.totalsMax[first] {
            first = random.next(below: space.regionCount)
        }
        taken.removeAll(keepingCapacity: true)
        taken.append(first)
        guard othersMax > 0 else { return }
        let wanted = 1 + random.next(in: 1...othersMax)
        for attempt in 1...(4 * wanted) where taken.count < wanted {
            let from = attempt % 4 == 0 ? taken[random.next(below: taken.count)] : first
            let places = space.places(of: from)
            guard !places.isEmpty else { continue }
            let place = places.lowerBound + random.next(below: places.count)
            let host = space.hosts[place]
            let count = placement.occupants[host].count
            guard space.caps[place] > 0, count > 0 else { continue }
            let region = placement.occupants[host][random.next(below: count)]
            if !taken.contains(region) { taken.append(region) }
        }
    }

    private func total(_ region: Int) -> Int {
        placement.shares[region].reduce(0) { $0 + $1.percent }
    }

    /// In which order they are put back, as indices: the heavy first, the large first, or any.
    private mutating func order() -> [Int] {
        var order = Array(taken.indices)
        switch random.next(below: 4) {
        case 0: order.sort { worths[taken[$1]] < worths[taken[$0]] }
        case 1:
            order.sort {
                let (left, right) = (taken[$0], taken[$1])
                return (space.weights[right], space.demandMax[right])
                    < (space.weights[left], space.demandMax[left])
            }
        case 2: order.sort { space.demandMax[taken[$1]] < space.demandMax[taken[$0]] }
        default:
            for index in order.indices.dropFirst() {
                order.swapAt(index, random.next(in: 0...index))
            }
        }
        return order
    }
}
