import Detection
import OrderedCollections
import Planning
import Situations
import Testing
import TopologyModel
import Values

@testable import Playbooks

/// How runs turn, undo, wait for people and end.
@Suite struct RunCourseTests {
    @Test func anUndoThatFailsIsTriedAgainAndThenShown() throws {
        var it = try turned()
        for attempt in 1...3 {
            #expect(it.state == .undoing(attempt: attempt))
            try it.answer(.nothingChanged(fault: SmallRun.fault), it.key(attempt, isUndo: true))
            it.pass(.seconds(1))
            try it.rest()
        }
        #expect(it.state == .undoFailed(attempt: 3))
        #expect(it.run.phase == .ended(end: .partial, at: it.situation.now))
    }

    @Test func aDoorIsNeverSentBackToWhatIsLost() throws {
        var it = SmallRun(compared: true)
        try it.rest()
        try it.answer(.unknown(fault: SmallRun.fault), it.key())
        it.situation.hold("h1", .lost)
        try it.apply(it.run.abort(because: "asked"))
        let acts = try it.rest()
        #expect(!acts.contains { $0.isOrder })
        #expect(it.state == .undoFailed(attempt: 0))
        #expect(it.run.phase == .ended(end: .partial, at: it.situation.now))
    }

    @Test func pastThePivotAnAbortStopsButUndoesNothing() throws {
        let rest = PlannedStep.made("later", .wait(for: .seconds(60)), needs: ["shift"])
        var it = SmallRun(compared: true, isPivot: true, then: [rest])
        try it.rest()
        try it.apply(it.run.abort(because: "asked"))
        #expect(it.acts.isEmpty, "what is on its way comes to rest first")
        try it.answer(SmallRun.done(SmallRun.after), it.key())
        try it.rest()
        #expect(it.state == .done)
        #expect(it.run.state(of: rest.id) == .pending)
        #expect(it.run.phase == .ended(end: .partial, at: it.situation.now))
    }

    @Test(arguments: [
        (why: "before anything was touched", isPivot: false, starts: false, end: RunEnd.aborted),
        (why: "before the pivot", isPivot: false, starts: true, end: .rolledBack),
        (why: "past the pivot", isPivot: true, starts: true, end: .partial),
    ])
    func aTargetThatFallsTurnsTheRun(
        why: String, isPivot: Bool, starts: Bool, end: RunEnd
    ) throws {
        let wait = PlannedStep.made("later", .wait(for: .seconds(60)), needs: ["shift"])
        var it = SmallRun(compared: true, isPivot: isPivot, then: [wait])
        if starts {
            try it.rest()
            try it.answer(SmallRun.done(SmallRun.after), it.key())
            try it.rest()
        }
        it.situation.hold(domain: "ovh/b", .lost)
        let acts = try it.rest()
        #expect(
            acts.first
                == .record(event: .turned(because: "h2, where est was going, is lost")), "\(why)")
        try it.answer(SmallRun.done(SmallRun.before), it.key(isUndo: true))
        try it.rest()
        #expect(it.run.phase == .ended(end: end, at: it.situation.now), "\(why)")
    }

    @Test func aTargetInDoubtTurnsNothing() throws {
        var it = SmallRun(compared: true)
        let doubt = Doubt(since: night, until: night + .seconds(60), because: "test")
        it.situation.board.apply(.doubt(id: FailureDomain("ovh/b"), doubt: doubt))
        #expect(!it.acts.contains { !$0.isOrder })
    }

    @Test(arguments: [
        (why: "approved", answer: "yes", state: StepState.done),
        (why: "refused", answer: "no", state: .failed(attempt: 0)),
        (why: "nobody answers", answer: "", state: .failed(attempt: 0)),
    ])
    func aRunWaitsForAPerson(why: String, answer: String, state: StepState) throws {
        let step = PlannedStep.made("ask", .approve(region: RegionID("est"), within: .seconds(60)))
        var it = SmallRun(compared: true, then: [step])
        try it.rest()
        #expect(it.run.state(of: step.id) == .waiting(until: night + .seconds(60)))
        #expect(it.run.progress.active.contains { $0.waitingFor == .approval })
        switch answer {
        case "yes": try it.apply(it.run.approval(by: "anna"))
        case "no": try it.apply(it.run.refusal(by: "anna"))
        default: it.pass(.seconds(60))
        }
        try it.rest()
        #expect(it.run.state(of: step.id) == state, "\(why)")
        #expect((it.run.phase == .forward) == (state == .done), "\(why)")
        #expect(it.run.approval(by: "anna").isEmpty, "it is answered once")
    }

    @Test func aRefusalBeforeAnythingWasTouchedAborts() throws {
        var world = EveryPlaybookTests.all[2].world()
        world.approves = false
        world.failing = StepID("approve:est")
        try world.settle()
        #expect(world.end == .aborted)
        #expect(world.changes.isEmpty)
    }

    @Test(arguments: [OnDoubt.ask, .repeat])
    func aNoticeThatWasLostIsRepeatedOrAskedAbout(_ onDoubt: OnDoubt) throws {
        let step = PlannedStep.made("tell", .notify(message: "hello"), onDoubt: onDoubt)
        var it = SmallRun(compared: true, then: [step])
        let acts = it.acts.filter { !$0.isOrder }
        try it.apply(acts.compactMap(\.event))
        it.epoch = secondEpoch
        let then = try it.rest()
        let isRepeated = then.contains { act in
            if case .notice(_, "hello") = act { true } else { false }
        }
        #expect(isRepeated == (onDoubt == .repeat))
        #expect(it.run.state(of: step.id).isPassed == (onDoubt == .repeat))
        if onDoubt == .ask {
            try it.apply(it.run.approval(by: "anna", of: step.id))
            #expect(it.run.state(of: step.id) == .done)
        }
    }

    @Test func timeHasToPassInADrainAlsoAcrossLeaders() throws {
        let drain = PlannedStep.made(
            "drain", .drain(door: FrontDoorID("dns:est.example"), tail: .seconds(30)))
        var it = SmallRun(compared: true, then: [drain])
        try it.rest()
        it.epoch = secondEpoch
        it.pass(.seconds(29))
        try it.rest()
        #expect(it.run.state(of: drain.id) == .started(attempt: 1))
        it.pass(.seconds(1))
        try it.rest()
        #expect(it.run.state(of: drain.id) == .done)
    }

    @Test func aRunThatHasEndedTakesNothing() throws {
        var it = SmallRun(compared: true)
        try it.apply(it.run.abort(because: "asked"))
        try it.rest()
        #expect(!it.run.isOpen)
        #expect(it.run.abort(because: "again").isEmpty)
        #expect(it.acts.isEmpty)
        #expect(it.run.events(for: SmallRun.done(SmallRun.after), key: it.key(), at: night) == [])
        #expect(throws: IllegalTransition.self) {
            try it.run.apply(.step(id: it.step.id, event: .skipped), at: night)
        }
    }

    @Test func noMoreThanTheLimitIsOnItsWay() {
        let regions = (0..<(Run.stepsInFlightMax + 9)).map { index in
            Stage.region("r\(index)", [Stage.edge("edge-1", "r\(index)")])
        }
        let (from, to) = (allocation(["h1": 100]), allocation(["h2": 100]))
        let situation = Stage.situation(regions, at: from)
        let shift = Playbook(
            name: "shift", title: "Shift",
            steps: [
                PlaybookStep(
                    name: "shift", action: .shift(existing: .keep), forEach: .door, undo: .restore)
            ])
        let plan = shift.plan(
            for: Stage.placement(regions, from: from, to: to), title: "test", cause: .asked,
            by: "test", isAskedFor: true, situation: situation)
        let acts = DoorWorld(plan, situation).run.acts(in: DoorWorld(plan, situation).view)
        #expect(acts.count { $0.isOrder } == Run.stepsInFlightMax)
    }

    private func turned() throws -> SmallRun {
        var it = SmallRun(compared: true)
        try it.rest()
        try it.answer(.unknown(fault: SmallRun.fault), it.key())
        try it.apply(it.run.abort(because: "asked"))
        try it.rest()
        return it
    }
}
