import Control
import Rendering
import Simulation
import TopologyModel
import Values

extension ScenarioReport {
    /// The day as it went, and whether it went as promised.
    func text(_ palette: Palette, in topology: Topology) -> String {
        var text = palette.paint(title, .strong) + "\n\n"
        for line in timeline {
            let tone: Tone =
                switch line.notice.level {
                case .info: .plain
                case .warning: .warning
                case .page: .bad
                }
            let after = "+" + line.after.shortText
            let gap = String(repeating: " ", count: max(9 - after.count, 1))
            text += "\(palette.paint(line.at.clock, .faint)) \(palette.paint(after, .faint))\(gap)"
            let indent = line.at.clock.count + 1 + after.count + gap.count
            let lines = wrapped(line.notice.text, width: TextTable.widthDefault - indent)
                .split(separator: "\n").map { palette.paint(String($0), tone) }
            text += lines.joined(separator: "\n" + String(repeating: " ", count: indent)) + "\n"
        }
        text += "\n" + plots(palette, in: topology)
        for check in checks {
            let mark = check.isMet ? palette.paint("kept  ", .good) : palette.paint("BROKEN", .bad)
            text += "\(mark) \(check.expectation.sentence) (\(check.seen))\n"
        }
        if let violation { text += palette.paint("BROKEN invariant: \(violation)", .bad) + "\n" }
        return text
    }
}
