package import Values

/// How long answers took, in buckets that are at most 3% wide, so that no answer need be kept.
///
/// Exact below 64 ms, then 32 buckets to each doubling (HdrHistogram's form, Tene 2012).
package struct AnswerTimes: Hashable, Sendable {
    /// Longer answers count as this (milliseconds).
    package static let millisecondsMax = 131_071

    package private(set) var count = 0
    private var buckets: [Int] = []

    package init() {}

    package mutating func add(_ time: Duration) {
        let milliseconds = Int(max(0, time.inNanoseconds) / 1_000_000)
        let index = AnswerTimes.index(of: min(milliseconds, AnswerTimes.millisecondsMax))
        if buckets.count <= index {
            buckets += Array(repeating: 0, count: index + 1 - buckets.count)
        }
        buckets[index] += 1
        count += 1
    }

    /// The time that `percent` of the answers took at most, rounded up to its bucket's end; nil
    /// where there was none.
    package func percentile(_ percent: Percent) -> Duration? {
        guard count > 0 else { return nil }
        let rank = max(1, percent.roundedUp(of: count))
        var passed = 0
        for (index, number) in buckets.enumerated() {
            passed += number
            if passed >= rank { return .milliseconds(AnswerTimes.end(of: index)) }
        }
        return nil
    }

    private static func index(of milliseconds: Int) -> Int {
        var (value, shift) = (milliseconds, 0)
        while value >= 64 { (value, shift) = (value / 2, shift + 1) }
        return shift == 0 ? value : 32 * shift + value
    }

    /// The last millisecond of a bucket.
    private static func end(of index: Int) -> Int {
        guard index >= 64 else { return index }
        let shift = index / 32 - 1
        return ((index - 32 * shift + 1) << shift) - 1
    }
}
