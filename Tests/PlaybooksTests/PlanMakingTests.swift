import OrderedCollections
import Planning
import Situations
import Testing
import TopologyModel
import Values

@testable import Playbooks

/// What a playbook becomes for a placement.
@Suite struct PlanMakingTests {
    private func lines(_ plan: Plan) -> [String] {
        plan.steps.map { "\($0.id) < \($0.needs.map(\.name).joined(separator: " "))" }
    }

    private func plan(
        _ playbook: Playbook, _ regions: [Region], from: Allocation, to: Allocation,
        isAskedFor: Bool = false, change: (inout Situation) -> Void = { _ in }
    ) -> Plan {
        var situation = Stage.situation(regions, at: from)
        change(&situation)
        return playbook.plan(
            for: Stage.placement(regions, from: from, to: to), title: "leave h1", cause: .lost,
            by: "test", isAskedFor: isAskedFor, situation: situation)
    }

    @Test func everyRegionHasItsOwnChainAndDoorsComeOneAfterTheOther() {
        let plan = plan(
            .evacuate, [Stage.est, Stage.sud], from: allocation(["h1": 100]),
            to: allocation(["h2": 100]))
        #expect(
            lines(plan).filter { $0.contains("sud") } == [
                "ready:sud < ", "shift:sud/dns:sud.example < ready:sud",
                "shift:sud/haproxy:edge-1/sud < ready:sud shift:sud/dns:sud.example",
                "agree:sud < shift:sud/dns:sud.example shift:sud/haproxy:edge-1/sud",
                "drain:sud/dns:sud.example < agree:sud",
                "drain:sud/haproxy:edge-1/sud < agree:sud",
                "serves:sud < drain:sud/dns:sud.example drain:sud/haproxy:edge-1/sud",
                "tell:sud < serves:sud",
            ])
        let drain = plan.step(StepID("drain:sud/dns:sud.example"))
        #expect(drain?.title == "Wait 30s for old answers of dns:sud.example to run out")
        #expect(plan.step(StepID("tell:est"))?.action == .notify(message: "EST is served by h2"))
        #expect(
            plan.step(StepID("shift:est/haproxy:edge-1/est"))?.title
                == "Send est to h2 (haproxy:edge-1/est)")
    }

    @Test func aRampGoesStageByStage() {
        let region = Stage.region("est", [Stage.edge("edge-1", "est")])
        let plan = plan(
            .failback, [region], from: allocation(["h2": 100]), to: allocation(["h1": 100]))
        #expect(
            lines(plan).filter { $0.contains(":est/5%") || $0.contains(":est/20%") }.prefix(6) == [
                "shift:est/5%/haproxy:edge-1/est < ready:est",
                "dwell:est/5% < shift:est/5%/haproxy:edge-1/est", "holds:est/5% < dwell:est/5%",
                "shift:est/20%/haproxy:edge-1/est < ready:est shift:est/5%/haproxy:edge-1/est "
                    + "dwell:est/5% holds:est/5%",
                "dwell:est/20% < shift:est/20%/haproxy:edge-1/est", "holds:est/20% < dwell:est/20%",
            ])
        let second = plan.step(StepID("shift:est/20%/haproxy:edge-1/est"))?.order
        #expect(second?.from == DoorState(shares: allocation(["h1": 5, "h2": 95]).shares))
        #expect(second?.to == DoorState(shares: allocation(["h1": 20, "h2": 80]).shares))
        #expect(plan.step(StepID("dwell:est/5%"))?.action == .wait(for: .seconds(900)))
        #expect(
            plan.step(StepID("dwell:est/5%"))?.title == "Watch est at h1 5%, h2 95% for 15m")
    }

    @Test func aNameThatGivesEverybodyOrNobodyHasOneStage() {
        let plan = plan(
            .failback, [Stage.sud], from: allocation(["h2": 100]), to: allocation(["h1": 100]))
        let ids = plan.steps.map(\.id.name).filter { $0.hasPrefix("shift") }
        #expect(ids == ["shift:sud/100%/dns:sud.example", "shift:sud/100%/haproxy:edge-1/sud"])
    }

    @Test func aNameThatPointsAtEdgesIsNotTouched() {
        let region = Stage.region(
            "est", [Stage.name("est.example", points: .edges), Stage.edge("edge-1", "est")])
        let plan = plan(
            .switchover, [region], from: allocation(["h1": 100]), to: allocation(["h2": 100]))
        #expect(plan.steps.compactMap(\.order?.door.name) == ["haproxy:edge-1/est"])
    }

    @Test(arguments: [
        (why: "its rules ask", approve: true, asked: false, isWanted: true),
        (why: "a person asked for the return", approve: true, asked: true, isWanted: false),
        (why: "its rules do not ask", approve: false, asked: false, isWanted: false),
    ])
    func approvalIsAskedWhereTheRulesAsk(
        why: String, approve: Bool, asked: Bool, isWanted: Bool
    ) {
        let region = Stage.region("est", [Stage.edge("edge-1", "est")], approve: approve)
        let plan = plan(
            .failback, [region], from: allocation(["h2": 100]), to: allocation(["h1": 100]),
            isAskedFor: asked)
        #expect(plan.step(StepID("approve:est"))?.isWanted == isWanted, "\(why)")
    }

    @Test(
        arguments: [
            (why: "as desired", DoorStanding.asDesired, wanted: ["h1": 100]),
            (why: "drifted", .drifted(at: night), wanted: ["h3": 100]),
            (why: "forgot", .forgot(at: night), wanted: ["h3": 100]),
            (why: "not read yet", .unread, wanted: ["h3": 100]),
        ] as [(why: String, standing: DoorStanding, wanted: KeyValuePairs<String, Int>)])
    func aStepKnowsWhatTheDoorHeld(
        why: String, standing: DoorStanding, wanted: KeyValuePairs<String, Int>
    ) {
        let region = Stage.region("est", [Stage.edge("edge-1", "est")])
        let plan = plan(
            .evacuate, [region], from: allocation(["h1": 100]), to: allocation(["h2": 100])
        ) { situation in
            let id = region.frontDoors[0].id
            situation.doors[id]?.standing = standing
            situation.doors[id]?.observed = DoorReading(
                state: DoorState(shares: allocation(["h3": 100]).shares), incarnation: "1")
        }
        #expect(
            plan.steps.compactMap(\.order?.from) == [DoorState(shares: allocation(wanted).shares)],
            "\(why)")
    }

    @Test func anEmptyAnswerIsNeverPlanned() {
        let plan = plan(.evacuate, [Stage.est], from: allocation(["h1": 100]), to: .nothing)
        #expect(plan.steps.filter { $0.order != nil }.allSatisfy { !$0.isWanted })
    }
}

@Suite struct RampStagesTests {
    static func words(_ allocation: Allocation) -> String {
        allocation.shares.map { "\($0.host) \($0.percent.value)" }.joined(separator: " ")
    }

    @Test(
        arguments: [
            (
                why: "from one standby", from: ["h2": 100], to: ["h1": 100],
                stages: ["h1 5 h2 95", "h1 20 h2 80", "h1 50 h2 50", "h1 100"]
            ),
            (
                why: "from two standbys, in the same measure", from: ["h2": 70, "h3": 30],
                to: ["h1": 100],
                stages: ["h1 5 h2 67 h3 28", "h1 20 h2 56 h3 24", "h1 50 h2 35 h3 15", "h1 100"]
            ),
            (
                why: "part of the way is gone", from: ["h1": 20, "h2": 80], to: ["h1": 100],
                stages: ["h1 50 h2 50", "h1 100"]
            ),
            (
                why: "it comes home in part", from: ["h2": 100], to: ["h1": 30, "h2": 70],
                stages: ["h1 5 h2 95", "h1 20 h2 80", "h1 30 h2 70"]
            ),
            (
                why: "some were not served", from: ["h2": 60], to: ["h1": 100],
                stages: ["h1 5 h2 57", "h1 20 h2 48", "h1 50 h2 30", "h1 100"]
            ),
            (why: "it leaves home", from: ["h1": 100], to: ["h2": 100], stages: ["h2 100"]),
        ]
            as [(
                why: String, from: KeyValuePairs<String, Int>, to: KeyValuePairs<String, Int>,
                stages: [String]
            )])
    func aRampNeverPromisesMoreThanAll(
        why: String, from: KeyValuePairs<String, Int>, to: KeyValuePairs<String, Int>,
        stages: [String]
    ) {
        let steps = [5, 20, 50, 100].map { Percent(checked: $0) }
        let ramp = rampStages(
            from: allocation(from), to: allocation(to), home: host("h1"), steps: steps)
        #expect(ramp.map(RampStagesTests.words) == stages, "\(why)")
    }
}
