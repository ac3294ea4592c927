package import Detection
package import Playbooks
package import Situations
package import TopologyModel
package import Values

/// Names one command, so that its reply finds who asked.
package struct CommandID: Identifier {
    package let name: String
    package init(_ name: String) { self.name = name }
}

/// Who commands: a login name on the control socket.
package struct Principal: Identifier {
    package let name: String
    package init(_ name: String) { self.name = name }
}

/// What people can ask of a running controller.
package enum Command: Hashable, Codable, Sendable {
    case pause(scope: HoldScope, reason: String, until: Instant)
    case resume(scope: HoldScope)
    /// Lost or alive overrides what is seen; nil takes the declaration back.
    case declare(domain: FailureDomain, kind: Declaration.Kind?, reason: String)
    /// Carry a plan out, if every premise still holds.
    case apply(plan: Plan)
    case approve(run: RunID)
    case abort(run: RunID, reason: String)
    /// Carry a plan out although a guard, or the head-room, holds it back; every premise still
    /// counts.
    case force(plan: Plan, reason: String)
    /// No new users there until `undrain` or the end; the plan moves away who is there, nil where
    /// nobody is.
    case drain(place: HoldPlace, reason: String, until: Instant?, plan: Plan?)
    case undrain(place: HoldPlace)
    case beginMaintenance(place: HoldPlace, owner: String, reason: String, until: Instant)
    case endMaintenance(place: HoldPlace)
    /// This controller leads no more until then, so that another may.
    case stepDown(reason: String, until: Instant)
    /// What the door holds is right: it becomes what is desired.
    case adopt(door: FrontDoorID)
    /// What is desired is right: set the door to it again.
    case reassert(door: FrontDoorID)
}

/// What a command came to.
package enum Reply: Hashable, Codable, Sendable {
    case done(text: String)
    case began(run: RunID)
    /// A rule or guard forbids it.
    case refused(fault: Fault)
    /// What the plan relied on has changed; each line says what.
    case premisesChanged(faults: [Fault])
    case alreadySo(text: String)
    case notLeading(leader: ControllerID?)
}
