import OrderedCollections
import Detection
import TopologyModel
import Playbooks
import Situations
package import Control
import Values

/// One seeded run: a safety phase under faults, then a phase without them in which everything must
/// come to rest at home.
package struct SeedRun: Sendable {
    package let seed: UInt64
    package let configuration: Configuration
    package let controllers: Int
    /// How long faults may happen.
    package let faulty: Duration
    /// How long everything may then take to be home: holds, dwells, approvals, and the hour that
    /// `shiftsPerRegionPerHourMax` counts.
    package let settling: Duration
    package let mix: FaultMix
    /// Whether users come, and surge: the topology must say what hosts bear (`Topology.crowded`).
    package let hasCrowd: Bool

    package init(
        seed: UInt64, configuration: Configuration, controllers: Int,
        faulty: Duration = .seconds(1200), settling: Duration = .seconds(7200),
        mix: FaultMix = .anyMix, hasCrowd: Bool = false
    ) {
        (self.seed, self.configuration, self.controllers) = (seed, configuration, controllers)
        (self.faulty, self.settling, self.mix) = (faulty, settling, mix)
        self.hasCrowd = hasCrowd
    }

    /// Whether the seed's world has users: one in three, for a second of a crowd costs as much as
    /// the probes of a second, and faults of places alone are still most of what goes wrong.
    package static func hasCrowd(seed: UInt64) -> Bool {
        var random = SplitMix64(seed: seed ^ 0xc40_3d)
        return random.next(below: 3) == 0
    }

    /// From midnight, when a world starts, to before school, and from there to the evening: a world
    /// with users starts in between, for at night nobody comes.
    private static let firstMorning = Duration.seconds(23_400)
    private static let schoolDay = Duration.seconds(43_200)

    package struct Result: Sendable {
        package let violation: Violation?
        /// Of everything that happened: the same seed gives the same in every process.
        package let digest: UInt64
        package let steps: Int
        package let notices: [String]
    }

    package func result(checking invariants: [Invariant] = Invariant.all) -> Result {
        var options = World.Options(configuration: configuration)
        (options.controllers, options.seed) = (controllers, seed)
        var random = SplitMix64(seed: seed ^ 0x5eed_0f_fa17)
        if hasCrowd {
            options.start =
                options.start + SeedRun.firstMorning + random.duration(upTo: SeedRun.schoolDay)
            options.crowd = FaultMix.habits(&random)
        }
        var world = World(options)
        let warmUp = Duration.seconds(60)
        var faults = mix.draw(
            over: faulty, from: world.now + warmUp, topology: configuration.topology,
            controllers: controllers, random: &random)
        if hasCrowd {
            faults += FaultMix.crowd(
                over: faulty, from: world.now + warmUp, configuration.topology, &random)
        }
        for (at, event) in faults { world.plan(event, at: at) }
        var violation = world.run(for: warmUp + faulty + .seconds(1), checking: invariants)
        if violation == nil {
            violation = world.run(for: settling, checking: invariants) { $0.isSettled }
        }
        if violation == nil, !world.isSettled { violation = world.unsettledViolation }
        return Result(
            violation: violation, digest: world.digest, steps: world.steps,
            notices: world.notices.map { "\($0.at.rfc3339) \($0.level.rawValue) \($0.text)" })
    }
}

extension World {
    /// Whether every region is home in full, at every door and at full quota, and nothing is under
    /// way.
    package var isSettled: Bool {
        guard let leader, leader.state.openRuns.isEmpty else { return false }
        return topology.regions.values.allSatisfy { region in
            leader.state.allocations[region.id] == Allocation(all: region.primary)
                && region.frontDoors.allSatisfy { door in
                    doors[door.id].map { isSettled($0.state, at: door, of: region, leader) } ?? true
                }
        }
    }

    /// Whether the door sends everybody to the primary; a name, to every edge that is wanted there.
    private func isSettled(
        _ state: DoorState, at door: FrontDoor, of region: Region, _ leader: Controller
    ) -> Bool {
        guard door.pointsAtEdges else {
            return state.shares.map(\.host) == [region.primary] && state.admission == nil
        }
        let known = leader.state.doors[door.id]
        return state == known?.desired && known?.withdrawn == nil
    }

    /// What is not at home when it should be.
    fileprivate var unsettledViolation: Violation {
        guard let leader else { return Violation("settles", "nobody leads", at: now) }
        let away = topology.regions.values.flatMap { unsettled($0, under: leader) }
        let board = leader.state.board
        let loads = board.loads.map { "\($0.key) \($0.value.verdict) \($0.value.reason)" }
        let runs = leader.state.openRuns.map { "\($0.id) \($0.plan.title)" }
        return Violation(
            "settles",
            "away: \(away.joined(separator: "; ")); runs: \(runs.joined(separator: "; ")); "
                + "surge \(board.surge)%; loads: \(loads.joined(separator: ", "))",
            at: now)
    }

    private func unsettled(_ region: Region, under leader: Controller) -> [String] {
        var away: [String] = []
        let allocation = leader.state.allocations[region.id]
        if allocation != Allocation(all: region.primary) {
            let decision = leader.state.decisions[region.id]?.decision
            let held = allocation.map { "\($0)" } ?? "nowhere"
            away.append(
                "\(region.id) \(decision.map { "\($0.row) \($0.outcome)" } ?? "undecided"), \(held)"
            )
        }
        for door in region.frontDoors {
            guard let state = doors[door.id]?.state,
                !isSettled(state, at: door, of: region, leader),
                let known = leader.state.doors[door.id]
            else { continue }
            let desired = known.desired.map { "\($0)" } ?? "unknown"
            away.append("\(door.id) holds \(state), desired \(desired), \(known.standing)")
        }
        return away
    }
}
