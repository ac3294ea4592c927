import Detection
import Situations
import Testing
import TopologyModel
import Values

@testable import Planning

private let hosts = [
    HostSpec("a", "ovh/x/a", users: 1000), HostSpec("b", "ovh/y/b", users: 1000),
    HostSpec("c", "scaleway/z/c", users: 1000),
]
private let east = RegionID("east")

@Suite struct PlannedChangeTests {
    @Test(arguments: [
        (
            why: "a first step", from: [("b", 100)], share: 5, door: DoorSpec.gated,
            text: "east: a 5%, b 95%"
        ),
        (
            why: "hosts beside it give up in proportion", from: [("b", 67), ("c", 33)], share: 20,
            door: .gated, text: "east: a 20%, b 54%, c 26%"
        ),
        (
            why: "the last step", from: [("a", 50), ("b", 50)], share: 100, door: .gated,
            text: "east: a 100%"
        ),
        (
            why: "one name goes home at once", from: [("b", 100)], share: 5, door: .whole,
            text: "east: a 100%"
        ),
        (
            why: "what was not served does not land elsewhere", from: [("b", 60)], share: 20,
            door: .gated, text: "east: a 20%, b 60%"
        ),
        (
            why: "without a gate the primary takes the rest", from: [("b", 60)], share: 20,
            door: .split, text: "east: a 40%, b 60%"
        ),
        (why: "already there", from: [("a", 50), ("b", 50)], share: 20, door: .gated, text: ""),
    ])
    func comingHome(
        why: String, from: [(String, Int)], share: Int, door: DoorSpec, text: String
    ) {
        var now = situation(
            hosts: hosts, regions: [RegionSpec("east", ["a", "b", "c"], peak: 300, door: door)])
        now.place("east", from)
        let change = WantedChange.comeHome(region: east, share: Percent(checked: share))
        let placement = plan(now, [change])
        #expect(placement.text == text, "\(why)")
        #expect(placement.refusals == [])
        #expect(placement.violations(in: now) == [])
    }

    @Test func aSwitchoverMovesEverybody() {
        let now = situation(hosts: hosts, regions: [RegionSpec("east", ["a", "b"], peak: 300)])
        let there = plan(now, [.switchover(region: east, to: HostID("b"))])
        #expect(there.text == "east: b 100%")
        let here = plan(now, [.switchover(region: east, to: HostID("a"))])
        #expect(here.regions == [] && here.refusals == [])
    }

    @Test(arguments: [
        (why: "no host of it", to: "c", what: "c is no host of east"),
        (
            why: "doubted", to: "b",
            what: "east cannot go to b: b stands in ovh/y, which is doubted"
        ),
    ])
    func aSwitchoverIsRefusedWhereItsTargetIsNotEligible(why: String, to: String, what: String) {
        var now = situation(hosts: hosts, regions: [RegionSpec("east", ["a", "b"], peak: 300)])
        now.doubt("ovh/y")
        let placement = plan(now, [.switchover(region: east, to: HostID(to))])
        #expect(placement.regions == [])
        #expect(placement.refusals.map(\.what) == [what], "\(why)")
    }

    @Test func aSwitchoverWithoutRoomIsHeldBack() {
        let now = situation(
            hosts: hosts,
            regions: [
                RegionSpec("east", ["a", "b"], peak: 300), RegionSpec("north", ["b"], peak: 800),
            ])
        let placement = plan(now, [.switchover(region: east, to: HostID("b"))])
        #expect(placement.regions == [])
        #expect(
            placement.refusals.map(\.what) == [
                "east stays as it is: b has room for 200 users, not for 300"
            ])
    }

    @Test func aPlannedChangeYieldsToWhatMustBeMoved() {
        var now = situation(
            hosts: hosts,
            regions: [
                RegionSpec("east", ["a", "b"], peak: 700, door: .whole),
                RegionSpec("north", ["c", "b"], peak: 700, door: .whole),
            ])
        now.hold("c", .lost)
        let placement = plan(
            now, [.switchover(region: east, to: HostID("b")), leave("north", "c")])
        #expect(placement.text == "north: b 100%")
        #expect(placement.refusals.count == 1)
    }

    @Test func twoChangesOfOneRegionAreNotMixed() {
        var now = situation(hosts: hosts, regions: [RegionSpec("east", ["a", "b", "c"], peak: 3)])
        now.hold("a", .lost)
        let placement = plan(
            now, [.comeHome(region: east, share: .all), leave("east", "a")])
        #expect(placement.text == "east: c 100%")
        #expect(placement.refusals.count == 1)
    }

    @Test func restoringADoorPlansNothing() {
        let now = situation(hosts: hosts, regions: [RegionSpec("east", ["a", "b"], peak: 300)])
        let placement = plan(now, [.restore(door: FrontDoorID("dns:x"), region: east)])
        #expect(
            placement
                == Placement(regions: [], premises: [], optimality: .exact, steps: 0))
    }

    @Test func namesThatNobodyDeclaresAreRefused() {
        let now = situation(hosts: hosts, regions: [RegionSpec("east", ["a", "b"], peak: 300)])
        let placement = plan(
            now, [.evacuate(domain: FailureDomain("ovh/w")), leave("west", "a")])
        #expect(
            placement.refusals.map(\.what) == [
                "no host stands in ovh/w", "region west is not declared",
            ])
    }
}
