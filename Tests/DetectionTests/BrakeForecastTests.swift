import Detection
import Testing
import TopologyModel
import Values

/// What is foretold of a loss is what the judges make of it, once all its hosts fall.
@Suite struct BrakeForecastTests {
    /// Campuses of two to three sites at some providers, with fates across them.
    private static func topology(_ random: inout SplitMix64) -> Topology {
        var sites: [(domain: String, fate: [String])] = []
        for provider in 0..<(2 + random.next(below: 3)) {
            for campus in 0..<(1 + random.next(below: 3)) {
                for site in 0..<(1 + random.next(below: 3)) {
                    let isShared = random.next(below: 4) == 0
                    sites.append(
                        (
                            domain: "p\(provider)/c\(campus)/s\(provider)\(campus)\(site)",
                            fate: isShared ? ["f\(random.next(below: 2))"] : []
                        ))
                }
            }
        }
        let brake = BrakeRules(domainsMax: 1 + random.next(below: 3))
        return .of(
            sites,
            global: GlobalRules(inferProviders: random.next(below: 3) == 0, brake: brake))
    }

    @Test(arguments: 0..<20)
    func judgesDoWhatIsForetold(part: Int) {
        var random = SplitMix64(seed: UInt64(part))
        for _ in 0..<10 {
            let topology = BrakeForecastTests.topology(&random)
            let forecast = BrakeForecast(of: topology)
            let domains = topology.domains
            let lost = (0...random.next(below: 3)).map { _ in
                domains[random.next(below: domains.count)]
            }
            var failing: [String: FailureKind] = [:]
            for host in lost.flatMap(topology.hosts(in:)) { failing[host.name] = .refused }
            var stand = Stand(topology)
            stand.run(seconds: 20)
            stand.run(seconds: 20, failing)
            #expect(
                forecast.isPulled(byLosing: lost) == (stand.board.brake != nil),
                "\(lost) of \(domains): \(stand.lostDomains), \(topology.rules.brake)")
        }
    }
}
