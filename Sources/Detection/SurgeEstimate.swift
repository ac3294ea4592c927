import OrderedCollections
import TopologyModel
import Values

/// By how much more users come than the curves say: the surge, in percent, 100 on an ordinary day.
///
/// It is the largest ratio of measured to expected users of the last 15 minutes over all hosts, for
/// what sends one region's users early (a teacher's mail, a login that was down) sends the others'
/// next. Events of the calendar are part of what is expected.
///
/// Two things keep one wrong source from rationing every region. One that lies low is outvoted,
/// since the largest counts. What one that lies high claims beyond twice its proven capacity counts
/// only as far as a second host's claim bears it out: so four regions at ten times their users are
/// ten times, and one host that says so alone is twice its capacity.
package struct SurgeEstimate: Sendable {
    /// How far back the largest ratio is looked for.
    package static let window = Duration.seconds(900)
    /// What the journal may hold, in percent: the ratio is rounded up to the next of these, and
    /// beyond the last it is the last.
    package static let steps = [
        100, 125, 150, 200, 250, 300, 400, 500, 600, 800, 1000, 1500, 2000, 3000, 5000,
    ]
    /// A curve is a model: users up to this many percent of it are an ordinary day.
    package static let toleratedPercent = 110
    /// Ratios are taken this often.
    static let interval = Duration.seconds(1)
    /// After a shift, and after the hour in which fewer are expected, those who are in stay until
    /// their visits end (12 min on average): so long the larger expectation holds.
    static let lingerFor = Duration.seconds(1800)
    /// Without any ratio for this long, nothing is known of a surge any more.
    static let keptFor = Duration.seconds(3600)

    /// The largest ratio of one minute, and the host that it was measured at.
    private struct Peak {
        let minute: Int64
        var percent: Int
        var host: HostID
    }

    /// At most one a minute of the window, oldest first.
    private var peaks: [Peak] = []
    /// The largest expectation of each host lately, and when it was last so large.
    private var expected: OrderedDictionary<HostID, (users: Users, at: Instant)> = [:]
    /// Since when something is measured without a gap of a window, when it last was, and when it
    /// was last tried.
    private var measuredSince: Instant?
    private var measuredAt: Instant?
    private var triedAt: Instant?

    func isDue(at now: Instant) -> Bool {
        triedAt.map { now - $0 >= SurgeEstimate.interval || now < $0 } ?? true
    }

    /// Compares what is measured at hosts with what is expected there; hosts that lack either say
    /// nothing.
    mutating func compare(
        _ measured: [(host: HostID, users: Users, capacity: Users)],
        with expectations: OrderedDictionary<HostID, Users>, at now: Instant
    ) {
        triedAt = now
        hold(expectations, at: now)
        let claims = measured.compactMap { place -> Claim? in
            guard let held = expected[place.host]?.users, held > 0 else { return nil }
            return Claim(
                host: place.host, percent: place.users * 100 / held,
                provenPercent: place.capacity * 2 * 100 / held)
        }
        guard let (percent, host) = SurgeEstimate.largest(of: claims) else { return }
        if measuredAt.map({ now - $0 > SurgeEstimate.window }) ?? true { measuredSince = now }
        measuredAt = now
        note(percent, at: host, now)
    }

    /// The step that should be journaled, or nil where it stands as it should. It is raised at
    /// once, and lowered when the whole window is known to be lower.
    func change(from held: Int, at now: Instant) -> BoardChange? {
        guard let measuredSince, let measuredAt else { return nil }
        if now - measuredAt >= SurgeEstimate.keptFor {
            return held == 100 ? nil : .surge(percent: 100, host: nil, at: now)
        }
        let oldest = (now - SurgeEstimate.window).minute
        guard let top = peaks.filter({ $0.minute > oldest }).max(by: { $0.percent < $1.percent })
        else { return nil }
        let step = SurgeEstimate.step(for: top.percent)
        let isKnown = now - measuredSince >= SurgeEstimate.window
        guard step > held || (step < held && isKnown) else { return nil }
        return .surge(percent: step, host: step == 100 ? nil : top.host, at: now)
    }

    /// The next step at or above `percent`; 100 for what is tolerated.
    static func step(for percent: Int) -> Int {
        guard percent > toleratedPercent else { return 100 }
        return steps.first { $0 >= percent } ?? steps[steps.count - 1]
    }

    private struct Claim {
        let host: HostID
        let percent: Int
        /// The ratio at which twice the proven capacity would be used.
        let provenPercent: Int
    }

    /// The largest claim within what is proven, or the second largest of all when it is larger.
    private static func largest(of claims: [Claim]) -> (percent: Int, host: HostID)? {
        let sorted = claims.sorted { ($0.percent, $1.host) > ($1.percent, $0.host) }
        let proven = claims.map { (percent: min($0.percent, $0.provenPercent), host: $0.host) }
        let second = sorted.dropFirst().first.map { (percent: $0.percent, host: $0.host) }
        return (proven + [second].compactMap(\.self)).max {
            ($0.percent, $1.host) < ($1.percent, $0.host)
        }
    }

    private mutating func hold(
        _ expectations: OrderedDictionary<HostID, Users>, at now: Instant
    ) {
        for (host, users) in expectations {
            if let held = expected[host], held.users > users,
                now - held.at < SurgeEstimate.lingerFor, held.at <= now
            {
                continue
            }
            expected[host] = (users, now)
        }
        // Nobody is sent there now: who is left says nothing.
        if expected.count > expectations.count {
            expected = expected.filter { expectations[$0.key] != nil }
        }
    }

    private mutating func note(_ percent: Int, at host: HostID, _ now: Instant) {
        if let last = peaks.last, last.minute == now.minute {
            if percent > last.percent {
                peaks[peaks.count - 1] = Peak(minute: now.minute, percent: percent, host: host)
            }
        } else {
            peaks.append(Peak(minute: now.minute, percent: percent, host: host))
        }
        let oldest = (now - SurgeEstimate.window).minute
        peaks.removeAll { $0.minute <= oldest || $0.minute > now.minute }
    }
}

extension Instant {
    /// Whole minutes since 1970.
    fileprivate var minute: Int64 { nanoseconds / 60_000_000_000 }
}
