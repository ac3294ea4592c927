/// Why a region suffers (`Diagnosis`), or why it is shifted.
package enum Cause: String, CaseIterable, Hashable, Codable, Sendable {
    case lost, saturated, attacked, dependency, frontDoor, isolated, degraded, unaffected
    /// A person asked for it.
    case asked
}
