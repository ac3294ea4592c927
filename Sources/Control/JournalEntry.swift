package import Detection
package import Planning
package import Playbooks
package import Situations
package import TopologyModel
package import Values

/// One durable record: the state is the sum of these, live and in replay alike.
package struct JournalEntry: Hashable, Codable, Sendable {
    package let at: Instant
    /// Under which leadership it was written.
    package let epoch: Epoch
    package let fact: Fact

    package init(at: Instant, epoch: Epoch, fact: Fact) {
        (self.at, self.epoch, self.fact) = (at, epoch, fact)
    }
}

/// What happened. Later capabilities add cases; a case keeps its name and fields for ever.
package enum Fact: Hashable, Codable, Sendable {
    /// The topology and playbooks with this digest are in force; the store keeps their text.
    case loaded(digest: Digest)
    /// This controller took leadership under the entry's epoch.
    case ledBy(controller: ControllerID)
    case board(change: BoardChange)
    /// A door's standing or what it holds has changed.
    case door(id: FrontDoorID, standing: DoorStanding, reading: DoorReading?)
    /// A door's desired state and its region's allocation, taken from the door itself.
    case adopted(door: FrontDoorID, region: RegionID, state: DoorState, by: String)
    case decided(decision: Decision)
    /// What was concluded about the edges that a region's names point at.
    case decidedEdges(decision: Decision)
    /// A planner's answer to these changes that is carried out.
    case placed(id: SolveID, changes: [WantedChange], steps: Int)
    /// A planner's answer that changes nothing, or cannot be carried out, and why.
    case notPlaced(id: SolveID, changes: [WantedChange], faults: [Fault])
    case run(id: RunID, event: RunEvent)
    /// A run has ended with the region shifted: what is held down since, and how many returns
    /// failed.
    case shifted(shift: ShiftRecord, holdDowns: [HoldDown], failedReturns: Int)
    case commanded(command: Command, id: CommandID, by: Principal)
    case clockStepped(by: Duration)
    /// A pause or closure has reached its end.
    case lapsed(hold: TimedHold)
    /// A person's plan was begun past what held it back.
    case forced(run: RunID, skipped: [Obstacle], by: Principal, reason: String)
}

/// What was concluded for a region, by which row, and what holds it back.
package struct Decision: Hashable, Codable, Sendable {
    package let region: RegionID
    package let row: String
    package let outcome: DecisionOutcome

    package init(region: RegionID, row: String, outcome: DecisionOutcome) {
        (self.region, self.row, self.outcome) = (region, row, outcome)
    }
}

package enum DecisionOutcome: Hashable, Codable, Sendable {
    case stay
    case wanted(change: WantedChange)
    /// The same, but this guard holds it back: it is paged, and its plan kept ready.
    case proposed(change: WantedChange, heldBy: Guard)
    /// A person must say what is right.
    case ask(door: FrontDoorID)
}
