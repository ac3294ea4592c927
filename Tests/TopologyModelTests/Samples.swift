import TopologyModel
import Values

/// Topologies of a few sites for these tests.
enum Samples {
    static func site(_ name: String, in path: String, fate: [String] = []) -> Site {
        let provider = path.prefix { $0 != "/" }
        return Site(
            id: SiteID(name), provider: ProviderID(String(provider)),
            domain: FailureDomain("\(path)/\(name)"),
            fate: fate.map { FailureDomain(fate: $0) })
    }

    static func host(_ name: String, at site: String) -> Host {
        Host(
            id: HostID(name), site: SiteID(site), addresses: Addresses(),
            capacity: Capacity(users: 60_000))
    }

    static func region(_ name: String = "grand-est", doors: [FrontDoor]) -> Region {
        Region(
            id: RegionID(name), title: name, priority: 3,
            demand: Demand(peakUsers: 42_000, curve: .schoolDay), probes: [.tcp],
            primary: HostID("ent-sbg2"), standbys: [HostID("ent-gra1")], frontDoors: doors)
    }

    static func dns(_ name: String, points: DNSDoor.Points = .hosts) -> FrontDoor {
        .dns(
            DNSDoor(
                name: name, zone: ZoneID("ent.example"), ttl: .seconds(30), points: points))
    }

    static func haproxy(gate: Bool = false) -> FrontDoor {
        .haproxy(HAProxyDoor(edge: EdgeID("edge-1"), backend: "grand-est", isGate: gate))
    }

    static let strasbourgAndElsewhere = Topology(
        providers: [
            Provider(id: ProviderID("ovh"), title: "OVHcloud"),
            Provider(id: ProviderID("scaleway"), title: "Scaleway"),
        ],
        sites: [
            site("sbg2", in: "ovh/strasbourg", fate: ["power-sbg", "water-sbg"]),
            site("sbg3", in: "ovh/strasbourg", fate: ["power-sbg"]),
            site("gra1", in: "ovh/gravelines"),
            site("par1", in: "scaleway/paris"),
        ],
        hosts: [
            host("ent-sbg2", at: "sbg2"), host("ent-sbg3", at: "sbg3"),
            host("ent-gra1", at: "gra1"), host("ent-par1", at: "par1"),
            host("ent-lost", at: "nowhere"),
        ],
        regions: [region(doors: [dns("grand-est.ent.example"), haproxy()])])
}
