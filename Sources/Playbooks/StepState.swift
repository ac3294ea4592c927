package import Situations
package import Values

/// Where a step of a run stands.
package enum StepState: Hashable, Codable, Sendable {
    case pending
    case skipped
    /// For a person, until then.
    case waiting(until: Instant)
    case started(attempt: Int)
    /// The outcome of this attempt is not known; it is read back first.
    case unknown(attempt: Int)
    case done
    /// Attempt 0 is a person's refusal, which is never tried again.
    case failed(attempt: Int)
    case undoing(attempt: Int)
    /// The outcome of this attempt to undo is not known; it is read back first.
    case undoUnknown(attempt: Int)
    case undone
    /// Attempt 0 is an undo that was given up before it was ordered.
    case undoFailed(attempt: Int)
}

/// What happens to a step; journaled, and applied by the one transition table (`StepState.after`).
package enum StepEvent: Hashable, Codable, Sendable {
    case skipped
    case awaited(until: Instant)
    case approved(by: String)
    case refused(by: String)
    /// Under this epoch; nothing is sent after `notAfter`.
    case started(attempt: Int, epoch: Epoch, notAfter: Instant)
    case finished(attempt: Int)
    case failed(attempt: Int, fault: Fault)
    case lostSight(attempt: Int, fault: Fault)
    case undoStarted(attempt: Int, epoch: Epoch, notAfter: Instant)
    case undone(attempt: Int)
    case undoFailed(attempt: Int, fault: Fault)
}

extension StepState {
    /// The one transition table, for live events and for replay.
    ///
    /// Answers of an attempt fit only that attempt; attempts count up by one from 1.
    ///
    /// - Throws: `IllegalTransition` for everything that the table does not list.
    package func after(
        _ event: StepEvent, of step: StepID
    ) throws(IllegalTransition) -> StepState {
        switch (self, event) {
        // One on its way, or failed, is left out when its door's edge turns out to be lost.
        case (.pending, .skipped), (.started, .skipped), (.unknown, .skipped): return .skipped
        case (.failed(let last), .skipped) where last > 0: return .skipped
        case (.pending, .awaited(let until)), (.unknown, .awaited(let until)):
            return .waiting(until: until)
        case (.waiting, .approved): return .done
        case (.waiting, .refused): return .failed(attempt: 0)
        case (.pending, .started(let next, _, _)) where next == 1: return .started(attempt: next)
        case (.failed(let last), .started(let next, _, _)) where last > 0 && next == last + 1:
            return .started(attempt: next)
        case (.started(let mine), .finished(let its)) where mine == its: return .done
        case (.unknown(let mine), .finished(let its)) where mine == its: return .done
        case (.started(let mine), .failed(let its, _)) where mine == its:
            return .failed(attempt: mine)
        case (.unknown(let mine), .failed(let its, _)) where mine == its:
            return .failed(attempt: mine)
        case (.started(let mine), .lostSight(let its, _)) where mine == its:
            return .unknown(attempt: mine)
        case (.done, .undoStarted(let next, _, _)) where next == 1: return .undoing(attempt: next)
        case (.unknown, .undoStarted(let next, _, _)) where next == 1:
            return .undoing(attempt: next)
        case (.failed(let last), .undoStarted(let next, _, _)) where last > 0 && next == 1:
            return .undoing(attempt: next)
        case (.undoFailed(let last), .undoStarted(let next, _, _))
        where last > 0 && next == last + 1:
            return .undoing(attempt: next)
        case (.undoing(let mine), .undone(let its)) where mine == its: return .undone
        case (.undoUnknown(let mine), .undone(let its)) where mine == its: return .undone
        case (.undoing(let mine), .lostSight(let its, _)) where mine == its:
            return .undoUnknown(attempt: mine)
        case (.undoing(let mine), .undoFailed(let its, _)) where mine == its:
            return .undoFailed(attempt: mine)
        case (.undoUnknown(let mine), .undoFailed(let its, _)) where mine == its:
            return .undoFailed(attempt: mine)
        case (.done, .undoFailed(let its, _)) where its == 0: return .undoFailed(attempt: its)
        case (.unknown, .undoFailed(let its, _)) where its == 0: return .undoFailed(attempt: its)
        case (.failed(let last), .undoFailed(let its, _)) where last > 0 && its == 0:
            return .undoFailed(attempt: its)
        case (.pending, _), (.skipped, _), (.waiting, _), (.started, _), (.unknown, _), (.done, _),
            (.failed, _), (.undoing, _), (.undoUnknown, _), (.undone, _), (.undoFailed, _):
            throw IllegalTransition(step: step, from: self, event: event)
        }
    }

    /// Whether something is on its way, or a person is asked: the run cannot end yet.
    var isInFlight: Bool {
        switch self {
        case .waiting, .started, .unknown, .undoing, .undoUnknown: true
        case .pending, .skipped, .done, .failed, .undone, .undoFailed: false
        }
    }

    /// Whether steps that need this one may start.
    var isPassed: Bool {
        switch self {
        case .done, .skipped: true
        case .pending, .waiting, .started, .unknown, .failed, .undoing, .undoUnknown, .undone,
            .undoFailed:
            false
        }
    }
}
