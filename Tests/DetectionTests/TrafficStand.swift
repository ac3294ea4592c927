import Detection
import OrderedCollections
import TopologyModel
import Values

/// A region at two hosts behind two edges; live requests and probes are fed by hand.
struct TrafficStand {
    static let home = HostID("s")
    static let refuge = HostID("t")
    static let region = RegionID("r0")
    static let rules = TrafficRules(distrust: .seconds(60), distrustMax: .seconds(200))
    /// From reading to reading.
    static let step = Duration.milliseconds(100)

    var stand: Stand
    /// Hosts whose probes fail.
    var failing: [String: FailureKind] = [:]

    /// Everything has been seen up.
    init(
        sites: [(domain: String, fate: [String])] = [("p/s", []), ("q/t", [])],
        probe: ProbeRules = .quick, rules: TrafficRules = TrafficStand.rules,
        load: LoadSource? = nil
    ) {
        stand = Stand(
            Topology.of(sites, rules: probe, global: GlobalRules(traffic: rules), load: load)
                .withEdges(["e1", "e2"]))
        stand.run(seconds: 3)
    }

    func verdict(of host: HostID = home) -> Verdict {
        stand.board.verdict(of: TrafficStand.region, at: host)
    }

    func evidence(of host: HostID = home) -> Evidence? {
        stand.board.services[.init(region: TrafficStand.region, host: host)]?.evidence
    }

    /// One character a reading of 100 ms: `+` two answers, `-` two answers 5xx, `h` one of each,
    /// `r` two connections tried again, `b` two requests without an answer, blank nothing. Probes
    /// run beside. Returns one character a reading: `U` up, `D` lost.
    @discardableResult
    mutating func run(_ live: String, at hosts: [HostID] = [home], edges: [String] = ["e1"])
        -> String
    {
        var verdicts = ""
        for (number, character) in live.enumerated() {
            stand.now = stand.now + TrafficStand.step
            for host in hosts {
                for edge in edges { read(character, at: host, edge) }
            }
            if number % 10 == 9 { stand.probe(failing) } else { stand.settle() }
            verdicts += verdict() == .lost ? "D" : "U"
        }
        return verdicts
    }

    mutating func read(_ character: Character, at host: HostID, _ edge: String = "e1") {
        let (answered, failed, began): (Int, TrafficFailures, Int) =
            switch character {
            case "+": (2, TrafficFailures(), 2)
            case "-": (0, TrafficFailures(serverErrors: 2), 2)
            case "h": (1, TrafficFailures(serverErrors: 1), 2)
            case "r": (0, TrafficFailures(retries: 2), 2)
            case "b": (0, TrafficFailures(), 2)
            default: (0, TrafficFailures(), 0)
            }
        guard began > 0 else { return }
        observe(host, edge, began: began, answered: answered, failed: failed)
    }

    mutating func observe(
        _ host: HostID, _ edge: String = "e1", span: Duration = step, began: Int, answered: Int,
        failed: TrafficFailures
    ) {
        let reading = TrafficReading(
            vantage: Stand.me, edge: EdgeID(edge), region: TrafficStand.region, host: host,
            at: stand.now, span: span, began: began, answered: answered, failed: failed)
        stand.detection.observe([reading], at: stand.now)
    }

    /// Probes alone, once a second.
    mutating func wait(seconds: Int) { stand.run(seconds: seconds, failing) }
}

extension Topology {
    func withEdges(_ names: [String]) -> Topology {
        Topology(
            rules: rules, providers: [], sites: Array(sites.values), hosts: Array(hosts.values),
            edges: names.map { name in
                Edge(
                    id: EdgeID(name), site: sites.values[0].id,
                    addresses: Addresses(ipv4: Endpoint(text: "127.9.9.9:80")),
                    socket: .unix(path: name), probes: [])
            }, controllers: controllers, regions: Array(regions.values))
    }
}
