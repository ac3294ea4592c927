package import Values

/// How often something comes: so many in a million seconds, so that slow rates stay whole numbers.
package struct Rate: Hashable, Comparable, Sendable {
    package let perMillionSeconds: Int

    /// Negative rates count as 0.
    package init(perMillionSeconds: Int) { self.perMillionSeconds = max(0, perMillionSeconds) }

    package init(perSecond: Int) {
        let (product, overflow) = perSecond.multipliedReportingOverflow(by: 1_000_000)
        self.init(perMillionSeconds: overflow ? .max : product)
    }

    /// `count` of them, each once in `period`, rounded down; a period under a millisecond counts
    /// as one. Saturates.
    package init(_ count: Int, each period: Duration) {
        let milliseconds = Int(max(1, period.inNanoseconds / 1_000_000))
        let (product, overflow) = count.multipliedReportingOverflow(by: 1_000_000_000)
        self.init(perMillionSeconds: overflow ? .max : product / milliseconds)
    }

    /// The mean time from one to the next, at least a microsecond; nil when none comes.
    package var meanGap: Duration? {
        guard perMillionSeconds > 0 else { return nil }
        return .microseconds(max(1, 1_000_000_000_000 / perMillionSeconds))
    }

    /// The time to the next one: even between nothing and twice the mean; nil when none comes.
    ///
    /// Even rather than exponential: the mean is what matters here, and it needs no logarithm.
    package func gap(using random: inout SplitMix64) -> Duration? {
        meanGap.map { random.duration(upTo: $0 * 2) }
    }

    package static func < (left: Rate, right: Rate) -> Bool {
        left.perMillionSeconds < right.perMillionSeconds
    }
}
