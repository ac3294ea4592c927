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
        let demands = DemandHours(request.situation, horizon: request.horizon)
        let reading = RequestReading(request, demands)
        let space = SearchSpace(reading.tasks, demands, of: request)
        let solving = PlacementSolving(space, stepsMax: max(0, steps))
        return PlacementAnswer(
            reading: reading, space: space, result: solving.result(), situation: request.situation
        ).placement
    }
}
