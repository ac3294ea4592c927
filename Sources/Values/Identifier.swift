/// A name that a topology or the controller gives to one thing; each kind has its own type.
///
/// Concrete structs, not one generic: hot generics are slow across targets (docs/adr/0001). The `<`
/// of the extension is one; a struct that is sorted often gives its own.
package protocol Identifier: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    var name: String { get }
    init(_ name: String)
}

extension Identifier {
    package var description: String { name }

    package static func < (left: Self, right: Self) -> Bool { left.name < right.name }

    package init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}

/// Names a controller, which is also a vantage point.
package struct ControllerID: Identifier {
    package let name: String
    package init(_ name: String) { self.name = name }

    package static func < (left: ControllerID, right: ControllerID) -> Bool {
        left.name < right.name
    }
}
