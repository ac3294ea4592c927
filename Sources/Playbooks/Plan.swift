import OrderedCollections
package import Planning
package import Situations
package import TopologyModel
package import Values

/// Names one plan, and the run that carries it out: the epoch's term and a counter.
package struct RunID: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    package let term: UInt64
    package let number: Int

    package init(term: UInt64, number: Int) { (self.term, self.number) = (term, number) }

    /// `r7-3`.
    package var description: String { "r\(term)-\(number)" }

    package init?(text: some StringProtocol) {
        let parts = text.dropFirst().split(separator: "-", omittingEmptySubsequences: false)
        guard text.first == "r", parts.count == 2, let term = UInt64(parts[0]),
            let number = Int(parts[1])
        else { return nil }
        self.init(term: term, number: number)
    }

    package init(from decoder: any Decoder) throws {
        self = try decoder.value(from: String.self, of: "a run such as r7-3") { RunID(text: $0) }
    }

    package func encode(to encoder: any Encoder) throws { try encoder.encodeSingle(description) }

    package static func < (left: RunID, right: RunID) -> Bool {
        (left.term, left.number) < (right.term, right.number)
    }
}

/// Names a step in its plan: `shift:grand-est/dns:grand-est.ent.example`.
package struct StepID: Identifier {
    package let name: String
    package init(_ name: String) { self.name = name }
}

/// What a step does, with everything filled in.
package enum Action: Hashable, Codable, Sendable {
    case setDoor(order: DoorOrder)
    /// Wait until the answer of before is out of use: so long after the doors were set.
    case drain(door: FrontDoorID, tail: Duration)
    case check(what: CheckKind, region: RegionID, allocation: Allocation)
    case wait(for: Duration)
    /// Wait for a person, at most so long.
    case approve(region: RegionID?, within: Duration)
    case notify(message: String)
}

/// What a door is to hold.
package struct DoorOrder: Hashable, Codable, Sendable {
    package let door: FrontDoorID
    package let region: RegionID
    /// What it held when the plan was made: for undo, and for the order of writes.
    package let from: DoorState
    package let to: DoorState
    package let existing: ExistingSessions

    package init(
        door: FrontDoorID, region: RegionID, from: DoorState, to: DoorState,
        existing: ExistingSessions
    ) {
        (self.door, self.region, self.from, self.to) = (door, region, from, to)
        self.existing = existing
    }

    /// The order that takes this one back.
    package var reversed: DoorOrder {
        DoorOrder(door: door, region: region, from: to, to: from, existing: existing)
    }
}

/// One step of a plan.
package struct PlannedStep: Hashable, Codable, Sendable {
    package let id: StepID
    /// For people: `Send grand-est to ent-gra1 (dns:grand-est.ent.example)`.
    package let title: String
    package let action: Action
    package let region: RegionID?
    package let needs: [StepID]
    /// False when its condition did not hold as the plan was made: it is skipped.
    package let isWanted: Bool
    package let timeout: Duration
    package let attemptsMax: Int
    package let retryAfter: Duration
    package let isUndone: Bool
    package let isPivot: Bool
    package let onDoubt: OnDoubt

    package init(
        id: StepID, title: String, action: Action, region: RegionID?, needs: [StepID],
        isWanted: Bool = true, timeout: Duration, attemptsMax: Int, retryAfter: Duration,
        isUndone: Bool, isPivot: Bool, onDoubt: OnDoubt
    ) {
        (self.id, self.title, self.action, self.region) = (id, title, action, region)
        (self.needs, self.isWanted, self.timeout) = (needs, isWanted, timeout)
        (self.attemptsMax, self.retryAfter, self.isUndone) = (attemptsMax, retryAfter, isUndone)
        (self.isPivot, self.onDoubt) = (isPivot, onDoubt)
    }

    /// What it orders of a door, or nil for steps that touch none.
    package var order: DoorOrder? {
        switch action {
        case .setDoor(let order): order
        case .drain, .check, .wait, .approve, .notify: nil
        }
    }
}

/// The ordered steps from now to the wanted state, complete before anything is touched.
package struct Plan: Hashable, Codable, Sendable {
    package let playbook: String
    /// For people: `evacuate ovh/strasbourg/sbg2`.
    package let title: String
    package let cause: Cause
    package let madeAt: Instant
    /// Who asked: a row of the decision table, or a person.
    package let by: String
    package let topology: Digest
    /// What a person's plan relies on of the topology, so that other edits of the file do not void
    /// it; nil for the controller's own, which live no longer than the topology that is in force.
    package let entities: [EntityDigest]?
    package let placement: Placement
    package let steps: [PlannedStep]

    package init(
        playbook: String, title: String, cause: Cause, madeAt: Instant, by: String,
        topology: Digest, entities: [EntityDigest]? = nil, placement: Placement,
        steps: [PlannedStep]
    ) {
        (self.playbook, self.title, self.cause, self.madeAt) = (playbook, title, cause, madeAt)
        (self.by, self.topology, self.placement, self.steps) = (by, topology, placement, steps)
        self.entities = entities
    }

    /// Those whose place it plans.
    package var regions: [RegionID] { placement.regions.map(\.region) }

    /// The same, and those of which only a door is set.
    package var regionsTouched: [RegionID] {
        OrderedSet(regions + steps.compactMap(\.region)).elements
    }

    package func step(_ id: StepID) -> PlannedStep? { steps.first { $0.id == id } }
}
