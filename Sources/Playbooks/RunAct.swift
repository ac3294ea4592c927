package import Situations
package import TopologyModel
package import Values

/// What a run wants next.
package enum RunAct: Hashable, Sendable {
    /// Journal this event; nothing else.
    case record(event: RunEvent)
    /// Journal that the attempt starts, then order it.
    case order(key: StepKey, event: RunEvent, order: DoorOrder, notAfter: Instant)
    /// Read the door; the outcome of a step depends on it.
    case readBack(step: StepID, door: FrontDoorID)
    /// Journal that the step is finished, then tell people.
    case notice(event: RunEvent, message: String)
}

/// What a run looks at when it says what it wants.
package struct RunView: Hashable, Sendable {
    package let situation: Situation
    /// The leadership to act under; without one a run wants nothing.
    package let epoch: Epoch?
    /// When the last order under it may be sent.
    package let leaseUntil: Instant?
    /// Doors that were asked for and have not answered.
    package let readsInFlight: [FrontDoorID]

    package init(
        situation: Situation, epoch: Epoch?, leaseUntil: Instant?, readsInFlight: [FrontDoorID]
    ) {
        (self.situation, self.epoch, self.leaseUntil) = (situation, epoch, leaseUntil)
        self.readsInFlight = readsInFlight
    }
}
