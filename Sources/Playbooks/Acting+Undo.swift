import Situations
import TopologyModel
import Values

// Turning back before the pivot: in each region what was started is undone in reverse, one at a
// time; regions do not wait for each other.
extension Acting {
    var unwinding: [RunAct] {
        var busy: [RegionID] = []
        var room = roomInFlight
        var acts: [RunAct] = []
        for (step, record) in entries.reversed() {
            guard let order = step.order, !busy.contains(order.region) else { continue }
            let undo = undo(step, record, order, room: room)
            if undo.isBusy { busy.append(order.region) }
            if undo.isOrder { room -= 1 }
            acts += undo.acts
        }
        return acts
    }

    private enum Undo {
        case none
        /// Earlier steps of the region wait for it.
        case pending
        case records([RunAct])
        case order(RunAct)

        var acts: [RunAct] {
            switch self {
            case .none, .pending: []
            case .records(let acts): acts
            case .order(let act): [act]
            }
        }

        var isOrder: Bool { if case .order = self { true } else { false } }

        var isBusy: Bool {
            switch self {
            case .none, .records: false
            case .pending, .order: true
            }
        }
    }

    private func undo(
        _ step: PlannedStep, _ record: StepRecord, _ order: DoorOrder, room: Int
    ) -> Undo {
        switch record.state {
        case .started, .undoing, .undoUnknown: return .pending
        case .undoFailed(let last):
            guard mayUndoAgain(step, record) else { return .none }
            guard isRested(step, record), room > 0 else { return .pending }
            return .order(orderUndo(step, order, attempt: last + 1))
        case .done, .unknown, .failed:
            return isToBeUndone(step, record) ? firstUndo(step, record, order, room: room) : .none
        case .pending, .skipped, .waiting, .undone: return .none
        }
    }

    private func firstUndo(
        _ step: PlannedStep, _ record: StepRecord, _ order: DoorOrder, room: Int
    ) -> Undo {
        if restoresLoss(order) {
            let fault = Fault(
                what: "it is not undone: more users would be sent to a host that is lost",
                mend: "")
            return .records([
                .record(event: event(step, .undoFailed(attempt: 0, fault: fault)))
            ])
        }
        guard record.isTouched else {
            let started = StepEvent.undoStarted(attempt: 1, epoch: epoch, notAfter: now)
            return .records([
                .record(event: event(step, started)),
                .record(event: event(step, .undone(attempt: 1))),
            ])
        }
        if isFromElsewhere(order) {
            let fault = Fault(
                what: "it is not undone: the door held \(order.from), which is none of ours",
                mend: "")
            return .records([
                .record(event: event(step, .undoFailed(attempt: 0, fault: fault)))
            ])
        }
        guard room > 0, record.state == .done || !mayStillLand(step, record) else {
            return .pending
        }
        return .order(orderUndo(step, order, attempt: 1))
    }

    private func orderUndo(_ step: PlannedStep, _ order: DoorOrder, attempt: Int) -> RunAct {
        let until = notAfter(step)
        return .order(
            key: StepKey(
                run: run.id, step: step.id, attempt: attempt, epoch: epoch, isUndo: true),
            event: event(step, .undoStarted(attempt: attempt, epoch: epoch, notAfter: until)),
            order: order.reversed, notAfter: until)
    }

    /// Whether the run, as it turned, undoes steps such as this one.
    func isToBeUndone(_ step: PlannedStep) -> Bool {
        hasTurned && !isPastPivot && step.isUndone && step.order != nil
    }

    /// Whether this one was started, and is still to be undone.
    func isToBeUndone(_ step: PlannedStep, _ record: StepRecord) -> Bool {
        switch record.state {
        case .done, .unknown, .failed: isToBeUndone(step)
        case .pending, .skipped, .waiting, .started, .undoing, .undoUnknown, .undone, .undoFailed:
            false
        }
    }

    func mayUndoAgain(_ step: PlannedStep, _ record: StepRecord) -> Bool {
        guard let order = step.order else { return false }
        return hasAttemptsLeft(step, record) && !restoresLoss(order) && !isFromElsewhere(order)
    }

    /// Whether the door held what nothing in the topology explains: we cannot set that again.
    private func isFromElsewhere(_ order: DoorOrder) -> Bool { !order.from.foreign.isEmpty }

    /// A door is never given more of a lost host than it has, nor an empty answer.
    private func restoresLoss(_ order: DoorOrder) -> Bool {
        order.from.isEmpty
            || order.from.shares.contains { share in
                isFallen(share.host, for: order.region)
                    && share.percent
                        > order.to.shares.first { $0.host == share.host }?.percent ?? .zero
            }
    }
}
