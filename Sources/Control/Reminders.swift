import OrderedCollections
import Playbooks
import Situations
import TopologyModel
import Values

/// What people were told of ahead of its end; volatile, so that a new leader tells it again.
struct Reminders: Sendable {
    /// How long before its end something is told of; a quarter of its length, where that is less.
    static let aheadMax = Duration.seconds(300)

    enum Subject: Hashable, Sendable {
        case hold(TimedHold)
        case approval(RunID, StepID)
    }

    private var told: OrderedDictionary<Subject, Instant> = [:]

    /// Whether it is time to tell, for the first time, that `subject` ends at `end`.
    mutating func isDue(_ subject: Subject, from start: Instant, to end: Instant, at now: Instant)
        -> Bool
    {
        let ahead = min(Reminders.aheadMax, (end - start) / 4)
        guard now < end, now + ahead >= end, told[subject] != end else { return false }
        told[subject] = end
        return true
    }

    /// Forgets what is over.
    mutating func drop(before now: Instant) { told = told.filter { $0.value > now } }
}

// Whatever ends by itself is told before its end, and at it.
extension Controller {
    mutating func remind(in turn: inout Turn) {
        reminders.drop(before: turn.now)
        for pause in state.pauses {
            remind(
                .pause(scope: pause.scope), "the pause of \(pause.scope) by \(pause.owner)",
                from: pause.since, to: pause.until, then: "what it holds back is then done",
                in: &turn)
        }
        for closure in state.closures {
            guard let until = closure.until else { continue }
            let what = closure.kind == .drain ? "drain" : "maintenance"
            remind(
                .closure(kind: closure.kind, place: closure.place),
                "the \(what) of \(closure.place) by \(closure.owner)", from: closure.since,
                to: until, then: "it may then take users, and its losses page", in: &turn)
        }
        for run in state.openRuns { remindOfApproval(of: run, in: &turn) }
    }

    private mutating func remind(
        _ hold: TimedHold, _ name: String, from start: Instant, to end: Instant,
        then consequence: String, in turn: inout Turn
    ) {
        guard turn.now < end else {
            record(.lapsed(hold: hold), in: &turn)
            return turn.say(.warning, nil, "\(name) has ended")
        }
        guard reminders.isDue(.hold(hold), from: start, to: end, at: turn.now) else { return }
        turn.say(.warning, nil, "\(name) ends at \(end.text): \(consequence)")
    }

    private mutating func remindOfApproval(of run: Run, in turn: inout Turn) {
        for step in run.plan.steps {
            guard let record = run.record(of: step.id), case .waiting(let until) = record.state,
                reminders.isDue(
                    .approval(run.id, step.id), from: record.startedAt ?? turn.now, to: until,
                    at: turn.now)
            else { continue }
            turn.say(
                .page, step.region,
                "run \(run.id) (\(run.plan.title)) still waits for approval; nobody has answered, "
                    + "and it ends at \(until.text): bascule run approve \(run.id)")
        }
    }
}
