package import Control
package import Playbooks
package import Situations
package import TopologyModel
package import Values

/// A front door of the simulated world: what it holds, and how it misbehaves.
package struct SimulatedDoor: Hashable, Sendable {
    package enum Mood: Hashable, Sendable {
        case well
        /// Refuses every order, and says that nothing was changed.
        case failing
        /// Takes orders, but its answers are lost.
        case mute
        /// Answers only after so long.
        case slow(Duration)
    }

    package let id: FrontDoorID
    package let region: RegionID
    package let fencing: FrontDoor.Fencing
    /// What it holds when it has just restarted.
    package let initial: DoorState
    package private(set) var state: DoorState
    package private(set) var incarnation = 1
    package private(set) var epoch: Epoch?
    package var mood = Mood.well
    /// How many orders changed it, by step key: one, for what can be read back.
    package private(set) var changes: [StepKey: Int] = [:]

    package init(
        id: FrontDoorID, region: RegionID, fencing: FrontDoor.Fencing, initial: DoorState
    ) {
        (self.id, self.region, self.fencing) = (id, region, fencing)
        (self.initial, self.state) = (initial, initial)
    }

    package var reading: DoorReading {
        DoorReading(state: state, incarnation: "i\(incarnation)", epoch: epoch)
    }

    /// It restarts, and what it was told is gone.
    package mutating func forget() {
        incarnation += 1
        state = initial
    }

    /// Somebody else changes it.
    package mutating func meddle(_ foreign: DoorState) { state = foreign }

    /// What an order does when it arrives, and the answer that goes back.
    package mutating func take(_ order: StepOrder) -> StepOutcome {
        if mood == .failing {
            return .nothingChanged(fault: Fault(what: "the door refuses everything", mend: ""))
        }
        if fencing == .compared, let epoch, epoch > order.epoch { return .refused(by: epoch) }
        if fencing == .compared { epoch = order.epoch }
        if state != order.order.to { changes[order.key, default: 0] += 1 }
        state = order.order.to
        return .done(readback: reading)
    }
}
