import Values

extension Form {
    /// A list; an item with a fault is left out.
    package static func list<Item>(
        of form: Form<Item>, _ counts: ClosedRange<Int> = 0...1000
    ) -> Form where Value == [Item] {
        Form("a list, each item \(form.wanted)") { node, reading in
            guard let items = reading.items(of: node, counts, wanted: form.wanted) else {
                return nil
            }
            return items.enumerated().compactMap { index, item in
                reading.below(item: index + 1).value(of: item, as: form)
            }
        }
    }

    /// A mapping with known fields; keys that nobody asked for are faults, reported by themselves.
    package static func object(_ read: @escaping (Fields) -> Value?) -> Form {
        .object("a mapping of its fields", read)
    }

    /// The same, in words of its own.
    package static func object(
        _ wanted: String, _ read: @escaping (Fields) -> Value?
    ) -> Form {
        Form(wanted) { node, reading in
            guard let mapping = reading.mapping(of: node, wanted: wanted) else { return nil }
            return reading.value(of: mapping, at: node.place, read)
        }
    }

    /// A mapping from names that the file chooses to objects; those with a fault are left out.
    package static func named<Item>(
        _ read: @escaping (Marked<String>, Fields) -> Item?
    ) -> Form where Value == [Item] {
        .entries { name, node, reading in
            guard let mapping = reading.mapping(of: node, wanted: "a mapping of its fields") else {
                return nil
            }
            return reading.value(of: mapping, at: name.place) { read(name, $0) }
        }
    }

    /// A mapping from names that the file chooses to values of one form.
    package static func map<Item>(
        of form: Form<Item>
    ) -> Form where Value == [(key: Marked<String>, value: Item)] {
        .entries { name, node, reading in
            reading.value(of: node, as: form).map { (key: name, value: $0) }
        }
    }

    private static func entries<Item>(
        _ read: @escaping (Marked<String>, Node, Reading) -> Item?
    ) -> Form where Value == [Item] {
        let wanted = "a mapping of names"
        return Form(wanted) { node, reading in
            guard let mapping = reading.mapping(of: node, wanted: wanted) else { return nil }
            return mapping.entries.compactMap { entry in
                guard reading.isName(entry.key) else { return nil }
                return read(entry.key, entry.value, reading.below(entry.key.value))
            }
        }
    }

    /// A mapping with one key, which says what its value is: `{http: {path: /health}}`.
    package static func choice(_ choices: KeyValuePairs<String, Form>) -> Form {
        let words = choices.map(\.key)
        let wanted = "a mapping with one of \(words.joined(separator: ", "))"
        return .init(wanted) { node, reading in
            guard let mapping = reading.mapping(of: node, wanted: wanted) else { return nil }
            guard mapping.entries.count == 1, let entry = mapping.entries.first else {
                reading.reportWrong(
                    node, wanted: wanted,
                    because: mapping.entries.isEmpty ? nil : "with \(mapping.entries.count) keys",
                    mend: "give it exactly one key")
                return nil
            }
            guard let choice = choices.first(where: { $0.key == entry.key.value }) else {
                reading.report(unknown: entry.key, among: words)
                return nil
            }
            return reading.below(choice.key).value(of: entry.value, as: choice.value)
        }
    }
}

extension Form where Value == Node {
    /// Whatever stands there, for a reading of one's own.
    package static var node: Form { Form("a value") { node, _ in node } }
}

extension Reading {
    fileprivate func items(
        of node: Node, _ counts: ClosedRange<Int>, wanted: String
    ) -> [Node]? {
        guard case .sequence(let items) = node.content else {
            reportWrong(
                node, wanted: "a list, each item \(wanted)",
                mend: "put it in brackets, [a, b], or on lines of their own that begin with '- '")
            return nil
        }
        guard counts.contains(items.count) else {
            let to = counts.count == 1 ? "" : " to \(counts.upperBound)"
            report(
                at: node.place, "wanted \(counts.lowerBound)\(to) items, found \(items.count)",
                mend: items.count < counts.lowerBound ? "add what is missing" : "keep fewer")
            return nil
        }
        return items
    }

    fileprivate func mapping(of node: Node, wanted: String) -> Mapping? {
        if case .mapping(let mapping) = node.content { return mapping }
        if case .unreadable = node.content { return nil }
        reportWrong(
            node, wanted: wanted,
            mend: "write 'key: value' lines, indented, or {key: value}")
        return nil
    }

    fileprivate func value<Value>(
        of mapping: Mapping, at place: Place, _ read: (Fields) -> Value?
    ) -> Value? {
        let reports = faults.reports
        let fields = Fields(mapping, at: place, reading: self)
        let value = read(fields)
        fields.finish()
        if value == nil && faults.reports == reports {
            // A nil without a fault would lose the value in silence.
            report(at: place, "cannot be used", mend: "compare it with docs/topology-reference.md")
        }
        return value
    }

    fileprivate func isName(_ key: Marked<String>) -> Bool {
        if YAMLReading.isName(key.value) { return true }
        report(
            at: key.place, "'\(shown(key.value))' is not a name",
            mend: "use letters, digits and - . _, and begin with a letter or digit")
        return false
    }

    func report(unknown key: Marked<String>, among known: [String]) {
        let near = nearest(key.value, among: known).map { "did you mean '\($0)'? " } ?? ""
        let all = known.isEmpty ? "nothing is read here" : known.joined(separator: ", ")
        report(
            at: key.place, "unknown key '\(shown(key.value))'",
            mend: near + (known.isEmpty ? all : "known here: \(all)"))
    }
}
