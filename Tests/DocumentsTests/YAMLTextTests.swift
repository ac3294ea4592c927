import Documents
import OrderedCollections
import Testing
import YAMLReading

/// What `-o yaml` writes is read back as what it was, by our own reader of YAML 1.1.
@Suite struct YAMLTextTests {
    @Test(arguments: [
        "no", "No", "y", "on", "null", "~", "", " ", "1e3", "0x1f", "010", "-1", "1.5", ".inf",
        "2026-11-24", "12:30:45", "- x", "a: b", "a:b", "# c", "a #b", "*a", "&a", "!t", "|", ">",
        "%d", "@x", "`x`", "\"q\"", "'q'", "back\\slash", "two\nlines", "ends in\n", "\n", "tab\t",
        " lead", "trail ", "{a}", "[a]", "a, b", "?", "? x", "---", "...", "\u{85}", "\u{2028}",
        "\u{feff}bom", "\u{1b}[31m", "\u{0}", "Île-de-France", "ent-sbg2", "ovh/strasbourg/sbg2",
        "dns:grand-est.ent.example", "\u{1f600}", "=", "<<", "yes please",
    ])
    func everyTextComesBack(text: String) throws {
        let value = JSONValue.object([
            "text": .string(text),
            "list": .array([.string(text), .object(["k" + text: .number(1)])]),
        ])
        #expect(try readBack(value.yamlText) == value, "\(value.yamlText)")
    }

    @Test func shapesComeBack() throws {
        let value = JSONValue.object([
            "empty": .object([:]), "none": .array([]), "nothing": .null, "flag": .bool(true),
            "number": .number(-42),
            "deep": .array([
                .array([.number(1), .array([.number(2)])]),
                .object(["a": .array([.object(["b": .null])]), "c": .object(["d": .array([])])]),
            ]),
        ])
        #expect(try readBack(value.yamlText) == value, "\(value.yamlText)")
        #expect(JSONValue.string("no").yamlText == "\"no\"\n")
        #expect(JSONValue.array([.string("a"), .string("b")]).yamlText == "- a\n- b\n")
    }

    private func readBack(_ text: String) throws -> JSONValue {
        let faults = Faults()
        let root = faults.root(of: Array(text.utf8), file: "written.yaml")
        try #require(!faults.hasErrors, "\(faults.diagnostics)\n\(text)")
        return value(of: try #require(root))
    }

    /// As YAML 1.1 resolves plain scalars: only what we write plain may be no text.
    private func value(of node: Node) -> JSONValue {
        switch node.content {
        case .unreadable: return .string("unreadable")
        case .sequence(let nodes): return .array(nodes.map(value))
        case .mapping(let mapping):
            return .object(
                OrderedDictionary(
                    mapping.entries.map { ($0.key.value, value(of: $0.value)) },
                    uniquingKeysWith: { first, _ in first }))
        case .scalar(let scalar):
            guard scalar.isPlain else { return .string(scalar.text) }
            switch scalar.text.lowercased() {
            case "null", "~", "": return .null
            case "true", "yes", "on", "y": return .bool(true)
            case "false", "no", "off", "n": return .bool(false)
            default:
                if let number = Int64(scalar.text) { return .number(number) }
                // A plain scalar that begins with a digit or sign could be a number or a date.
                let isText = scalar.text.first?.isLetter ?? false
                return .string(isText ? scalar.text : "not a text: \(scalar.text)")
            }
        }
    }
}
