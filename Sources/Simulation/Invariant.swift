package import Control
import Playbooks
package import TopologyModel
package import Values

/// A promise that was broken, with what shows it.
package struct Violation: Hashable, Sendable, CustomStringConvertible {
    package let invariant: String
    package let what: String
    package let at: Instant

    package init(_ invariant: String, _ what: String, at: Instant) {
        (self.invariant, self.what, self.at) = (invariant, what, at)
    }

    package var description: String { "\(at.rfc3339) \(invariant): \(what)" }
}

/// Something that changed in the world; the invariants are checked then, not at each probe.
package enum Change: Sendable {
    case event(WorldEvent)
    case entries([JournalEntry], by: Controller)
    /// A door changed: by an order, or by itself or a foreign hand.
    case door(FrontDoorID, by: StepOrder?)
    case sent(StepOrder, by: Controller)
    case leads(Epoch)

    /// For the trace.
    var text: String {
        switch self {
        case .event(let event): "event \(event)"
        case .entries(let entries, _): entries.map { "\($0.fact)" }.joined(separator: "|")
        case .door(let door, let order): "door \(door) \(order?.idempotencyKey ?? "foreign")"
        case .sent(let order, _): "sent \(order.idempotencyKey)"
        case .leads(let epoch): "leads \(epoch)"
        }
    }
}

/// A promise as a function: nil while it is kept.
package struct Invariant: Sendable {
    package let name: String
    package let check: @Sendable (World, Change) -> Violation?

    package init(_ name: String, check: @escaping @Sendable (World, Change) -> Violation?) {
        (self.name, self.check) = (name, check)
    }

    package static let all = [
        neverAnEmptyAnswer, staleEpochRefused, staleEpochUndone, noHostPlannedOverCapacity,
        noTargetInALostOrDoubtedDomain, noTargetInAClosedPlace, journaledBeforeDone,
        oneChangePerStepKey,
        noOrderWithoutLease, noLostWithoutQuorum, holdDownHolds, neverHeldOnALostHost, noFlapping,
        classesInOrder,
    ]
}
