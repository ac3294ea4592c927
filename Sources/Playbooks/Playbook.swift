import Values

/// The steps of a change, as a file in `playbooks/` declares them: a graph that a plan fills in.
package struct Playbook: Hashable, Sendable {
    package let name: String
    package let title: String
    /// In an order in which every step comes after those it needs.
    package let steps: [PlaybookStep]

    package init(name: String, title: String, steps: [PlaybookStep]) {
        (self.name, self.title, self.steps) = (name, title, steps)
    }
}

/// One entry of a playbook; it becomes one planned step, or one for each region, door or stage.
package struct PlaybookStep: Hashable, Sendable {
    package enum Repetition: String, CaseIterable, Hashable, Sendable {
        case region, door
        /// One a region and stage of its ramp; a stage starts after the one before it is through.
        case stage
    }

    package let name: String
    package let action: ActionTemplate
    package let forEach: Repetition?
    package let needs: [String]
    /// A condition; a step whose condition is false is skipped, and counts as done.
    package let when: Condition?
    package let timeout: Duration
    package let attemptsMax: Int
    package let retryAfter: Duration
    package let undo: Undo
    /// Once this step is started, the run only goes forward.
    package let isPivot: Bool
    package let onDoubt: OnDoubt

    package enum Undo: String, CaseIterable, Hashable, Sendable {
        /// Set the door to what it was when the plan was made.
        case restore
        case none
    }

    package init(
        name: String, action: ActionTemplate, forEach: Repetition? = nil, needs: [String] = [],
        when: Condition? = nil, timeout: Duration = .seconds(10), attemptsMax: Int = 3,
        retryAfter: Duration = .seconds(1), undo: Undo = .none, isPivot: Bool = false,
        onDoubt: OnDoubt = .ask
    ) {
        (self.name, self.action, self.forEach, self.needs) = (name, action, forEach, needs)
        (self.when, self.timeout, self.attemptsMax) = (when, timeout, attemptsMax)
        (self.retryAfter, self.undo, self.isPivot) = (retryAfter, undo, isPivot)
        self.onDoubt = onDoubt
    }
}

/// What to do about a step that cannot be read back and whose outcome is not known.
package enum OnDoubt: String, CaseIterable, Hashable, Codable, Sendable {
    case ask
    case `repeat`
}

/// Conditions of `when`, by the expression that names them.
package enum Condition: String, CaseIterable, Hashable, Codable, Sendable {
    /// The region's rules ask for a person before its return, and no person asked for it.
    case failbackApprove = "${failback.approve}"
}

package enum ActionTemplate: Hashable, Sendable {
    /// Set the region's doors to the plan's allocation (of the stage).
    case shift(existing: ExistingSessions)
    /// Wait until the answer of before can no longer be in use.
    case drain
    case check(what: CheckKind)
    /// Wait for a fixed time, or for the region's `failback.stepDwell` when nil.
    case wait(for: Duration?)
    case approve
    /// A notice; `${region.name}` and the like are filled in.
    case notify(message: String)
}

/// What becomes of users who are on a host that loses all of its share. A name has no connections:
/// there both are alike.
package enum ExistingSessions: String, CaseIterable, Hashable, Codable, Sendable {
    /// Requests that are under way there go on.
    case keep
    /// They are ended, so that the browser asks again and is sent elsewhere.
    case cut
}

package enum CheckKind: String, CaseIterable, Hashable, Codable, Sendable {
    /// The region's probe is up at every host of the allocation that is planned.
    case targetsServe = "targets-serve"
    /// Every door of the region reads as planned.
    case doorsAgree = "doors-agree"
}
