package import Detection
package import Planning
package import Playbooks
import Situations
package import TopologyModel
package import Values

/// An order to an actuator.
package struct StepOrder: Hashable, Sendable {
    package let key: StepKey
    package let order: DoorOrder
    /// Never sent later than this; checked again at the moment of sending, beside the lease.
    package let notAfter: Instant

    package init(key: StepKey, order: DoorOrder, notAfter: Instant) {
        (self.key, self.order, self.notAfter) = (key, order, notAfter)
    }

    package var epoch: Epoch { key.epoch }
    /// The same for every sending of the same attempt.
    package var idempotencyKey: String { key.description }
}

/// What the controller asks for; carried out in order, after the turn's entries are durable.
package enum Effect: Hashable, Sendable {
    case perform(StepOrder)
    case readDoor(FrontDoorID)
    /// Plan off the loop; the answer comes back as `Input.solved`.
    case solve(SolveID, PlanningRequest, steps: Int)
    case publish(VantageReport)
    case reply(CommandID, Reply)
    case notify(Notice)
    /// Lead no more: until then, or until the next start.
    case yieldLease(until: Instant?)
    /// Send `Input.woke` then, unless another input comes first.
    case wake(Instant)
}

/// What one input leads to: entries to make durable, then effects to carry out, both in order.
package struct Reaction: Hashable, Sendable {
    package var entries: [JournalEntry]
    package var effects: [Effect]

    package init(entries: [JournalEntry] = [], effects: [Effect] = []) {
        (self.entries, self.effects) = (entries, effects)
    }
}

/// Something that people should know.
package struct Notice: Hashable, Codable, Sendable {
    package enum Level: String, CaseIterable, Hashable, Codable, Sendable {
        case info, warning
        /// Somebody is called.
        case page
    }

    package let level: Level
    package let at: Instant
    package let region: RegionID?
    package let host: HostID?
    package let run: RunID?
    package let text: String

    package init(
        _ level: Level, at: Instant, region: RegionID? = nil, host: HostID? = nil,
        run: RunID? = nil, text: String
    ) {
        (self.level, self.at, self.region) = (level, at, region)
        (self.host, self.run, self.text) = (host, run, text)
    }
}
