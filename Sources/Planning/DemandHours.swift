import Detection
import OrderedCollections
import Situations
import TopologyModel
import Values

/// Every region's demand at the hours that a plan must hold for.
///
/// Demand is constant between the samples, which are each quarter of an hour (offsets from UTC are
/// whole quarters), the start of each event and the end of a surge. An hour that asks no more of
/// any region than another is dropped: load, utilisation and what stays unserved only grow with
/// demand.
struct DemandHours: Sendable {
    /// Longer horizons are cut to this: two school weeks, with what the calendar says of them.
    static let horizonMax = Duration.seconds(14 * 24 * 3600)
    private static let sampleSeconds: Int64 = 900

    private let regions: OrderedSet<RegionID>
    /// One row an hour that is kept, with one number of users a region, in declared order.
    private let rows: [[Users]]
    /// When the demand of each row is first so large.
    let instants: [Instant]

    init(_ situation: Situation, horizon: Duration) {
        self.init(situation, at: DemandHours.samples(situation, horizon: horizon))
    }

    init(_ situation: Situation, at samples: [Instant]) {
        let topology = situation.topology
        regions = OrderedSet(topology.regions.keys)
        let seen = situation.usersSeen
        var rows: OrderedDictionary<[Users], Instant> = [:]
        for instant in samples {
            let row = topology.regions.values.map {
                situation.demand(of: $0, at: instant, seen: seen[$0.id] ?? 0)
            }
            rows[row] = rows[row] ?? instant
        }
        let kept = rows.filter { row, _ in
            !rows.keys.contains { $0 != row && zip($0, row).allSatisfy { $0 >= $1 } }
        }
        (self.rows, instants) = (Array(kept.keys), Array(kept.values))
    }

    var count: Int { rows.count }

    /// The region's users, one number an hour.
    func users(of region: RegionID) -> [Users] {
        guard let index = regions.firstIndex(of: region) else { return rows.map { _ in 0 } }
        return rows.map { $0[index] }
    }

    private static func samples(_ situation: Situation, horizon: Duration) -> [Instant] {
        let start = situation.now
        let end = start + max(.zero, min(horizon, horizonMax))
        let events = situation.topology.calendar.events.map(\.from)
        let afterSurge = situation.board.surge > 100 ? [start + Situation.surgeFor] : []
        var samples = [start] + (events + afterSurge).filter { start < $0 && $0 <= end }
        var second = (start.unixSeconds / sampleSeconds + 1) * sampleSeconds
        while Instant(unixSeconds: second) <= end {
            samples.append(Instant(unixSeconds: second))
            second += sampleSeconds
        }
        return samples
    }
}
