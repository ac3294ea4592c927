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
    }

    /// Steps that are done or skipped, of all.
    package let passed: Int
    package let total: Int
    package let active: [Active]
}

extension Run {
    package var progress: RunProgress {
        let steps = entries
        return RunProgress(
            passed: steps.count { $0.record.state.isPassed }, total: steps.count,
            active: isOpen ? steps.compactMap { active($0.step, $0.record) } : [])
    }

    private func active(_ step: PlannedStep, _ record: StepRecord) -> RunProgress.Active? {
        let waiting: (RunProgress.Waiting, Instant?)
        switch record.state {
        case .waiting(let until): waiting = (.approval, until)
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

    fileprivate var waitingFor: RunProgress.Waiting {
        switch action {
        case .setDoor, .notify: .answer
        case .drain, .wait: .time
        case .check: .check
        case .approve: .approval
        }
    }
}
