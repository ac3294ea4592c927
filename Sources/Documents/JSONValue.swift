package import OrderedCollections

/// A JSON document: whole numbers only, for nothing that is decided or journaled is a fraction.
package enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case number(Int64)
    case string(String)
    case array([JSONValue])
    case object(OrderedDictionary<String, JSONValue>)

    /// Compact and on one line, in the order of the object's keys.
    package var text: String {
        var writer = JSONWriter(indents: false)
        writer.write(self, depth: 0)
        return writer.text
    }

    /// Indented by two spaces, for people and for files that are reviewed.
    package var prettyText: String {
        var writer = JSONWriter(indents: true)
        writer.write(self, depth: 0)
        return writer.text + "\n"
    }

    package subscript(key: String) -> JSONValue? {
        if case .object(let fields) = self { fields[key] } else { nil }
    }
}

private struct JSONWriter {
    let indents: Bool
    var text = ""

    mutating func write(_ value: JSONValue, depth: Int) {
        switch value {
        case .null: text += "null"
        case .bool(let flag): text += flag ? "true" : "false"
        case .number(let number): text += String(number)
        case .string(let string): write(string)
        case .array(let values):
            list("[", "]", values, depth) { $0.write($1, depth: depth + 1) }
        case .object(let fields):
            list("{", "}", Array(fields.elements), depth) { writer, field in
                writer.write(field.key)
                writer.text += writer.indents ? ": " : ":"
                writer.write(field.value, depth: depth + 1)
            }
        }
    }

    private mutating func list<Element>(
        _ open: String, _ close: String, _ elements: [Element], _ depth: Int,
        write: (inout JSONWriter, Element) -> Void
    ) {
        text += open
        for (index, element) in elements.enumerated() {
            if index > 0 { text += "," }
            newline(depth + 1)
            write(&self, element)
        }
        if !elements.isEmpty { newline(depth) }
        text += close
    }

    private mutating func newline(_ depth: Int) {
        if indents { text += "\n" + String(repeating: "  ", count: depth) }
    }

    private mutating func write(_ string: String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f:
                let hex = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
