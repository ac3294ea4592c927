import Detection
import Situations
import Testing
import TopologyModel
import Values

@testable import Planning

/// Both answers, where they differ: who is not hit stays, and everybody may move.
@Suite struct OthersMovingTests {
    private static let hosts = [
        HostSpec("a", "x/a", users: 1000), HostSpec("b", "y/b", users: 1000),
        HostSpec("c", "z/c", users: 1000),
    ]

    private static func world(peak: Users, door: DoorSpec) -> Situation {
        var now = situation(
            hosts: hosts,
            regions: [
                RegionSpec("hit", ["a", "b"], peak: peak, door: door),
                RegionSpec("neighbour", ["b", "c"], peak: 800, door: .whole),
                RegionSpec("far", ["c"], peak: 100, door: .whole),
            ])
        now.hold("a", .lost)
        return now
    }

    @Test(arguments: [
        (why: "it fits beside its neighbour", peak: 200, door: DoorSpec.whole, users: nil),
        (why: "its neighbour could make room", peak: 800, door: .whole, users: 600),
        (why: "a gate holds back those for whom room could be made", peak: 800, door: .gated, 600),
        (why: "no host is large enough alone, and some more would fit", 1500, .whole, 800),
    ])
    func othersAreToldOf(why: String, peak: Users, door: DoorSpec, users: Users?) throws {
        let now = Self.world(peak: peak, door: door)
        let request = PlanningRequest(situation: now, changes: [leave("hit", "a")])
        let stays = Planner.placement(for: request, steps: Planner.stepsDefault)
        #expect(stays.regions.map(\.region.name) == ["hit"], "\(why)")
        let wider = request.movingOthers(beyond: stays, steps: Planner.stepsDefault)
        #expect(wider?.others.users == users, "\(why)")
        let names = wider?.others.moves.map(\.region.name) ?? ["neighbour"]
        #expect(names == ["neighbour"], "\(why)")
        #expect(wider?.placement.violations(in: now) ?? [] == [], "\(why)")
    }

    private static func wider(_ now: Situation, _ changes: [WantedChange]) -> Placement? {
        let request = PlanningRequest(situation: now, changes: changes)
        let stays = Planner.placement(for: request, steps: Planner.stepsDefault)
        return request.movingOthers(beyond: stays, steps: Planner.stepsDefault)?.placement
    }

    @Test func whoMayMoveMakesRoom() {
        let now = Self.world(peak: 800, door: .whole)
        #expect(Self.wider(now, [leave("hit", "a")])?.text == "hit: b 100%\nneighbour: c 100%")
    }

    @Test func whatAPersonPausedStays() {
        var now = Self.world(peak: 800, door: .whole)
        now.pauses = [
            Pause(
                scope: .region(id: RegionID("neighbour")), owner: "anna", reason: "exams",
                since: night, until: night + .seconds(3600))
        ]
        #expect(Self.wider(now, [leave("hit", "a")]) == nil)
    }

    @Test func whoIsTooManyElsewhereIsNotMoved() {
        let crowded = situation(
            hosts: Self.hosts,
            regions: [
                RegionSpec("hit", ["a", "b"], peak: 200, door: .whole),
                RegionSpec("far", ["c", "a"], peak: 1500, door: .whole),
            ])
        #expect(Self.wider(crowded, [leave("hit", "a")]) == nil)
    }

    @Test func aRequestThatNamesWhomItMovesMovesNobodyElse() {
        let now = Self.world(peak: 800, door: .whole)
        let change = WantedChange.switchover(region: RegionID("hit"), to: HostID("b"))
        #expect(Self.wider(now, [change]) == nil)
    }
}
