import Detection
import Situations
import Testing
import TopologyModel
import Values

@testable import Planning

private let east = RegionID("east")
private let b = HostID("b")

@Suite struct PremiseTests {
    private var now: Situation {
        situation(
            hosts: [HostSpec("a", "ovh/x/a", users: 1000), HostSpec("b", "ovh/y/b", users: 1000)],
            regions: [
                RegionSpec("east", ["a", "b"], peak: 300), RegionSpec("north", ["b"], peak: 800),
            ])
    }

    @Test(arguments: [
        Premise.serves(region: east, host: b), .sound(host: b),
        .allocation(region: east, is: Allocation(all: HostID("a"))),
        .room(host: b, atLeast: 200), .demand(region: east, atMost: 300),
    ])
    func holdsWhileNothingMoved(premise: Premise) {
        #expect(premise.objection(in: now) == nil)
    }

    @Test func saysWhatMoved() {
        var moved = now
        moved.hold("east", at: "b", .lost)
        moved.doubt("ovh/y")
        moved.place("east", [("b", 100)])
        moved.board.apply(.surge(percent: 250, host: nil, at: moved.now))
        let premises: [Premise] = [
            .serves(region: east, host: b), .sound(host: b),
            .allocation(region: east, is: Allocation(all: HostID("a"))),
            .room(host: b, atLeast: 200), .demand(region: east, atMost: 300),
        ]
        let placement = Placement(
            regions: [], premises: premises, optimality: .exact, steps: 0)
        #expect(
            placement.violations(in: moved).map(\.what) == [
                "east at b is no longer held up: it is lost",
                "b stands in ovh/y, which is doubted",
                "east is at b 100%, not at a 100%",
                "b has room for 0 users, not for 200",
                "east asks for 750 users, not for 300",
            ])
    }
}
