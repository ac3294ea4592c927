import Foundation
import Manifests
import OrderedCollections
import TestSupport
import Testing
import TopologyModel
import Values

/// The topology at the top of the repository: it reads, and it is the picture that it claims to be.
struct ShippedTopologyTests {
    private let root: URL
    private let file: TopologyFile
    private var topology: Topology { file.topology }

    init() throws {
        root = try packageRoot()
        let bytes = [UInt8](try Data(contentsOf: root.appendingPathComponent("topology.yaml")))
        file = try TopologyFile(
            bytes: bytes, file: "topology.yaml", today: GoldenTopologies.today)
    }

    @Test func isReadWithNoMoreThanItsTwoHonestWarnings() {
        #expect(
            file.warnings.map(\.what) == [
                "there is only one controller", "zone ent.example has only one name server",
            ])
    }

    @Test func showsTheCampusAsOneDomain() {
        let campus = topology.hosts(in: FailureDomain("ovh/strasbourg"))
        #expect(campus == topology.hosts(in: FailureDomain(fate: "power-sbg")))
        #expect(campus.map(\.name) == ["ent-sbg1", "ent-sbg2", "ent-sbg3", "ent-sbg4"])
    }

    @Test func hasSeveralRegionsAtHomeInStrasbourg() {
        let campus = topology.hosts(in: FailureDomain("ovh/strasbourg"))
        let regions = topology.regions.values.filter { campus.contains($0.primary) }
        #expect(regions.map(\.id.name) == ["grand-est", "ile-de-france", "occitanie"])
    }

    @Test func hasAStandbyOutsideEveryDomainOfThePrimary() {
        for region in topology.regions.values {
            let home = topology.site(of: region.primary)?.domains ?? []
            for domain in home {
                let inside = topology.hosts(in: domain)
                #expect(
                    region.standbys.contains { !inside.contains($0) },
                    "all of \(region.id) falls with \(domain)")
            }
        }
    }

    /// Each region that loses its home finds room at its first standby that is left, beside who is
    /// there already, at its peak and with the head-room kept.
    @Test(arguments: [
        "ovh/strasbourg", "ovh/gravelines", "ovh/roubaix", "scaleway/paris", "clevercloud/paris",
    ])
    func fitsWithoutOneCampus(domain: String) throws {
        let gone = topology.hosts(in: FailureDomain(domain))
        var users: [HostID: Users] = [:]
        for region in topology.regions.values {
            let host = try #require(region.hosts.first { !gone.contains($0) })
            users[host, default: 0] += region.demand.peakUsers
        }
        for (host, used) in users {
            let capacity = try #require(topology.hosts[host]).capacity.users
            let room = capacity * (100 - topology.rules.headroom.value) / 100
            #expect(used <= room, "\(host) without \(domain)")
        }
    }

    @Test func standsOnLoopbackWithoutPrivileges() {
        let hosts = topology.hosts.values.flatMap(\.addresses.all)
        let servers = topology.zones.values.flatMap(\.servers).map(\.endpoint)
        let probed = topology.dependencies.values.flatMap(\.probes).map(\.endpoint)
        let all = hosts + servers + probed + topology.references
        #expect(Set(all).count == all.count, "an address is used twice")
        for endpoint in all {
            #expect("\(endpoint)".hasPrefix("127."), "\(endpoint)")
            #expect(endpoint.port > 1023, "\(endpoint)")
        }
    }

    @Test func namesAKeyFileThatIsThereAndSaysThatItIsNoSecret() throws {
        for server in topology.zones.values.flatMap(\.servers) {
            let path = try #require(server.tsigKeyFile)
            let key = try String(
                contentsOf: root.appendingPathComponent(path), encoding: .utf8)
            #expect(key.contains("NOT A SECRET"))
        }
    }

    @Test func keepsTheRulesOfTheDesignAsItsDefaults() {
        let rules = GlobalRules()
        #expect(topology.rules == rules)
        for region in topology.regions.values {
            #expect(region.rules.probe == ProbeRules())
            #expect(region.rules.holdDown == HoldDownRules())
            #expect(region.rules.patience == Patience())
        }
    }
}
