package import Situations
package import TopologyModel
package import Values

// What the answers of doors say about the run. An answer that fits no attempt says nothing.
extension Run {
    /// The events that an actuator's answer leads to; none for a late answer of another attempt, of
    /// another epoch, or of the step when its undo is on its way.
    ///
    /// A refusal by a newer epoch loses sight of the step: it turns nothing back, and whoever leads
    /// next reads the door before anything else.
    package func events(
        for outcome: StepOutcome, key: StepKey, at now: Instant
    ) -> [RunEvent] {
        guard isOpen, key.run == id, let step = plan.step(key.step), let order = step.order,
            let record = record(of: key.step), record.epoch == key.epoch
        else { return [] }
        let events: [StepEvent] =
            switch record.state {
            case .started(key.attempt) where !key.isUndo:
                started(outcome, attempt: key.attempt, wanted: order.to)
            case .unknown(key.attempt) where !key.isUndo:
                started(outcome, attempt: key.attempt, wanted: order.to).withoutLostSight
            case .undoing(key.attempt) where key.isUndo:
                undoing(outcome, attempt: key.attempt, wanted: order.from)
            case .undoUnknown(key.attempt) where key.isUndo:
                undoing(outcome, attempt: key.attempt, wanted: order.from).withoutLostSight
            case .pending, .skipped, .waiting, .started, .unknown, .done, .failed, .undoing,
                .undoUnknown, .undone, .undoFailed:
                []
            }
        return events.map { .step(id: key.step, event: $0) }
    }

    private func started(
        _ outcome: StepOutcome, attempt: Int, wanted: DoorState
    ) -> [StepEvent] {
        switch outcome {
        case .done(let reading) where reading.state == wanted: [.finished(attempt: attempt)]
        case .done(let reading):
            [
                .lostSight(attempt: attempt, fault: .reads(reading.state)),
                .failed(attempt: attempt, fault: .reads(reading.state)),
            ]
        case .nothingChanged(let fault): [.failed(attempt: attempt, fault: fault)]
        case .refused(let epoch): [.lostSight(attempt: attempt, fault: .refused(by: epoch))]
        case .unknown(let fault): [.lostSight(attempt: attempt, fault: fault)]
        }
    }

    private func undoing(
        _ outcome: StepOutcome, attempt: Int, wanted: DoorState
    ) -> [StepEvent] {
        switch outcome {
        case .done(let reading) where reading.state == wanted: [.undone(attempt: attempt)]
        case .done(let reading): [.undoFailed(attempt: attempt, fault: .reads(reading.state))]
        case .nothingChanged(let fault): [.undoFailed(attempt: attempt, fault: fault)]
        case .refused(let epoch): [.lostSight(attempt: attempt, fault: .refused(by: epoch))]
        case .unknown(let fault): [.lostSight(attempt: attempt, fault: fault)]
        }
    }

    /// The events that a reading of the door leads to: it settles every step there whose outcome is
    /// not known. What reads otherwise than was ordered, or cannot be read, is a failed attempt.
    package func events(
        forReadBack read: FrontDoorState, of door: FrontDoorID, at now: Instant
    ) -> [RunEvent] {
        guard isOpen else { return [] }
        return entries.compactMap { step, record in
            guard let order = step.order, order.door == door,
                let event = settled(record.state, order, by: read)
            else { return nil }
            return .step(id: step.id, event: event)
        }
    }

    private func settled(
        _ state: StepState, _ order: DoorOrder, by read: FrontDoorState
    ) -> StepEvent? {
        let (held, fault): (DoorState?, Fault) =
            switch read {
            case .read(let reading): (reading.state, .reads(reading.state))
            case .unreadable(let fault): (nil, fault)
            }
        switch state {
        case .unknown(let attempt):
            return held == order.to
                ? .finished(attempt: attempt) : .failed(attempt: attempt, fault: fault)
        case .undoUnknown(let attempt):
            return held == order.from
                ? .undone(attempt: attempt) : .undoFailed(attempt: attempt, fault: fault)
        case .pending, .skipped, .waiting, .started, .done, .failed, .undoing, .undone,
            .undoFailed:
            return nil
        }
    }
}

extension [StepEvent] {
    /// For a step whose outcome was not known already.
    fileprivate var withoutLostSight: [StepEvent] {
        filter { if case .lostSight = $0 { false } else { true } }
    }
}

extension Fault {
    fileprivate static func reads(_ state: DoorState) -> Fault {
        Fault(what: "the door reads \(state.words), which is not what was ordered", mend: "")
    }

    fileprivate static func refused(by epoch: Epoch?) -> Fault {
        let other = epoch.map { "epoch \($0)" } ?? "a newer epoch"
        return Fault(what: "\(other) stands at the door and refused the order", mend: "")
    }
}
