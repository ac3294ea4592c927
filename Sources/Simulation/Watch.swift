import Detection
import Control
package import OrderedCollections
package import Playbooks
package import Situations
package import TopologyModel
package import Values

/// What the invariants remember of the past.
package struct Watch: Sendable {
    /// Keys of steps whose start is in the journal.
    package private(set) var started: Set<StepKey> = []
    /// The highest epoch that each comparing door has taken an order of.
    package private(set) var highestEpoch: [FrontDoorID: Epoch] = [:]
    /// Doors that an order of an older epoch changed, since when.
    package private(set) var stale:
        OrderedDictionary<FrontDoorID, (since: Instant, state: DoorState)> = [:]
    /// Regions that stood on a lost host though they could leave it, since when.
    package private(set) var stranded: OrderedDictionary<RegionID, Instant> = [:]

    mutating func note(_ change: Change, in world: World) {
        switch change {
        case .event, .sent, .leads: break
        case .entries(let entries, _): for entry in entries { note(entry) }
        case .door(let id, let order): note(id, order, in: world)
        }
        clearSettled(in: world)
        noteStranded(in: world)
    }

    private mutating func note(_ entry: JournalEntry) {
        guard case .run(let run, .step(let step, let event)) = entry.fact else { return }
        switch event {
        case .started(let attempt, let epoch, _):
            started.insert(StepKey(run: run, step: step, attempt: attempt, epoch: epoch))
        case .undoStarted(let attempt, let epoch, _):
            started.insert(
                StepKey(run: run, step: step, attempt: attempt, epoch: epoch, isUndo: true))
        default: break
        }
    }

    private mutating func note(_ id: FrontDoorID, _ order: StepOrder?, in world: World) {
        guard let door = world.doors[id] else { return }
        stale[id] = nil
        guard let order else { return }
        if let leader = world.store.leader, order.epoch < leader {
            stale[id] = (world.now, door.state)
        }
        highestEpoch[id] = max(highestEpoch[id] ?? order.epoch, order.epoch)
    }

    /// Only time under a leader that can read the door counts.
    private mutating func clearSettled(in world: World) {
        for (id, mark) in stale.elements {
            guard let leader = world.leader, world.doors[id]?.mood == .well,
                leader.state.board.isolatedSince == nil
            else {
                stale[id] = (world.now, mark.state)
                continue
            }
            if leader.state.doors[id]?.desired == mark.state { stale[id] = nil }
        }
    }

    private mutating func noteStranded(in world: World) {
        guard let leader = world.leader, let situation = leader.situation(at: world.now) else {
            return stranded = [:]
        }
        for region in world.topology.regions.values {
            let view = RegionView(situation: situation, region: region)
            let isOnLost = view.hostsInUse.contains { situation.board.verdict(of: $0) == .lost }
            let canLeave = region.hosts.contains { situation.objection(to: $0, for: region) == nil }
            let isHeld =
                situation.board.isolatedSince != nil || situation.board.brake != nil
                || view.pause != nil
                || view.shiftsInTheLastHour >= situation.topology.rules.shiftsPerRegionPerHourMax
                || region.frontDoors.contains {
                    world.doors[$0.id].map { $0.mood != .well } ?? false
                }
            if isOnLost, canLeave, !isHeld {
                stranded[region.id] = stranded[region.id] ?? world.now
            } else {
                stranded[region.id] = nil
            }
        }
    }
}
