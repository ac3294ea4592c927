package import Values

/// The outcomes of one target's probes of the last 15 minutes, run-length coded, oldest first.
///
/// Bounded twice, by time (`keptFor`) and by runs (`runsMax`): a flapping target forgets sooner.
package struct FlightRecord: Hashable, Codable, Sendable {
    /// Probes in a row with the same outcome.
    package struct Run: Hashable, Codable, Sendable {
        /// Nil is a pass.
        package let failure: FailureKind?
        package fileprivate(set) var count: Int
        /// When the first and the last of them were sent.
        package let first: Instant
        package fileprivate(set) var last: Instant
    }

    package static let keptFor = Duration.seconds(900)
    package static let runsMax = 128
    /// As many runs are written into a verdict's evidence.
    package static let runsInText = 8

    package private(set) var runs: [Run] = []

    package init() {}

    package mutating func note(_ failure: FailureKind?, sentAt: Instant) {
        if let index = runs.indices.last, runs[index].failure == failure {
            runs[index].count += 1
            runs[index].last = max(runs[index].last, sentAt)
        } else {
            runs.append(Run(failure: failure, count: 1, first: sentAt, last: sentAt))
            forget(before: sentAt - FlightRecord.keptFor)
        }
    }

    /// The last runs for people: `+12 refused*3`.
    package var text: String {
        runs.suffix(FlightRecord.runsInText).map { run in
            run.failure.map { "\($0.rawValue)*\(run.count)" } ?? "+\(run.count)"
        }.joined(separator: " ")
    }

    private mutating func forget(before start: Instant) {
        let old = runs.prefix { $0.last < start }.count
        runs.removeFirst(max(old, runs.count - FlightRecord.runsMax))
    }
}
