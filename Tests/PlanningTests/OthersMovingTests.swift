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
        let others = request.othersMoving(beyond: stays, steps: Planner.stepsDefault)
        #expect(others?.users == users, "\(why)")
        #expect(others?.moves.map(\.region.name) ?? ["neighbour"] == ["neighbour"], "\(why)")
    }

    @Test func whoMayMoveMovesOnlyWhereThatServesMore() {
        let roomy = PlanningRequest(
            situation: Self.world(peak: 200, door: .whole), changes: [leave("hit", "a")])
        let placed = Planner.placement(for: roomy.movingOthers, steps: Planner.stepsDefault)
        #expect(placed.text == "hit: b 100%")
        let tight = PlanningRequest(
            situation: Self.world(peak: 800, door: .whole), changes: [leave("hit", "a")])
        let moved = Planner.placement(for: tight.movingOthers, steps: Planner.stepsDefault)
        #expect(moved.text == "hit: b 100%\nneighbour: c 100%")
        #expect(moved.violations(in: tight.situation) == [])
    }

    @Test func whatAPersonPausedStays() {
        var now = Self.world(peak: 800, door: .whole)
        now.pauses = [
            Pause(
                scope: .region(id: RegionID("neighbour")), owner: "anna", reason: "exams",
                since: night, until: night + .seconds(3600))
        ]
        let request = PlanningRequest(situation: now, changes: [leave("hit", "a")])
        let placed = Planner.placement(for: request.movingOthers, steps: Planner.stepsDefault)
        #expect(placed.text == "hit: b 100%")
    }

    @Test func aRequestThatNamesWhomItMovesIsLeftAsItIs() {
        let now = Self.world(peak: 800, door: .whole)
        let request = PlanningRequest(
            situation: now, changes: [.switchover(region: RegionID("hit"), to: HostID("b"))])
        #expect(request.movingOthers == request)
    }
}
