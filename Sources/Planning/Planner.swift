/// Finds placements: pure, and deterministic for a budget counted in steps.
package enum Planner {
    /// The budget where nothing else is said; enough for the shipped topology to be exact.
    package static let stepsDefault = 200_000
}
