import Detection
import Situations
import Testing
import TopologyModel
import Values

@testable import Planning

private let hosts = [
    HostSpec("sbg2", "ovh/strasbourg/sbg2", users: 1000),
    HostSpec("sbg3", "ovh/strasbourg/sbg3", users: 1000),
    HostSpec("gra", "ovh/gravelines/gra", users: 1000),
    HostSpec("par", "scaleway/paris/par", users: 1000, labels: ["eu"]),
]

@Suite struct PlacementTests {
    @Test func aRegionLeavesALostHostAndNobodyElseMoves() throws {
        var now = situation(
            hosts: hosts,
            regions: [
                RegionSpec("east", ["sbg2", "gra"], peak: 300),
                RegionSpec("north", ["gra", "sbg2"], peak: 300),
            ])
        now.hold("sbg2", .lost)
        let placement = plan(now, [leave("east", "sbg2")])
        #expect(placement.text == "east: gra 100%")
        #expect(placement.optimality == .exact)
        let east = try #require(placement["east"])
        #expect(east.cause == .lost)
        #expect(east.explanation.map(\.objection) == [.lost, nil])
        #expect(
            placement.premises == [
                .allocation(region: RegionID("east"), is: Allocation(all: HostID("sbg2"))),
                .serves(region: RegionID("east"), host: HostID("gra")),
                .sound(host: HostID("gra")), .demand(region: RegionID("east"), atMost: 300),
                .room(host: HostID("gra"), atLeast: 300),
            ])
        #expect(placement.violations(in: now) == [])
    }

    @Test func noTargetStandsInADoubtedDomain() throws {
        var now = situation(
            hosts: hosts, regions: [RegionSpec("east", ["sbg2", "sbg3", "par"], peak: 300)])
        now.hold("sbg2", .lost)
        now.doubt("ovh/strasbourg")
        let placement = plan(now, [leave("east", "sbg2")])
        #expect(placement.text == "east: par 100%")
        let why = try #require(placement["east"]).explanation[1].objection
        #expect(why == .inDoubtedDomain(FailureDomain("ovh/strasbourg")))
    }

    @Test func usersWhoAreInADoubtedDomainMayStay() {
        var now = situation(
            hosts: hosts, regions: [RegionSpec("east", ["sbg2", "sbg3", "par"], peak: 300)])
        now.place("east", [("sbg2", 60), ("sbg3", 40)])
        now.hold("sbg2", .lost)
        now.doubt("ovh/strasbourg")
        #expect(plan(now, [leave("east", "sbg2")]).text == "east: sbg3 40%, par 60%")
    }

    @Test func aRegionWhoseHostsAreAllGoneStaysAndIsRefused() {
        var now = situation(hosts: hosts, regions: [RegionSpec("east", ["sbg2", "sbg3"], peak: 3)])
        now.hold(domain: "ovh/strasbourg", .lost)
        let placement = plan(now, [leave("east", "sbg2")])
        #expect(placement.regions == [])
        #expect(
            placement.refusals.map(\.what) == [
                "no host may take the users of east: "
                    + "sbg2 stands in ovh/strasbourg, which is held lost; "
                    + "sbg3 stands in ovh/strasbourg, which is held lost"
            ])
    }

    @Test(arguments: [
        (
            why: "a whole region takes the emptier host", door: DoorSpec.whole, peak: 300,
            text: "east: par 100%"
        ),
        (
            why: "a region that can be split keeps hosts level", door: .split, peak: 800,
            text: "east: gra 26%, par 74%"
        ),
        (
            why: "a gate keeps out what fits nowhere", door: .gated, peak: 2000,
            text: "east: gra 30%, par 50%"
        ),
        (
            why: "without a gate it is whole on the host that it overloads least", door: .split,
            peak: 2000, text: "east: par 100%"
        ),
    ])
    func oneRegionIsPlacedByItsDoor(why: String, door: DoorSpec, peak: Int, text: String) {
        var now = situation(
            hosts: hosts,
            regions: [
                RegionSpec("east", ["sbg2", "gra", "par"], peak: peak, door: door),
                RegionSpec("north", ["gra"], peak: 390),
            ])
        now.hold("sbg2", .lost)
        #expect(plan(now, [leave("east", "sbg2")]).text == text, "\(why)")
    }

    @Test func whatAnUnrationedRegionOverloadsIsMarked() throws {
        var now = situation(
            hosts: hosts,
            regions: [RegionSpec("east", ["sbg2", "gra"], peak: 1400, door: .split)])
        now.hold("sbg2", .lost)
        let east = try #require(plan(now, [leave("east", "sbg2")])["east"])
        #expect(east.overcommitted == 400)
    }

    @Test func headroomAndTheMorningsPeakCount() {
        let regions = [
            RegionSpec("east", ["sbg2", "gra", "par"], peak: 900, door: .whole, curve: .schoolDay)
        ]
        var now = situation(hosts: hosts, regions: regions, headroom: 15)
        now.hold("sbg2", .lost)
        #expect(plan(now, [leave("east", "sbg2")])["east"]?.overcommitted == 50)
        #expect(
            plan(now, [leave("east", "sbg2")], horizon: .seconds(3600))["east"]?.overcommitted
                == nil)
    }

    @Test func aHostWithASlowLoginIsFullEarlier() throws {
        var slow = hosts
        slow[2].logins = 1
        var now = situation(
            hosts: slow, regions: [RegionSpec("east", ["sbg2", "gra", "par"], peak: 900)])
        now.hold("sbg2", .lost)
        now.place("east", [("sbg2", 100)])
        let east = try #require(plan(now, [leave("east", "sbg2")])["east"])
        #expect(east.explanation[1].objection == .noLoginRoom(need: 2, room: 1))
    }

    @Test func theHeavierRegionIsServedFirst() {
        var now = situation(
            hosts: [hosts[0], hosts[2]],
            regions: [
                RegionSpec("minor", ["sbg2", "gra"], peak: 800, priority: 5),
                RegionSpec("major", ["sbg2", "gra"], peak: 800, priority: 1),
            ])
        now.hold("sbg2", .lost)
        #expect(
            plan(now, [leave("minor", "sbg2"), leave("major", "sbg2")]).text
                == "minor: gra 25%\nmajor: gra 100%")
    }

    @Test func evacuationEmptiesADomainAndPlansNothingIntoIt() {
        let now = situation(
            hosts: hosts,
            regions: [
                RegionSpec("east", ["sbg2", "sbg3", "gra"], peak: 300, door: .whole),
                RegionSpec("south", ["sbg3", "par"], peak: 300, door: .whole),
                RegionSpec("west", ["par", "sbg2"], peak: 300, door: .whole),
            ])
        let placement = plan(now, [.evacuate(domain: FailureDomain("ovh/strasbourg"))])
        #expect(placement.text == "east: gra 100%\nsouth: par 100%")
        #expect(placement["east"]?.cause == .asked)
        #expect(placement["east"]?.explanation.map(\.objection) == [.left, .left, nil])
    }

    @Test func lessFateIsSharedAmongHostsThatAreEquallyFull() {
        var now = situation(
            hosts: hosts,
            regions: [RegionSpec("east", ["sbg2", "gra", "par"], peak: 300, door: .whole)])
        now.hold("sbg2", .lost)
        #expect(plan(now, [leave("east", "sbg2")]).text == "east: par 100%")
    }

    @Test func theDeclaredOrderDecidesAmongEquals() {
        var now = situation(
            hosts: hosts + [HostSpec("par2", "scaleway/paris/par2", users: 1000)],
            regions: [RegionSpec("east", ["sbg2", "par2", "par"], peak: 300, door: .whole)])
        now.hold("sbg2", .lost)
        #expect(plan(now, [leave("east", "sbg2")]).text == "east: par2 100%")
    }

    @Test func requiredLabelsBind() throws {
        var now = situation(
            hosts: hosts,
            regions: [RegionSpec("east", ["sbg2", "gra", "par"], peak: 300, require: ["eu"])])
        now.hold("sbg2", .lost)
        let placement = plan(now, [leave("east", "sbg2")])
        #expect(placement.text == "east: par 100%")
        let why = try #require(placement["east"]).explanation[1].objection
        #expect(why == .labelsMissing(["eu"]))
    }

    @Test func servingMoreNeverServesLess() {
        var now = situation(
            hosts: hosts,
            regions: [
                RegionSpec("east", ["gra", "par"], peak: 1000),
                RegionSpec("north", ["par"], peak: 700),
            ])
        now.place("east", [("gra", 60)])
        #expect(plan(now, [.serveMore(region: RegionID("east"))]).text == "east: gra 85%, par 15%")
    }
}
