extension Rule {
    /// Where tidy stops; most functions and files are far shorter.
    static let sizes: [Rule] = [lineLength, fileLength, functionLength]

    private static let columnsMax = 100
    private static let fileLinesMax = 400
    private static let functionLinesMax = 50

    private static let lineLength = Rule(
        "lines have at most \(columnsMax) columns", mend: "break the line (swift format -i)",
        bad: [String(repeating: "a", count: columnsMax + 1)],
        good: [String(repeating: "é", count: columnsMax)]
    ) { file in
        file.lines.indices
            .filter { file.lines[$0].utf8.count > columnsMax && file.lines[$0].count > columnsMax }
            .map { Breach(line: $0 + 1, what: "\(file.lines[$0].count) columns") }
    }

    private static let fileLength = Rule(
        "files have at most \(fileLinesMax) lines", mend: "one main type a file: split it",
        bad: [String(repeating: "\n", count: fileLinesMax + 1)],
        good: [String(repeating: "\n", count: fileLinesMax)]
    ) { file in
        let count = file.lines.last == "" ? file.lines.count - 1 : file.lines.count
        return count > fileLinesMax ? [Breach(line: fileLinesMax + 1, what: "\(count) lines")] : []
    }

    private static let functionLength = Rule(
        "functions have at most \(functionLinesMax) lines",
        mend: "branch in the parent, compute in the leaves: split it",
        bad: [
            function("func long()", lines: functionLinesMax + 1),
            function("init(_ a: @escaping () -> Void = {})", lines: functionLinesMax + 1),
            function("var long: Int", lines: functionLinesMax + 1),
        ],
        good: [
            function("func short()", lines: functionLinesMax),
            "protocol P {\n  func a()\n  init()\n}" + function("struct S", lines: 90),
            "let a = self.init(b)\n" + function("struct S", lines: 90),
        ]
    ) { file in
        file.bodies.filter { $0.lines > functionLinesMax }
            .map { Breach(line: $0.line, what: "'\($0.name)' has \($0.lines) lines") }
    }

    private static func function(_ head: String, lines: Int) -> String {
        head + " {\n" + String(repeating: "a()\n", count: lines - 2) + "}"
    }
}

extension SourceFile {
    fileprivate typealias Body = (name: String, line: Int, lines: Int)

    /// Functions, initializers and computed properties that have a body.
    fileprivate var bodies: [Body] {
        tokens.indices.compactMap { place in
            let before = place > 0 ? tokens[place - 1].text : ""
            switch tokens[place].text {
            case "func", "subscript", "deinit": return body(from: place)
            case "init" where before != ".": return body(from: place)
            case "var": return property(from: place)
            default: return nil
            }
        }
    }

    /// A protocol's requirement has no body: another declaration comes before any brace.
    private func body(from start: Int) -> Body? {
        let enders = [
            "func", "var", "let", "init", "subscript", "}", "package", "private", "static",
        ]
        var place = start + 1
        if tokens[start].text == "func" { place += 1 }
        while place < tokens.count {
            switch tokens[place].text {
            case "(", "[": place = closing(place)
            case "{": return measured(from: start, open: place)
            case let text where enders.contains(text): return nil
            default: break
            }
            place += 1
        }
        return nil
    }

    private func property(from start: Int) -> Body? {
        var place = start + 1
        while place < tokens.count, tokens[place].line == tokens[start].line {
            switch tokens[place].text {
            case "=": return nil
            case "{": return measured(from: start, open: place)
            default: place += 1
            }
        }
        return nil
    }

    private func measured(from start: Int, open: Int) -> Body {
        let next = tokens[min(start + 1, tokens.count - 1)].text
        let isNamed = tokens[start].text == "func" || tokens[start].text == "var"
        let lines = tokens[closing(open)].line - tokens[start].line + 1
        return (isNamed ? next : tokens[start].text, tokens[start].line, lines)
    }
}
