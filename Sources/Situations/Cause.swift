/// Why a region suffers, or why it is shifted.
///
/// `saturated`, `attacked`, `dependency` and `degraded` are reserved for load; nothing yields them
/// yet.
package enum Cause: String, CaseIterable, Hashable, Codable, Sendable {
    case lost, saturated, attacked, dependency, frontDoor, isolated, degraded, unaffected
    /// A person asked for it.
    case asked
}
