package import Situations
package import Values

/// Where a step stands, and what led there.
package struct StepRecord: Hashable, Codable, Sendable {
    package private(set) var state: StepState = .pending
    /// Of the last start, or the last start of its undo; 0 before the first.
    package private(set) var attempt = 0
    /// Starts under `epoch`: each leadership has its own `attemptsMax`.
    package private(set) var attemptsInEpoch = 0
    /// When it was first started, or began to wait for a person.
    package private(set) var startedAt: Instant?
    /// When the last attempt, or the last attempt to undo it, was started.
    package private(set) var attemptAt: Instant?
    /// When it last came to rest: done, skipped, failed, undone.
    package private(set) var endedAt: Instant?
    /// Of its last failure.
    package private(set) var fault: Fault?
    /// Under which the last attempt was started.
    package private(set) var epoch: Epoch?
    /// Until when the last attempt's order may be sent.
    package private(set) var notAfter: Instant?
    /// Whether it may have changed something, now or in a moment: it was done, or lost sight of.
    package private(set) var isTouched = false
    /// The person who approved it, where one was asked.
    package private(set) var approvedBy: String?

    package init() {}

    func after(
        _ event: StepEvent, of step: StepID, at now: Instant
    ) throws(IllegalTransition) -> StepRecord {
        var record = self
        record.state = try state.after(event, of: step)
        switch event {
        case .skipped: record.endedAt = now
        case .approved(let person): (record.endedAt, record.approvedBy) = (now, person)
        case .awaited: record.startedAt = startedAt ?? now
        case .refused(let person):
            record.end(at: now, with: Fault(what: "refused by \(person)", mend: ""))
        case .started(let attempt, let epoch, let notAfter),
            .undoStarted(let attempt, let epoch, let notAfter):
            record.start(attempt, under: epoch, notAfter: notAfter, at: now)
        case .finished:
            record.isTouched = true
            record.end(at: now, with: nil)
        case .lostSight(_, let fault):
            record.isTouched = true
            record.fault = fault
        case .failed(_, let fault), .undoFailed(_, let fault): record.end(at: now, with: fault)
        case .undone: record.endedAt = now
        }
        return record
    }

    private mutating func start(
        _ attempt: Int, under epoch: Epoch, notAfter: Instant, at now: Instant
    ) {
        let isAgain = attempt > 1 && self.epoch == epoch
        attemptsInEpoch = isAgain ? attemptsInEpoch + 1 : 1
        (self.attempt, self.epoch, self.notAfter) = (attempt, epoch, notAfter)
        startedAt = startedAt ?? now
        (attemptAt, endedAt) = (now, nil)
    }

    private mutating func end(at now: Instant, with fault: Fault?) {
        (endedAt, self.fault) = (now, fault)
    }
}
