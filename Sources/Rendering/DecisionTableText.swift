package import Control
import Situations

extension DecisionTable {
    /// `docs/decision-table.md`, printed from the rows themselves.
    package static var markdown: String {
        var text = """
            # The decision table

            Evaluated for each region after every change and every second; the first row that
            applies wins. Its name goes into the journal, `bascule explain` and `bascule history`.
            A guard does not hide a row: what it holds back is paged as a proposal, with both names.

            Printed from `Sources/Control/DecisionTable.swift`; a test keeps it fresh
            (`UPDATE_GOLDEN=1 scripts/test tables` rewrites it).

            | # | row | when | then | held back by |
            | --- | --- | --- | --- | --- |

            """
        for (index, row) in rows.enumerated() {
            let guards = row.heldBy.map { "`\($0.rawValue)`" }.joined(separator: ", ")
            text += "| \(index + 1) | `\(row.name)` | \(row.when) | \(row.then) | "
            text += (guards.isEmpty ? "-" : guards) + " |\n"
        }
        text += "\n## Guards\n\n| guard | in words |\n| --- | --- |\n"
        for one in Guard.allCases { text += "| `\(one.rawValue)` | \(one.words) |\n" }
        return text
    }
}
