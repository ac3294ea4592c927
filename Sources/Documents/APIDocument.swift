package import Control
import OrderedCollections
package import Planning
package import Playbooks

/// A value that programs read: as a document it begins with `apiVersion` and `kind`.
package protocol APIDocument: Encodable {
    static var kind: String { get }
}

extension APIDocument {
    /// The document: its own fields after the two that every document has; a list stands under
    /// `items`.
    package func apiDocument() throws -> JSONValue {
        var fields: OrderedDictionary<String, JSONValue> = [
            "apiVersion": .string(Plan.apiVersion), "kind": .string(Self.kind),
        ]
        switch try JSONValue(encoding: self) {
        case .object(let own): fields.merge(own.elements) { first, _ in first }
        case let other: fields["items"] = other
        }
        return .object(fields)
    }
}

extension Array: APIDocument where Element: APIDocument {
    /// `HostList`.
    package static var kind: String { Element.kind + "List" }
}

extension Command: APIDocument { package static var kind: String { "Command" } }
extension Reply: APIDocument { package static var kind: String { "Reply" } }
extension PlanAnswer: APIDocument { package static var kind: String { "PlanAnswer" } }
extension Readiness: APIDocument { package static var kind: String { "Readiness" } }
extension Survivability: APIDocument { package static var kind: String { "Survivability" } }
extension Plan: APIDocument { package static var kind: String { "Plan" } }
extension StatusDocument.RegionStatus: APIDocument {
    package static var kind: String { "RegionStatus" }
}
extension StatusDocument.RunStatus: APIDocument { package static var kind: String { "Run" } }
