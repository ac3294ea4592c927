/// One Swift file as the tidy rules see it.
struct SourceFile: Sendable {
    /// From the top of the repository: `Sources/Planning/Placement.swift`.
    let path: String
    let lines: [Substring]
    /// What is left without comments and the insides of strings.
    let tokens: [Token]
    let saysUnfinished: Bool
    private let placesOfText: [String: [Int]]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        saysUnfinished = text.contains("TODO") || text.contains("FIXME")
        let tokens = Token.all(in: CodeScanner.code(of: text))
        self.tokens = tokens
        placesOfText = Dictionary(grouping: tokens.indices) { tokens[$0].text }
    }

    /// The folder below Sources or Tests that the file belongs to, which names its target.
    var target: String {
        let parts = path.split(separator: "/")
        return parts.count > 2 ? String(parts[1]) : ""
    }

    var isTest: Bool { path.hasPrefix("Tests/") }

    /// The places where the tokens of `pattern`, separated by spaces, follow each other.
    func places(of pattern: String) -> [Int] {
        let wanted = pattern.split(separator: " ").map(String.init)
        return (placesOfText[wanted[0]] ?? []).filter { start in
            tokens[start...].prefix(wanted.count).map(\.text) == wanted
        }
    }

    /// The modules that the file imports, with the line of each.
    var imports: [(module: String, line: Int)] {
        places(of: "import").map { place in
            let kinds = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
            let next = kinds.contains(tokens[place + 1].text) ? place + 2 : place + 1
            return (tokens[next].text, tokens[place].line)
        }
    }

    /// The place of the bracket that closes the one at `open`, or the last token.
    func closing(_ open: Int) -> Int {
        var depth = 0
        for place in open..<tokens.count {
            switch tokens[place].text {
            case "(", "[", "{": depth += 1
            case ")", "]", "}":
                depth -= 1
                if depth == 0 { return place }
            default: continue
            }
        }
        return tokens.count - 1
    }
}

/// One breach of one rule.
struct Finding: Equatable, CustomStringConvertible {
    let path: String
    let line: Int
    let what: String
    let mend: String

    var description: String { "\(path):\(line): error: \(what)\n  mend: \(mend)" }
}
