import OrderedCollections
import Planning
package import Playbooks
package import Situations
package import TopologyModel
import Values

extension Plan {
    /// One step: set a door that forgot, drifted, missed a shift, or was adopted with what is no
    /// host of ours.
    package static func restoring(
        _ door: FrontDoorID, of region: RegionID, in situation: Situation, by: String,
        isAskedFor: Bool = false
    ) -> Plan {
        let desired = situation.restored(door, of: region)
        let known = situation.allocations[region] ?? .nothing
        let allocation = situation.isForeign(door) ? situation.place(of: region) : known
        let placement = RegionPlacement(
            region: region, cause: .frontDoor, from: allocation, to: allocation, explanation: [])
        return Plan(
            setting: door, of: region, to: desired, as: "restore",
            "Set \(door) to \(desired) again", placing: [placement], in: situation, by: by,
            isAskedFor: isAskedFor)
    }

    /// One step: let the name point at these edges. It is about no region's place, so that a run
    /// that moves the region goes on beside it.
    package static func repointing(
        _ door: FrontDoorID, of region: RegionID, at edges: [EdgeID], in situation: Situation,
        by: String, isAskedFor: Bool = false
    ) -> Plan {
        let names = edges.map(\.name).joined(separator: ", ")
        return Plan(
            setting: door, of: region, to: DoorState(edges: edges), as: "repoint",
            "Point \(door) at \(names)", placing: [], in: situation, by: by,
            isAskedFor: isAskedFor)
    }

    private init(
        setting door: FrontDoorID, of region: RegionID, to state: DoorState,
        as playbook: String, _ title: String, placing regions: [RegionPlacement],
        in situation: Situation, by: String, isAskedFor: Bool
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
            entities: isAskedFor ? situation.topology.digests(for: [region]) : nil,
            placement: Placement(regions: regions, premises: [], optimality: .exact, steps: 0),
            steps: [step])
    }

    /// How long one attempt to restore a door may take.
    private static let restoreTimeout = Duration.seconds(10)
    private static let restoreAttemptsMax = 3
}

extension Situation {
    /// What a door is set to when it is set again: what it missed, else what is desired. Where that
    /// is no host or edge of ours, the edges that are not out, or where the region is.
    package func restored(_ door: FrontDoorID, of region: RegionID) -> DoorState {
        let known = doors[door]
        let wanted = known?.missed ?? known?.desired ?? DoorState(shares: [])
        guard isForeign(door) else { return wanted }
        guard let declared = topology.regions[region],
            let known = declared.frontDoors.first(where: { $0.id == door })
        else { return wanted }
        guard wanted.edges == nil else {
            let open = declared.edges.filter { !isOut($0) && closure(of: $0) == nil }
            return DoorState(edges: open.isEmpty ? declared.edges : open)
        }
        return place(of: region).state(at: known, of: declared)
    }

    /// Whether a person adopted there what is no host or edge of ours.
    fileprivate func isForeign(_ door: FrontDoorID) -> Bool {
        let known = doors[door]
        return !((known?.missed ?? known?.desired)?.foreign.isEmpty ?? true)
    }

    /// Where the region is as a whole; else where it was before it was left, unless that is lost by
    /// now; else its primary.
    fileprivate func place(of region: RegionID) -> Allocation {
        guard let declared = topology.regions[region] else { return .nothing }
        let before = history.shifts.last { $0.region == region && $0.from.unserved == .zero }?.from
        let known = [allocations[region], before].compactMap(\.self)
        let place = known.first { allocation in
            allocation.unserved == .zero
                && allocation.hosts.allSatisfy { host in
                    declared.hosts.contains(host)
                        && !(objection(to: host, for: declared)?.isLoss ?? false)
                }
        }
        return place ?? Allocation(all: declared.primary)
    }
}
