package import Documents
import Playbooks
import Situations
import TopologyModel
package import Values

extension StatusDocument.RunStatus {
    /// One run with its steps, and how long each took.
    package func text(_ palette: Palette, at now: Instant) -> String {
        let stands = palette.paint(phase.words, phase.tone)
        return "Run \(palette.paint("\(id)", .strong)), \(title): \(stands)\n"
            + "by \(by), playbook \(playbook), started \(startedAt.moment(at: now))\n\n"
            + stepTable(palette, at: now) + waiting(at: now)
    }

    func stepTable(_ palette: Palette, at now: Instant) -> String {
        var table = TextTable(["STANDS", "TOOK", "STEP"])
        for step in steps {
            let took: String =
                if let start = step.startedAt, let end = step.endedAt {
                    (end - start).shortText
                } else {
                    ""
                }
            let fault = step.fault.map { ": \($0.what)" } ?? ""
            table.add([
                Cell(step.state.words(at: now), step.state.tone), Cell(took, .faint),
                Cell(step.title + fault + (step.approvedBy.map { " (approved by \($0))" } ?? "")),
            ])
        }
        return table.text(palette)
    }

    /// What its steps wait for and until when, and both times of being done.
    private func waiting(at now: Instant) -> String {
        let waits = progress.active.map { "\($0.words(at: now)): \($0.title)" }
        let lines = waits + [progress.ends(at: now)].filter { !$0.isEmpty }
        return lines.isEmpty ? "" : "\n" + lines.map { wrapped($0) + "\n" }.joined()
    }
}
