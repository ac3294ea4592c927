import OrderedCollections
package import TopologyModel
package import Values

/// From observations to verdicts: volatile counters, and the rules that change the board.
///
/// A restart begins with empty counters and the journaled board; nothing on the board changes
/// until there is evidence for it. What is not settled is proposed again at each call, so that a
/// caller may drop changes (when it does not lead) and loses nothing.
package struct Detection: Sendable {
    /// At least this often everything is judged again, whoever changed the board meanwhile.
    package static let sweepInterval = Duration.seconds(10)

    package let vantage: ControllerID
    package private(set) var topology: Topology
    package private(set) var digest: Digest
    /// Observations dropped because this machine was too late to send or read them.
    package internal(set) var lateCount = 0
    /// Observations and reports dropped because no target or vantage point of the topology
    /// explains them.
    package internal(set) var strangeCount = 0

    var map: DetectionMap
    var counters: [TargetCounters]
    /// One a controller of the topology; this one's own stays nil.
    var heard: [HeardReport?]
    /// What live requests say, by number of the service.
    var traffic: [TrafficCounters]
    var unsettledServices: OrderedSet<Int> = []
    var unsettledDependencies: OrderedSet<Int> = []
    var unsettledEdges: OrderedSet<Int> = []
    var unsettledNameServers: OrderedSet<Int> = []
    /// Services whose loss overload may explain, and when they were last judged for it.
    var overloads: OrderedSet<Int> = []
    var overloadsJudgedAt: Instant?
    /// Services that fail for users, or are held down because they did.
    var unsettledTraffic: OrderedSet<Int> = []
    var isWorldUnsettled = true
    private var sweptAt: Instant?
    /// Hosts that somebody works on: they may be lost, and that says nothing about what is beside
    /// them.
    private(set) var excused: [HostID] = []
    private var seenDeclarations: OrderedDictionary<FailureDomain, Declaration> = [:]
    /// Since when the brake has had no reason any more.
    var brakeClearSince: Instant?
    /// When the brake's reason ends, or its release comes.
    var brakeDue: Instant?

    package init(topology: Topology, digest: Digest, vantage: ControllerID) {
        (self.topology, self.digest, self.vantage) = (topology, digest, vantage)
        map = DetectionMap(of: topology)
        counters = map.targets.values.map { TargetCounters(rules: $0) }
        heard = map.controllers.map { _ in nil }
        traffic = map.services.map { _ in TrafficCounters() }
        settleNothing()
    }

    /// By how much a probe may be sent or read late and still be evidence: half its timeout.
    package static func latenessMax(of rules: ProbeRules) -> Duration { rules.timeout / 2 }

    /// Counts what this vantage point's probes saw.
    package mutating func observe(_ observations: [Observation], at now: Instant) {
        for observation in observations {
            guard observation.vantage == vantage,
                let target = map.targets.index(forKey: observation.target)
            else {
                strangeCount += 1
                continue
            }
            guard
                observation.lateness <= Detection.latenessMax(of: counters[target].rules)
                    || observation.result.isNotRun
            else {
                lateCount += 1
                continue
            }
            let wasFresh = counters[target].isFresh(at: now)
            let changed = counters[target].note(
                observation.result, sentAt: observation.sentAt, at: now)
            if changed || !wasFresh { unsettle(target) }
        }
    }

    /// Takes another vantage point's report; one that is older than the last from there is ignored.
    package mutating func hear(_ report: VantageReport, at now: Instant) {
        guard report.vantage != vantage,
            let voter = map.controllers.firstIndex(of: report.vantage)
        else {
            strangeCount += 1
            return
        }
        let last = heard[voter].flatMap { $0.isFresh(at: now) ? $0 : nil }
        if let last, report.at <= last.at { return }
        let new = HeardReport(report, targets: map.targets, at: now)
        for target in counters.indices where last?.opinions[target] != new.opinions[target] {
            unsettle(target)
        }
        heard[voter] = new
    }

    /// What must be journaled, in order; the caller applies it, and gives the new board next time.
    ///
    /// Losses of `excused` hosts are seen, and lead to no doubt, shared fate or brake. What `loads`
    /// explain is saturated, not lost.
    package mutating func changes(
        to board: VerdictBoard, excusing excused: [HostID] = [],
        under loads: LoadJudge = LoadJudge(), at now: Instant
    ) -> [BoardChange] {
        if excused != self.excused {
            self.excused = excused
            isWorldUnsettled = true
        }
        if sweptAt == nil { restoreTraffic(from: board) }
        if sweptAt.map({ now - $0 >= Detection.sweepInterval || now < $0 }) ?? true {
            settleNothing()
            sweptAt = now
        }
        if board.declarations != seenDeclarations {
            seenDeclarations = board.declarations
            isWorldUnsettled = true
        }
        settleOverloads(at: now)
        var draft = BoardDraft(board, loads: loads)
        judgeIsolation(in: &draft, at: now)
        judgeDependencies(in: &draft, at: now)
        judgeEdges(in: &draft, at: now)
        judgeNameServers(in: &draft, at: now)
        judgeTraffic(in: &draft, at: now)
        judgeServices(in: &draft, at: now)
        if isWorldUnsettled || draft.concernsDomains || isWorldDue(on: board, at: now) {
            judgeWorld(in: &draft, at: now)
        }
        return draft.changes
    }

    /// This vantage point's own opinions; what it has not judged or not heard lately is left out,
    /// and what it cannot probe is unknown.
    package func report(at now: Instant) -> VantageReport {
        let opinions = zip(map.targets.keys, counters).compactMap { target, own -> Opinion? in
            if own.verdict != .lost, let hold = hold(on: target) {
                return Opinion(target: target, verdict: .lost, since: hold.since, kind: nil)
            }
            guard own.hasOpinion(at: now) else { return nil }
            return Opinion(target: target, verdict: own.verdict, since: own.since, kind: own.kind)
        }
        return VantageReport(vantage: vantage, at: now, opinions: opinions, topology: digest)
    }

    /// When time alone may change something: a doubt ends, the brake, or a host's distrust.
    ///
    /// Silence, windows and staleness need no wake: they are judged on the next observation, since
    /// the absence of observations is no evidence.
    package func nextWake(after now: Instant, board: VerdictBoard) -> Instant? {
        let dues = board.doubts.values.map(\.until) + trafficWakes + [brakeDue].compactMap(\.self)
        return dues.filter { $0 > now }.min()
    }

    /// The last outcomes of a target; empty for one that is not probed.
    package func flightRecord(of target: ProbeTarget) -> FlightRecord {
        map.targets.index(forKey: target).map { counters[$0].record } ?? FlightRecord()
    }

    /// Why the target's probe cannot be run on this machine; nil where it can, as far as is known.
    package func hindrance(of target: ProbeTarget) -> String? {
        map.targets.index(forKey: target).flatMap { counters[$0].hindrance }
    }

    /// The probes that cannot be run on this machine, in the order of targets.
    package var hindrances: [(target: ProbeTarget, why: String)] {
        zip(map.targets.keys, counters).compactMap { target, own in
            own.hindrance.map { (target, $0) }
        }
    }

    /// After a reload: targets that stay with the same rules keep their counters.
    package mutating func replace(topology: Topology, digest: Digest) {
        let (oldMap, oldCounters, oldHeard) = (map, counters, heard)
        let oldTraffic = OrderedDictionary(
            uniqueKeysWithValues: zip(oldMap.services.keys, traffic))
        (self.topology, self.digest) = (topology, digest)
        map = DetectionMap(of: topology)
        counters = map.targets.map { target, rules in
            let known = oldMap.targets.index(forKey: target).map { oldCounters[$0] }
            return known.flatMap { $0.rules == rules ? $0 : nil } ?? TargetCounters(rules: rules)
        }
        heard = map.controllers.map { id in
            let known = oldMap.controllers.firstIndex(of: id).flatMap { oldHeard[$0] }
            return known?.moved(from: oldMap.targets, to: map.targets)
        }
        overloads = []
        renumberTraffic(from: oldTraffic)
        settleNothing()
    }

    /// Whether everything of the domain that could be lost is excused.
    func isExcused(_ domain: FailureDomain) -> Bool {
        guard !excused.isEmpty, let hosts = map.domains.nodes[domain]?.hosts else { return false }
        return !hosts.isEmpty && hosts.allSatisfy(excused.contains)
    }

    /// The hold of the service that the target is of.
    private func hold(on target: ProbeTarget) -> TrafficCounters.Hold? {
        guard let number = map.targets.index(forKey: target),
            case .service(let index) = map.owners[number]
        else { return nil }
        return traffic[index].hold
    }

    private mutating func settleNothing() {
        unsettledServices = OrderedSet(map.services.keys.indices)
        unsettledDependencies = OrderedSet(map.dependencies.keys.indices)
        unsettledEdges = OrderedSet(map.edges.keys.indices)
        unsettledNameServers = OrderedSet(map.nameServers.keys.indices)
        isWorldUnsettled = true
    }

    private mutating func settleOverloads(at now: Instant) {
        let isDue = overloadsJudgedAt.map {
            now - $0 >= Detection.overloadInterval || now < $0
        }
        guard isDue ?? true else { return }
        overloadsJudgedAt = now
        unsettledServices.formUnion(overloads)
    }

    private mutating func unsettle(_ target: Int) {
        switch map.owners[target] {
        case .service(let index): unsettledServices.append(index)
        case .dependency(let index): unsettledDependencies.append(index)
        case .edge(let index): unsettledEdges.append(index)
        case .nameServer(let index): unsettledNameServers.append(index)
        case .reference: break
        }
    }
}

extension ProbeResult {
    fileprivate var isNotRun: Bool { if case .notRun = self { true } else { false } }
}
