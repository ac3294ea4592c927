package import OrderedCollections
import Planning
import Playbooks
package import Situations
package import TopologyModel
import Values

extension Controller {
    /// How much is looked at for what is only shown.
    private static let heldSteps = 5000

    /// Where each region would go, had no guard held that back: planned together, as the controller
    /// would, so that no room is promised twice. Without those that no host may take.
    package func heldTargets(
        in situation: Situation
    ) -> OrderedDictionary<RegionID, Allocation> {
        var targets: OrderedDictionary<RegionID, Allocation> = [:]
        var changes: [WantedChange] = []
        for (region, decided) in state.decisions {
            guard case .proposed(let change, let holding) = decided.decision.outcome,
                holding != .run
            else { continue }
            if change.isRestore {
                targets[region] = situation.allocations[region]
            } else {
                changes.append(change)
            }
        }
        guard !changes.isEmpty else { return targets }
        let placement = Planner.placement(
            for: PlanningRequest(situation: situation, changes: changes),
            steps: Controller.heldSteps)
        for region in placement.regions { targets[region.region] = region.to }
        return targets
    }
}
