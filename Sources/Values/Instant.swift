/// A point in time: nanoseconds of UTC since 1970, without leap seconds.
///
/// It is read once from the wall clock and advanced by a monotonic one (`Runtime`), or made by the
/// simulator. Bounds: 292 years before and after 1970, in 1677 and 2262.
package struct Instant: Hashable, Comparable, Sendable {
    package let nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The instant so many whole seconds after 1970; saturates.
    package init(unixSeconds: Int64) {
        nanoseconds = Duration.seconds(unixSeconds).inNanoseconds
    }

    package static let distantPast = Instant(nanoseconds: .min)
    package static let distantFuture = Instant(nanoseconds: .max)

    /// Whole seconds since 1970, rounded down.
    package var unixSeconds: Int64 {
        let (quotient, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return rest < 0 ? quotient - 1 : quotient
    }

    package static func < (left: Instant, right: Instant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// Saturates at the distant past and future, so that no hostile duration overflows.
    package static func + (instant: Instant, duration: Duration) -> Instant {
        let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(duration.inNanoseconds)
        guard overflow else { return Instant(nanoseconds: sum) }
        return duration < .zero ? .distantPast : .distantFuture
    }

    package static func - (instant: Instant, duration: Duration) -> Instant {
        instant + (Duration.zero - duration)
    }

    package static func - (later: Instant, earlier: Instant) -> Duration {
        let (difference, overflow) =
            later.nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
        guard overflow else { return .nanoseconds(difference) }
        return .nanoseconds(later > earlier ? Int64.max : Int64.min)
    }
}

extension Duration {
    /// Nanoseconds, saturating at the bounds of 64 bits (292 years).
    package var inNanoseconds: Int64 {
        // Not `components`, which stops the program beyond 64 bits of seconds.
        Int64(clamping: attoseconds / 1_000_000_000)
    }
}
