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
            edges: [
                Edge(
                    id: EdgeID("edge-1"), site: SiteID("gra1"), addresses: Addresses(),
                    socket: .unix(path: "edge-1.sock"))
            ],
            zones: [Zone(id: ZoneID("ent.example"), servers: [], serversMin: 1)],
            controllers: places.enumerated().map {
                ControllerPlace(id: ControllerID("c\($0.offset + 1)"), site: SiteID($0.element))
            },
            references: [Endpoint(.v4(0x7f00_3201), port: 53)],
            regions: [
                region("grand-est", "ent-sbg2", ["ent-gra1", "ent-par1"], dns: true, edge: false),
                region(
                    "hauts-de-france", "ent-gra1", ["ent-sbg1", "ent-lyo1"], dns: false,
                    edge: true),
                region("occitanie", "ent-sbg1", ["ent-lyo1", "ent-gra1"], dns: true, edge: true),
                region(
                    "ile-de-france", "ent-par1", ["ent-gra1", "ent-sbg2"], dns: true, edge: false),
            ])
    }

    private static let simulatedRules = GlobalRules(
        doorReadInterval: .seconds(10), doubtedFor: .seconds(300),
        brake: BrakeRules(domainsMax: 2, within: .seconds(120)), approvalMax: .seconds(600))

    private static func site(_ name: String, _ path: String) -> Site {
        let provider = path.split(separator: "/").first.map(String.init) ?? path
        return Site(
            id: SiteID(name), provider: ProviderID(provider), domain: FailureDomain(path),
            fate: name.hasPrefix("sbg") ? [FailureDomain(fate: "power-sbg")] : [])
    }

    private static func region(
        _ name: String, _ primary: String, _ standbys: [String], dns: Bool, edge: Bool
    ) -> Region {
        var doors: [FrontDoor] = []
        if dns {
            doors.append(
                .dns(
                    DNSDoor(
                        name: "\(name).ent.example", zone: ZoneID("ent.example"),
                        ttl: .seconds(30), points: .hosts)))
        }
        if edge {
            doors.append(
                .haproxy(HAProxyDoor(edge: EdgeID("edge-1"), backend: name, isGate: true)))
        }
        return Region(
            id: RegionID(name), title: name, priority: 1,
            demand: Demand(peakUsers: 30_000, curve: .schoolDay),
            probes: [.http(host: "\(name).ent.example", path: "/health", status: 200, body: name)],
            primary: HostID(primary), standbys: standbys.map { HostID($0) }, frontDoors: doors,
            rules: RegionRules(
                probe: ProbeRules(
                    interval: .seconds(5), fastInterval: .seconds(1), timeout: .seconds(2),
                    window: .seconds(60), lostAfterTimeouts: .seconds(8)),
                holdDown: HoldDownRules(
                    lost: .seconds(60), saturated: .seconds(60), dampingMax: .seconds(600)),
                failback: FailbackRules(
                    dwellHost: .seconds(60), dwellDomain: .seconds(120),
                    steps: [20, 100].map(Percent.init(checked:)), stepDwell: .seconds(20))))
    }
}
