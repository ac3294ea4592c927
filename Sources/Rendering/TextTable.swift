/// How a cell is meant; what that looks like is decided here alone.
package enum Tone: Hashable, Sendable {
    case plain, good, warning, bad, faint, strong

    fileprivate var code: String? {
        switch self {
        case .plain: nil
        case .good: "32"
        case .warning: "33"
        case .bad: "31;1"
        case .faint: "2"
        case .strong: "1"
        }
    }
}

/// Whether colour is wanted: not with `--no-color`, `NO_COLOR`, or where no terminal is.
package struct Palette: Hashable, Sendable {
    package let hasColour: Bool
    package init(hasColour: Bool) { self.hasColour = hasColour }
    package static let none = Palette(hasColour: false)

    package func paint(_ text: String, _ tone: Tone) -> String {
        guard hasColour, let code = tone.code, !text.isEmpty else { return text }
        return "\u{1b}[\(code)m\(text)\u{1b}[0m"
    }
}

package struct Cell: Hashable, Sendable, ExpressibleByStringInterpolation {
    package let text: String
    package let tone: Tone

    package init(_ text: String, _ tone: Tone = .plain) { (self.text, self.tone) = (text, tone) }
    package init(stringLiteral text: String) { self.init(text) }
}

/// Rows under a heading, in columns as wide as their longest cell; fits `width` by breaking the
/// last column into lines, so that it holds on a terminal of 80 columns.
package struct TextTable: Sendable {
    package static let widthDefault = 80
    private static let gap = "  "
    /// What the last column has at least, however wide the others are.
    private static let lastMin = 16

    private let heading: [String]
    private var rows: [[Cell]] = []

    package init(_ heading: [String]) { self.heading = heading }

    package var isEmpty: Bool { rows.isEmpty }

    package mutating func add(_ cells: [Cell]) { rows.append(cells) }

    package func text(_ palette: Palette, width: Int = TextTable.widthDefault) -> String {
        let all = [heading.map { Cell($0, .faint) }] + rows
        let widths = heading.indices.map { column in
            all.map { $0[column].text.count }.max() ?? 0
        }
        return all.map { line($0, widths, palette, width) + "\n" }.joined()
    }

    private func line(_ cells: [Cell], _ widths: [Int], _ palette: Palette, _ width: Int) -> String
    {
        var text = ""
        var used = 0
        for (column, cell) in cells.enumerated() {
            let isLast = column == cells.count - 1
            if isLast {
                let lines = wrapped(cell.text, width: max(width - used, TextTable.lastMin))
                    .split(separator: "\n").map { palette.paint(String($0), cell.tone) }
                text += lines.joined(separator: "\n" + String(repeating: " ", count: used))
                break
            }
            text += palette.paint(cell.text, cell.tone)
            let padding = widths[column] - cell.text.count
            let isRestEmpty = cells[(column + 1)...].allSatisfy(\.text.isEmpty)
            if isRestEmpty { break }
            text += String(repeating: " ", count: padding) + TextTable.gap
            used += widths[column] + TextTable.gap.count
        }
        return text
    }
}

/// Breaks a sentence into lines of at most `width` columns.
package func wrapped(_ text: String, indent: String = "", width: Int = TextTable.widthDefault)
    -> String
{
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
        if !line.isEmpty, indent.count + line.count + 1 + word.count > width {
            lines.append(indent + line)
            line = ""
        }
        line += line.isEmpty ? String(word) : " " + word
    }
    if !line.isEmpty { lines.append(indent + line) }
    return lines.joined(separator: "\n")
}
