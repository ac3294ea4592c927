import OrderedCollections
import Planning
package import Playbooks
package import Situations
package import TopologyModel
import Values

extension Plan {
    /// One step: set a door that forgot, or drifted, to what is desired.
    package static func restoring(
        _ door: FrontDoorID, of region: RegionID, in situation: Situation, by: String
    ) -> Plan {
        let known = situation.doors[door]
        let desired = known?.desired ?? DoorState(shares: [])
        let order = DoorOrder(
            door: door, region: region, from: known?.observed?.state ?? desired, to: desired,
            existing: .keep)
        let allocation = situation.allocations[region] ?? .nothing
        let step = PlannedStep(
            id: StepID("restore:\(door)"), title: "Set \(door) to \(desired) again",
            action: .setDoor(order: order), region: region, needs: [],
            timeout: restoreTimeout, attemptsMax: restoreAttemptsMax, retryAfter: .seconds(1),
            isUndone: false, isPivot: true, onDoubt: .repeat)
        let placement = RegionPlacement(
            region: region, cause: .frontDoor, from: allocation, to: allocation, explanation: [])
        return Plan(
            playbook: "restore", title: "restore \(door)", cause: .frontDoor,
            madeAt: situation.now, by: by, topology: situation.digest,
            placement: Placement(
                regions: [placement], premises: [], optimality: .exact, steps: 0), steps: [step])
    }

    /// How long one attempt to restore a door may take.
    private static let restoreTimeout = Duration.seconds(10)
    private static let restoreAttemptsMax = 3
}
