/// A whole share of a hundred: 0 through 100.
package struct Percent: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let value: Int

    /// Nil outside 0 through 100.
    package init?(_ value: Int) {
        guard (0...100).contains(value) else { return nil }
        self.value = value
    }

    package static let zero = Percent(checked: 0)
    package static let all = Percent(checked: 100)

    /// For numbers that our own code has already bounded.
    package init(checked value: Int) {
        precondition((0...100).contains(value), "percent out of 0 through 100: \(value)")
        self.value = value
    }

    /// This share of `whole`, rounded up, so that no capacity is promised twice.
    package func roundedUp(of whole: Int) -> Int { (whole * value + 99) / 100 }

    package var description: String { "\(value)%" }

    package static func < (left: Percent, right: Percent) -> Bool { left.value < right.value }
}

/// A ratio in millionths, for what a percent is too coarse for; 0 and up.
package struct PartsPerMillion: Hashable, Comparable, Sendable {
    package let value: Int
    package init(_ value: Int) {
        precondition(value >= 0, "parts per million below 0: \(value)")
        self.value = value
    }
    package static let one = PartsPerMillion(1_000_000)

    /// This ratio of `whole`, rounded up; saturates.
    package func roundedUp(of whole: Int) -> Int {
        let (product, overflow) = whole.multipliedReportingOverflow(by: value)
        return overflow ? .max : product / 1_000_000 + (product % 1_000_000 == 0 ? 0 : 1)
    }

    package static func < (left: PartsPerMillion, right: PartsPerMillion) -> Bool {
        left.value < right.value
    }
}

/// People who use a portal at the same time. At most `usersMax`, so that sums never overflow.
package typealias Users = Int

extension Users {
    /// More than anybody serves; the bound of every `users` field (users).
    package static let usersMax = 1_000_000_000
}

/// The SHA-256 of a document, in lower-case hex, computed at an edge.
package struct Digest: Hashable, Sendable, CustomStringConvertible {
    package let hex: String
    package init(hex: String) { self.hex = hex }
    package var description: String { hex }
    /// The first 12 digits, enough for people to tell two documents apart.
    package var short: String { String(hex.prefix(12)) }
}
