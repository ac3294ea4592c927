import OrderedCollections
import Testing
import TopologyModel
import Values

/// What a topology says of itself: its domains, who stands in them, and whose door is whose.
struct TopologyTests {
    private let topology = Samples.strasbourgAndElsewhere

    @Test func listsItsDomainsFromWideToNarrowAndThenTheFates() {
        #expect(
            topology.domains.map(\.name) == [
                "ovh", "scaleway",
                "ovh/gravelines", "ovh/strasbourg", "scaleway/paris",
                "ovh/gravelines/gra1", "ovh/strasbourg/sbg2", "ovh/strasbourg/sbg3",
                "scaleway/paris/par1",
                "fate:power-sbg", "fate:water-sbg",
            ])
    }

    @Test(arguments: [
        (domain: "ovh", hosts: ["ent-sbg2", "ent-sbg3", "ent-gra1"]),
        (domain: "ovh/strasbourg", hosts: ["ent-sbg2", "ent-sbg3"]),
        (domain: "ovh/strasbourg/sbg3", hosts: ["ent-sbg3"]),
        (domain: "fate:power-sbg", hosts: ["ent-sbg2", "ent-sbg3"]),
        (domain: "fate:water-sbg", hosts: ["ent-sbg2"]),
        (domain: "scaleway", hosts: ["ent-par1"]),
        (domain: "ovh/stras", hosts: []),
        (domain: "power-sbg", hosts: []),
    ])
    func findsTheHostsThatFallWithADomain(domain: String, hosts: [String]) {
        #expect(topology.hosts(in: FailureDomain(domain)).map(\.name) == hosts)
    }

    @Test func findsTheSiteOfAHost() {
        #expect(topology.site(of: HostID("ent-sbg2"))?.id.name == "sbg2")
        #expect(topology.site(of: HostID("ent-lost")) == nil)
        #expect(topology.site(of: HostID("ent-unknown")) == nil)
    }

    @Test func findsADoorAndItsRegion() {
        let found = topology.door(FrontDoorID("haproxy:edge-1/grand-est"))
        #expect(found?.region.id.name == "grand-est")
        #expect(found?.door == Samples.haproxy())
        #expect(topology.door(FrontDoorID("dns:other.ent.example")) == nil)
    }

    @Test func hasOneControllerOutsideEveryDomainWhenNoneIsDeclared() {
        #expect(topology.controllers.map(\.id) == [Topology.onlyController])
        #expect(topology.controllers.first?.site == nil)
    }

    @Test func keepsTheFirstOfTwoWithOneName() {
        let twice = Topology(
            providers: [], sites: [],
            hosts: [Samples.host("a", at: "one"), Samples.host("a", at: "two")], regions: [])
        #expect(twice.hosts[HostID("a")]?.site.name == "one")
    }
}
