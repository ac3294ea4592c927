package import Values

/// How much came in the last so many whole seconds, the running one included.
package struct SlidingCount: Hashable, Sendable {
    private var buckets: [Int]
    /// The running second, since 1970.
    private var second: Int64

    /// `seconds` is 1 and up.
    package init(seconds: Int, from start: Instant) {
        precondition(seconds > 0, "a window of \(seconds) seconds")
        buckets = Array(repeating: 0, count: seconds)
        second = start.unixSeconds
    }

    package mutating func add(_ count: Int = 1, at now: Instant) {
        advance(to: now)
        buckets[index(of: second)] += count
    }

    package mutating func total(at now: Instant) -> Int {
        advance(to: now)
        return buckets.reduce(0, +)
    }

    /// What a clock that steps back brings counts in the running second.
    private mutating func advance(to now: Instant) {
        guard now.unixSeconds > second else { return }
        let passed = min(now.unixSeconds - second, Int64(buckets.count))
        for step in 0..<passed { buckets[index(of: now.unixSeconds - step)] = 0 }
        second = now.unixSeconds
    }

    private func index(of second: Int64) -> Int {
        let size = Int64(buckets.count)
        return Int((second % size + size) % size)
    }
}
