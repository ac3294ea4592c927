import Detection
import Situations
import Testing
import TopologyModel
import Values

@testable import Planning

/// The size that the planner is exact for: five regions, each on up to four of seven hosts.
private let hosts = [
    HostSpec("sbg1", "ovh/strasbourg/sbg1", users: 60_000, logins: 120),
    HostSpec("sbg2", "ovh/strasbourg/sbg2", users: 60_000, logins: 120),
    HostSpec("gra1", "ovh/gravelines/gra1", users: 70_000),
    HostSpec("rbx1", "ovh/roubaix/rbx1", users: 60_000),
    HostSpec("par1", "scaleway/paris/par1", users: 80_000),
    HostSpec("par2", "outscale/paris/par2", users: 60_000),
    HostSpec("lyo1", "outscale/lyon/lyo1", users: 40_000),
]

private func regions(_ door: DoorSpec) -> [RegionSpec] {
    [
        ("grand-est", ["sbg2", "sbg1", "gra1", "par1"], 42_000, 1),
        ("ile-de-france", ["par1", "gra1", "par2", "rbx1"], 60_000, 1),
        ("hauts-de-france", ["rbx1", "gra1", "sbg1", "par2"], 38_000, 2),
        ("occitanie", ["sbg1", "par2", "lyo1", "rbx1"], 36_000, 2),
        ("cned", ["gra1", "sbg2", "par2", "lyo1"], 20_000, 4),
    ].map { name, hosts, peak, priority in
        RegionSpec(
            name, hosts, peak: peak, door: door, priority: priority,
            curve: name == "cned" ? .flat : .schoolDay)
    }
}

@Suite struct ShippedSizeTests {
    @Test(
        arguments: DoorSpec.allCases,
        [["ovh/strasbourg/sbg2"], ["ovh/strasbourg"], ["ovh/strasbourg", "ovh/roubaix"], ["ovh"]])
    func everyLossIsPlannedExactly(door: DoorSpec, lost: [String]) {
        let regions = regions(door)
        var now = situation(hosts: hosts, regions: regions, headroom: 15)
        var changes: [WantedChange] = []
        for domain in lost {
            now.hold(domain: domain, .lost)
            for host in now.topology.hosts(in: FailureDomain(domain)) {
                now.hold(host.name, .lost)
                for region in regions where region.hosts[0] == host.name {
                    changes.append(leave(region.name, host.name))
                }
            }
        }
        let placement = plan(now, changes)
        #expect(placement.optimality == .exact, "\(door) \(lost): \(placement.steps) steps")
        #expect(placement.violations(in: now) == [])
    }
}
