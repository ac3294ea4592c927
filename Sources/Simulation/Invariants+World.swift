import OrderedCollections
import Control
import Playbooks
import Situations
import TopologyModel
import Values

// Promises about the world: what users and doors would see.
extension Invariant {
    /// Each door always has a target, also while no controller lives.
    static let neverAnEmptyAnswer = Invariant("neverAnEmptyAnswer") { world, change in
        guard case .door(let id, _) = change, world.doors[id]?.state.isEmpty ?? true else {
            return nil
        }
        return Violation("neverAnEmptyAnswer", "\(id) sends its users nowhere", at: world.now)
    }

    /// A door that compares never takes an order of an older epoch.
    static let staleEpochRefused = Invariant("staleEpochRefused") { world, change in
        guard case .door(let id, let order?) = change, let door = world.doors[id],
            door.fencing == .compared, let highest = world.watch.highestEpoch[id],
            order.epoch < highest
        else { return nil }
        return Violation(
            "staleEpochRefused", "\(id) took \(order.key) after an order of \(highest)",
            at: world.now)
    }

    /// How long a stale write may stand at a door that compares nothing: a reading, a run and its
    /// retries, under a leader that can reach the door.
    private static let staleMax = Duration.seconds(240)

    static let staleEpochUndone = Invariant("staleEpochUndone") { world, _ in
        let old = world.watch.stale.elements.first {
            world.doors[$0.key]?.fencing == .advisory && world.now - $0.value.since > staleMax
        }
        return old.map {
            Violation(
                "staleEpochUndone",
                "\($0.key) holds \($0.value.state) of a dead epoch since \($0.value.since.rfc3339)",
                at: world.now)
        }
    }

    /// What is done at a door was journaled before.
    static let journaledBeforeDone = Invariant("journaledBeforeDone") { world, change in
        guard case .door(_, let order?) = change, !world.watch.started.contains(order.key) else {
            return nil
        }
        return Violation(
            "journaledBeforeDone", "\(order.key) was done but not journaled", at: world.now)
    }

    static let oneChangePerStepKey = Invariant("oneChangePerStepKey") { world, change in
        guard case .door(let id, let order?) = change,
            let count = world.doors[id]?.changes[order.key], count > 1
        else { return nil }
        return Violation(
            "oneChangePerStepKey", "\(order.key) changed \(id) \(count) times", at: world.now)
    }

    static let noOrderWithoutLease = Invariant("noOrderWithoutLease") { world, change in
        guard case .sent(let order, let controller) = change,
            controller.lease.epoch(at: world.now) != order.epoch || world.now > order.notAfter
        else { return nil }
        return Violation(
            "noOrderWithoutLease", "\(order.key) was sent without its lease", at: world.now)
    }
}
