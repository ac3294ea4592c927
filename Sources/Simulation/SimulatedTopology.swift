package import TopologyModel
import Values

extension Topology {
    /// A small topology for seeds, with short dwells: a campus of three buildings, two sites beside
    /// it, doors of both kinds, and as many controllers as are asked for (1 through 5).
    package static func simulated(controllers: Int) -> Topology {
        let sites = [
            site("sbg1", "ovh/strasbourg/sbg1"), site("sbg2", "ovh/strasbourg/sbg2"),
            site("gra1", "ovh/gravelines/gra1"), site("par1", "scw/paris/par1"),
            site("lyo1", "ikoula/lyon/lyo1"),
        ]
        let hosts = sites.enumerated().map { index, site in
            Host(
                id: HostID("ent-\(site.id)"), site: site.id,
                addresses: Addresses(ipv4: Endpoint(.v4(0x7f00_1501 + UInt32(index)), port: 8080)),
                capacity: Capacity(users: 100_000))
        }
        let places = ["lyo1", "par1", "gra1", "sbg1", "sbg2"].prefix(controllers)
        return Topology(
            rules: simulatedRules,
            providers: ["ovh", "scw", "ikoula"].map { Provider(id: ProviderID($0), title: $0) },
            sites: sites, hosts: hosts,
            edges: [edge("edge-1", "gra1", 1), edge("edge-2", "lyo1", 2)],
            zones: [Zone(id: ZoneID("ent.example"), servers: [], serversMin: 1)],
            controllers: places.enumerated().map {
                ControllerPlace(id: ControllerID("c\($0.offset + 1)"), site: SiteID($0.element))
            },
            references: [Endpoint(.v4(0x7f00_3201), port: 53)],
            regions: [
                region("grand-est", "ent-sbg2", ["ent-gra1", "ent-par1"], points: .hosts),
                region(
                    "hauts-de-france", "ent-gra1", ["ent-sbg1", "ent-lyo1"], points: .edges,
                    edges: ["edge-1", "edge-2"]),
                region(
                    "occitanie", "ent-sbg1", ["ent-lyo1", "ent-gra1"], points: .hosts,
                    edges: ["edge-1"]),
                region("ile-de-france", "ent-par1", ["ent-gra1", "ent-sbg2"], edges: ["edge-2"]),
            ])
    }

    private static func edge(_ name: String, _ site: String, _ number: UInt32) -> Edge {
        Edge(
            id: EdgeID(name), site: SiteID(site),
            addresses: Addresses(ipv4: Endpoint(.v4(0x7f00_1e00 + number), port: 8443)),
            socket: .unix(path: "\(name).sock"))
    }

    private static let simulatedProbe = ProbeRules(
        interval: .seconds(5), fastInterval: .seconds(1), timeout: .seconds(2),
        window: .seconds(60), lostAfterTimeouts: .seconds(8))

    private static let simulatedRules = GlobalRules(
        probe: simulatedProbe, doorReadInterval: .seconds(10), doubtedFor: .seconds(300),
        brake: BrakeRules(domainsMax: 2, within: .seconds(120)), approvalMax: .seconds(600))

    private static func site(_ name: String, _ path: String) -> Site {
        let provider = path.split(separator: "/").first.map(String.init) ?? path
        return Site(
            id: SiteID(name), provider: ProviderID(provider), domain: FailureDomain(path),
            fate: name.hasPrefix("sbg") ? [FailureDomain(fate: "power-sbg")] : [])
    }

    private static func region(
        _ id: String, _ primary: String, _ standbys: [String], points: DNSDoor.Points? = nil,
        edges: [String] = []
    ) -> Region {
        let name = points.map {
            FrontDoor.dns(
                DNSDoor(
                    name: "\(id).ent.example", zone: ZoneID("ent.example"), ttl: .seconds(30),
                    points: $0))
        }
        let doors =
            [name].compactMap(\.self)
            + edges.map { .haproxy(HAProxyDoor(edge: EdgeID($0), backend: id, isGate: true)) }
        return Region(
            id: RegionID(id), title: id, priority: 1,
            demand: Demand(peakUsers: 30_000, curve: .schoolDay),
            probes: [.http(host: "\(id).ent.example", path: "/health", status: 200, body: id)],
            primary: HostID(primary), standbys: standbys.map { HostID($0) }, frontDoors: doors,
            rules: RegionRules(
                probe: simulatedProbe,
                holdDown: HoldDownRules(
                    lost: .seconds(60), saturated: .seconds(60), dampingMax: .seconds(600)),
                failback: FailbackRules(
                    dwellHost: .seconds(60), dwellDomain: .seconds(120),
                    steps: [20, 100].map(Percent.init(checked:)), stepDwell: .seconds(20))))
    }
}
