package import Values

/// A server's weight in HAProxy: 0 through 256, 0 for no new users.
///
/// Always absolute: a percent there is relative to the weight of the configuration, so that a
/// server that began at 0 would stay at 0 (management manual, section 9.3, `set weight`).
package struct AbsoluteWeight: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let value: Int

    /// Nil outside 0 through 256.
    package init?(_ value: Int) {
        guard (0...256).contains(value) else { return nil }
        self.value = value
    }

    /// A share of the region's users is a weight of the same number, so that nothing is rounded.
    package init(_ percent: Percent) { value = percent.value }

    /// The share that was set; nil above 100, which we never set.
    package var percent: Percent? { Percent(value) }

    package var description: String { String(value) }

    package static func < (left: AbsoluteWeight, right: AbsoluteWeight) -> Bool {
        left.value < right.value
    }
}

/// The weight that one server of a backend shall have.
package struct ServerWeight: Hashable, Sendable {
    package let server: HAProxyName
    package let weight: AbsoluteWeight

    package init(server: HAProxyName, weight: AbsoluteWeight) {
        (self.server, self.weight) = (server, weight)
    }
}
