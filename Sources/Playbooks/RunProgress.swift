import Planning
import Situations
import TopologyModel
package import Values

/// What a run is doing, for people: how far it is, and what each step on its way waits for.
package struct RunProgress: Hashable, Codable, Sendable {
    package struct Active: Hashable, Codable, Sendable {
        package let step: StepID
        package let title: String
        package let waitingFor: Waiting
        /// When that ends or is given up; nil when nobody knows.
        package let until: Instant?
    }

    package enum Waiting: String, CaseIterable, Hashable, Codable, Sendable {
        /// An actuator's answer.
        case answer
        /// A reading of the door, as the outcome is not known.
        case reading
        case approval
        /// A drain or a dwell: time has to pass.
        case time
        case check
        /// The pause before the next attempt.
        case retry
        /// Answers of before to run out: users who have one go on to the old place.
        case oldAnswers
        /// The last moment at which an order of an older leadership may be sent.
        case oldLeader
    }

    /// Steps that are done or skipped, of all.
    package let passed: Int
    package let total: Int
    package let active: [Active]
    /// When the last door had its new answer; nil while one has not, or where none is set.
    package let answeredAt: Instant?
    /// Until when answers of before may still be used; nil while that is not known.
    package let oldAnswersUntil: Instant?
    /// Whether that time is over, by the run's own steps: the second time of being done.
    package let isDrained: Bool
    /// When everybody whom it moves should be logged in again, old answers counted; nil while the
    /// first time of being done is not known, and where nobody has to or nothing bounds the pace.
    package let loggedInBy: Instant?
}

extension Run {
    package var progress: RunProgress { progress(under: nil) }

    /// - Parameter epoch: Of whoever leads now; nil where that does not matter.
    package func progress(under epoch: Epoch?) -> RunProgress {
        let steps = entries
        let answeredAt = answeredAt
        let tails = steps.filter { $0.step.tail != nil && $0.step.isWanted }
        let ends = tails.compactMap { oldAnswersUntil($0.step, $0.record, answeredAt) }
        let until = answeredAt == nil ? nil : ends.max() ?? answeredAt
        let logins = plan.placement.regions.compactMap { $0.loggingIn?.pace?.time }.max()
        return RunProgress(
            passed: steps.count { $0.record.state.isPassed }, total: steps.count,
            active: isOpen ? steps.compactMap { active($0.step, $0.record, epoch) } : [],
            answeredAt: answeredAt,
            oldAnswersUntil: until,
            isDrained: answeredAt != nil && tails.allSatisfy { $0.record.state == .done },
            loggedInBy: until.flatMap { until in logins.map { until + $0 } })
    }

    private var answeredAt: Instant? {
        let doors = entries.filter { $0.step.order != nil && $0.step.isWanted }
        guard doors.allSatisfy({ $0.record.state == .done }) else { return nil }
        return doors.compactMap(\.record.endedAt).max()
    }

    private func oldAnswersUntil(
        _ step: PlannedStep, _ record: StepRecord, _ answeredAt: Instant?
    ) -> Instant? {
        guard let tail = step.tail else { return nil }
        return (record.attemptAt ?? answeredAt).map { $0 + tail }
    }

    private func active(
        _ step: PlannedStep, _ record: StepRecord, _ epoch: Epoch?
    ) -> RunProgress.Active? {
        let waiting: (RunProgress.Waiting, Instant?)
        switch record.state {
        case .waiting(let until): waiting = (.approval, until)
        case .started where isOfAnother(epoch, record), .undoing where isOfAnother(epoch, record):
            waiting = (.oldLeader, record.notAfter)
        case .started, .undoing: waiting = (step.waitingFor, due(step, record))
        case .unknown, .undoUnknown: waiting = (.reading, nil)
        case .failed where phase == .forward, .undoFailed:
            guard record.attempt > 0, record.attemptsInEpoch < step.attemptsMax else { return nil }
            waiting = (.retry, record.endedAt.map { $0 + step.retryAfter })
        case .failed, .pending, .skipped, .done, .undone: return nil
        }
        return RunProgress.Active(
            step: step.id, title: step.title, waitingFor: waiting.0, until: waiting.1)
    }

    /// Whether an order of an older leadership may still be on its way to the step's door.
    private func isOfAnother(_ epoch: Epoch?, _ record: StepRecord) -> Bool {
        guard let epoch, let other = record.epoch else { return false }
        return other != epoch && record.notAfter != nil
    }

    private func due(_ step: PlannedStep, _ record: StepRecord) -> Instant? {
        record.attemptAt.map { $0 + step.patience }
    }

    /// When the run may want something although nothing happens; nil when that is never.
    package func nextWake(after now: Instant) -> Instant? {
        guard isOpen else { return nil }
        return entries.flatMap { wakes($0.step, $0.record) }.filter { $0 > now }.min()
    }

    private func wakes(_ step: PlannedStep, _ record: StepRecord) -> [Instant] {
        let deadline = record.notAfter.map { $0 + .nanoseconds(1) }
        switch record.state {
        case .waiting(let until): return [until]
        case .started, .undoing, .unknown, .undoUnknown:
            return [due(step, record), deadline].compactMap(\.self)
        case .failed, .undoFailed:
            return [record.endedAt.map { $0 + step.retryAfter }, deadline].compactMap(\.self)
        case .pending, .skipped, .done, .undone: return []
        }
    }
}

extension PlannedStep {
    /// How long after its start the step is over, or given up.
    fileprivate var patience: Duration {
        switch action {
        case .drain(_, let time), .wait(let time): time
        case .setDoor, .check, .approve, .notify: timeout
        }
    }

    /// How long answers of before stay in use, for steps that wait for that.
    fileprivate var tail: Duration? {
        if case .drain(_, let tail) = action { tail } else { nil }
    }

    fileprivate var waitingFor: RunProgress.Waiting {
        switch action {
        case .setDoor, .notify: .answer
        case .drain: .oldAnswers
        case .wait: .time
        case .check: .check
        case .approve: .approval
        }
    }
}
