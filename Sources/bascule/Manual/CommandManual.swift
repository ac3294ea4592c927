import Documents
import OrderedCollections
import Situations

/// A command as its `--help` has it, read from the argument parser's own description of itself.
struct CommandManual {
    /// `["bascule", "plan", "evacuate"]`.
    let path: [String]
    let version: String
    let abstract: String
    let paragraphs: [String]
    let examples: [String]
    let arguments: [ArgumentManual]
    let subcommands: [CommandManual]
    /// False for what `--help` does not list.
    let isShown: Bool

    /// - Throws: `DocumentFault` for a description of another form.
    init(dump: JSONValue, version: String) throws {
        guard dump["serializationVersion"] == .number(0), let root = dump["command"] else {
            throw DocumentFault(
                what: "the argument parser describes commands in a form that is not known here",
                mend: "see ArgumentParserToolInfo of the swift-argument-parser in use")
        }
        self.init(root, below: [], version: version)
    }

    private init(_ value: JSONValue, below parents: [String], version: String) {
        path = parents + [value["commandName"]?.string ?? ""]
        self.version = version
        abstract = value["abstract"]?.string ?? ""
        isShown = value["shouldDisplay"] != .bool(false)
        let lines = (value["discussion"]?.string ?? "").split(separator: "\n").map(String.init)
        let marker = "Example: "
        examples = lines.filter { $0.hasPrefix(marker) }.map { String($0.dropFirst(marker.count)) }
        paragraphs = lines.filter { !$0.hasPrefix(marker) }
        arguments = (value["arguments"]?.array ?? []).map(ArgumentManual.init).filter(\.isShown)
        let path = path
        subcommands = (value["subcommands"]?.array ?? [])
            .filter { $0["commandName"]?.string != "help" }
            .map { CommandManual($0, below: path, version: version) }
    }

    var name: String { path.joined(separator: " ") }

    /// This command and all below it that are listed, in the order of `--help`.
    var all: [CommandManual] { [self] + subcommands.filter(\.isShown).flatMap(\.all) }

    var options: [ArgumentManual] { arguments.filter { !$0.names.isEmpty } }
    var positionals: [ArgumentManual] { arguments.filter(\.names.isEmpty) }

    /// `bascule evacuate [options] <domain>`; options without a default are written out.
    var synopsis: String {
        if !subcommands.isEmpty, positionals.isEmpty { return "\(name) <command>" }
        let needed = options.filter { !$0.isOptional }.map { "\($0.preferred) \($0.placeholder)" }
        let hasOthers = options.contains(where: \.isOptional)
        let words = positionals.map { word in
            let text = word.isRepeating ? "\(word.placeholder)..." : word.placeholder
            return word.isOptional ? "[\(text)]" : text
        }
        return ([name] + needed + (hasOthers ? ["[options]"] : []) + words)
            .joined(separator: " ")
    }
}

/// An argument, option or flag of a command.
struct ArgumentManual {
    /// `-o`, `--output`; none for an argument that is known by its place.
    let names: [String]
    let valueName: String
    let help: String
    let isFlag: Bool
    let isOptional: Bool
    let isRepeating: Bool
    let defaultValue: String?
    let values: [String]
    let isShown: Bool

    init(_ value: JSONValue) {
        names = (value["names"]?.array ?? []).map { name in
            let word = name["name"]?.string ?? ""
            return name["kind"]?.string == "long" ? "--\(word)" : "-\(word)"
        }.sorted { $0.count < $1.count }
        valueName = value["valueName"]?.string ?? ""
        help = value["abstract"]?.string ?? ""
        isFlag = value["kind"]?.string == "flag"
        isOptional = value["isOptional"] != .bool(false)
        isRepeating = value["isRepeating"] == .bool(true)
        defaultValue = value["defaultValue"]?.string
        values = (value["allValues"]?.array ?? []).compactMap(\.string)
        isShown = value["shouldDisplay"] != .bool(false)
    }

    var placeholder: String { "<\(valueName)>" }

    var preferred: String { names.last ?? placeholder }

    /// `-o, --output <output>`.
    var title: String {
        names.isEmpty
            ? placeholder : names.joined(separator: ", ") + (isFlag ? "" : " \(placeholder)")
    }

    /// The help, the words that it takes, and its default.
    var sentence: String {
        let words = values.isEmpty ? "" : " One of: \(values.joined(separator: ", "))."
        let standard = isFlag ? nil : defaultValue.map { " Default: \($0)." }
        return help + words + (standard ?? "")
    }
}

extension JSONValue {
    fileprivate var string: String? { if case .string(let text) = self { text } else { nil } }
    fileprivate var array: [JSONValue]? {
        if case .array(let values) = self { values } else { nil }
    }
}
