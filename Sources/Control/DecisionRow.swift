import OrderedCollections
package import Situations
package import TopologyModel
import Values

/// What one row of the decision table looks at: a region within a situation.
package struct RegionView: Sendable {
    package let situation: Situation
    package let region: Region
    /// Hosts that users of the region are sent to by its allocation or by any of its doors; a door
    /// that missed a shift counts as shifted, for nobody comes through it.
    package let hostsInUse: [HostID]

    package init(situation: Situation, region: Region) {
        (self.situation, self.region) = (situation, region)
        let desired = region.frontDoors.compactMap { door in
            situation.doors[door.id].flatMap { $0.missed ?? $0.desired }
        }
        let used =
            (situation.allocations[region.id]?.hosts ?? [])
            + desired.flatMap { $0.shares.map(\.host) }
        hostsInUse = used.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    package var allocation: Allocation { situation.allocations[region.id] ?? .nothing }

    package func site(of host: HostID) -> Site? { situation.topology.site(of: host) }

    package var doors: [Door] { region.frontDoors.compactMap { situation.doors[$0.id] } }
}

/// A row: its name goes into the journal, its sentences into `docs/decision-table.md`.
package struct DecisionRow: Sendable {
    package let name: String
    /// When it applies and what it then wants, in words.
    package let when: String
    package let then: String
    /// Which guards can hold it back, in the order in which they are asked.
    package let heldBy: [Guard]
    /// What it wants for the region, or nil when it does not apply.
    package let outcome: @Sendable (RegionView) -> DecisionOutcome?

    package init(
        _ name: String, when: String, then: String, heldBy: [Guard],
        outcome: @escaping @Sendable (RegionView) -> DecisionOutcome?
    ) {
        (self.name, self.when, self.then, self.heldBy) = (name, when, then, heldBy)
        self.outcome = outcome
    }
}
