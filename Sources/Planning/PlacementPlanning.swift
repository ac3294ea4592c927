import Situations
import TopologyModel
import Values

extension Planner {
    /// Plans all changes of a request together, within `steps` options looked at.
    ///
    /// Exact when the search ends within the budget; otherwise the best that was found, with a true
    /// bound. The same request and budget give the same placement.
    package static func placement(
        for request: PlanningRequest, steps: Int = stepsDefault
    ) -> Placement {
        placement(
            for: request, DemandHours(request.situation, horizon: request.horizon), steps: steps)
    }

    /// The same for demands that are worked out once for many requests, each of which asks who is
    /// served, and not how full hosts become.
    static func placement(
        for request: PlanningRequest, _ demands: DemandHours, counted: CountedUsers? = nil,
        levels: Bool = true, steps: Int
    ) -> Placement {
        let reading = RequestReading(request, demands)
        let space = SearchSpace(reading.tasks, demands, of: request, counted: counted)
        let solving = PlacementSolving(space, stepsMax: max(0, steps), levels: levels)
        return PlacementAnswer(
            reading: reading, space: space, result: solving.result(), situation: request.situation
        ).placement
    }
}
