import Values

/// How freely a region's places are chosen when it is put; chances are per mille.
struct Whim {
    /// That a place with room is overlooked.
    var overlooks = 0
    /// That the first host is any that has room, instead of the best.
    var wanders = 0
    /// That it gets no host that it has not already, where it has one.
    var stays = 0
    /// That hosts that it has already count no more than others.
    var forgets = 0
    /// That less is put on one host than fits, where another can take the rest.
    var levels = 0

    /// What is best as far as can be seen from where the search stands.
    static let none = Whim()
    static let search = Whim(overlooks: 30, wanders: 200, stays: 30, forgets: 60, levels: 40)
}

/// Puts one region at the places that are best beside those who are there now.
///
/// Hosts that it has come first, then the host with least room that takes all that is left, then
/// the one with most room: so rooms that are large enough for somebody whole are kept for them.
struct RegionInsertion {
    private struct Candidate {
        let place: Int
        let percent: Int
        /// Users.
        let room: Int
        let isHeld: Bool
    }

    private enum Preference {
        case heldOnly, heldFirst, none
    }

    private var candidates: [Candidate] = []
    /// Indices of the candidates that were chosen, with their percents.
    private var chosen: [(index: Int, percent: Int)] = []

    /// Where it is best as far as can be seen.
    mutating func put(_ region: Int, in placement: inout PackedPlacement) {
        var random = SplitMix64(seed: 0)
        put(region, in: &placement, whim: .none, using: &random)
    }

    /// No more of it than it must have, on the host with least room for it.
    mutating func putLeast(_ region: Int, in placement: inout PackedPlacement) {
        var random = SplitMix64(seed: 0)
        gather(region, placement, .none, &random)
        chosen.removeAll(keepingCapacity: true)
        let least = placement.space.totalsMin[region]
        let fitting = best(for: least).map { candidates[$0] }
        guard let fitting, fitting.percent >= least else {
            return placement.put(region, forced(region, to: least, in: placement))
        }
        placement.put(region, [PackedShare(place: fitting.place, percent: least)])
    }

    mutating func put(
        _ region: Int, in placement: inout PackedPlacement, whim: Whim,
        using random: inout SplitMix64
    ) {
        let space = placement.space
        guard space.options[region].isEmpty else {
            return putBestOption(of: region, in: &placement)
        }
        gather(region, placement, whim, &random)
        choose(region, space, whim, &random)
        let shares = chosen.map {
            PackedShare(place: candidates[$0.index].place, percent: $0.percent)
        }
        let total = shares.reduce(0) { $0 + $1.percent }
        let least = space.rations[region] ? space.totalsMin[region] : space.totalsMax[region]
        placement.put(
            region, total < least ? forced(region, to: least, in: placement) : shares)
    }

    // MARK: - Where there is room

    private mutating func gather(
        _ region: Int, _ placement: PackedPlacement, _ whim: Whim, _ random: inout SplitMix64
    ) {
        candidates.removeAll(keepingCapacity: true)
        let space = placement.space
        for place in space.places(of: region) {
            let percent = placement.percentWithRoom(region, at: place)
            guard percent > 0 else { continue }
            if whim.overlooks > 0, random.chance(perMille: whim.overlooks) { continue }
            candidates.append(
                Candidate(
                    place: place, percent: percent, room: placement.room(on: space.hosts[place]),
                    isHeld: space.present[place] > 0))
        }
    }

    // MARK: - Which of them

    private mutating func choose(
        _ region: Int, _ space: PackedSpace, _ whim: Whim, _ random: inout SplitMix64
    ) {
        let most = space.totalsMax[region]
        let hasHeld = candidates.contains { $0.isHeld }
        let forgets = !hasHeld || whim.forgets > 0 && random.chance(perMille: whim.forgets)
        var (best, bestTotal) = (chosen, 0)
        best.removeAll(keepingCapacity: true)
        for preference in [Preference.heldOnly, .heldFirst, .none] {
            if forgets, preference != .none { continue }
            let total = fill(region, space, preference, whim, &random)
            if total > bestTotal { (best, bestTotal) = (chosen, total) }
            if bestTotal == most { break }
            if preference == .heldOnly, whim.stays > 0, random.chance(perMille: whim.stays) {
                break
            }
        }
        chosen = best
        if whim.levels > 0, bestTotal == most, random.chance(perMille: whim.levels) {
            level(&random)
        }
    }

    /// The total that it comes to.
    private mutating func fill(
        _ region: Int, _ space: PackedSpace, _ preference: Preference, _ whim: Whim,
        _ random: inout SplitMix64
    ) -> Int {
        chosen.removeAll(keepingCapacity: true)
        var rest = space.totalsMax[region]
        if preference != .none {
            for index in candidates.indices
            where candidates[index].isHeld && rest > 0 && chosen.count < space.hostsMax[region] {
                let percent = min(rest, candidates[index].percent)
                chosen.append((index, percent))
                rest -= percent
            }
        }
        if preference == .heldOnly { return space.totalsMax[region] - rest }
        while rest > 0, chosen.count < space.hostsMax[region] {
            let wanders =
                whim.wanders > 0 && chosen.isEmpty && random.chance(perMille: whim.wanders)
            guard let index = wanders ? any(&random) : best(for: rest) else { break }
            let percent = min(rest, candidates[index].percent)
            chosen.append((index, percent))
            rest -= percent
        }
        return space.totalsMax[region] - rest
    }

    private func any(_ random: inout SplitMix64) -> Int? {
        candidates.isEmpty ? nil : random.next(below: candidates.count)
    }

    /// The one with least room that takes all of `rest`, or else the one that takes most.
    private func best(for rest: Int) -> Int? {
        var (fitting, largest): (Int?, Int?) = (nil, nil)
        var (roomLeast, percentMost) = (Int.max, 0)
        for index in candidates.indices {
            let candidate = candidates[index]
            if candidate.percent >= rest {
                guard candidate.room < roomLeast, !isChosen(index) else { continue }
                (fitting, roomLeast) = (index, candidate.room)
            } else if candidate.percent > percentMost, !isChosen(index) {
                (largest, percentMost) = (index, candidate.percent)
            }
        }
        return fitting ?? largest
    }

    private func isChosen(_ index: Int) -> Bool { chosen.contains { $0.index == index } }

    /// Moves a random part of the first share to the last, as far as there is room.
    private mutating func level(_ random: inout SplitMix64) {
        guard let first = chosen.first, let last = chosen.last, chosen.count > 1 else { return }
        let most = min(first.percent - 1, candidates[last.index].percent - last.percent)
        guard most > 0 else { return }
        let part = random.next(in: 1...most)
        chosen[0].percent -= part
        chosen[chosen.count - 1].percent += part
    }

    // MARK: - Where there is none

    /// What keeps the rules though too little fits: whole at the one host that it overloads least,
    /// or spread as it is now where a gate may see a host over its limit.
    private func forced(_ region: Int, to total: Int, in placement: PackedPlacement)
        -> [PackedShare]
    {
        let space = placement.space
        var best: (place: Int, excess: Int)?
        for place in space.places(of: region) where space.caps[place] >= total {
            let excess = placement.excessAdded(region, percent: total, at: place)
            if best.map({ excess < $0.excess }) ?? true { best = (place, excess) }
        }
        let kept = space.rations[region] ? space.held[region].filter { space.caps[$0] > 0 } : []
        let shares = kept.map {
            PackedShare(place: $0, percent: min(space.present[$0], space.caps[$0]))
        }
        if shares.count <= space.hostsMax[region], shares.reduce(0, { $0 + $1.percent }) == total {
            let excess = shares.reduce(0) {
                $0 + placement.excessAdded(region, percent: $1.percent, at: $1.place)
            }
            if best.map({ excess <= $0.excess }) ?? true { return shares }
        }
        return best.map { [PackedShare(place: $0.place, percent: total)] }
            ?? fullest(region, to: total, in: space)
    }

    /// As much as the largest caps allow, where no host alone may have so much.
    private func fullest(_ region: Int, to total: Int, in space: PackedSpace) -> [PackedShare] {
        let largest = space.places(of: region).sorted {
            (space.caps[$1], $0) < (space.caps[$0], $1)
        }
        var rest = total
        return largest.prefix(space.hostsMax[region]).compactMap { place in
            let percent = min(space.caps[place], rest)
            rest -= percent
            return percent > 0 ? PackedShare(place: place, percent: percent) : nil
        }
    }

    // MARK: - Where what it may be is listed

    private func putBestOption(of region: Int, in placement: inout PackedPlacement) {
        var best: (shares: [PackedShare], keys: PlacementKeys)?
        let start = placement.space.starts[region]
        for option in placement.space.options[region] {
            let shares = option.enumerated().compactMap { offset, percent in
                percent > 0 ? PackedShare(place: start + offset, percent: percent) : nil
            }
            placement.put(region, shares)
            let (keys, isForbidden) = (placement.keys, placement.isForbidden)
            placement.take(region)
            if !isForbidden, best.map({ keys < $0.keys }) ?? true { best = (shares, keys) }
            if best == nil, option == placement.space.options[region].last {
                best = (shares, keys)
            }
        }
        placement.put(region, best?.shares ?? [])
    }
}
