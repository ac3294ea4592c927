import OrderedCollections
import Planning
package import Playbooks
package import Situations
package import TopologyModel
import Values

extension Plan {
    /// One step: set a door that forgot, drifted or missed a shift to what is desired.
    package static func restoring(
        _ door: FrontDoorID, of region: RegionID, in situation: Situation, by: String
    ) -> Plan {
        let known = situation.doors[door]
        let desired = known?.missed ?? known?.desired ?? DoorState(shares: [])
        let allocation = situation.allocations[region] ?? .nothing
        let placement = RegionPlacement(
            region: region, cause: .frontDoor, from: allocation, to: allocation, explanation: [])
        return Plan(
            setting: door, of: region, to: desired, as: "restore",
            "Set \(door) to \(desired) again", placing: [placement], in: situation, by: by)
    }

    /// One step: let the name point at these edges. It is about no region's place, so that a run
    /// that moves the region goes on beside it.
    package static func repointing(
        _ door: FrontDoorID, of region: RegionID, at edges: [EdgeID], in situation: Situation,
        by: String
    ) -> Plan {
        let names = edges.map(\.name).joined(separator: ", ")
        return Plan(
            setting: door, of: region, to: DoorState(edges: edges), as: "repoint",
            "Point \(door) at \(names)", placing: [], in: situation, by: by)
    }

    private init(
        setting door: FrontDoorID, of region: RegionID, to state: DoorState,
        as playbook: String, _ title: String, placing regions: [RegionPlacement],
        in situation: Situation, by: String
    ) {
        let known = situation.doors[door]
        let order = DoorOrder(
            door: door, region: region, from: known?.observed?.state ?? known?.desired ?? state,
            to: state, existing: .keep)
        let step = PlannedStep(
            id: StepID("\(playbook):\(door)"), title: title, action: .setDoor(order: order),
            region: region, needs: [], timeout: Plan.restoreTimeout,
            attemptsMax: Plan.restoreAttemptsMax, retryAfter: .seconds(1), isUndone: false,
            isPivot: true, onDoubt: .repeat)
        self.init(
            playbook: playbook, title: "\(playbook) \(door)", cause: .frontDoor,
            madeAt: situation.now, by: by, topology: situation.digest,
            placement: Placement(regions: regions, premises: [], optimality: .exact, steps: 0),
            steps: [step])
    }

    /// How long one attempt to restore a door may take.
    private static let restoreTimeout = Duration.seconds(10)
    private static let restoreAttemptsMax = 3
}
