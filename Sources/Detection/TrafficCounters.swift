import OrderedCollections
import TopologyModel
import Values

/// What live requests say of one region at one host, through every edge.
struct TrafficCounters: Sendable {
    /// The host was turned down by its live requests, and is not believed its probes until then.
    struct Hold: Sendable {
        let since: Instant
        let length: Duration
        let failed: TrafficFailures
        let requests: Int
        /// Probes that saw the fault may also see its end.
        var isSeenByProbes = false

        var until: Instant { since + length }
        var detector: Detector {
            .traffic(failed: failed, requests: requests, heldFor: length)
        }
    }

    private(set) var hold: Hold?
    /// Whether the last live requests there failed: then it is no refuge for another's.
    private(set) var failedLast = false
    private var windows: OrderedDictionary<EdgeID, TrafficWindow> = [:]
    private var last: (length: Duration, releasedAt: Instant)?

    mutating func note(_ reading: TrafficReading, rules: TrafficRules, silenceMax: Duration) {
        windows[reading.edge, default: TrafficWindow(rules: rules, silenceMax: silenceMax)]
            .note(reading)
        if hold == nil, opinion(at: reading.at) == .calm { failedLast = false }
    }

    /// Failing or calm when every edge that can tell agrees; nil when none can, or they differ:
    /// then the way from one edge is broken, and not the host.
    func opinion(at now: Instant) -> TrafficOpinion? {
        let opinions = windows.values.compactMap { $0.opinion(at: now) }
        guard let first = opinions.first else { return nil }
        if opinions.allSatisfy({ $0 == .calm }) { return .calm }
        return opinions.dropFirst().reduce(first) { sum, next in
            guard case .failing(let failed, let requests)? = sum,
                case .failing(let more, let others) = next
            else { return nil }
            return .failing(failed: failed + more, requests: requests + others)
        }
    }

    /// When a live request was last answered below 500: the start of the newest reading with one.
    var servedAt: Instant? { windows.values.compactMap(\.servedAt).max() }
    /// When one was last answered at all.
    var answeredAt: Instant? { windows.values.compactMap(\.answeredAt).max() }

    func isFailing(at now: Instant) -> Bool {
        if case .failing = opinion(at: now) { true } else { false }
    }

    /// Turned down; what was counted until now says nothing of what comes.
    mutating func turnDown(
        _ failed: TrafficFailures, of requests: Int, by rules: TrafficRules, at now: Instant
    ) {
        var length = rules.distrust
        if let last, now - last.releasedAt < rules.distrustMax {
            length = min(max(last.length * 2, rules.distrust), rules.distrustMax)
        }
        hold = Hold(since: now, length: length, failed: failed, requests: requests)
        failedLast = true
        windows = [:]
    }

    /// As the board has it, after a restart.
    mutating func restore(_ standing: Standing) {
        guard hold == nil, standing.verdict == .lost,
            case .traffic(let failed, let requests, let length) = standing.evidence.detector
        else { return }
        hold = Hold(since: standing.since, length: length, failed: failed, requests: requests)
        failedLast = true
    }

    mutating func noteSeenByProbes() { hold?.isSeenByProbes = true }

    mutating func release(at now: Instant) {
        guard let hold else { return }
        last = (hold.length, now)
        self.hold = nil
    }

    /// After a reload: without the edges that are gone, and with windows by the new rules.
    mutating func forgetWindows() { windows = [:] }
}
