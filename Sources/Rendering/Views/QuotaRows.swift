import Control
package import Documents
import Situations
package import TopologyModel
import Values

/// How many of a class a region lets in.
package struct QuotaRow: Row, Hashable {
    package static let kind = "Quota"
    let region: RegionID
    let `class`: ClassID
    /// At the same time, over all gates.
    let users: Users
    let entriesPerSecond: Int
    let since: Instant?
    /// Nil where the controller set it by itself, and lets it rise with the load.
    let isByPerson: Bool?
    /// Everybody is let in, and until then the quota holds back only who is not expected.
    let armedUntil: Instant?

    package static let columns = ["REGION", "CLASS", "LETS IN", "A SECOND", "SET BY"]
    package static let wideColumns = ["SINCE", "ARMED UNTIL"]
    package var cells: [Cell] {
        [
            Cell(region.name, .strong), Cell(self.class.name),
            users == 0 ? Cell("nobody", .warning) : Cell("\(users)"),
            users == 0 ? Cell("-", .faint) : Cell("\(entriesPerSecond)"),
            Cell(isByPerson ?? false ? "a person" : "the controller", .faint),
        ]
    }
    package var wideCells: [Cell] { [maybe(since?.text), maybe(armedUntil?.text)] }
}

extension StatusDocument {
    /// The quotas of a region, or of all.
    package func quotaRows(of region: RegionID?) -> [QuotaRow] {
        regions.filter { region == nil || $0.id == region }.flatMap { known in
            (known.allocation?.admission ?? []).map { quota in
                QuotaRow(
                    region: known.id, class: quota.classID, users: quota.users,
                    entriesPerSecond: quota.entriesPerSecond, since: known.quotas?.since,
                    isByPerson: known.quotas?.isByPerson, armedUntil: known.quotas?.armedUntil)
            }
        }
    }
}
