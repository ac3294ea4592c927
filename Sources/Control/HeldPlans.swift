import OrderedCollections
import Planning
import Playbooks
package import Situations
package import TopologyModel
import Values

extension Controller {
    /// How much is looked at for what is only shown.
    private static let heldSteps = 5000

    /// Where the region would go, had no guard held that back; nil where none does, and where no
    /// host may take it.
    package func heldTarget(of region: RegionID, in situation: Situation) -> Allocation? {
        guard case .proposed(_, let holding)? = state.decisions[region]?.decision.outcome,
            holding != .run,
            case .plan(let plan)? = configuration?.plan(
                for: .held(region: region), by: "status", in: situation,
                steps: Controller.heldSteps)
        else { return nil }
        return plan.placement.regions.first { $0.region == region }?.to
    }
}
