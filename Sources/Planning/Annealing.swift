import Values

/// A search that moves parts of regions from host to host, over and over, and keeps the best it
/// sees.
///
/// A move gives a region a host that it may have. Whoever stands in its way there makes room, and
/// goes where the region comes from or to the best of a few other hosts; who wants more where room
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
        /// The first temperature, in parts of what a region is worth in the mean.
        let heatPart: Int
        /// What a region that moves costs, in such parts.
        let movePart: Int
        /// Whether hosts that a region has already are tried more often than others.
        var isHoming = false
    }

    /// Other hosts that are looked at for whom a move displaced, and for a slot that is free.
    private static let othersMax = 10
    /// How often a host that the region has already is tried where that is wanted, per mille.
    private static let homing = 200
    /// How often a region displaces nobody and takes what room there is, per mille.
    private static let gentle = 800
    /// Hosts on which room is made for a region that a move left without any.
    private static let squeezesMax = 3

    private(set) var best: Found
    /// Moves, and whom they displaced: each is a step.
    private(set) var steps = 0
    /// When the leg under way ends.
    private var stepsEnd = 0

    private let space: PackedSpace
    private var placement: PackedPlacement
    private var random: SplitMix64
    /// The region's place on a host, at `region * hostCount + host`; below 0 where it has none.
    private let placesByHost: [Int32]
    private let worthMean: Int
    /// Slots as they were before a move, the last change last.
    private var changes: [(slot: Int, share: PackedShare)] = []
    private var displaced: [Int] = []

    /// - Parameter placement: Complete: it has a place for every region.
    init(from placement: PackedPlacement, seed: UInt64) {
        let space = placement.space
        self.placement = placement
        self.space = space
        best = Found(slots: placement.slots, keys: placement.keys)
        random = SplitMix64(seed: seed)
        worthMean = max(1, space.worths.reduce(0, +) / max(1, space.regionCount))
        var placesByHost = [Int32](repeating: -1, count: space.regionCount * space.hostCount)
        for region in 0..<space.regionCount {
            for place in space.places(of: region) where space.caps[place] > 0 {
                placesByHost[region * space.hostCount + space.hosts[place]] = Int32(place)
            }
        }
        self.placesByHost = placesByHost
    }

    // MARK: - From hot to cold

    /// Fewer steps a region than this are spent near where the search begins.
    private static let stepsHot = 200
    /// So many steps a region let it begin once more, and so often at most.
    private static let stepsPerStart = 1500
    private static let startsMax = 8
    /// Of what was found from all beginnings, how much is searched on from.
    private static let foundMax = 3

    /// Ends after `stepsMax` steps, or as soon as the best is no worse than `goal`.
    mutating func run(stepsMax: Int, until goal: PlacementKeys) {
        guard stepsMax >= Annealing.stepsHot * space.regionCount else {
            return run(Leg(steps: stepsMax, heatPart: 32, movePart: 1024), until: goal)
        }
        let many = stepsMax * 2 / 5
        let starts = many / (Annealing.stepsPerStart * max(1, space.regionCount))
        if starts > 1 {
            searchWidely(stepsMax: stepsMax * 7 / 10, starts: starts, until: goal)
        } else {
            run(Leg(steps: stepsMax * 7 / 10, heatPart: 2, movePart: 1024), until: goal)
        }
        let rest = stepsMax * 3 / 20
        load(best.slots)
        run(Leg(steps: rest, heatPart: 64, movePart: 32_768, isHoming: true), until: goal)
        load(best.slots)
        run(Leg(steps: rest, heatPart: 1024, movePart: 1024, isHoming: true), until: goal)
    }

    /// One leg, from the placement that it has.
    mutating func run(_ leg: Leg, until goal: PlacementKeys) { _ = anneal(leg, until: goal) }

    /// Begins anew some times, and goes on from the best of what that finds.
    private mutating func searchWidely(stepsMax: Int, starts: Int, until goal: PlacementKeys) {
        let starts = min(starts, Annealing.startsMax)
        let first = placement.slots
        var found: [Found] = []
        for _ in 0..<starts {
            load(first)
            let leg = Leg(steps: stepsMax * 4 / 7 / starts, heatPart: 2, movePart: 1024)
            found.append(anneal(leg, until: goal))
        }
        found.sort { $0.keys < $1.keys }
        for start in found.prefix(Annealing.foundMax) {
            load(start.slots)
            let steps = stepsMax * 3 / 7 / Annealing.foundMax
            run(Leg(steps: steps, heatPart: 16, movePart: 4096), until: goal)
        }
    }

    /// The best placement of this leg.
    private mutating func anneal(_ leg: Leg, until goal: PlacementKeys) -> Found {
        var found = Found(slots: placement.slots, keys: placement.keys)
        guard space.regionCount > 0 else { return found }
        let cooling = Cooling(first: worthMean / leg.heatPart, stepsMax: leg.steps)
        let movePrice = worthMean / leg.movePart
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
        for slot in slots.indices where slots[slot] != placement.slots[slot] {
            placement.set(slot, to: .none)
        }
        for slot in slots.indices { placement.set(slot, to: slots[slot]) }
    }

    /// One number for all keys: a user too many on a host costs more than anyone unserved.
    private func energy(_ movePrice: Int) -> Int {
        let heavy = 100 * PackedSpace.weightMax * 4
        return heavy * placement.overcommitted + placement.unserved
            + worthMean * (placement.heldBack + (placement.isForbidden ? 100 : 0))
            + movePrice * placement.moved + placement.disturbed / 256
    }

    // MARK: - One move

    private mutating func move(isHoming: Bool) {
        changes.removeAll(keepingCapacity: true)
        displaced.removeAll(keepingCapacity: true)
        steps += 1
        let region = random.next(below: space.regionCount)
        guard space.options[region].isEmpty else { return choose(region) }
        guard let target = target(of: region, isHoming: isHoming) else { return }
        let slot = region * space.width + random.next(below: space.hostsMax[region])
        let old = placement.slots[slot]
        guard old.percent == 0 || old.place != target else { return }
        let source = old.percent > 0 ? space.hosts[old.place] : nil
        set(slot, to: .none)
        if placement.hasPlace(target, region) {
            topUp(region)
        } else if placement.totals[region] < space.totalsMax[region] {
            enter(target, slot, from: source)
        } else {
            part(region, to: target, slot)
        }
        if let source { fillUp(source) }
        if placement.slots[slot].percent == 0 { fill(slot, beside: nil) }
        settle(region)
        for slot in displaced { settle(slot / space.width) }
    }

    private mutating func target(of region: Int, isHoming: Bool) -> Int? {
        let (places, held) = (space.places(of: region), space.held[region])
        guard !places.isEmpty, space.hostsMax[region] > 0 else { return nil }
        let isHome =
            isHoming && !held.isEmpty && random.chance(perMille: Annealing.homing)
        let place =
            isHome
            ? held[random.next(below: held.count)]
            : places.lowerBound + random.next(below: places.count)
        return space.caps[place] > 0 ? place : nil
    }

    /// As much of the region as it lacks, in place of others where there is too little room.
    private mutating func enter(_ target: Int, _ slot: Int, from source: Int?) {
        let (region, host) = (slot / space.width, space.hosts[target])
        let wanted = min(
            space.totalsMax[region] - placement.totals[region], space.caps[target])
        let isGentle = !space.rations[region] && random.chance(perMille: Annealing.gentle)
        var others = isGentle ? 0 : min(placement.occupants[host].count, stepsEnd - steps)
        while others > 0, placement.percentWithRoom(region, at: target) < wanted {
            others -= 1
            let index = random.next(below: placement.occupants[host].count)
            let other = placement.occupants[host][index]
            guard space.options[other / space.width].isEmpty else { continue }
            set(other, to: .none)
            displaced.append(other)
        }
        steps += displaced.count
        let percent = min(wanted, placement.percentWithRoom(region, at: target))
        set(slot, to: PackedShare(place: target, percent: percent))
        topUp(region)
        for other in displaced {
            fill(other, beside: source)
            topUp(other / space.width)
        }
        fillUp(host)
    }

    /// Some of what the region has elsewhere, which is all that it may have.
    private mutating func part(_ region: Int, to target: Int, _ slot: Int) {
        let first = region * space.width
        let from = first + random.next(below: space.hostsMax[region])
        let share = placement.slots[from]
        let most = min(share.percent, placement.percentWithRoom(region, at: target))
        guard from != slot, most > 0 else { return }
        let percent = random.next(below: 2) == 0 ? most : random.next(in: 1...most)
        set(from, to: PackedShare(place: share.place, percent: share.percent - percent))
        set(slot, to: PackedShare(place: target, percent: percent))
        fillUp(space.hosts[share.place])
    }

    /// Another of what a region may be, where that is listed.
    private mutating func choose(_ region: Int) {
        let options = space.options[region]
        let shares = space.shares(options[random.next(below: options.count)], of: region)
        let before = placement.shares(of: region)
        for (index, slot) in space.slots(of: region).enumerated() {
            set(slot, to: index < shares.count ? shares[index] : .none)
        }
        for share in before { fillUp(space.hosts[share.place]) }
    }

    private mutating func set(_ slot: Int, to share: PackedShare) {
        let share = share.percent > 0 ? share : .none
        guard placement.slots[slot] != share else { return }
        changes.append((slot, placement.slots[slot]))
        placement.set(slot, to: share)
    }

    private mutating func takeBack() {
        for change in changes.reversed() { placement.set(change.slot, to: change.share) }
    }

    // MARK: - Who gets what is free

    /// The best of a few places for what the region lacks: where most of it fits, then where least
    /// room is left.
    ///
    /// - Parameter host: One that is looked at besides.
    private mutating func fill(_ slot: Int, beside host: Int?) {
        let region = slot / space.width
        let wanted = space.totalsMax[region] - placement.totals[region]
        let places = space.places(of: region)
        guard wanted > 0, !places.isEmpty else { return }
        var (best, roomLeast) = (PackedShare.none, Int.max)
        for index in 0...Annealing.othersMax {
            var place = places.lowerBound + random.next(below: places.count)
            if index == 0 {
                guard let host else { continue }
                place = Int(placesByHost[region * space.hostCount + host])
            }
            guard place >= 0 else { continue }
            let percent = min(wanted, placement.percentWithRoom(region, at: place))
            guard percent > 0, percent >= best.percent, !placement.hasPlace(place, region) else {
                continue
            }
            let room = placement.room(on: space.hosts[place])
            guard percent > best.percent || room < roomLeast else { continue }
            (best, roomLeast) = (PackedShare(place: place, percent: percent), room)
        }
        set(slot, to: best)
    }

    /// More of the region where it is already.
    private mutating func topUp(_ region: Int) {
        for slot in space.slots(of: region) { topUp(slot: slot, of: region) }
    }

    private mutating func topUp(slot: Int, of region: Int) {
        let more = self.more(slot, of: region)
        guard more > 0 else { return }
        let share = placement.slots[slot]
        set(slot, to: PackedShare(place: share.place, percent: share.percent + more))
    }

    private func more(_ slot: Int, of region: Int) -> Int {
        let share = placement.slots[slot]
        let wanted = space.totalsMax[region] - placement.totals[region]
        guard share.percent > 0, wanted > 0, space.options[region].isEmpty else { return 0 }
        return min(
            wanted, space.caps[share.place] - share.percent,
            placement.percentWithRoom(region, at: share.place))
    }

    /// More of those who are on the host, whoever weighs most first.
    private mutating func fillUp(_ host: Int) {
        for _ in placement.occupants[host].indices {
            var (heaviest, weight) = (-1, 0)
            for slot in placement.occupants[host] {
                let region = slot / space.width
                guard space.weights[region] > weight, more(slot, of: region) > 0 else { continue }
                (heaviest, weight) = (slot, space.weights[region])
            }
            guard heaviest >= 0 else { return }
            topUp(slot: heaviest, of: heaviest / space.width)
        }
    }

    // MARK: - Who has too little

    /// Gives a region the least that it must have: where there is room, where others have more than
    /// that, or where it overloads a host least.
    private mutating func settle(_ region: Int) {
        let least = space.least(of: region)
        guard placement.totals[region] < least else { return }
        for slot in space.slots(of: region).prefix(space.hostsMax[region])
        where placement.slots[slot].percent == 0 {
            fill(slot, beside: nil)
        }
        guard placement.totals[region] < least else { return }
        for slot in space.slots(of: region) { set(slot, to: .none) }
        if space.rations[region] {
            for _ in 0..<Annealing.squeezesMax where squeeze(region, to: least) { return }
        }
        let shares = RegionInsertion.forced(region, to: least, in: placement)
        for (index, share) in shares.enumerated() {
            set(region * space.width + index, to: share)
        }
    }

    private mutating func squeeze(_ region: Int, to least: Int) -> Bool {
        let places = space.places(of: region)
        guard !places.isEmpty else { return false }
        let place = places.lowerBound + random.next(below: places.count)
        let others = placement.occupants[space.hosts[place]]
        guard space.caps[place] >= least, !others.isEmpty else { return false }
        let slot = others[random.next(below: others.count)]
        let (other, share) = (slot / space.width, placement.slots[slot])
        guard space.rations[other], space.options[other].isEmpty else { return false }
        let kept = max(0, share.percent - (placement.totals[other] - space.totalsMin[other]))
        guard kept < share.percent else { return false }
        set(slot, to: PackedShare(place: share.place, percent: kept))
        let fits = placement.percentWithRoom(region, at: place) >= least
        if fits {
            set(region * space.width, to: PackedShare(place: place, percent: least))
        }
        topUp(other)
        return fits
    }
}
