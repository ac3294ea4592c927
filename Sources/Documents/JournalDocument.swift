package import Control
import OrderedCollections
package import Playbooks
import Values

// Versioned documents: what is written to disk or to people carries the version of its shape.

extension JournalEntry {
    /// The version that is written; every older one is still read.
    package static let version: Int64 = 1

    /// One line of JSON: `{"v":1,"at":...,"epoch":...,"fact":{...}}`.
    package func document() throws -> String {
        guard case .object(let fields) = try JSONValue(encoding: self) else { return "{}" }
        var document: OrderedDictionary<String, JSONValue> = ["v": .number(JournalEntry.version)]
        document.merge(fields.elements) { first, _ in first }
        return JSONValue.object(document).text
    }

    package init(document text: String) throws {
        let value = try JSONValue(parsing: text)
        try value.requireVersion(JournalEntry.version, key: "v", of: "a journal entry")
        self = try value.document(as: JournalEntry.self, of: "a journal entry")
    }
}

extension Plan {
    package static let apiVersion = "bascule/v1"
}

/// A document that is well-formed JSON but not what was wanted.
package struct DocumentFault: Error, Hashable, Sendable, CustomStringConvertible {
    package let what: String
    package let mend: String

    package init(what: String, mend: String) { (self.what, self.mend) = (what, mend) }

    package var description: String { "\(what)\n  mend: \(mend)" }
}

extension JSONValue {
    /// The value of a document of ours; what is wrong comes as one sentence with its place.
    func document<Value: Decodable>(
        as type: Value.Type, of what: String
    ) throws -> Value {
        do {
            return try decoded(as: type)
        } catch let error as DecodingError {
            throw DocumentFault(
                what: "\(what) cannot be read: \(error.sentence)",
                mend: "it is damaged, edited by hand, or of another bascule")
        }
    }

    fileprivate func requireVersion(_ known: Int64, key: String, of what: String) throws {
        guard case .number(let version)? = self[key] else {
            throw DocumentFault(
                what: "\(what) without a version", mend: "it is damaged, or not ours")
        }
        guard (1...known).contains(version) else {
            throw DocumentFault(
                what: "\(what) of version \(version); this bascule knows 1 through \(known)",
                mend: "use the bascule that wrote it, or a newer one")
        }
    }
}
