import OrderedCollections
import TopologyModel
import Values
import Workload

// What befalls the users of a seeded run, beside the faults of places.
extension FaultMix {
    /// Factors of a surge, in percent: ten times was measured on 6 April 2021 (`incident.md`).
    private static let surges = 100...1000
    /// From a peak within seconds to one within a quarter of an hour.
    private static let slopes = 5...900

    /// How the users of a run behave: most try on, some give up.
    static func habits(_ random: inout SplitMix64) -> CrowdHabits {
        CrowdHabits(patience: random.chance(perMille: 300) ? .seconds(600) : nil)
    }

    /// Surges, attacks, tired hosts, sources that lie or die, and a slow login, drawn over `span`
    /// from `start`; all are over at its end.
    static func crowd(
        over span: Duration, from start: Instant, _ topology: Topology,
        _ random: inout SplitMix64
    ) -> Timeline {
        var drawn: Timeline = []
        for _ in 0..<random.next(in: 1...2) {
            let at = start + random.duration(upTo: span / 2)
            drawn.append((at, .crowd(surge(topology, &random))))
        }
        for _ in 0..<random.next(in: 1...4) {
            let begin = start + random.duration(upTo: span * 3 / 4)
            let end = min(begin + random.duration(upTo: span / 2) + .seconds(5), start + span)
            let (trouble, mend) = trouble(topology, &random)
            drawn += [(begin, .crowd(trouble)), (end, .crowd(mend))]
        }
        return drawn + calm(topology, &random).map { (start + span, .crowd($0)) }
    }

    private static func surge(_ topology: Topology, _ random: inout SplitMix64) -> CrowdEvent {
        let all = Array(topology.regions.keys)
        return .surge(
            regions: random.chance(perMille: 500) ? all : [all[random.next(below: all.count)]],
            factor: PartsPerMillion(random.next(in: surges) * 10_000),
            over: .seconds(random.next(in: slopes)), from: nil)
    }

    private static func trouble(
        _ topology: Topology, _ random: inout SplitMix64
    ) -> (trouble: CrowdEvent, mend: CrowdEvent) {
        let host = topology.hosts.keys[random.next(below: topology.hosts.count)]
        switch random.next(below: 8) {
        case 0:
            let region = topology.regions.keys[random.next(below: topology.regions.count)]
            return (
                .attack(.region(region), rate: random.next(in: 100...5000)),
                .attack(.region(region), rate: 0)
            )
        case 1:
            let by = Duration.milliseconds(random.next(in: 200...4000))
            return (.slow(host: host, by: by), .slow(host: host, by: .zero))
        case 2, 3:
            let percent = random.next(in: 10...90)
            return (.capacity(host: host, percent: percent), .capacity(host: host, percent: 100))
        case 4: return (.loadSource(host: host, is: .lies), .loadSource(host: host, is: .well))
        case 5: return (.loadSource(host: host, is: .silent), .loadSource(host: host, is: .well))
        default:
            guard let dependency = topology.dependencies.keys.first else {
                return (.slow(host: host, by: .seconds(1)), .slow(host: host, by: .zero))
            }
            let isLost = random.chance(perMille: 300)
            let pace = random.next(in: 5...150)
            return (
                .dependency(dependency, is: isLost ? .lost : .slow(loginsPerSecond: pace)),
                .dependency(dependency, is: .well)
            )
        }
    }

    private static func calm(
        _ topology: Topology, _ random: inout SplitMix64
    ) -> [CrowdEvent] {
        let over = Duration.seconds(random.next(in: slopes))
        let ends: [CrowdEvent] = [
            .surge(regions: Array(topology.regions.keys), factor: .one, over: over, from: nil)
        ]
        let hosts = topology.hosts.keys.flatMap { host -> [CrowdEvent] in
            [
                .slow(host: host, by: .zero), .capacity(host: host, percent: 100),
                .loadSource(host: host, is: .well),
            ]
        }
        return ends + hosts + topology.regions.keys.map { .attack(.region($0), rate: 0) }
            + topology.dependencies.keys.map { .dependency($0, is: .well) }
    }
}
