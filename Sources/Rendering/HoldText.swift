import Control
package import Documents
package import Situations
import TopologyModel
package import Values

extension Closure {
    /// `Drained: host ent-sbg2, by anna (new disks), until 10:00:00Z.`, as it is read at `now`.
    package func sentence(at now: Instant) -> String {
        let word = kind == .drain ? "Drained" : "Maintenance"
        let end = until.map { "until \($0.end(at: now))" } ?? "until undrained"
        return "\(word): \(place), by \(owner) (\(reason)), \(end)."
    }
}

extension StatusDocument.RegionStatus {
    /// What a guard keeps from being done for the region, and where it would go.
    package var heldSentence: String? {
        guard case .proposed(let change, let holding)? = decision?.outcome, holding != .run else {
            return nil
        }
        let target = heldTarget.map { ", to \($0.words)" } ?? ", but no host may take it"
        return "Held by \(holding.words): would \(change)\(target) (bascule plan held \(id))."
    }
}
