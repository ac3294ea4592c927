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
    /// How it failed, when it is lost: a kind that overload may explain where what it cannot
    /// explain would not be enough.
    private(set) var kind: FailureKind?
    private(set) var detector = Detector.none
    private(set) var lastHeard: Instant?
    /// When the last pass was answered.
    private(set) var lastPass: Instant?
    /// When it last answered anything, also that it is overloaded.
    private(set) var lastAnswer: Instant?
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
    /// Losses since the last pass that overload does not explain; the last failure that it does not
    /// and that it may explain.
    private var sureLosses = 0
    private var lastSure: FailureKind?
    private var lastUnsure: FailureKind?
    /// Probes in a row that could not be run.
    private var notRun = 0
    /// Failures in a row that are alike in what they show, and the last of them.
    private var alike: (last: FailureKind?, count: Int) = (nil, 0)

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

    /// Whether as many failed in a row as turn it down, and none has passed since.
    var isFailingInARow: Bool { failures >= rules.fall }

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
        (passes, failures, losses, sureLosses, alike.count) = (0, 0, 0, 0, 0)
        (failingSince, firstFailure) = (nil, nil)
        turn(.unknown, by: .notRun(because: why), kind: nil, at: now)
    }

    private mutating func notePass(sentAt: Instant, answeredAt: Instant, at now: Instant) {
        record.note(nil, sentAt: sentAt)
        window.note(.pass, sentAt: sentAt)
        lastPass = max(lastPass ?? .distantPast, answeredAt)
        lastAnswer = max(lastAnswer ?? .distantPast, answeredAt)
        newestPass = max(newestPass ?? .distantPast, sentAt)
        // A probe overtaken by a later failure is old news of the row.
        if let newestFailure, sentAt < newestFailure { return }
        passes += 1
        (failures, losses, sureLosses, failingSince, alike.count) = (0, 0, 0, nil, 0)
        if window.failures == 0 { firstFailure = nil }
        if verdict != .up, passes >= rules.rise, isCalm {
            turn(.up, by: .inARow(count: passes), kind: nil, at: now)
        }
    }

    private mutating func noteFailure(_ kind: FailureKind, sentAt: Instant, at now: Instant) {
        record.note(kind, sentAt: sentAt)
        window.note(kind.windowOutcome, sentAt: sentAt)
        if !kind.isTransport { lastAnswer = max(lastAnswer ?? .distantPast, sentAt) }
        if let newestPass, sentAt < newestPass { return }
        newestFailure = max(newestFailure ?? .distantPast, sentAt)
        failingSince = min(failingSince ?? sentAt, sentAt)
        firstFailure = firstFailure ?? sentAt
        passes = 0
        failures += 1
        losses += kind.showsLoss ? 1 : 0
        sureLosses += kind.mayBeOverload ? 0 : 1
        if kind.mayBeOverload { lastUnsure = kind } else { lastSure = kind }
        alike = (kind, alike.last?.isLike(kind) ?? false ? alike.count + 1 : 1)
        if verdict == .lost {
            noteWhileLost(kind)
        } else if let detector = reasonForLost(at: now) {
            turn(.lost, by: detector, kind: isSurelyLost ? lastSure : lastUnsure, at: now)
        }
    }

    /// First a broken service, then no machine: what shared fate asks for may come later. And
    /// first a full host, then none.
    private mutating func noteWhileLost(_ new: FailureKind) {
        if alike.count >= rules.fall {
            if let kind, kind.isLike(new) { return }
            kind = new
            if new.mayBeOverload { sureLosses = 0 }
        } else if kind?.mayBeOverload ?? false, isSurelyLost {
            kind = lastSure
        }
    }

    /// Whether it would be lost by those failures alone that overload does not explain.
    private var isSurelyLost: Bool {
        if sureLosses >= rules.fall { return true }
        return window.sureLosses > 0 && window.probes >= TargetCounters.windowProbesMin
            && window.sureLosses * 100 >= rules.windowFailures.value * window.probes
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

    private mutating func turn(
        _ new: Verdict, by detector: Detector, kind: FailureKind?, at now: Instant
    ) {
        (verdict, since, self.detector, self.kind) = (new, now, detector, kind)
    }
}

extension FailureKind {
    /// Whether both show the same: of the transport, and of overload.
    fileprivate func isLike(_ other: FailureKind) -> Bool {
        isTransport == other.isTransport && mayBeOverload == other.mayBeOverload
    }

    fileprivate var windowOutcome: RateWindow.Outcome {
        if !showsLoss { return .slowness }
        return mayBeOverload ? .overload : .loss
    }
}
