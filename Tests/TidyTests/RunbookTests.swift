import Foundation
import TestSupport
import Testing

/// Whoever is paged finds the page's words in the runbook.
@Suite struct RunbookTests {
    /// What makes a text a page.
    private static let signs = [".page", "notices.page(", "log.critical("]
    /// Where pages are made; elsewhere the word means a web page, or how a level looks.
    private static let rooms = ["Control/", "Runtime/", "Notification/", "bascule/"]
    /// Of these the text is made elsewhere, or names nothing that happened.
    private static let others: Set = ["NotifyCommand.swift", "ScenarioText.swift", "Notices.swift"]
    /// A piece between two values that is long enough to be looked for (letters).
    private static let piecesMin = 7

    @Test func everyPageStandsInTheRunbook() throws {
        let sources = try packageRoot().appendingPathComponent("Sources")
        let runbook = Self.plain(
            try String(
                contentsOf: try packageRoot().appendingPathComponent("docs/runbook.md"),
                encoding: .utf8))
        var found = 0
        for path in try FileManager.default.subpathsOfDirectory(atPath: sources.path).sorted()
        where path.hasSuffix(".swift") && Self.rooms.contains(where: path.hasPrefix)
            && !Self.others.contains(URL(fileURLWithPath: path).lastPathComponent)
        {
            let text = try String(
                contentsOf: sources.appendingPathComponent(path), encoding: .utf8)
            for piece in Self.pages(in: text) {
                found += 1
                let isThere = runbook.contains(piece)
                #expect(
                    isThere,
                    "Sources/\(path) pages '\(piece)': give it a row in docs/runbook.md")
            }
        }
        #expect(found >= 15, "only \(found) pages were found: the search is broken")
    }

    @Test func aPageIsItsLongestPieceBetweenTwoValues() {
        let text = #"""
            turn.say(
                .page, nil,
                "run \(run.id) (\(names.map { "\($0)" })) turns " + "`back`: \(why)")
            let level = isGood ? .info : .page
            say(.page, "short \(x)")
            """#
        #expect(Self.pages(in: text) == [") turns back:"])
    }

    /// The longest piece of each page's text.
    private static func pages(in text: String) -> [String] {
        let lines = text.components(separatedBy: "\n")
        return lines.indices.compactMap { index -> String? in
            let line = lines[index]
            let isPage = signs.contains { line.contains($0) }
            guard isPage, !line.contains("case .page"), !line.contains("== .page") else {
                return nil
            }
            let after = lines[index...].prefix(6).joined(separator: "\n")
            guard let start = signs.compactMap({ after.range(of: $0)?.upperBound }).min() else {
                return nil
            }
            let pieces = pieces(of: after[start...])
            return pieces.max { $0.count < $1.count }.flatMap { longest in
                longest.count { $0.isLetter } >= piecesMin ? longest : nil
            }
        }
    }

    /// The pieces between the values of the first literal, and of those that are added to it.
    private static func pieces(of code: Substring) -> [String] {
        var pieces: [String] = []
        var rest = code
        while let quote = rest.firstIndex(of: "\"") {
            let between = rest[..<quote]
            let isNext = pieces.isEmpty || between.allSatisfy { " \n+".contains($0) }
            guard isNext, !between.contains(";"), !between.contains("}") else { break }
            let mark = rest[quote...].hasPrefix("\"\"\"") ? "\"\"\"" : "\""
            let body = rest[quote...].dropFirst(mark.count)
            let (found, tail) = literal(body, endingIn: mark)
            // A text that is added goes on where the one before it ended.
            if let last = pieces.last, let first = found.first {
                pieces[pieces.count - 1] = last + first
                pieces += found.dropFirst()
            } else {
                pieces += found
            }
            rest = tail
        }
        return pieces.map(plain)
    }

    private static func literal(
        _ body: Substring, endingIn mark: String
    ) -> (pieces: [String], rest: Substring) {
        var (pieces, rest, depth) = ([""], body, 0)
        while let next = rest.first, depth > 0 || !rest.hasPrefix(mark) {
            rest = rest.dropFirst()
            switch (next, depth) {
            case ("\\", 0) where rest.first == "(":
                (rest, depth) = (rest.dropFirst(), 1)
                pieces.append("")
            case ("(", 1...): depth += 1
            case (")", 1...): depth -= 1
            // A line's end, written or escaped away, and a quote: no words.
            case ("\\", 0):
                if rest.first == "n" { pieces[pieces.count - 1].append(" ") }
                rest = rest.dropFirst()
            case (_, 0): pieces[pieces.count - 1].append(next)
            default: break
            }
        }
        return (pieces, rest.dropFirst(mark.count))
    }

    /// Without marks of Markdown, and with one space between two words.
    private static func plain(_ text: String) -> String {
        text.replacingOccurrences(of: "`", with: "").split { $0.isWhitespace }
            .joined(separator: " ")
    }
}
