import Planning
package import Situations
package import Values

/// A change that is wanted and left alone for a while.
///
/// Volatile, so that a new leader tries at once.
package struct Wait: Hashable, Codable, Sendable {
    package enum Reason: Hashable, Codable, Sendable {
        /// The last run for it ended without success, or a person turned it back.
        case rests
        /// The planner found no plan for it.
        case noPlan(faults: [Fault])
    }

    package let change: WantedChange
    package let until: Instant
    package let reason: Reason

    package init(change: WantedChange, until: Instant, reason: Reason) {
        (self.change, self.until, self.reason) = (change, until, reason)
    }
}

extension Controller {
    /// What is wanted and not tried again before a time, the soonest first.
    package func waits(at now: Instant) -> [Wait] {
        attempts.waits(at: now).sorted { $0.until < $1.until }
    }

    /// Who leads, as far as this controller knows.
    package func leader(at now: Instant) -> ControllerID? {
        if lease.epoch(at: now) != nil { return id }
        return if case .notHeld(let leader) = lease { leader } else { nil }
    }
}
