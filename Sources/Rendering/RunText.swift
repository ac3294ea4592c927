package import Documents
import Playbooks
import Situations
import TopologyModel
import Values

extension StatusDocument.RunStatus {
    /// One run with its steps, and how long each took.
    package func text(_ palette: Palette) -> String {
        let stands = palette.paint(phase.words, phase.tone)
        return "Run \(palette.paint("\(id)", .strong)), \(title): \(stands)\n"
            + "by \(by), playbook \(playbook), started \(startedAt.clock)\n\n"
            + stepTable(palette)
    }

    func stepTable(_ palette: Palette) -> String {
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
                Cell(step.state.words, step.state.tone), Cell(took, .faint),
                Cell(step.title + fault),
            ])
        }
        return table.text(palette)
    }
}
