/// A search space as flat arrays of integers, for a search that looks at millions of options.
///
/// A place is a host of a region: an index into `hosts`, `caps` and `present`; the places of a
/// region stand together, in declared order. It is a class so that handing it on costs one
/// count, not one an array.
final class PackedSpace: Sendable {
    /// Of the highest priority (`Region.weightInPlan`).
    static let weightMax = 5

    let hours: Int
    /// Users, one a host.
    let limits: [Int]
    /// Users of the regions that stay, at `host * hours + hour`.
    let base: [Int]

    /// Users, at `region * hours + hour`.
    let demand: [Int]
    let demandMax: [Int]
    let weights: [Int]
    /// Where a region's places begin; one more than there are regions.
    let starts: [Int]
    let hosts: [Int]
    /// Percent of the region's demand.
    let caps: [Int]
    let present: [Int]
    /// The places that a region has now, one list a region.
    let held: [[Int]]
    /// The places that regions may have, those of a region together, and where each begins.
    private let (openPlaces, openStarts): ([Int], [Int])
    /// Those of them that a region has, one list a region.
    let home: [[Int]]
    /// Whether a region has more on some host than it may.
    let mustLeave: [Bool]
    /// How many hosts any region may have at once: slots of a region in `PackedPlacement`.
    let width: Int

    /// The least and the most that a region's shares add up to, in percent of its demand.
    let totalsMin: [Int]
    let totalsMax: [Int]
    let hostsMax: [Int]
    let rations: [Bool]
    /// Whether a region is spread only where it fits (`SearchState.isForbidden`).
    let isStrict: [Bool]
    let isPlanned: [Bool]
    /// What a region may be, one percent a place, where that is listed; empty where it is free.
    let options: [[[Int]]]

    /// - Parameter spreadsStrict: Whether regions that are spread only where they fit may be.
    init(_ space: SearchSpace, spreadsStrict: Bool = true) {
        let regions = space.regions
        hours = space.hours
        limits = space.limits
        base = space.base
        demand = regions.flatMap(\.demand)
        demandMax = regions.map(\.demandMax)
        weights = regions.map(\.weight)
        let starts = regions.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.hosts.count) }
        self.starts = starts
        hosts = regions.flatMap(\.hosts)
        caps = regions.flatMap(\.caps)
        present = regions.flatMap(\.present)
        held = zip(starts, regions).map { start, region in
            region.present.indices.filter { region.present[$0] > 0 }.map { start + $0 }
        }
        let caps = caps
        let open = regions.indices.map { region in
            (starts[region]..<starts[region + 1]).filter { caps[$0] > 0 }
        }
        openPlaces = open.flatMap(\.self)
        openStarts = open.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
        home = held.map { $0.filter { caps[$0] > 0 } }
        mustLeave = regions.map(\.mustLeave)
        width = regions.map(\.widthMax).max() ?? 0
        totalsMin = regions.map { $0.totals.lowerBound }
        totalsMax = regions.map { $0.totals.upperBound }
        let isStrict = regions.map { !$0.rations && $0.fitsOneHost && !$0.isPlanned }
        self.isStrict = isStrict
        hostsMax = regions.indices.map { region in
            let most = max(1, min(regions[region].hostsMax, open[region].count))
            return isStrict[region] && !spreadsStrict ? 1 : most
        }
        rations = regions.map(\.rations)
        isPlanned = regions.map(\.isPlanned)
        options = regions.map(\.options)
    }

    var regionCount: Int { demandMax.count }
    var hostCount: Int { limits.count }

    /// What stays unserved when a region has no place at all, weighted, in hundredths of a user.
    var worths: [Int] { zip(weights, demandMax).map { 100 * $0 * $1 } }

    /// The same of all regions together, in one hour.
    func worth(at hour: Int) -> Int {
        (0..<regionCount).reduce(0) { $0 + 100 * weights[$1] * demand[$1 * hours + hour] }
    }

    /// One row a region, one percent a place of it.
    func rows(_ shares: [PackedShare]) -> [[Int]] {
        (0..<regionCount).map { region in
            var row = places(of: region).map { _ in 0 }
            for share in shares[slots(of: region)] where share.percent > 0 {
                row[share.place - starts[region]] = share.percent
            }
            return row
        }
    }

    /// What a region is given as one percent a place of it.
    func shares(_ row: [Int], of region: Int) -> [PackedShare] {
        zip(places(of: region), row).filter { $0.1 > 0 }
            .map { PackedShare(place: $0.0, percent: $0.1) }
    }

    /// What a region must have, in percent of its demand: all of it where no gate rations it.
    func least(of region: Int) -> Int {
        rations[region] ? totalsMin[region] : totalsMax[region]
    }

    /// Whether a region may be so, one percent a place, whatever the others are.
    func allows(_ row: [Int], of region: Int) -> Bool {
        guard options[region].isEmpty else { return options[region].contains(row) }
        let total = row.reduce(0, +)
        return zip(row, caps[places(of: region)]).allSatisfy { $0 <= $1 }
            && row.count { $0 > 0 } <= hostsMax[region]
            && least(of: region) <= total && total <= totalsMax[region]
    }

    func places(of region: Int) -> Range<Int> { starts[region]..<starts[region + 1] }

    /// The places that a region may have.
    func open(of region: Int) -> ArraySlice<Int> {
        openPlaces[openStarts[region]..<openStarts[region + 1]]
    }

    /// How many they are, and any of them by its number.
    func openCount(of region: Int) -> Int { openStarts[region + 1] - openStarts[region] }

    func open(_ index: Int, of region: Int) -> Int { openPlaces[openStarts[region] + index] }

    func slots(of region: Int) -> Range<Int> { region * width..<(region + 1) * width }
}

extension PlannedRegion {
    /// In percent of its demand; what the listed options add up to where it has such.
    fileprivate var totals: ClosedRange<Int> {
        switch choice {
        case .free(let totals): totals
        case .listed(let options):
            (options.map { $0.reduce(0, +) }.min() ?? 0)...(options.map { $0.reduce(0, +) }.max()
                ?? 0)
        }
    }

    /// Of the hosts that it may have at once, also where it is listed what it may be.
    fileprivate var widthMax: Int {
        max(hostsMax, options.map { $0.count { $0 > 0 } }.max() ?? 0)
    }

    fileprivate var options: [[Int]] {
        switch choice {
        case .free: []
        case .listed(let options): options
        }
    }
}
