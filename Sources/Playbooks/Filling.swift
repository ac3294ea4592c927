import OrderedCollections
import Planning
import Situations
import TopologyModel
import Values

/// Fills one expanded step in: its action, its words, its condition.
struct Filling {
    let planTitle: String
    let situation: Situation
    let moves: [RegionPlacement]
    let isAskedFor: Bool

    func planned(_ slot: Slot, needs: [StepID]) -> PlannedStep {
        let step = slot.step
        let action = action(of: slot)
        return PlannedStep(
            id: slot.id, title: title(of: slot, action), action: action, region: slot.region?.id,
            needs: needs, isWanted: isWanted(slot, action), timeout: step.timeout,
            attemptsMax: step.attemptsMax, retryAfter: step.retryAfter,
            isUndone: step.undo == .restore, isPivot: step.isPivot, onDoubt: step.onDoubt)
    }

    private func action(of slot: Slot) -> Action {
        switch slot.step.action {
        case .shift(let existing): return .setDoor(order: order(slot, existing))
        case .drain:
            let (_, door) = doorAndRegion(slot)
            return .drain(door: door.id, tail: door.tail)
        case .check(let what):
            return .check(
                what: what, region: region(of: slot).id, allocation: slot.way?.to ?? .nothing)
        case .wait(let time):
            return .wait(for: time ?? region(of: slot).rules.failback.stepDwell)
        case .approve:
            return .approve(region: slot.region?.id, within: situation.topology.rules.approvalMax)
        case .notify(let message):
            return .notify(message: Expression.filled(message) { value(of: $0, in: slot) })
        }
    }

    private func order(_ slot: Slot, _ existing: ExistingSessions) -> DoorOrder {
        let (region, door) = doorAndRegion(slot)
        let (from, to) = slot.way ?? (.nothing, .nothing)
        let isFirst = slot.stage ?? 0 == 0
        let held = isFirst ? situation.doors[door.id]?.held : nil
        return DoorOrder(
            door: door.id, region: region.id, from: held ?? from.state(at: door, of: region),
            to: to.state(at: door, of: region), existing: existing)
    }

    private func doorAndRegion(_ slot: Slot) -> (Region, FrontDoor) {
        guard let door = slot.door else {
            preconditionFailure("step \(slot.id) has no door; Playbook.faults finds that")
        }
        return (region(of: slot), door)
    }

    private func region(of slot: Slot) -> Region {
        guard let region = slot.region else {
            preconditionFailure("step \(slot.id) has no region; Playbook.faults finds that")
        }
        return region
    }

    /// A door is never set to an empty answer.
    private func isWanted(_ slot: Slot, _ action: Action) -> Bool {
        if case .setDoor(let order) = action, order.to.isEmpty { return false }
        return slot.step.when.map { holds($0, for: slot.region) } ?? true
    }

    private func holds(_ condition: Condition, for region: Region?) -> Bool {
        switch condition {
        case .failbackApprove:
            let regions =
                region.map { [$0] } ?? moves.compactMap { situation.topology.regions[$0.region] }
            return !isAskedFor && regions.contains { $0.rules.failback.approve }
        }
    }
}

// MARK: - Words

extension Filling {
    private func title(of slot: Slot, _ action: Action) -> String {
        let region = slot.region?.id.name ?? "the plan"
        let target = slot.way?.to.targetWords ?? "no host"
        switch action {
        case .setDoor(let order):
            let isQuotas =
                order.from.shares == order.to.shares && order.from.admission != order.to.admission
            return isQuotas
                ? "Set the quotas of \(region) (\(order.door))"
                : "Send \(region) to \(target) (\(order.door))"
        case .drain(let door, let tail):
            return tail == .zero
                ? "Drain \(door)" : "Wait \(tail.text) for old answers of \(door) to run out"
        case .check(.targetsServe, _, _): return "Check that \(target) serves \(region)"
        case .check(.doorsAgree, _, _): return "Check that every door of \(region) reads \(target)"
        case .wait(let time):
            return slot.stage == nil
                ? "Wait \(time.text)" : "Watch \(region) at \(target) for \(time.text)"
        case .approve: return "Ask a person to approve: \(planTitle) (\(region))"
        case .notify(let message): return "Tell people: \(message)"
        }
    }

    private func value(of expression: Expression, in slot: Slot) -> String {
        switch expression {
        case .regionName: slot.region?.id.name ?? ""
        case .regionTitle: slot.region?.title ?? ""
        case .regionTo: slot.way?.to.targetWords ?? ""
        case .regionFrom: slot.way?.from.targetWords ?? ""
        case .planTitle: planTitle
        }
    }
}

extension Door {
    /// What it holds now, as far as is known; nil when that is nothing.
    ///
    /// The last reading is kept only while it differs from what is desired.
    fileprivate var held: DoorState? {
        let state =
            switch standing {
            case .asDesired: desired ?? observed?.state
            case .unread, .forgot, .drifted, .unreadable: observed?.state ?? desired
            }
        return state.flatMap { $0.isEmpty ? nil : $0 }
    }
}
