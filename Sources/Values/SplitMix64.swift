/// A small, fast random generator with 64 bits of state: the same seed gives the same numbers.
///
/// Source: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
package struct SplitMix64: Hashable, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number in `0..<bound`, without bias that matters here (bound far below 2^64).
    package mutating func next(below bound: Int) -> Int {
        precondition(bound > 0, "bound must be positive; got \(bound)")
        return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    package mutating func next(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + next(below: range.count)
    }

    /// True with a chance of so many in a thousand.
    package mutating func chance(perMille: Int) -> Bool { next(below: 1000) < perMille }

    package mutating func duration(upTo bound: Duration) -> Duration {
        let nanoseconds = Int(bound.inNanoseconds)
        return nanoseconds <= 0 ? .zero : .nanoseconds(next(below: nanoseconds))
    }
}
