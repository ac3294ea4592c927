import OrderedCollections
import Situations
import TopologyModel
import Values

// What people do while things go wrong: drains, maintenance, a controller that steps down, runs
// that are tried again or taken back.
extension FaultMix {
    /// The longest drain, and maintenance, of a seeded run.
    private static let lengthMax = Duration.seconds(300)
    /// The longest step-down: with one controller nobody leads meanwhile.
    private static let stepDownMax = Duration.seconds(40)

    static func deeds(
        over span: Duration, from start: Instant, _ topology: Topology,
        _ random: inout SplitMix64
    ) -> Timeline {
        (0..<random.next(in: 1...4)).map { _ in
            let at = start + random.duration(upTo: span * 3 / 4)
            return (at, .person(deed(topology, &random)))
        }
    }

    private static func deed(_ topology: Topology, _ random: inout SplitMix64) -> Deed {
        let length = random.duration(upTo: lengthMax) + .seconds(20)
        switch random.next(below: 8) {
        case 0, 1:
            let isOpen = random.chance(perMille: 500)
            return .drain(place(topology, &random), for: isOpen ? nil : length)
        case 2, 3: return .maintain(place(topology, &random), for: length)
        case 4: return .stepDown(for: random.duration(upTo: stepDownMax) + .seconds(2))
        case 5:
            let region = topology.regions.values[random.next(below: topology.regions.count)]
            let host = region.hosts[random.next(below: region.hosts.count)]
            return .switchover(region.id, to: host)
        case 6: return .retryTheLast
        default: return .rollBackTheLast
        }
    }

    private static func place(_ topology: Topology, _ random: inout SplitMix64) -> HoldPlace {
        if random.chance(perMille: 600) {
            return .host(id: topology.hosts.keys[random.next(below: topology.hosts.count)])
        }
        let domains = topology.domains.filter { $0.isFate || $0.depth > 1 }
        return .domain(id: domains[random.next(below: domains.count)])
    }
}
