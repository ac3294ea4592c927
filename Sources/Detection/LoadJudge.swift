package import OrderedCollections
package import TopologyModel
package import Values

/// From readings of load to verdicts: what was read is volatile, verdicts are journaled.
///
/// As Detection, it proposes what is not settled again at each call, so that a caller may drop
/// changes and loses nothing. A reading that is older than `freshFor` says nothing any more.
package struct LoadJudge: Sendable {
    /// How far back the rise is measured.
    static let riseOver = Duration.seconds(60)
    /// Readings kept for it, of each host.
    static let samplesMax = 64
    /// A host that is full so many minutes later at its present rise explains what its probes meet.
    static let riseAheadMinutes = 1
    /// This often it is looked for readings that are no longer fresh, and at least this often every
    /// host is judged again, whoever changed the board meanwhile.
    static let freshnessInterval = Duration.seconds(1)
    static let sweepInterval = Duration.seconds(10)

    /// The last readings of one host.
    struct Host: Sendable {
        /// One a region; the one without a region speaks for the whole host.
        var parts: OrderedDictionary<RegionID?, LoadReading> = [:]
        var samples: [Sample] = []
        /// A verdict that has not stood for its dwell yet.
        var candidate: (verdict: Verdict, isWaiting: Bool, since: Instant)?
        var judgedAt = Instant.distantPast
        var usual = UsualLatency()
    }

    /// The users of one moment, and how many parts they are the sum of: sums of other parts say
    /// nothing of a rise.
    struct Sample: Sendable {
        let at: Instant
        let users: Users
        let parts: Int
    }

    private(set) var hosts: OrderedDictionary<HostID, Host> = [:]
    /// Hosts of which something was read since they were judged, or whose verdict is another than
    /// the board's.
    private var unsettled: OrderedSet<HostID> = []
    private var (sweptAt, lookedAt) = (Instant.distantPast, Instant.distantPast)
    private var surge = SurgeEstimate()
    private(set) var logins = LoginJudge()

    package init() {}

    /// Takes readings in; those of a host that the topology does not know are dropped by `changes`.
    package mutating func note(_ readings: [LoadReading], under rules: LoadRules) {
        for reading in readings {
            var host = hosts[reading.host] ?? Host()
            if let last = host.parts[reading.region], last.at > reading.at { continue }
            host.parts[reading.region] = reading
            if let total = LoadJudge.total(of: host, at: reading.at, freshFor: rules.freshFor) {
                host.samples.append(
                    Sample(at: reading.at, users: total.load.users, parts: total.parts))
                host.samples.removeAll { reading.at - $0.at > LoadJudge.riseOver }
                host.samples = host.samples.suffix(LoadJudge.samplesMax)
            }
            hosts[reading.host] = host
            unsettled.append(reading.host)
        }
    }

    /// Whether `compare` has something to do: it is asked at most once a second.
    package func wantsExpectations(at now: Instant) -> Bool { surge.isDue(at: now) }

    /// Compares users and those who wait with how many are `expected` at each host.
    package mutating func compare(
        with expected: OrderedDictionary<HostID, Users>, in topology: Topology, at now: Instant
    ) {
        let freshFor = topology.rules.load.freshFor
        let measured = hosts.compactMap { id, host in
            topology.hosts[id].flatMap { declared in
                LoadJudge.total(of: host, at: now, freshFor: freshFor).map { total in
                    (
                        host: id, users: total.load.users + total.load.waiting,
                        capacity: declared.capacity.users
                    )
                }
            }
        }
        surge.compare(measured, with: expected, at: now)
    }

    /// What must be journaled; the caller applies it, and gives the new board next time.
    package mutating func changes(
        to board: VerdictBoard, in topology: Topology, at now: Instant
    ) -> [BoardChange] {
        if now - sweptAt >= LoadJudge.sweepInterval || now < sweptAt {
            logins.learn(topology)
            hosts = hosts.filter { topology.hosts[$0.key]?.load != nil }
            (unsettled, sweptAt, lookedAt) = (hosts.keys, now, now)
        } else if now - lookedAt >= LoadJudge.freshnessInterval {
            unsettle(endingBefore: now, freshFor: topology.rules.load.freshFor)
            lookedAt = now
        }
        var changes =
            lookedAt == now ? logins.changes(to: board, from: hosts, in: topology, at: now) : []
        for id in unsettled.sorted() {
            guard let capacity = topology.hosts[id]?.capacity, topology.hosts[id]?.load != nil
            else {
                unsettled.remove(id)
                continue
            }
            let change = change(of: id, capacity, over: board.loads[id], in: topology, at: now)
            if let change { changes.append(change) }
            hosts[id]?.judgedAt = now
            if change == nil, hosts[id]?.candidate == nil { unsettled.remove(id) }
        }
        return changes + [surge.change(from: board.surge, at: now)].compactMap(\.self)
    }

    // MARK: - One host

    /// Hosts of which some reading was fresh when they were judged, and is not any more.
    private mutating func unsettle(endingBefore now: Instant, freshFor: Duration) {
        for (id, host) in hosts where !unsettled.contains(id) {
            let hasEnded = host.parts.values.contains { reading in
                let end = reading.at + freshFor
                return host.judgedAt < end && end <= now
            }
            if hasEnded { unsettled.append(id) }
        }
    }

    private mutating func change(
        of id: HostID, _ capacity: Capacity, over held: LoadStanding?, in topology: Topology,
        at now: Instant
    ) -> BoardChange? {
        guard let host = hosts[id] else { return nil }
        let known = held?.verdict ?? .unknown
        let found = finding(of: id, host, capacity, over: held, in: topology, at: now)
        if found.verdict == .up, known == .up, let latency = found.load?.latency {
            hosts[id]?.usual.note(latency)
        }
        let isWaiting = found.reason.isWaiting
        guard found.verdict != known || isWaiting != (held?.reason.isWaiting ?? false) else {
            hosts[id]?.candidate = nil
            return nil
        }
        let since: Instant
        if let candidate = host.candidate,
            (candidate.verdict, candidate.isWaiting) == (found.verdict, isWaiting)
        {
            since = candidate.since
        } else {
            since = now
            hosts[id]?.candidate = (found.verdict, isWaiting, now)
        }
        // That nothing is known any more has waited for `freshFor` already.
        guard
            now - since >= topology.rules.load.dwell || found.verdict == .unknown
                || known == .unknown
        else {
            return nil
        }
        return .load(
            host: id,
            standing: LoadStanding(
                verdict: found.verdict,
                since: held.flatMap { $0.verdict == found.verdict ? $0.since : nil } ?? now,
                reason: found.reason, load: found.load,
                capacity: capacity.users))
    }

    private struct Finding {
        let verdict: Verdict
        let reason: LoadStanding.Reason
        let load: Load?
    }

    /// In doubt saturated: a slow host with much of its capacity used is full, not sick.
    private func finding(
        of id: HostID, _ host: Host, _ proven: Capacity, over held: LoadStanding?,
        in topology: Topology, at now: Instant
    ) -> Finding {
        let (rules, known) = (topology.rules.load, held?.verdict ?? .unknown)
        guard let total = LoadJudge.total(of: host, at: now, freshFor: rules.freshFor) else {
            return Finding(verdict: .unknown, reason: .silent(why: host.silence), load: nil)
        }
        let (load, capacity) = (total.load, proven.users)
        let share = load.share(of: capacity)
        let isBusy = load.reaches(LoadRules.busyAt, of: capacity)
        let staysFull = known == .saturated && load.reaches(rules.calmBelow, of: capacity)
        if load.reaches(rules.saturatedAt, of: capacity) {
            return Finding(verdict: .saturated, reason: .users(share: share), load: load)
        }
        if let logins = load.loginsPerSecond, let most = proven.loginsPerSecond,
            logins * 100
                >= most * (known == .saturated ? rules.calmBelow : rules.saturatedAt).value
        {
            let reason = LoadStanding.Reason.logins(perSecond: logins, of: most)
            return Finding(verdict: .saturated, reason: reason, load: load)
        }
        if isBusy, load.queue > 0 {
            return Finding(verdict: .saturated, reason: .queue(length: load.queue), load: load)
        }
        if staysFull || (isBusy && load.isSick(under: rules)) {
            return Finding(verdict: .saturated, reason: .users(share: share), load: load)
        }
        let slowness =
            isBusy ? nil : slowness(of: id, load.latency, held: held, in: topology, at: now)
        if let reason = load.sickness(under: rules) ?? slowness {
            return Finding(verdict: .degraded, reason: reason, load: load)
        }
        // What is silent in part may be fuller than it looks.
        if total.isPartial, known == .saturated {
            return Finding(verdict: .saturated, reason: .users(share: share), load: load)
        }
        let isAwaited = load.waiting > 0
        return Finding(
            verdict: .up, reason: isAwaited ? .waiting(users: load.waiting) : .calm, load: load)
    }
}

extension LoadJudge.Host {
    /// Why nothing is known of it, in words.
    fileprivate var silence: String {
        for case .silent(let why) in parts.values.map(\.result) { return why }
        return "nothing was read of it lately"
    }
}

extension Load {
    /// Both together: sums, the slowest answers, the largest share of errors.
    static func + (left: Load, right: Load) -> Load {
        Load(
            users: left.users + right.users, waiting: left.waiting + right.waiting,
            queue: left.queue + right.queue,
            loginsPerSecond: [left.loginsPerSecond, right.loginsPerSecond].compactMap(\.self)
                .reduce(nil) { ($0 ?? 0) + $1 },
            latency: [left.latency, right.latency].compactMap(\.self).max(),
            errors: [left.errors, right.errors].compactMap(\.self).max())
    }

    fileprivate func isSick(under rules: LoadRules) -> Bool { sickness(under: rules) != nil }

    fileprivate func sickness(under rules: LoadRules) -> LoadStanding.Reason? {
        if let latency, latency > rules.latencyMax { return .latency(latency) }
        if let errors, errors.value > rules.errorsMax.value * 10_000 { return .errors(errors) }
        return nil
    }
}
