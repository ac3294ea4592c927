import TestSupport
import Testing
import TopologyModel
import Values

/// Two sites of one campus and one elsewhere, for Grand-Est and Occitanie, on loopback.
struct LabTopology {
    /// Three hosts, a dependency and a reference, each on an address of its own.
    var endpoints: [Endpoint] = []
    var door = FrontDoor.dns(LabTopology.dns)
    var edges: [Edge] = []
    /// With their share of Grand-Est's users, in percent.
    var classes: [(name: String, share: Int)] = []
    /// Of each host, in users.
    var capacity = 60_000
    static let dns = DNSDoor(
        name: "grand-est.ent.example", zone: ZoneID("ent.example"), ttl: .seconds(30),
        points: .hosts)

    init() throws {
        for _ in 0..<5 {
            let endpoint = Endpoint(text: try FreePort().endpoint)
            endpoints.append(try #require(endpoint))
        }
    }

    var dependency: Endpoint { endpoints[3] }
    var reference: Endpoint { endpoints[4] }

    var topology: Topology {
        Topology(
            providers: [Provider(id: ProviderID("ovh"), title: "OVHcloud")],
            sites: [
                site("sbg2", "ovh/strasbourg/sbg2", fate: ["power-sbg"]),
                site("sbg3", "ovh/strasbourg/sbg3", fate: ["power-sbg"]),
                site("gra1", "ovh/gravelines/gra1"), site("rbx1", "ovh/roubaix/rbx1"),
            ],
            hosts: [
                host("ent-sbg2", "sbg2", endpoints[0]), host("ent-sbg3", "sbg3", endpoints[1]),
                host("ent-gra1", "gra1", endpoints[2]),
            ],
            edges: edges, dependencies: [educonnect],
            classes: classes.map { UserClass(id: ClassID($0.name), knownBy: .cookie) },
            references: [reference, elsewhere], regions: [grandEst, occitanie])
    }

    private var elsewhere: Endpoint { Endpoint(.v4(0xc000_0201), port: 53) }

    private var educonnect: Dependency {
        let probe = ProbeKind.http(
            host: "educonnect.example", path: "/ready", status: 200, body: "open")
        return Dependency(
            id: DependencyID("educonnect"),
            probes: [DependencyProbe(endpoint: dependency, kind: probe)])
    }

    private var grandEst: Region {
        Region(
            id: RegionID("grand-est"), title: "Grand-Est", priority: 1,
            demand: Demand(peakUsers: 42_000, curve: .flat, shares: shares),
            probes: [
                .http(
                    host: "grand-est.ent.example", path: "/health", status: 200, body: "grand-est")
            ],
            primary: HostID("ent-sbg2"), standbys: [HostID("ent-sbg3"), HostID("ent-gra1")],
            frontDoors: [door])
    }

    private var shares: [ClassShare] {
        classes.map { ClassShare(classID: ClassID($0.name), share: Percent(checked: $0.share)) }
    }

    private var occitanie: Region {
        Region(
            id: RegionID("occitanie"), title: "Occitanie", priority: 2,
            demand: Demand(peakUsers: 10_000, curve: .flat),
            probes: [.http(host: "occitanie.ent.example", path: "/up", status: 204, body: nil)],
            primary: HostID("ent-gra1"), standbys: [], frontDoors: [])
    }

    private func site(_ id: String, _ path: String, fate: [String] = []) -> Site {
        Site(
            id: SiteID(id), provider: ProviderID("ovh"), domain: FailureDomain(path),
            fate: fate.map(FailureDomain.init(fate:)))
    }

    private func host(_ id: String, _ site: String, _ endpoint: Endpoint) -> Host {
        Host(
            id: HostID(id), site: SiteID(site), addresses: Addresses(ipv4: endpoint),
            capacity: Capacity(users: capacity))
    }
}
