/// Lowers the fullest host's utilisation: looks for a placement no worse in all that comes first
/// under ceilings that are lower than the limits, by less where it finds none, and then again.
struct Levelling {
    /// The first ceiling is lower than the fullest host by this part.
    private static let distanceFirst = 8
    /// Each trial may use this part of the steps that are left.
    private static let trialsLeft = 12
    private static let million = 1_000_000

    private let space: PackedSpace
    /// One list of slots.
    private(set) var best: [PackedShare]
    private(set) var steps = 0
    private var trials = 0
    private let keys: PlacementKeys

    /// - Parameter keys: Of `best`; what a level placement may not be worse in.
    init(_ space: PackedSpace, best: [PackedShare], keys: PlacementKeys) {
        (self.space, self.best, self.keys) = (space, best, keys)
    }

    mutating func run(stepsMax: Int) {
        var high = utilisation(of: best)
        guard high <= Levelling.million else { return }
        var distance = 0
        while high > 1, steps < stepsMax {
            if distance == 0 { distance = max(1, high / Levelling.distanceFirst) }
            let part = (stepsMax - steps) / Levelling.trialsLeft
            // Fewer steps than regions find nothing, and a trial costs more than they do.
            guard part >= space.regionCount else { return }
            trials += 1
            if let found = placement(under: high - distance, stepsMax: part) {
                best = found
                high = utilisation(of: best)
            } else {
                distance /= 2
            }
        }
    }

    private mutating func placement(
        under level: Int, stepsMax: Int
    ) -> [PackedShare]? {
        let ceilings = space.limits.map { $0 * level / Levelling.million }
        var placement = PackedPlacement(space, ceilings: ceilings)
        let goal = PlacementKeys(
            overcommitted: placement.overcommitted, unserved: keys.unserved,
            heldBack: keys.heldBack, moved: keys.moved, disturbed: keys.disturbed,
            utilisation: .max, rearranged: .max, fate: .max)
        var others: [Int] = []
        for region in 0..<space.regionCount {
            let shares = best[space.slots(of: region)].filter { $0.percent > 0 }
            let fits = shares.allSatisfy {
                placement.percentWithRoom(region, at: $0.place) >= $0.percent
            }
            if fits { placement.put(region, shares) } else { others.append(region) }
        }
        placement.putAll(others)
        steps += 1
        guard !placement.isForbidden else { return nil }
        var search = Annealing(from: placement, seed: UInt64(trials))
        search.run(.levelling(steps: stepsMax), until: goal)
        steps += search.steps
        return search.best.keys <= goal ? search.best.slots : nil
    }

    /// Of the fullest host that a planned region uses, in millionths of its limit, rounded up.
    private func utilisation(of slots: [PackedShare]) -> Int {
        var placement = PackedPlacement(space)
        for slot in slots.indices { placement.set(slot, to: slots[slot]) }
        return (0..<space.hostCount).reduce(0) { most, host in
            guard !placement.occupants[host].isEmpty else { return most }
            let limit = space.limits[host]
            let load = limit - placement.room(on: host)
            let each = load == 0 ? 0 : limit == 0 ? Int.max : Levelling.rounded(load, of: limit)
            return max(most, each)
        }
    }

    private static func rounded(_ load: Int, of limit: Int) -> Int {
        (load * million + limit - 1) / limit
    }
}
