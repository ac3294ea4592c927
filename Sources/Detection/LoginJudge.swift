import OrderedCollections
import TopologyModel
import Values

/// From what hosts tell of logins to verdicts of the dependencies that their users log in by.
///
/// A dependency is saturated while as many log in as were proven to be able to, with the hysteresis
/// of hosts; or while its probes are, and then it bears no more than log in at that moment. One
/// without a declared rate is not judged. As `LoadJudge`, it proposes again what is not settled.
struct LoginJudge: Sendable {
    /// Whose logins count.
    private struct Need: Sendable {
        /// All logins of these.
        var hosts: OrderedSet<HostID> = []
        /// Of these only what they tell of the regions that need it.
        var shared: OrderedDictionary<HostID, OrderedSet<RegionID>> = [:]
    }

    private struct Sample: Sendable {
        let at: Instant
        let perSecond: Int
    }

    private struct Finding: Hashable, Sendable {
        let verdict: Verdict
        let reason: LoginStanding.Reason
    }

    private var needs: OrderedDictionary<DependencyID, Need> = [:]
    /// What was told within the last minute, or the last of it; at most one a second.
    private var samples: OrderedDictionary<DependencyID, [Sample]> = [:]
    /// What has not stood for its dwell yet.
    private var candidates: OrderedDictionary<DependencyID, (finding: Finding, since: Instant)> =
        [:]

    /// Looks up again which hosts' users log in by which dependency: at a sweep only, for every
    /// region is looked at.
    mutating func learn(_ topology: Topology) {
        needs = [:]
        var regionsAt: OrderedDictionary<HostID, OrderedSet<RegionID>> = [:]
        var needing: OrderedDictionary<DependencyID, OrderedSet<RegionID>> = [:]
        for region in topology.regions.values {
            for host in region.hosts { regionsAt[host, default: []].append(region.id) }
            for id in topology.dependencies(of: region)
            where topology.dependencies[id]?.loginsPerSecond != nil {
                needing[id, default: []].append(region.id)
            }
        }
        for (id, regions) in needing {
            var need = Need()
            for (host, own) in regionsAt where topology.hosts[host]?.load != nil {
                let mine = own.intersection(regions)
                if mine.count == own.count {
                    need.hosts.append(host)
                } else if !mine.isEmpty {
                    need.shared[host] = mine
                }
            }
            needs[id] = need
        }
        samples = samples.filter { needs[$0.key] != nil }
        candidates = candidates.filter { needs[$0.key] != nil }
    }

    /// Logins a second by the dependency as they were last told; nil where nothing fresh was.
    private func perSecond(by id: DependencyID, freshFor: Duration, at now: Instant) -> Int? {
        samples[id]?.last.flatMap { now - $0.at < freshFor ? $0.perSecond : nil }
    }

    /// The same while they go on as one that is lost would not let them: much of what was proven is
    /// used, or of the last minute's mean; nil otherwise.
    func goingOn(
        by id: DependencyID, proven: Int, under rules: LoadRules, at now: Instant
    ) -> Int? {
        guard let last = perSecond(by: id, freshFor: rules.freshFor, at: now), last > 0,
            let told = samples[id]
        else { return nil }
        let lately = recent(told, within: rules.dwell)
        let part = lately.reduce(0) { $0 + $1.perSecond } / max(1, lately.count)
        let mean = told.reduce(0) { $0 + $1.perSecond } / max(1, told.count)
        let busy = LoadRules.busyAt.value
        return last * 100 >= proven * busy || part * 100 >= max(1, mean) * busy ? last : nil
    }

    private func recent(_ told: [Sample], within span: Duration) -> [Sample] {
        guard let last = told.last else { return [] }
        return told.filter { last.at - $0.at <= span }
    }

    /// What must be journaled of the dependencies; asked once a second.
    mutating func changes(
        to board: VerdictBoard, from hosts: OrderedDictionary<HostID, LoadJudge.Host>,
        in topology: Topology, at now: Instant
    ) -> [BoardChange] {
        let rules = topology.rules.load
        return needs.compactMap { id, need in
            guard let proven = topology.dependencies[id]?.loginsPerSecond else { return nil }
            let isPartial = note(id, need, from: hosts, over: board, under: rules, at: now)
            let found = finding(
                of: id, proven, over: board, isPartial: isPartial, under: rules, at: now)
            guard let since = since(of: found, id, over: board.logins[id], rules, at: now) else {
                return nil
            }
            let told = recent(samples[id] ?? [], within: rules.dwell)
            let most = found.verdict == .saturated ? told.map(\.perSecond).max() : nil
            return .logins(
                dependency: id,
                standing: LoginStanding(
                    verdict: found.verdict, since: since, reason: found.reason,
                    perSecond: found.verdict == .unknown ? nil : most ?? told.last?.perSecond,
                    provenPerSecond: proven))
        }
    }

    /// Takes the sum of what is told now; true where a host that was read is silent.
    private mutating func note(
        _ id: DependencyID, _ need: Need, from hosts: OrderedDictionary<HostID, LoadJudge.Host>,
        over board: VerdictBoard, under rules: LoadRules, at now: Instant
    ) -> Bool {
        var (sum, isPartial): (Int?, Bool) = (nil, false)
        for host in need.hosts.elements + need.shared.keys.elements
        where board.verdict(of: host) != .lost {
            guard let known = hosts[host] else { continue }
            guard let total = LoadJudge.total(of: known, at: now, freshFor: rules.freshFor) else {
                isPartial = true
                continue
            }
            let logins =
                if let regions = need.shared[host] {
                    known.logins(of: regions, at: now, rules.freshFor)
                } else { total.load.loginsPerSecond }
            if let logins { sum = (sum ?? 0) + logins }
        }
        guard let sum else { return isPartial }
        samples[id, default: []].removeAll { now - $0.at > LoadJudge.riseOver }
        samples[id, default: []].append(Sample(at: now, perSecond: sum))
        return isPartial
    }

    private func finding(
        of id: DependencyID, _ proven: Int, over board: VerdictBoard, isPartial: Bool,
        under rules: LoadRules, at now: Instant
    ) -> Finding {
        if board.dependencies[id]?.verdict == .saturated {
            return Finding(verdict: .saturated, reason: .probes)
        }
        guard let logins = perSecond(by: id, freshFor: rules.freshFor, at: now) else {
            return Finding(verdict: .unknown, reason: .silent)
        }
        let held = board.logins[id]
        let isFull = held?.verdict == .saturated
        let limit = isFull ? rules.calmBelow : rules.saturatedAt
        // What is silent in part may be more than it looks.
        if logins * 100 >= proven * limit.value || isPartial && isFull && held?.reason == .rate {
            return Finding(verdict: .saturated, reason: .rate)
        }
        return Finding(verdict: .up, reason: .calm)
    }

    /// Since when what was found holds, once it has stood for its dwell; nil where nothing changes.
    private mutating func since(
        of found: Finding, _ id: DependencyID, over held: LoginStanding?, _ rules: LoadRules,
        at now: Instant
    ) -> Instant? {
        let known = held?.verdict ?? .unknown
        let isLess = found.reason == .probes && held?.reason != .probes
        guard found.verdict != known || isLess else {
            candidates[id] = nil
            return nil
        }
        let standsSince = candidates[id].flatMap { $0.finding == found ? $0.since : nil }
        if standsSince == nil { candidates[id] = (found, now) }
        // That nothing is known any more has waited for `freshFor` already.
        let isDue =
            now - (standsSince ?? now) >= rules.dwell || found.verdict == .unknown
            || known == .unknown && found.verdict == .up
        return isDue ? now : nil
    }
}

extension LoadJudge.Host {
    /// What it tells of these regions; nil where it tells of none of them.
    fileprivate func logins(
        of regions: OrderedSet<RegionID>, at now: Instant, _ freshFor: Duration
    ) -> Int? {
        let told = regions.compactMap { region -> Int? in
            guard let part = parts[region], now - part.at < freshFor,
                case .read(let load) = part.result
            else { return nil }
            return load.loginsPerSecond
        }
        return told.isEmpty ? nil : told.reduce(0, +)
    }
}
