import TopologyModel
import Values

/// What one vantage point has counted of one target, and the opinion that follows: both detectors.
///
/// Lost: `fall` failures in a row that show loss; or the window's share of them; or no live answer
/// for `lostAfterTimeouts`. Up: `rise` passes in a row, and a calm window.
struct TargetCounters: Sendable {
    /// The windowed detector says nothing on fewer probes.
    static let windowProbesMin = 8
    /// The window is calm when its failures are below its limit divided by this.
    static let calmDivisor = 2

    let rules: ProbeRules
    private(set) var verdict = Verdict.unknown
    private(set) var since = Instant.distantPast
    /// How it failed, when it is lost.
    private(set) var kind: FailureKind?
    private(set) var detector = Detector.none
    private(set) var lastHeard: Instant?
    /// When the last pass was answered.
    private(set) var lastPass: Instant?
    /// When the newest probe that passed was sent.
    private(set) var newestPass: Instant?
    /// When the first of the failures in a row was sent; nil after a pass.
    private(set) var failingSince: Instant?
    /// The first failure of the trouble that has not calmed down yet.
    private(set) var firstFailure: Instant?
    private(set) var record = FlightRecord()
    /// Why this machine cannot make its probe, `fall` times in a row by now: it says nothing then.
    private(set) var hindrance: String?
    private var newestFailure: Instant?
    private var window: RateWindow
    private var (passes, failures, losses) = (0, 0, 0)
    /// Probes in a row that could not be run.
    private var notRun = 0
    /// Failures in a row that are alike in whether the transport failed.
    private var alike: (isTransport: Bool, count: Int) = (false, 0)

    init(rules: ProbeRules) {
        self.rules = rules
        window = RateWindow(length: rules.window)
    }

    /// Whether it was heard of lately enough to vote.
    func isFresh(at now: Instant) -> Bool {
        let bound = max(Quorum.staleAfter, rules.interval * 3 + rules.timeout)
        return lastHeard.map { now - $0 < bound } ?? false
    }

    /// Whether it votes, and be it that nothing can be known.
    func hasOpinion(at now: Instant) -> Bool {
        (verdict != .unknown || hindrance != nil) && isFresh(at: now)
    }

    /// Counts one outcome; true when the opinion is another one now.
    mutating func note(_ result: ProbeResult, sentAt: Instant, at now: Instant) -> Bool {
        let before = (verdict, kind, hindrance)
        lastHeard = now
        switch result {
        case .pass(let latency):
            (notRun, hindrance) = (0, nil)
            notePass(sentAt: sentAt, answeredAt: sentAt + latency, at: now)
        case .fail(let kind):
            (notRun, hindrance) = (0, nil)
            noteFailure(kind, sentAt: sentAt, at: now)
        case .notRun(let why): noteNotRun(because: why, at: now)
        }
        return before != (verdict, kind, hindrance)
    }

    /// Forgets what it was, as after a start, so that no old verdict stands on it for ever.
    private mutating func noteNotRun(because why: String, at now: Instant) {
        notRun += 1
        guard notRun >= rules.fall, hindrance != why else { return }
        hindrance = why
        (passes, failures, losses, alike.count) = (0, 0, 0, 0)
        (failingSince, firstFailure) = (nil, nil)
        turn(.unknown, by: .notRun(because: why), kind: nil, at: now)
    }

    private mutating func notePass(sentAt: Instant, answeredAt: Instant, at now: Instant) {
        record.note(nil, sentAt: sentAt)
        window.note(.pass, sentAt: sentAt)
        lastPass = max(lastPass ?? .distantPast, answeredAt)
        newestPass = max(newestPass ?? .distantPast, sentAt)
        // A probe overtaken by a later failure is old news of the row.
        if let newestFailure, sentAt < newestFailure { return }
        passes += 1
        (failures, losses, failingSince, alike.count) = (0, 0, nil, 0)
        if window.failures == 0 { firstFailure = nil }
        if verdict != .up, passes >= rules.rise, isCalm {
            turn(.up, by: .inARow(count: passes), kind: nil, at: now)
        }
    }

    private mutating func noteFailure(_ kind: FailureKind, sentAt: Instant, at now: Instant) {
        record.note(kind, sentAt: sentAt)
        window.note(kind.showsLoss ? .loss : .slowness, sentAt: sentAt)
        if let newestPass, sentAt < newestPass { return }
        newestFailure = max(newestFailure ?? .distantPast, sentAt)
        failingSince = min(failingSince ?? sentAt, sentAt)
        firstFailure = firstFailure ?? sentAt
        passes = 0
        failures += 1
        losses += kind.showsLoss ? 1 : 0
        alike = (kind.isTransport, alike.isTransport == kind.isTransport ? alike.count + 1 : 1)
        if verdict == .lost {
            // First a broken service, then no machine: what shared fate asks for may come later.
            if alike.count >= rules.fall { self.kind = sameKind(as: kind) }
        } else if let detector = reasonForLost(at: now) {
            turn(.lost, by: detector, kind: kind, at: now)
        }
    }

    private func reasonForLost(at now: Instant) -> Detector? {
        if losses >= rules.fall { return .inARow(count: failures) }
        let limit = rules.windowFailures.value * window.probes
        if window.losses > 0, window.probes >= TargetCounters.windowProbesMin,
            window.losses * 100 >= limit
        {
            return .window(failed: window.losses, probes: window.probes)
        }
        let silentSince = max(failingSince ?? now, lastPass ?? .distantPast)
        guard failures >= rules.fall, now - silentSince >= rules.lostAfterTimeouts else {
            return nil
        }
        return .silence(lasted: now - silentSince)
    }

    /// So that what flaps stays down instead of coming back with every good second.
    private var isCalm: Bool {
        let limit = rules.windowFailures.value * window.probes
        return window.failures == 0
            || window.failures * 100 * TargetCounters.calmDivisor < limit
    }

    /// The kind held, unless the new one differs in whether the transport failed.
    private func sameKind(as new: FailureKind) -> FailureKind {
        guard let kind, kind.isTransport == new.isTransport else { return new }
        return kind
    }

    private mutating func turn(
        _ new: Verdict, by detector: Detector, kind: FailureKind?, at now: Instant
    ) {
        (verdict, since, self.detector, self.kind) = (new, now, detector, kind)
    }
}
