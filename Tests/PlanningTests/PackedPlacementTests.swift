import Testing
import Values

@testable import Planning

/// Sums that are kept up to date as slots are set are those of a count from nothing.
@Suite struct PackedPlacementTests {
    @Test(arguments: 0..<4 as Range<UInt64>)
    func sumsAreKept(batch: UInt64) {
        var tried = 0
        var seed = (batch + 700) << 32
        while tried < 50 {
            defer { seed += 1 }
            guard let problem = SmallProblem(seed: seed) else { continue }
            tried += 1
            let space = problem.space
            let packed = PackedSpace(space)
            var placement = PackedPlacement(packed)
            var random = SplitMix64(seed: seed)
            for _ in 0..<20 {
                let region = random.next(below: packed.regionCount)
                let row = packed.anyRow(of: region, using: &random)
                placement.put(region, packed.shares(row, of: region))
                let slot = random.next(below: placement.slots.count)
                let share = placement.slots[slot]
                placement.set(slot, to: .none)
                placement.set(slot, to: share)
                expectSums(of: placement, in: space, seed: seed)
            }
        }
    }

    private func expectSums(of placement: PackedPlacement, in space: SearchSpace, seed: UInt64) {
        var state = SearchState(space)
        for row in placement.space.rows(placement.slots) { _ = state.push(row) }
        var keys = state.keys
        (keys.utilisation, keys.rearranged, keys.fate) = (0, 0, 0)
        #expect(placement.keys == keys, "seed \(seed)")
        #expect(placement.isForbidden == state.isForbidden, "seed \(seed)")
        #expect(state.loads == placement.loads, "seed \(seed)")
    }
}

extension PackedSpace {
    /// One of the listed options, or some percents on no more hosts than the region may have.
    fileprivate func anyRow(of region: Int, using random: inout SplitMix64) -> [Int] {
        guard options[region].isEmpty else {
            return options[region][random.next(below: options[region].count)]
        }
        var (row, rest) = (places(of: region).map { _ in 0 }, totalsMax[region])
        let count = openCount(of: region)
        for _ in 0..<random.next(in: 0...hostsMax[region]) where count > 0 {
            let place = open(random.next(below: count), of: region)
            let percent = random.next(in: 0...min(rest, caps[place]))
            let index = place - places(of: region).lowerBound
            rest += row[index] - percent
            row[index] = percent
        }
        return row
    }
}
