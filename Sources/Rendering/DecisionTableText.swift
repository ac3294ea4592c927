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
        text += lines(of: rows)
        text += """

            ## Names that point at edges

            Decided beside the table above, for each region with such a name: the name moves, and
            the hosts stay where they are.

            | # | row | when | then | held back by |
            | --- | --- | --- | --- | --- |

            """
        text += lines(of: edgeRows)
        text += "\n## Guards\n\n| guard | in words |\n| --- | --- |\n"
        for one in Guard.allCases { text += "| `\(one.rawValue)` | \(one.words) |\n" }
        return text
    }

    private static func lines(of rows: [DecisionRow]) -> String {
        rows.enumerated().map { index, row in
            let guards = row.heldBy.map { "`\($0.rawValue)`" }.joined(separator: ", ")
            return "| \(index + 1) | `\(row.name)` | \(row.when) | \(row.then) | "
                + (guards.isEmpty ? "-" : guards) + " |\n"
        }.joined()
    }
}
