import TopologyModel
import Values

/// One target's place in the schedule.
struct ScheduledTarget: Sendable {
    /// What the schedule expects of it; the verdict is Detection's.
    private enum Course {
        case steady
        /// After a first failure: which way it goes is being confirmed at `fastInterval`.
        case confirming(failures: Int, passes: Int)
        case down(passes: Int)
    }

    let target: ProbeTarget
    let kind: ProbeKind
    let rules: ProbeRules
    /// When its open probes were started, oldest first.
    private(set) var open: [Instant] = []
    private var lastStart = Instant.distantPast
    private var course = Course.steady
    private var answerTime = AnswerTime()
    /// The next instant of its grid, and of its confirmation while that lasts.
    private var nextTick: Instant
    private var nextFast: Instant?

    init(target: ProbeTarget, kind: ProbeKind, rules: ProbeRules, at now: Instant) {
        precondition(rules.interval > .zero, "interval must be positive; got \(rules.interval)")
        (self.target, self.kind, self.rules) = (target, kind, rules)
        nextTick = now + ScheduledTarget.phaseShift(of: target, in: rules.interval)
    }

    /// When it starts next.
    var next: Instant { nextFast.map { min($0, nextTick) } ?? nextTick }

    /// Takes the tick that is due, and returns its instant and how many before it were missed.
    mutating func pass(at now: Instant) -> (dueAt: Instant, missed: Int) {
        var (dueAt, missed) = (next, 0)
        if nextTick <= now {
            let behind = (now - nextTick).inNanoseconds / rules.interval.inNanoseconds
            missed = Int(behind)
            dueAt = nextTick + .nanoseconds(behind * rules.interval.inNanoseconds)
            nextTick = dueAt + rules.interval
        }
        if nextFast != nil { nextFast = now + rules.fastInterval }
        return (dueAt, missed)
    }

    mutating func opened(at now: Instant) {
        open.append(now)
        lastStart = now
        settleFast(at: now)
    }

    /// Forgets one open probe; false when none was known.
    mutating func close() -> Bool {
        guard !open.isEmpty else { return false }
        open.removeFirst()
        return true
    }

    /// How many open probes are given up because their answer never came.
    mutating func abandonOld(at now: Instant) -> Int {
        let patience = rules.timeout * ProbeSchedule.abandonedAfterTimeouts
        let count = open.prefix { now - $0 >= patience }.count
        open.removeFirst(count)
        return count
    }

    mutating func count(_ result: ProbeResult, at now: Instant) {
        switch result {
        case .pass(let latency):
            answerTime.note(latency)
            course = courseAfterPass
        case .fail: course = courseAfterFailure
        // Nothing is to be confirmed of what is not seen.
        case .notRun: course = .steady
        }
        settleFast(at: now)
    }

    /// Carries grid, counts and open probes over a reload; a new interval starts a new grid.
    mutating func take(over known: ScheduledTarget, at now: Instant) {
        (open, course, lastStart) = (known.open, known.course, known.lastStart)
        answerTime = known.answerTime
        if known.rules.interval == rules.interval { nextTick = known.nextTick }
        settleFast(at: now)
    }

    private var courseAfterPass: Course {
        switch course {
        case .steady: .steady
        case .confirming(_, let passes):
            passes + 1 >= rules.rise ? .steady : .confirming(failures: 0, passes: passes + 1)
        case .down(let passes): passes + 1 >= rules.rise ? .steady : .down(passes: passes + 1)
        }
    }

    private var courseAfterFailure: Course {
        switch course {
        case .steady: rules.fall <= 1 ? .down(passes: 0) : .confirming(failures: 1, passes: 0)
        case .confirming(let failures, _):
            failures + 1 >= rules.fall
                ? .down(passes: 0) : .confirming(failures: failures + 1, passes: 0)
        case .down: .down(passes: 0)
        }
    }

    /// Confirmation ticks go on only while the open probes could not yet settle it by themselves.
    ///
    /// A silent host is confirmed from when its answer is late, not from when it timed out: that
    /// saves most of a timeout, and costs a few probes of a host that answers late once.
    private mutating func settleFast(at now: Instant) {
        switch course {
        case .down: nextFast = nil
        case .steady:
            guard let oldest = open.first, open.count < overlap(for: rules.fall) else {
                nextFast = nil
                return
            }
            let lateAt = oldest + max(rules.fastInterval, answerTime.bound)
            nextFast = max(now, lateAt, lastStart + rules.fastInterval)
        case .confirming(let failures, let passes):
            let wanted = failures > 0 ? rules.fall - failures : rules.rise - passes
            guard open.count < overlap(for: wanted) else {
                nextFast = nil
                return
            }
            nextFast = nextFast ?? max(now, lastStart + rules.fastInterval)
        }
    }

    private func overlap(for wanted: Int) -> Int { min(wanted, ProbeSchedule.overlapMax) }

    /// Where in the interval its grid lies: the same in every process.
    private static func phaseShift(of target: ProbeTarget, in interval: Duration) -> Duration {
        var hash = StableHash()
        switch target.subject {
        case .service(let region, let host):
            hash.combine(region.name)
            hash.combine(host.name)
        case .dependency(let id): hash.combine(id.name)
        case .edge(let id): hash.combine(id.name)
        case .nameServer(let zone, _): hash.combine(zone.name)
        case .reference: hash.combine(UInt64(0))
        }
        hash.combine(target.endpoint.description)
        hash.combine(UInt64(target.index))
        var random = SplitMix64(seed: hash.value)
        return random.duration(upTo: interval)
    }
}
