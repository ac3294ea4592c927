package import OrderedCollections
package import Situations
package import TopologyModel
import Values

extension Planner {
    /// Plans all changes of a request together, within `steps` options looked at.
    ///
    /// Exact when the search ends within the budget; otherwise the best that was found, with a true
    /// bound. The same request, budget and plan made ahead give the same placement.
    ///
    /// - Parameter ready: Where regions were to go by a plan that was made ahead: what of it keeps
    ///   the rules as they are now is where the search begins, if it is better than what is found
    ///   at once.
    package static func placement(
        for request: PlanningRequest, steps: Int = stepsDefault,
        ready: OrderedDictionary<RegionID, Allocation> = [:]
    ) -> Placement {
        placement(
            for: request, DemandHours(request.situation, horizon: request.horizon), steps: steps,
            ready: ready)
    }

    /// The same for demands that are worked out once for many requests, each of which asks who is
    /// served, and not how full hosts become.
    static func placement(
        for request: PlanningRequest, _ demands: DemandHours, counted: CountedUsers? = nil,
        levels: Bool = true, steps: Int, ready: OrderedDictionary<RegionID, Allocation> = [:]
    ) -> Placement {
        let reading = RequestReading(request, demands)
        let space = SearchSpace(reading.tasks, demands, of: request, counted: counted)
        let rows = zip(reading.tasks, space.regions).map { task, region in
            ready[task.region.id].map {
                reading.percents($0, of: task, on: region.hosts.map { space.hosts[$0] })
            }
        }
        let solving = PlacementSolving(
            space, stepsMax: max(0, steps), levels: levels, ready: rows)
        return PlacementAnswer(
            reading: reading, space: space, result: solving.result(), situation: request.situation
        ).placement
    }
}
