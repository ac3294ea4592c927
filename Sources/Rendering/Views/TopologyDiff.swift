import Documents
import OrderedCollections
package import Planning
package import TopologyModel
import Values

/// What differs between two topologies, object by object.
package struct TopologyDiff: APIDocument, Hashable {
    package enum Change: String, Hashable, Codable, Sendable { case added, removed, changed }

    package struct Object: Hashable, Encodable, Sendable {
        package let change: Change
        /// The section of topology.yaml that it stands in: `hosts`.
        package let section: String
        /// Empty for a section without names: calendar, rules, references.
        package let name: String
        /// Of a changed object only.
        package let fields: [Field]
    }

    package struct Field: Hashable, Encodable, Sendable {
        /// `capacity.users`.
        package let path: String
        /// As YAML has it; nil where it was not, or is not any more.
        package let old: String?
        package let new: String?
    }

    package static let kind = "TopologyDiff"
    package let objects: [Object]
    /// Losses that are outlived otherwise than before.
    package let survivability: [SurvivalChange]

    /// - Parameter survival: Of both topologies; nil where that is not asked for.
    package init(
        from old: Topology, to new: Topology,
        survival: (old: Survivability, new: Survivability)? = nil
    ) {
        survivability = survival.map { SurvivalChange.all(from: $0.old, to: $0.new) } ?? []
        let (before, after) = (old.declared, new.declared)
        objects = before.keys.flatMap { section in
            TopologyDiff.objects(section, before[section] ?? .null, after[section] ?? .null)
        }
    }

    package var isEmpty: Bool { objects.isEmpty }

    private static let unnamed = ["calendar", "rules", "references"]

    private static func objects(
        _ section: String, _ old: JSONValue, _ new: JSONValue
    ) -> [Object] {
        if old == new { return [] }
        guard !unnamed.contains(section), case .object(let before) = old,
            case .object(let after) = new
        else {
            return [
                Object(
                    change: .changed, section: section, name: "", fields: fields("", old, new))
            ]
        }
        return OrderedSet(before.keys).union(after.keys).compactMap { name in
            switch (before[name], after[name]) {
            case (let old?, let new?):
                let fields = fields("", old, new)
                guard !fields.isEmpty else { return nil }
                return Object(change: .changed, section: section, name: name, fields: fields)
            case (nil, _): return Object(change: .added, section: section, name: name, fields: [])
            case (_, nil):
                return Object(change: .removed, section: section, name: name, fields: [])
            }
        }
    }

    private static func fields(_ path: String, _ old: JSONValue?, _ new: JSONValue?) -> [Field] {
        if old == new { return [] }
        guard case .object(let before)? = old, case .object(let after)? = new else {
            return [Field(path: path, old: old?.inLine, new: new?.inLine)]
        }
        return OrderedSet(before.keys).union(after.keys).flatMap { key in
            fields(path.isEmpty ? key : path + "." + key, before[key], after[key])
        }
    }
}

extension JSONValue {
    /// On one line, as a flow value of topology.yaml: `[ent-gra1, ent-par2]`.
    fileprivate var inLine: String {
        switch self {
        case .string(let text): text.isEmpty ? "\"\"" : text
        case .array(let values): "[\(values.map(\.inLine).joined(separator: ", "))]"
        case .object(let fields):
            "{\(fields.map { "\($0.key): \($0.value.inLine)" }.joined(separator: ", "))}"
        case .null, .bool, .number: text
        }
    }
}

extension TopologyDiff {
    /// `+ hosts ent-gra4`, `~ hosts ent-gra1` with its fields, old → new.
    package func text(_ palette: Palette) -> String {
        if isEmpty { return "no difference\n" }
        let counts = [Change.added, .removed, .changed].map { change in
            "\(objects.count { $0.change == change }) \(change.rawValue)"
        }
        return objects.map { $0.text(palette) }.joined()
            + "\n" + counts.joined(separator: ", ") + "\n" + survivability.text(palette)
    }
}

extension TopologyDiff.Object {
    fileprivate func text(_ palette: Palette) -> String {
        let (sign, tone): (String, Tone) =
            switch change {
            case .added: ("+", .good)
            case .removed: ("-", .bad)
            case .changed: ("~", .warning)
            }
        let title = name.isEmpty ? section : "\(section) \(name)"
        let head = palette.paint("\(sign) \(printable(title))", tone) + "\n"
        return head
            + fields.map { field in
                let (old, new) = (field.old ?? "(not set)", field.new ?? "(not set)")
                let path = field.path.isEmpty ? "all of it" : field.path
                let line = "    \(path): \(old) → \(new)"
                if line.count <= TextTable.widthDefault { return printable(line) + "\n" }
                return "    \(path):\n"
                    + [("-", old, Tone.bad), ("+", new, .good)].map { sign, value, tone in
                        let lines = broken(printable(value), width: TextTable.widthDefault - 8)
                        return lines.enumerated().map { index, line in
                            "      " + palette.paint((index == 0 ? sign : " ") + " " + line, tone)
                                + "\n"
                        }.joined()
                    }.joined()
            }.joined()
    }
}
