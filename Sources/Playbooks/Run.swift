import OrderedCollections
import Planning
package import Situations
package import TopologyModel
package import Values

/// How a run ended.
package enum RunEnd: String, CaseIterable, Hashable, Codable, Sendable {
    case succeeded
    /// Undone in reverse; nothing is left behind.
    case rolledBack
    /// Past its pivot, or with an undo that failed: some of it stands, and a person is called.
    case partial
    /// Ended before anything was touched.
    case aborted
}

/// What happens to a run; journaled, and applied alike live and in replay.
package enum RunEvent: Hashable, Codable, Sendable {
    case began(plan: Plan)
    case step(id: StepID, event: StepEvent)
    /// It turns back: what was done is undone in reverse; past the pivot it only starts nothing.
    case turned(because: String)
    case ended(end: RunEnd)
}

/// One execution of a plan as a saga (Garcia-Molina and Salem, 1987): the sum of its events.
///
/// It never acts: `acts` says what it wants, the caller journals that, does it, and brings the
/// answers back as events.
package struct Run: Hashable, Codable, Sendable {
    package enum Phase: Hashable, Codable, Sendable {
        case forward
        case turned(because: String)
        case ended(end: RunEnd, at: Instant)
    }

    package let id: RunID
    package let plan: Plan
    package let startedAt: Instant
    package private(set) var phase: Phase = .forward
    /// One a step, in the order of the plan.
    private var records: OrderedDictionary<StepID, StepRecord>

    /// Door steps on their way at the same time, in one run.
    package static let stepsInFlightMax = 64

    /// A run that has just begun (`RunEvent.began`).
    package init(id: RunID, plan: Plan, at now: Instant) {
        (self.id, self.plan, startedAt) = (id, plan, now)
        records = OrderedDictionary(
            plan.steps.map { ($0.id, StepRecord()) }, uniquingKeysWith: { first, _ in first })
    }

    package var isOpen: Bool { if case .ended = phase { false } else { true } }

    /// Where a step stands, or nil when the plan has no such step.
    package func record(of step: StepID) -> StepRecord? { records[step] }

    /// The only way in which a run changes, live and in replay.
    ///
    /// - Throws: `IllegalTransition` when the event cannot follow what is there.
    package mutating func apply(_ event: RunEvent, at now: Instant) throws(IllegalTransition) {
        switch (phase, event) {
        case (.forward, .step(let step, let event)), (.turned, .step(let step, let event)):
            try apply(event, to: step, at: now)
        case (.forward, .turned(let because)): phase = .turned(because: because)
        case (.forward, .ended(let end)), (.turned, .ended(let end)):
            phase = .ended(end: end, at: now)
        case (.forward, .began), (.turned, .began), (.turned, .turned), (.ended, _):
            throw .ofRun(id: id, phase: phase, event: event)
        }
    }

    private mutating func apply(
        _ event: StepEvent, to step: StepID, at now: Instant
    ) throws(IllegalTransition) {
        guard let record = records[step] else { throw .unknownStep(id: step, run: id) }
        records[step] = try record.after(event, of: step, at: now)
    }

    /// The events that turn it back because a person, or a decision, says so; none when it has
    /// turned or ended already.
    package func abort(because: String) -> [RunEvent] {
        phase == .forward ? [.turned(because: because)] : []
    }

    /// The events of a person's approval of what waits for one (of `step`, or of every step); none
    /// when nothing waits.
    package func approval(by person: String, of step: StepID? = nil) -> [RunEvent] {
        waiting(step).map { .step(id: $0, event: .approved(by: person)) }
    }

    /// The events of a person's refusal; none when nothing waits.
    package func refusal(by person: String, of step: StepID? = nil) -> [RunEvent] {
        waiting(step).map { .step(id: $0, event: .refused(by: person)) }
    }

    /// The end of the first approval that it waits for, or nil.
    package var waitsForApprovalUntil: Instant? {
        for record in records.values {
            if isOpen, case .waiting(let until) = record.state { return until }
        }
        return nil
    }

    private func waiting(_ step: StepID?) -> [StepID] {
        guard isOpen else { return [] }
        return records.elements.filter { id, record in
            guard case .waiting = record.state else { return false }
            return step == nil || step == id
        }.map(\.key)
    }
}

extension Run {
    /// The plan's steps with where they stand, in the order of the plan.
    var entries: [(step: PlannedStep, record: StepRecord)] {
        plan.steps.map { ($0, records[$0.id] ?? StepRecord()) }
    }

    func state(of step: StepID) -> StepState { records[step]?.state ?? .pending }

    /// Whether the pivot was started: from then on the run only goes forward.
    package var isPastPivot: Bool {
        plan.steps.contains { $0.isPivot && records[$0.id]?.startedAt != nil }
    }

    /// Whether nothing of the region is on its way, and what is left of it failed for good past the
    /// pivot: other regions of the run may still go on.
    package func isStuck(with region: RegionID, under epoch: Epoch?) -> Bool {
        guard isOpen, isPastPivot else { return false }
        let own = entries.filter { $0.step.region == region }
        return !own.contains { $0.record.state.isInFlight }
            && own.contains { step, record in
                guard case .failed(let last) = record.state else { return false }
                let isUsedUp =
                    record.epoch == epoch && record.attemptsInEpoch >= step.attemptsMax
                return last == 0 || isUsedUp
            }
    }

    /// Of the step that failed last, save those that only turned with the run.
    package var lastFault: Fault? {
        let failed = entries.filter { $0.record.fault != nil && $0.step.order != nil }
        return failed.max {
            ($0.record.endedAt ?? .distantPast) < ($1.record.endedAt ?? .distantPast)
        }?
        .record.fault
    }

    /// Whether the run ordered something of the door, or had its answer, since then: a reading
    /// that was asked for before says nothing of it.
    package func touched(_ door: FrontDoorID, since start: Instant) -> Bool {
        entries.contains { step, record in
            step.order?.door == door
                && [record.attemptAt, record.endedAt].contains { $0.map { $0 >= start } ?? false }
        }
    }

    /// Whether the run has a step that sets the door.
    package func isAbout(_ door: FrontDoorID) -> Bool {
        plan.steps.contains { $0.order?.door == door }
    }

    /// Whether an order that was lost sight of may still reach the door.
    package func mayStillLand(at door: FrontDoorID, now: Instant) -> Bool {
        entries.contains { step, record in
            step.order?.door == door && (record.notAfter.map { now <= $0 } ?? false)
        }
    }

    /// Whether the run is about to change the door, so that a reading now says nothing of a foreign
    /// hand: something is on its way there, or will be tried again or undone.
    package func isChanging(_ door: FrontDoorID) -> Bool {
        guard isOpen else { return false }
        return entries.contains { step, record in
            guard step.order?.door == door else { return false }
            switch record.state {
            case .started, .unknown, .failed, .undoing, .undoUnknown, .undoFailed: return true
            case .done: return phase != .forward && !isPastPivot && step.isUndone
            case .pending, .skipped, .waiting, .undone: return false
            }
        }
    }
}
