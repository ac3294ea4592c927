import OrderedCollections

extension JSONValue {
    /// The value as a YAML document in block style, for `-o yaml`.
    ///
    /// Every text that any reader of YAML 1.1 or 1.2 could take for something else is quoted
    /// (`"no"`, `"1e3"`, `"2026-11-24"`, `"- x"`); a quoted one has the escapes of
    /// yaml.org/spec/1.2.2, section 5.7.
    package var yamlText: String {
        var writer = YAMLWriter()
        writer.write(self, depth: 0, after: .start)
        return writer.text
    }
}

private struct YAMLWriter {
    /// What the line that the value goes on with holds so far.
    enum Before { case start, key, dash }

    var text = ""

    mutating func write(_ value: JSONValue, depth: Int, after before: Before) {
        switch value {
        case .array(let values) where !values.isEmpty:
            // A list under a key stands below it, as deep as the key; one after a dash goes on
            // behind it.
            for (index, value) in values.enumerated() {
                indent(depth, isFirst: index == 0, after: before)
                text += "-"
                write(value, depth: depth + 1, after: .dash)
            }
        case .object(let fields) where !fields.isEmpty:
            for (index, field) in fields.elements.enumerated() {
                indent(depth, isFirst: index == 0, after: before)
                text += YAMLWriter.scalar(field.key) + ":"
                let isList = if case .array = field.value { true } else { false }
                write(field.value, depth: isList ? depth : depth + 1, after: .key)
            }
        case .null, .bool, .number, .string, .array, .object:
            text += (before == .start ? "" : " ") + YAMLWriter.flow(value) + "\n"
        }
    }

    private mutating func indent(_ depth: Int, isFirst: Bool, after before: Before) {
        if isFirst, before == .dash { return text += " " }
        if isFirst, before == .key { text += "\n" }
        text += String(repeating: "  ", count: depth)
    }

    /// A value that fits on its line: a scalar, or what is empty.
    private static func flow(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .number(let number): String(number)
        case .string(let text): scalar(text)
        case .array: "[]"
        case .object: "{}"
        }
    }

    private static func scalar(_ text: String) -> String {
        isPlain(text) ? text : "\"" + text.unicodeScalars.map(escaped).joined() + "\""
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": return "\\\""
        case "\\": return "\\\\"
        case "\n": return "\\n"
        case "\t": return "\\t"
        case "\r": return "\\r"
        case _ where scalar.isTakenForABreak:
            let hex = String(scalar.value, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        default: return String(Character(scalar))
        }
    }

    /// Words that some reader takes for a truth value or nothing (yaml.org/type/bool.html).
    private static let taken = [
        "y", "n", "yes", "no", "true", "false", "on", "off", "null", "nan", "inf",
    ]

    /// Whether nobody can take the text for anything but itself: a letter first, then letters,
    /// digits and what separates the parts of our names.
    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, first.isLatinLetter else { return false }
        let isName = text.unicodeScalars.allSatisfy {
            $0.isLatinLetter || ("0"..."9").contains($0) || "-_./".unicodeScalars.contains($0)
        }
        return isName && !taken.contains(text.lowercased())
    }
}

extension Unicode.Scalar {
    /// Controls, and what YAML 1.1 folds as a line's end or strips as a byte order mark.
    fileprivate var isTakenForABreak: Bool {
        value < 0x20 || (0x7f...0x9f).contains(value) || [0x2028, 0x2029, 0xfeff].contains(value)
            || (0xfff0...0xffff).contains(value)
    }

    fileprivate var isLatinLetter: Bool {
        ("a"..."z").contains(self) || ("A"..."Z").contains(self)
    }
}
