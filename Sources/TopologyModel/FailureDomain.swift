import Values

/// Everything that one decision or fault switches off together: a prefix of a site's path
/// (`ovh/strasbourg`), or a fate label that sites share (`fate:power-sbg`).
package struct FailureDomain: Identifier {
    package static let fatePrefix = "fate:"

    package let name: String

    package init(_ name: String) { self.name = name }

    package init(fate label: String) { name = FailureDomain.fatePrefix + label }

    package var isFate: Bool { name.hasPrefix(FailureDomain.fatePrefix) }

    /// How many parts the path has; a fate label has one.
    package var depth: Int { isFate ? 1 : name.utf8.count { $0 == UInt8(ascii: "/") } + 1 }

    /// This domain and every wider one of its path, widest first; a fate label has only itself.
    package var prefixes: [FailureDomain] {
        guard !isFate else { return [self] }
        var path = ""
        return name.split(separator: "/").map { part in
            path += path.isEmpty ? String(part) : "/" + part
            return FailureDomain(path)
        }
    }

    /// Whether whatever switches this domain off switches `other` off too, by path alone.
    package func contains(_ other: FailureDomain) -> Bool {
        self == other || (!isFate && other.name.hasPrefix(name + "/"))
    }
}
