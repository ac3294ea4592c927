import Foundation
import OrderedCollections

@testable import Documents

/// As much of JSON Schema (draft 2020-12) as our own schemas use; any other keyword is a fault.
struct JSONSchema {
    private let root: JSONValue
    private static let known: Set<String> = [
        "$schema", "$defs", "$ref", "title", "description", "type", "const", "enum", "properties",
        "required", "additionalProperties", "minProperties", "maxProperties", "items", "minimum",
        "maximum", "pattern",
    ]

    init(_ text: String) throws { root = try JSONValue(parsing: text) }

    /// What of the document does not fit, each with its place.
    func faults(in value: JSONValue) -> [String] { faults(in: value, root, at: "$") }

    private func faults(in value: JSONValue, _ schema: JSONValue, at path: String) -> [String] {
        guard case .object(let rules) = schema else { return ["\(path): no schema"] }
        if case .string(let name)? = rules["$ref"] {
            let target = root["$defs"]?[String(name.dropFirst("#/$defs/".count))]
            return target.map { faults(in: value, $0, at: path) } ?? ["\(path): no \(name)"]
        }
        var found = rules.keys.filter { !JSONSchema.known.contains($0) }.map {
            "\(path): unknown keyword \($0)"
        }
        if let const = rules["const"], const != value { found.append("\(path): not \(const.text)") }
        if case .array(let all)? = rules["enum"], !all.contains(value) {
            found.append("\(path): not one of \(all.count)")
        }
        if case .string(let type)? = rules["type"], type != value.typeName {
            return found + ["\(path): \(value.typeName), not \(type)"]
        }
        switch value {
        case .object(let fields): return found + faults(in: fields, rules, at: path)
        case .array(let items):
            guard let each = rules["items"] else { return found }
            return found
                + items.enumerated().flatMap { faults(in: $1, each, at: "\(path)[\($0)]") }
        case .number(let number):
            if case .number(let least)? = rules["minimum"], number < least {
                found.append("\(path): below \(least)")
            }
            if case .number(let most)? = rules["maximum"], number > most {
                found.append("\(path): above \(most)")
            }
        case .string(let text):
            if case .string(let pattern)? = rules["pattern"],
                text.range(of: pattern, options: .regularExpression) == nil
            {
                found.append("\(path): not like \(pattern)")
            }
        default: break
        }
        return found
    }

    private func faults(
        in fields: OrderedDictionary<String, JSONValue>,
        _ rules: OrderedDictionary<String, JSONValue>, at path: String
    ) -> [String] {
        var found: [String] = []
        let properties: OrderedDictionary<String, JSONValue> =
            if case .object(let all)? = rules["properties"] { all } else { [:] }
        if case .array(let required)? = rules["required"] {
            for case .string(let name) in required where fields[name] == nil {
                found.append("\(path): no \(name)")
            }
        }
        if case .number(let least)? = rules["minProperties"], fields.count < Int(least) {
            found.append("\(path): too few fields")
        }
        if case .number(let most)? = rules["maxProperties"], fields.count > Int(most) {
            found.append("\(path): too many fields")
        }
        for (name, value) in fields {
            if let schema = properties[name] {
                found += faults(in: value, schema, at: "\(path).\(name)")
            } else if rules["additionalProperties"] == .bool(false) {
                found.append("\(path): unknown \(name)")
            }
        }
        return found
    }
}

extension JSONValue {
    fileprivate var typeName: String {
        switch self {
        case .object: "object"
        case .array: "array"
        case .string: "string"
        case .bool: "boolean"
        case .null: "null"
        case .number: "integer"
        }
    }
}
