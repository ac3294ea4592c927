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

    package init(_ text: String, _ tone: Tone = .plain) {
        (self.text, self.tone) = (printable(text), tone)
    }
    package init(stringLiteral text: String) { self.init(text) }
}

/// The text without what would steer a terminal: a door may hold a name that somebody else chose.
package func printable(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: \.isControl) else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { $0.isControl ? " " : $0 }))
}

extension Unicode.Scalar {
    /// C0 and C1 controls, and what turns the direction of writing.
    fileprivate var isControl: Bool {
        value < 0x20 || (0x7f...0x9f).contains(value) || (0x202a...0x202e).contains(value)
            || (0x2066...0x2069).contains(value)
    }
}

/// Rows under a heading, in columns as wide as their longest cell.
///
/// What does not fit into `width` is broken into lines, the widest column first, so that every
/// table holds on a terminal of 80 columns and nothing is cut.
package struct TextTable: Sendable {
    package static let widthDefault = 80
    private static let gap = "  "
    /// What a column that is broken has at least.
    private static let columnMin = 12
    /// What the last column has at least.
    private static let lastMin = 16

    private let heading: [String]
    private var rows: [[Cell]] = []

    package init(_ heading: [String]) { self.heading = heading }

    package var isEmpty: Bool { rows.isEmpty }

    package mutating func add(_ cells: [Cell]) { rows.append(cells) }

    package func text(_ palette: Palette, width: Int = TextTable.widthDefault) -> String {
        let all = [heading.map { Cell($0, .faint) }] + rows
        let widths = fitted(
            heading.indices.map { column in all.map { $0[column].text.count }.max() ?? 0 },
            into: width)
        return all.map { line($0, widths, palette) }.joined()
    }

    /// The widths that the columns get of `width`.
    private func fitted(_ wanted: [Int], into width: Int) -> [Int] {
        var widths = wanted
        let gaps = TextTable.gap.count * (widths.count - 1)
        let room = width == .max ? .max : width - gaps
        var over = widths.reduce(0, +) - room
        while over > 0 {
            // The widest gives way first, the last one of several.
            let able = widths.indices.filter { widths[$0] > least(of: $0) }
            guard let widest = able.max(by: { (widths[$0], $0) < (widths[$1], $1) }) else { break }
            widths[widest] -= 1
            over -= 1
        }
        return widths
    }

    private func least(of column: Int) -> Int {
        let isLast = column == heading.count - 1
        return max(heading[column].count, isLast ? TextTable.lastMin : TextTable.columnMin)
    }

    /// One row, on as many lines as its longest cell needs.
    private func line(_ cells: [Cell], _ widths: [Int], _ palette: Palette) -> String {
        let lines = zip(cells, widths).map { cell, width in
            cell.text.count <= width ? [cell.text] : broken(cell.text, width: width)
        }
        let height = lines.map(\.count).max() ?? 1
        return (0..<height).map { row in
            var (text, padding) = ("", "")
            for (column, cell) in cells.enumerated() {
                let part = row < lines[column].count ? lines[column][row] : ""
                if !part.isEmpty { text += padding + palette.paint(part, cell.tone) }
                if !part.isEmpty { padding = "" }
                padding += String(repeating: " ", count: widths[column] - part.count)
                padding += TextTable.gap
            }
            return text + "\n"
        }.joined()
    }
}

/// The lines of a text that are at most `width` wide: broken between words, and a word that is too
/// long behind one of its separators.
package func broken(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ").flatMap({ pieces(of: $0, width: width) }) {
        let glue = line.isEmpty || !word.startsWord ? "" : " "
        if !line.isEmpty, line.count + glue.count + word.text.count > width {
            lines.append(line)
            line = word.text
        } else {
            line += glue + word.text
        }
    }
    if !line.isEmpty { lines.append(line) }
    return lines
}

private typealias Piece = (text: String, startsWord: Bool)

/// A word whole, or in pieces that end behind a separator, or are as long as can be.
private func pieces(of word: Substring, width: Int) -> [Piece] {
    guard word.count > width else { return [(String(word), true)] }
    var pieces: [Piece] = []
    var rest = word
    while rest.count > width {
        let start = rest.prefix(width)
        let end = start.lastIndex { "/.,:-_".contains($0) }.map { start.index(after: $0) }
        let piece = rest[..<(end ?? start.endIndex)]
        pieces.append((String(piece), pieces.isEmpty))
        rest = rest[piece.endIndex...]
    }
    return pieces + [(String(rest), pieces.isEmpty)]
}

/// Breaks a sentence into lines of at most `width` columns.
package func wrapped(_ text: String, indent: String = "", width: Int = TextTable.widthDefault)
    -> String
{
    broken(printable(text), width: width - indent.count).map { indent + $0 }
        .joined(separator: "\n")
}
