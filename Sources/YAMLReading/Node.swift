package import Values

/// A value together with where it stands, so that it can be checked later and still be pointed at.
package struct Marked<Value> {
    package let value: Value
    package let place: Place

    package init(_ value: Value, at place: Place) { (self.value, self.place) = (value, place) }
}

extension Marked: Equatable where Value: Equatable {}
extension Marked: Hashable where Value: Hashable {}
extension Marked: Sendable where Value: Sendable {}

/// One node of a YAML document; an alias is the node it names, at the alias's own place.
package struct Node: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        case scalar(Scalar)
        case sequence([Node])
        case mapping(Mapping)
        /// Its fault is already reported; whoever meets it stays silent.
        case unreadable
    }

    package let place: Place
    package let content: Content

    package init(_ content: Content, at place: Place) {
        (self.content, self.place) = (content, place)
    }
}

/// A text as the file has it; only a plain one may be a number, a truth value or nothing.
package struct Scalar: Hashable, Sendable {
    package let text: String
    /// Without quotes, and not a block (`|`, `>`).
    package let isPlain: Bool

    package init(_ text: String, isPlain: Bool) { (self.text, self.isPlain) = (text, isPlain) }
}

/// Keys and values in the order of the file; no key comes twice.
package struct Mapping: Hashable, Sendable {
    package struct Entry: Hashable, Sendable {
        package let key: Marked<String>
        package let value: Node
    }

    package private(set) var entries: [Entry] = []
    private var indices: [String: Int] = [:]

    package init() {}

    package subscript(key: String) -> Entry? { indices[key].map { entries[$0] } }

    /// Adds an entry, or returns the one that already has its key and changes nothing.
    mutating func add(_ key: Marked<String>, _ value: Node) -> Entry? {
        if let first = self[key.value] { return first }
        indices[key.value] = entries.count
        entries.append(Entry(key: key, value: value))
        return nil
    }
}
