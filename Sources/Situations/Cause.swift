/// Why a region suffers (`Diagnosis`), or why it is shifted or rationed.
package enum Cause: String, CaseIterable, Hashable, Codable, Sendable {
    case lost, saturated, attacked
    /// Its hosts are well; what they need for a login bears too few, or none.
    case dependency
    case frontDoor, isolated, degraded, unaffected
    /// A person asked for it.
    case asked
}
