import TopologyModel
import Values

/// What one edge's live requests say of a host.
enum TrafficOpinion: Equatable, Sendable {
    case failing(failed: TrafficFailures, requests: Int)
    case calm
}

/// The live requests of one region at one host through one edge, lately.
///
/// Failing, where enough requests pass: a share of the window failed; or all of the last few did,
/// in more than one reading; or none is answered any more, though more of them come.
struct TrafficWindow: Sendable {
    private struct Entry {
        let at: Instant
        let answered: Int
        let failed: TrafficFailures
        var requests: Int { answered + failed.count }
    }

    /// The oldest go: at the least interval a window of 10 s has a hundred.
    static let entriesMax = 128
    /// The failures of one reading may be those of one page that somebody opened.
    static let failedReadingsMin = 2
    /// Calm is below the limit of failures divided by this.
    static let calmDivisor = 2

    private let rules: TrafficRules
    /// How long nothing may be answered before that counts as loss rather than slowness.
    private let silenceMax: Duration
    private var entries: [Entry] = []
    /// Failures since the last answer, and in how many readings.
    private var row = (failed: TrafficFailures(), readings: 0)
    /// When the host last answered anything, and whether it was busy enough then to be missed.
    private var answered: (at: Instant, wasBusy: Bool)?
    /// The start of the newest reading with an answer below 500.
    private(set) var servedAt: Instant?
    private var beganSince = 0
    private var readAt = Instant.distantPast

    init(rules: TrafficRules, silenceMax: Duration) {
        (self.rules, self.silenceMax) = (rules, silenceMax)
    }

    mutating func note(_ reading: TrafficReading) {
        readAt = reading.at
        let entry = Entry(at: reading.at, answered: reading.answered, failed: reading.failed)
        if entry.requests > 0 { entries.append(entry) }
        let start = reading.at - rules.window
        let old = entries.prefix { $0.at < start }.count
        entries.removeFirst(max(old, entries.count - TrafficWindow.entriesMax))
        if reading.answered > 0 {
            servedAt = reading.at - reading.span
            row = (TrafficFailures(), 0)
        } else if reading.failed.count > 0 {
            row = (row.failed + reading.failed, row.readings + 1)
        }
        if reading.answered + reading.failed.serverErrors > 0 {
            let requests = entries.reduce(0) { $0 + $1.requests }
            answered = (reading.at, requests >= rules.requestsMin)
            beganSince = 0
        } else {
            beganSince += reading.began
        }
    }

    /// When the host last answered anything.
    var answeredAt: Instant? { answered?.at }

    /// Nil when too few requests pass to tell.
    func opinion(at now: Instant) -> TrafficOpinion? {
        if let unanswered = unanswered(at: now) {
            let failed = TrafficFailures(unanswered: unanswered)
            return .failing(failed: failed, requests: unanswered)
        }
        let recent = entries.drop { $0.at < now - rules.window }
        let requests = recent.reduce(0) { $0 + $1.requests }
        guard requests >= rules.requestsMin else { return nil }
        let failed = recent.reduce(TrafficFailures()) { $0 + $1.failed }
        let limit = rules.share.value * requests
        if row.failed.count >= rules.failuresMin, row.readings >= TrafficWindow.failedReadingsMin {
            return .failing(failed: failed, requests: requests)
        }
        if failed.count >= rules.failuresMin, failed.count * 100 >= limit,
            recent.count(where: { $0.failed.count > 0 }) >= TrafficWindow.failedReadingsMin
        {
            return .failing(failed: failed, requests: requests)
        }
        return failed.count * 100 * TrafficWindow.calmDivisor < limit ? .calm : nil
    }

    /// How many requests have come since the last answer, when it is missed for too long.
    private func unanswered(at now: Instant) -> Int? {
        guard let answered, answered.wasBusy, now - readAt <= rules.window,
            readAt - answered.at >= silenceMax, beganSince >= rules.failuresMin
        else { return nil }
        return beganSince
    }
}
