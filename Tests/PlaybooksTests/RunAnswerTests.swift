import OrderedCollections
import Planning
import Situations
import Testing
import TopologyModel
import Values

@testable import Playbooks

/// One region, one door, one step at a time: what answers, time, and leaders do to a run.
struct SmallRun {
    static let before = DoorState(shares: allocation(["h1": 100]).shares)
    static let after = DoorState(shares: allocation(["h2": 100]).shares)
    static let fault = Fault(what: "the test says so", mend: "")

    let step: PlannedStep
    var run: Run
    var situation: Situation
    var epoch: Epoch? = firstEpoch
    var lease = Duration.seconds(15)

    /// A shift of `est` at one door: `sud.example` compares epochs, `edge-1` does not.
    init(
        compared: Bool, isPivot: Bool = false, attemptsMax: Int = 3,
        then others: [PlannedStep] = []
    ) {
        let door = compared ? Stage.name("est.example") : Stage.edge("edge-1", "est")
        let region = Stage.region("est", [door])
        let order = DoorOrder(
            door: door.id, region: region.id, from: SmallRun.before, to: SmallRun.after,
            existing: .keep)
        step = .made(
            "shift", .setDoor(order: order), isUndone: !isPivot, isPivot: isPivot,
            attemptsMax: attemptsMax)
        situation = Stage.situation([region], at: allocation(["h1": 100]))
        let plan = Plan(
            playbook: "test", title: "test", cause: .asked, madeAt: night, by: "test",
            topology: situation.digest,
            placement: Stage.placement(
                [region], from: allocation(["h1": 100]), to: allocation(["h2": 100])),
            steps: [step] + others)
        run = Run(id: RunID(term: 7, number: 1), plan: plan, at: night)
    }

    var door: FrontDoorID { step.order?.door ?? FrontDoorID("none") }
    var state: StepState { run.state(of: step.id) }

    var acts: [RunAct] {
        run.acts(
            in: RunView(
                situation: situation, epoch: epoch, leaseUntil: situation.now + lease,
                readsInFlight: []))
    }

    func key(_ attempt: Int = 1, epoch: Epoch = firstEpoch, isUndo: Bool = false) -> StepKey {
        StepKey(run: run.id, step: step.id, attempt: attempt, epoch: epoch, isUndo: isUndo)
    }

    mutating func pass(_ time: Duration) { situation.now = situation.now + time }

    mutating func apply(_ events: [RunEvent]) throws {
        for event in events { try run.apply(event, at: situation.now) }
    }

    /// Applies what the run wants, again and again, without any answer.
    @discardableResult mutating func rest() throws -> [RunAct] {
        var all: [RunAct] = []
        while case let acts = acts.filter({ !$0.isRead }), !acts.isEmpty {
            try apply(acts.compactMap(\.event))
            all += acts
        }
        return all + acts
    }

    mutating func answer(_ outcome: StepOutcome, _ key: StepKey) throws {
        try apply(run.events(for: outcome, key: key, at: situation.now))
    }

    mutating func read(_ state: DoorState?) throws {
        let read: FrontDoorState =
            state.map { .read(reading: DoorReading(state: $0, incarnation: "1")) }
            ?? .unreadable(fault: SmallRun.fault)
        try apply(run.events(forReadBack: read, of: door, at: situation.now))
    }

    static func done(_ state: DoorState) -> StepOutcome {
        .done(readback: DoorReading(state: state, incarnation: "1"))
    }
}

extension RunAct {
    var event: RunEvent? {
        switch self {
        case .record(let event), .order(_, let event, _, _), .notice(let event, _): event
        case .readBack: nil
        }
    }

    var isRead: Bool { if case .readBack = self { true } else { false } }
    var isOrder: Bool { if case .order = self { true } else { false } }
}

extension PlannedStep {
    static func made(
        _ name: String, _ action: Action, region: String? = "est", needs: [String] = [],
        isUndone: Bool = false, isPivot: Bool = false, attemptsMax: Int = 1,
        onDoubt: OnDoubt = .ask
    ) -> PlannedStep {
        PlannedStep(
            id: StepID(name), title: name, action: action, region: region.map { RegionID($0) },
            needs: needs.map { StepID($0) }, timeout: .seconds(10), attemptsMax: attemptsMax,
            retryAfter: .seconds(1), isUndone: isUndone, isPivot: isPivot, onDoubt: onDoubt)
    }
}

@Suite struct RunAnswerTests {
    @Test func anOrderIsJournaledWithItsEpochAndItsLastMoment() throws {
        var it = SmallRun(compared: true)
        it.lease = .seconds(4)
        guard case .order(let key, let event, _, let notAfter) = it.acts.first else {
            Issue.record("no order: \(it.acts)")
            return
        }
        let started = StepEvent.started(
            attempt: 1, epoch: firstEpoch, notAfter: night + .seconds(4))
        #expect(event == .step(id: it.step.id, event: started))
        #expect(notAfter == night + .seconds(4), "the lease ends before the timeout")
        #expect(key == it.key())
    }

    @Test func withoutALeaseNothingIsWanted() {
        var it = SmallRun(compared: true)
        it.epoch = nil
        #expect(it.acts.isEmpty)
        (it.epoch, it.lease) = (firstEpoch, .zero)
        #expect(it.acts.isEmpty)
    }

    @Test(arguments: [
        (why: "its own answer", attempt: 1, epoch: firstEpoch, isUndo: false, counts: true),
        (why: "another attempt's", attempt: 2, epoch: firstEpoch, isUndo: false, counts: false),
        (why: "another epoch's", attempt: 1, epoch: secondEpoch, isUndo: false, counts: false),
        (why: "its undo's", attempt: 1, epoch: firstEpoch, isUndo: true, counts: false),
    ])
    func onlyTheAnswerOfThisAttemptCounts(
        why: String, attempt: Int, epoch: Epoch, isUndo: Bool, counts: Bool
    ) throws {
        var it = SmallRun(compared: true)
        try it.rest()
        try it.answer(
            SmallRun.done(SmallRun.after), it.key(attempt, epoch: epoch, isUndo: isUndo))
        #expect(it.state == (counts ? .done : .started(attempt: 1)), "\(why)")
    }

    @Test func aLateAnswerOfTheFirstAttemptNeverEndsTheSecond() throws {
        var it = SmallRun(compared: true)
        try it.rest()
        try it.answer(.unknown(fault: SmallRun.fault), it.key(1))
        try it.read(SmallRun.before)
        it.pass(.seconds(1))
        try it.rest()
        #expect(it.state == .started(attempt: 2))
        try it.answer(SmallRun.done(SmallRun.after), it.key(1))
        #expect(it.state == .started(attempt: 2))
    }

    @Test func anAnswerAfterTheTimeoutStillCountsForItsAttempt() throws {
        var it = SmallRun(compared: true)
        try it.rest()
        it.pass(.seconds(10))
        try it.rest()
        #expect(it.state == .unknown(attempt: 1))
        try it.answer(SmallRun.done(SmallRun.after), it.key(1))
        #expect(it.state == .done)
    }

    @Test(arguments: [
        (why: "done and read so", SmallRun.done(SmallRun.after), StepState.done),
        (why: "done, but it reads otherwise", SmallRun.done(SmallRun.before), .failed(attempt: 1)),
        (why: "nothing changed", .nothingChanged(fault: SmallRun.fault), .failed(attempt: 1)),
        (why: "not known", .unknown(fault: SmallRun.fault), .unknown(attempt: 1)),
        (why: "refused: it turns nothing back", .refused(by: secondEpoch), .unknown(attempt: 1)),
    ])
    func whatAnAnswerMakesOfAStep(
        why: String, outcome: StepOutcome, state: StepState
    ) throws {
        var it = SmallRun(compared: true, attemptsMax: 1)
        try it.rest()
        try it.answer(outcome, it.key())
        #expect(it.state == state, "\(why)")
    }

    @Test(
        arguments: [
            (why: "it is there", SmallRun.after, StepState.done),
            (why: "it is not there", SmallRun.before, .failed(attempt: 1)),
            (
                why: "something else", DoorState(shares: allocation(["h3": 100]).shares),
                .failed(attempt: 1)
            ),
            (why: "it cannot be read", nil, .failed(attempt: 1)),
        ] as [(why: String, reads: DoorState?, state: StepState)])
    func aReadingSettlesAnUnknownStep(why: String, reads: DoorState?, state: StepState) throws {
        var it = SmallRun(compared: true)
        try it.rest()
        try it.read(SmallRun.after)
        #expect(it.state == .started(attempt: 1), "an answer is still waited for")
        try it.answer(.unknown(fault: SmallRun.fault), it.key())
        #expect(it.acts == [.readBack(step: it.step.id, door: it.door)])
        try it.read(reads)
        #expect(it.state == state, "\(why)")
    }

    @Test func attemptsEndAndTheRunTurns() throws {
        var it = SmallRun(compared: true, attemptsMax: 2)
        try it.rest()
        try it.answer(.nothingChanged(fault: SmallRun.fault), it.key(1))
        #expect(it.acts.isEmpty, "it waits before it tries again")
        #expect(it.run.nextWake(after: it.situation.now) == night + .seconds(1))
        it.pass(.seconds(1))
        try it.rest()
        try it.answer(.nothingChanged(fault: SmallRun.fault), it.key(2))
        try it.rest()
        #expect(it.run.phase == .ended(end: .aborted, at: it.situation.now))
        #expect(it.state == .undone, "nothing was changed, so there is nothing to order")
    }

    @Test func anotherLeaderHasItsOwnAttempts() throws {
        var it = SmallRun(compared: true, attemptsMax: 1)
        try it.rest()
        it.epoch = secondEpoch
        try it.rest()
        try it.read(SmallRun.before)
        it.pass(.seconds(1))
        try it.rest()
        #expect(it.state == .started(attempt: 2))
        #expect(it.run.record(of: it.step.id)?.epoch == secondEpoch)
    }
}

@Suite struct NewLeaderTests {
    @Test func aDoorThatComparesIsReadAtOnce() throws {
        var it = SmallRun(compared: true)
        try it.rest()
        it.epoch = secondEpoch
        let acts = try it.rest()
        #expect(it.state == .unknown(attempt: 1))
        #expect(acts.last == .readBack(step: it.step.id, door: it.door))
    }

    @Test func aDoorThatComparesNothingIsReadWhenNoOldOrderCanLandAnyMore() throws {
        var it = SmallRun(compared: false)
        try it.rest()
        it.epoch = secondEpoch
        #expect(it.acts.isEmpty, "the dead leader's order may still be on its way")
        it.pass(.seconds(10))
        #expect(it.acts.isEmpty, "notAfter itself is the last moment of sending")
        let wake = try #require(it.run.nextWake(after: it.situation.now))
        it.situation.now = wake
        try it.rest()
        #expect(it.state == .unknown(attempt: 1))
    }

    @Test func itsUndoWaitsForTheOldOrderToo() throws {
        var it = SmallRun(compared: false)
        try it.rest()
        try it.answer(.unknown(fault: SmallRun.fault), it.key())
        try it.apply(it.run.abort(because: "asked"))
        #expect(it.acts.isEmpty)
        it.pass(.seconds(11))
        let acts = try it.rest()
        #expect(acts.contains { $0.isOrder })
        #expect(it.state == .undoing(attempt: 1))
    }

    @Test func anUndoOfAnotherLeaderIsReadBack() throws {
        var it = SmallRun(compared: true)
        try it.rest()
        try it.answer(.unknown(fault: SmallRun.fault), it.key())
        try it.apply(it.run.abort(because: "asked"))
        try it.rest()
        it.epoch = secondEpoch
        try it.rest()
        #expect(it.state == .undoUnknown(attempt: 1))
        try it.read(SmallRun.before)
        try it.rest()
        #expect(it.run.phase == .ended(end: .rolledBack, at: it.situation.now))
    }
}
