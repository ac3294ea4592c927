import OrderedCollections
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

    package init(
        seed: UInt64, configuration: Configuration, controllers: Int,
        faulty: Duration = .seconds(1200), settling: Duration = .seconds(7200),
        mix: FaultMix = .anyMix
    ) {
        (self.seed, self.configuration, self.controllers) = (seed, configuration, controllers)
        (self.faulty, self.settling, self.mix) = (faulty, settling, mix)
    }

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
        var world = World(options)
        var random = SplitMix64(seed: seed ^ 0x5eed_0f_fa17)
        let warmUp = Duration.seconds(60)
        let faults = mix.draw(
            over: faulty, from: world.now + warmUp, topology: configuration.topology,
            controllers: controllers, random: &random)
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
    /// Whether every region is home in full, at every door, and nothing is under way.
    package var isSettled: Bool {
        guard let leader, leader.state.openRuns.isEmpty else { return false }
        return topology.regions.values.allSatisfy { region in
            leader.state.allocations[region.id]?.percent(of: region.primary) == .all
                && region.frontDoors.allSatisfy { door in
                    doors[door.id].map { isSettled($0.state, at: door, of: region, leader) } ?? true
                }
        }
    }

    /// Whether the door sends everybody to the primary; a name, to every edge that is wanted there.
    private func isSettled(
        _ state: DoorState, at door: FrontDoor, of region: Region, _ leader: Controller
    ) -> Bool {
        guard door.pointsAtEdges else { return state.shares.map(\.host) == [region.primary] }
        let known = leader.state.doors[door.id]
        return state == known?.desired && known?.withdrawn == nil
    }

    /// What is not at home when it should be.
    fileprivate var unsettledViolation: Violation {
        guard let leader else { return Violation("settles", "nobody leads", at: now) }
        let away = topology.regions.values.flatMap { unsettled($0, under: leader) }
        let runs = leader.state.openRuns.map { "\($0.id) \($0.plan.title)" }
        return Violation(
            "settles",
            "away: \(away.joined(separator: "; ")); runs: \(runs.joined(separator: "; "))",
            at: now)
    }

    private func unsettled(_ region: Region, under leader: Controller) -> [String] {
        var away: [String] = []
        if leader.state.allocations[region.id]?.percent(of: region.primary) != .all {
            let decision = leader.state.decisions[region.id]?.decision
            away.append(
                "\(region.id) \(decision.map { "\($0.row) \($0.outcome)" } ?? "undecided")")
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
