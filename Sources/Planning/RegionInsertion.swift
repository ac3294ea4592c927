/// Puts one region at the places that are best beside those who are there now.
///
/// Hosts that it has come first, then the host with least room that takes all that is left, then
/// the one with most room: so rooms that are large enough for somebody whole are kept for them.
enum RegionInsertion {
    private struct Candidate {
        let place: Int
        let percent: Int
        /// Users.
        let room: Int
        let isHeld: Bool
    }

    private enum Preference: CaseIterable {
        case heldOnly, heldFirst, none
    }

    /// Where it is best as far as can be seen, instead of all that it has.
    static func put(_ region: Int, in placement: inout PackedPlacement) {
        let space = placement.space
        placement.put(region, [])
        guard space.options[region].isEmpty else {
            return putBestOption(of: region, in: &placement)
        }
        let candidates = candidates(region, placement)
        var best: (shares: [PackedShare], total: Int) = ([], 0)
        for preference in Preference.allCases where best.total < space.totalsMax[region] {
            let shares = filled(region, from: candidates, space, preference)
            let total = shares.reduce(0) { $0 + $1.percent }
            if total > best.total { best = (shares, total) }
        }
        let least = space.least(of: region)
        placement.put(
            region,
            best.total < least
                ? forced(region, to: least, in: placement) : best.shares)
    }

    /// No more of it than it must have, on the host with least room for it.
    static func putLeast(_ region: Int, in placement: inout PackedPlacement) {
        let candidates = candidates(region, placement)
        let least = placement.space.totalsMin[region]
        let fitting = best(of: candidates, for: least, beside: []).map { candidates[$0] }
        guard let fitting, fitting.percent >= least else {
            let shares = forced(region, to: least, in: placement)
            return placement.put(region, shares)
        }
        placement.put(region, [PackedShare(place: fitting.place, percent: least)])
    }

    // MARK: - Where there is room

    private static func candidates(_ region: Int, _ placement: PackedPlacement) -> [Candidate] {
        let space = placement.space
        return space.open(of: region).compactMap { place in
            let percent = placement.percentWithRoom(region, at: place)
            guard percent > 0 else { return nil }
            return Candidate(
                place: place, percent: percent, room: placement.room(on: space.hosts[place]),
                isHeld: space.present[place] > 0)
        }
    }

    private static func filled(
        _ region: Int, from candidates: [Candidate], _ space: PackedSpace,
        _ preference: Preference
    ) -> [PackedShare] {
        var chosen: [Int] = []
        var shares: [PackedShare] = []
        var rest = space.totalsMax[region]
        func take(_ index: Int) {
            let percent = min(rest, candidates[index].percent)
            chosen.append(index)
            shares.append(PackedShare(place: candidates[index].place, percent: percent))
            rest -= percent
        }
        if preference != .none {
            for index in candidates.indices
            where candidates[index].isHeld && rest > 0 && chosen.count < space.hostsMax[region] {
                take(index)
            }
        }
        guard preference != .heldOnly else { return shares }
        while rest > 0, chosen.count < space.hostsMax[region],
            let index = best(of: candidates, for: rest, beside: chosen)
        {
            take(index)
        }
        return shares
    }

    /// The one with least room that takes all of `rest`, or else the one that takes most.
    private static func best(
        of candidates: [Candidate], for rest: Int, beside chosen: [Int]
    ) -> Int? {
        var (fitting, largest): (Int?, Int?) = (nil, nil)
        var (roomLeast, percentMost) = (Int.max, 0)
        for index in candidates.indices {
            let candidate = candidates[index]
            if candidate.percent >= rest {
                guard candidate.room < roomLeast, !chosen.contains(index) else { continue }
                (fitting, roomLeast) = (index, candidate.room)
            } else if candidate.percent > percentMost, !chosen.contains(index) {
                (largest, percentMost) = (index, candidate.percent)
            }
        }
        return fitting ?? largest
    }

    // MARK: - Where there is none

    /// What keeps the rules though too little fits: whole at the one host that it overloads least,
    /// or spread as it is now where a gate may see a host over its limit.
    ///
    /// - Parameter placement: One in which the region has nothing.
    static func forced(
        _ region: Int, to total: Int, in placement: PackedPlacement
    ) -> [PackedShare] {
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
    private static func fullest(
        _ region: Int, to total: Int, in space: PackedSpace
    ) -> [PackedShare] {
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

    private static func putBestOption(of region: Int, in placement: inout PackedPlacement) {
        var best: (shares: [PackedShare], keys: PlacementKeys)?
        let options = placement.space.options[region]
        for (index, option) in options.enumerated() {
            let shares = placement.space.shares(option, of: region)
            placement.put(region, shares)
            let keys = placement.keys
            let isLast = index == options.count - 1
            if !placement.isForbidden && (best.map { keys < $0.keys } ?? true)
                || isLast && best == nil
            {
                best = (shares, keys)
            }
        }
        placement.put(region, best?.shares ?? [])
    }
}

extension PackedPlacement {
    /// Puts regions in one pass: planned changes last, and of the others those first whose users
    /// weigh most, the larger before the smaller.
    ///
    /// Each has the least that it may have before any has more, so that nobody is left without.
    mutating func putAll(_ regions: [Int]) {
        let order = regions.sorted {
            let left = (space.isPlanned[$0] ? 1 : 0, -space.weights[$0], -space.demandMax[$0])
            let right = (space.isPlanned[$1] ? 1 : 0, -space.weights[$1], -space.demandMax[$1])
            return left == right ? $0 < $1 : left < right
        }
        for region in order where space.rations[region] && space.options[region].isEmpty {
            if space.totalsMin[region] > 0 { RegionInsertion.putLeast(region, in: &self) }
        }
        for region in order { RegionInsertion.put(region, in: &self) }
    }
}
