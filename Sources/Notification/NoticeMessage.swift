package import Control
package import Playbooks
import Situations
package import TopologyModel
package import Values

/// A notice as a webhook gets it: one JSON form, described in docs/operations.md.
package struct NoticeMessage: Hashable, Codable, Sendable {
    package enum Severity: String, Hashable, Codable, Sendable {
        /// Somebody is called.
        case page
        case info
    }

    package static let version = "bascule/v1"
    package static let kindName = "Notice"

    package let apiVersion: String
    package let kind: String
    /// The same for every sending of the same notice, also after a crash: drop what came before.
    package let id: String
    package let severity: Severity
    package let controller: ControllerID
    package let time: Instant
    package let region: RegionID?
    package let host: HostID?
    package let run: RunID?
    package let text: String
    /// The command that shows more.
    package let look: String

    package init(_ notice: Notice, from controller: ControllerID) {
        (apiVersion, kind) = (NoticeMessage.version, NoticeMessage.kindName)
        id = NoticeMessage.id(of: notice, from: controller)
        severity = notice.level == .page ? .page : .info
        (self.controller, time, text) = (controller, notice.at, notice.text)
        (region, host, run) = (notice.region, notice.host, notice.run)
        look = NoticeMessage.look(for: notice)
    }

    /// Made of what the notice says, so that one which is told again has the same.
    private static func id(of notice: Notice, from controller: ControllerID) -> String {
        var hash = StableHash()
        for part in [controller.name, notice.level.rawValue, notice.region?.name ?? ""] {
            hash.combine(part)
        }
        hash.combine(notice.text)
        return "\(notice.at.nanoseconds)-\(String(hash.value, radix: 16))"
    }

    private static func look(for notice: Notice) -> String {
        if let run = notice.run { return "bascule run show \(run)" }
        if let region = notice.region { return "bascule explain \(region)" }
        return "bascule status"
    }
}
