package import Documents
package import Playbooks
import Planning
import Situations
import TopologyModel
import Values

extension Plan {
    /// What it touches, for the person who is asked: regions with their users, doors, how long
    /// old answers stay in use, and what brings it back.
    package func touches(_ status: StatusDocument?) -> String {
        var lines = placement.regions.map { move -> String in
            let users = status?.regions.first { $0.id == move.region }?.peakUsers
            let crowd = users.map { " (\($0) users at their peak)" } ?? ""
            let over = move.overcommitted.map { ", \($0) users over what the host bears" } ?? ""
            return "\(move.region)\(crowd): from \(move.from.words) to \(move.to.words)\(over)"
        }
        let doors = steps.compactMap(\.order?.door.name)
        let named = doors.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        lines.append("front doors: \(named.isEmpty ? "none" : named.joined(separator: ", "))")
        lines += placement.refusals.map { "not: \($0.what)" }
        if let tail = longestTail, tail > .zero {
            lines.append("old answers may be used for \(tail.text) after that")
        }
        lines.append(wayBack)
        return "This touches:\n" + lines.map { wrapped($0, indent: "  ") + "\n" }.joined()
    }

    private var longestTail: Duration? {
        steps.compactMap { if case .drain(_, let tail) = $0.action { tail } else { nil } }.max()
    }

    private var wayBack: String {
        let canBeUndone = steps.allSatisfy { $0.order == nil || $0.isUndone }
        if canBeUndone { return "until its end it can be undone: bascule run abort" }
        let names = placement.regions.map { "bascule failback \($0.region)" }
        return "it is not undone by itself; the way back: " + names.joined(separator: ", ")
    }
}
