/// A text on one line, in at most 60 characters, for a diagnostic.
func shown(_ text: String) -> String {
    let charactersMax = 60
    let line = text.unicodeScalars.prefix(charactersMax + 1).map { scalar in
        isControl(scalar) ? scalar.escaped(asASCII: true) : String(scalar)
    }
    return line.count > charactersMax
        ? line.prefix(charactersMax - 1).joined() + "…" : line.joined()
}

private func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
}

/// What a person sees at a node: `'30'`, `the quoted text "30"`, `a list`.
func found(_ node: Node) -> String {
    switch node.content {
    case .scalar(let scalar) where scalar.isNull: "nothing"
    case .scalar(let scalar) where scalar.isPlain: "'\(shown(scalar.text))'"
    case .scalar(let scalar): "the quoted text \"\(shown(scalar.text))\""
    case .sequence(let items): items.isEmpty ? "an empty list" : "a list"
    case .mapping(let mapping): mapping.entries.isEmpty ? "an empty mapping" : "a mapping"
    case .unreadable: "something unreadable"
    }
}

extension Scalar {
    /// Plain, and what some YAML reader takes for nothing.
    package var isNull: Bool { isPlain && ["", "~", "null", "Null", "NULL"].contains(text) }

    /// Plain, and what some YAML reader takes for a truth value (YAML 1.1 and 1.2).
    package var isTruthValue: Bool {
        isPlain
            && ["true", "false", "yes", "no", "on", "off", "y", "n"].contains(text.lowercased())
    }

    /// Plain, and what some YAML reader takes for a number: `10`, `0x10`, `1e3`, `1_000`, `.inf`.
    package var isNumber: Bool {
        guard isPlain else { return false }
        var rest = text.lowercased()[...]
        if rest.first == "-" || rest.first == "+" { rest = rest.dropFirst() }
        if [".inf", ".nan"].contains(rest) { return true }
        if rest.hasPrefix("0x") { return rest.dropFirst(2).allSatisfy { isDigit($0, "a"..."f") } }
        if rest.hasPrefix("0o") || rest.hasPrefix("0b") { rest = rest.dropFirst(2) }
        let digits = rest.prefix { isDigit($0) || $0 == "." || $0 == "_" }
        guard digits.contains(where: { isDigit($0) }) else { return false }
        rest = rest.dropFirst(digits.count)
        guard rest.first == "e" else { return rest.isEmpty }
        rest = rest.dropFirst()
        if rest.first == "-" || rest.first == "+" { rest = rest.dropFirst() }
        return !rest.isEmpty && rest.allSatisfy { isDigit($0) }
    }
}

private func isDigit(_ character: Character, _ letters: ClosedRange<Character>? = nil) -> Bool {
    ("0"..."9").contains(character) || letters?.contains(character) ?? false
}
