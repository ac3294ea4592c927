import Detection
import OrderedCollections
import Situations
import TopologyModel
import Values

/// Surge, attack or sickness: what loads say of the hosts that serve a region.
struct LoadDiagnosis {
    /// Fewer logins than one in so many of those that its users make: whoever fills the host does
    /// not log in. A source that counts users by session, for longer than so many visits, looks the
    /// same.
    private static let attackLogins = 8
    /// Below so many expected logins a second, few by chance cannot be told from few.
    private static let loginsToTell = 10

    private let view: RegionView
    private let dependency: Diagnosis.Finding
    /// Of the hosts in use; what is calm with its load as it is now.
    private let standings: [(host: HostID, standing: LoadStanding)]
    private let unread: [CauseEvidence]
    /// Whether the hosts were found too full, and the quotas are for that.
    private let isRationedForLoad: Bool
    /// Hosts that do not serve the region, and are full too.
    private let othersSaturated: [CauseEvidence]
    private let rationed: [CauseEvidence]
    private let loads: OrderedDictionary<HostID, LoadPicture>

    init(
        of view: RegionView, loads: OrderedDictionary<HostID, LoadPicture>,
        dependency: Diagnosis.Finding
    ) {
        (self.view, self.loads, self.dependency) = (view, loads, dependency)
        let held = view.situation.board.loads
        standings = view.hostsInUse.compactMap { host in
            guard let standing = held[host], standing.verdict != .unknown else { return nil }
            guard standing.verdict == .up, let now = loads[host] else { return (host, standing) }
            let calm = LoadStanding(
                verdict: .up, since: standing.since, reason: standing.reason, load: now.load,
                capacity: now.capacity)
            return (host, calm)
        }
        unread = view.hostsInUse.filter { held[$0]?.verdict ?? .unknown == .unknown }
            .map { .loadUnread(host: $0) }
        let others = held.filter { host, standing in
            standing.verdict == .saturated && !view.hostsInUse.contains(host)
        }.keys.elements
        othersSaturated = others.isEmpty ? [] : [.othersSaturated(hosts: others)]
        if view.allocation.isRationed, view.armedUntil == nil,
            let quotas = view.situation.quotas[view.region.id]
        {
            rationed = [.rationed(since: quotas.since, isByPerson: quotas.isByPerson)]
            isRationedForLoad = !quotas.isByPerson && quotas.cause != .dependency
        } else {
            (rationed, isRationedForLoad) = ([], false)
        }
    }

    var findings: [Diagnosis.Finding] { [attack, saturation, sickness] }

    private func evidence(of verdicts: [Verdict]) -> [CauseEvidence] {
        standings.filter { verdicts.contains($0.standing.verdict) }
            .map { .load(host: $0.host, standing: $0.standing) }
    }

    /// Of a cause that no host shows: ruled out only where every host was read.
    private var answerWithout: Diagnosis.Finding.Answer {
        unread.isEmpty && !standings.isEmpty ? .ruledOut : .unknown
    }

    // MARK: - Too many users, or a sick host

    private var saturation: Diagnosis.Finding {
        let probed = view.hostsInUse.compactMap { host -> CauseEvidence? in
            guard let standing = view.situation.board.hosts[host], standing.verdict == .saturated
            else { return nil }
            return .host(id: host, verdict: .saturated, since: standing.since)
        }
        let full = evidence(of: [.saturated]) + probed + (isRationedForLoad ? rationed : [])
        let others = evidence(of: [.up, .degraded]) + unread
        guard !full.isEmpty else {
            return Diagnosis.Finding(.saturated, answerWithout, against: others)
        }
        let surge = view.situation.board.surge
        let crowd: [CauseEvidence] = surge > 100 ? [.surge(percent: surge)] : []
        return Diagnosis.Finding(
            .saturated, .holds, for: full + crowd + othersSaturated,
            against: evidence(of: [.up, .degraded]))
    }

    private var sickness: Diagnosis.Finding {
        let sick = standings.filter { $0.standing.verdict == .degraded }.map(\.host)
        guard !sick.isEmpty else {
            return Diagnosis.Finding(
                .degraded, answerWithout, against: evidence(of: [.up, .saturated]) + unread)
        }
        let others = view.situation.board.loads.filter { host, standing in
            [.up, .degraded].contains(standing.verdict) && !sick.contains(host)
        }.values
        let count = others.count { $0.verdict == .degraded }
        let peers: [CauseEvidence] =
            others.isEmpty ? [] : [.peers(degraded: count, of: others.count)]
        // Where others are sick too, it is something that they share.
        return Diagnosis.Finding(
            .degraded, .holds, for: evidence(of: [.degraded]) + (count == 0 ? peers : []),
            against: count == 0 ? [] : peers)
    }

    // MARK: - Attack

    /// Requests that never log in fill a host as users do, or make it slow.
    private var attack: Diagnosis.Finding {
        let suffering = standings.filter { [.saturated, .degraded].contains($0.standing.verdict) }
        guard !suffering.isEmpty else {
            // Who waits at the gates may be anybody.
            if !rationed.isEmpty { return Diagnosis.Finding(.attacked, .possible, for: rationed) }
            return Diagnosis.Finding(
                .attacked, answerWithout, against: evidence(of: [.up]) + unread)
        }
        let counts = suffering.map { logins(at: $0.host, $0.standing) }
        let few = counts.filter(\.areFew).map(\.evidence)
        let rest = counts.filter { !$0.areFew }.map(\.evidence)
        let reasons = excuses(of: suffering.map(\.host))
        if !few.isEmpty {
            let isTold = reasons.isEmpty && suffering.allSatisfy(isFull)
            return Diagnosis.Finding(
                .attacked, isTold ? .holds : .possible, for: few, against: rest + reasons)
        }
        let isRuledOut = counts.allSatisfy(\.isTold) && suffering.allSatisfy(isFull)
        return Diagnosis.Finding(
            .attacked, isRuledOut ? .ruledOut : .possible, against: rest + othersSaturated)
    }

    /// Whether it is users who fill it; a sick host may be one that requests without users wear
    /// out.
    private func isFull(_ one: (host: HostID, standing: LoadStanding)) -> Bool {
        guard one.standing.verdict == .saturated else { return false }
        return switch one.standing.reason {
        case .users, .logins: true
        case .calm, .waiting, .queue, .latency, .slower, .errors, .silent: false
        }
    }

    /// What else makes logins few: a crowd that is turned away, quotas that hold logins back, a
    /// login that is in trouble itself.
    private func excuses(of hosts: [HostID]) -> [CauseEvidence] {
        let refusing = hosts.filter(isRefusing).map { CauseEvidence.refusing(host: $0) }
        let situation = view.situation
        let beside = hosts.flatMap { host in
            situation.allocations.filter { region, allocation in
                region != view.region.id && allocation.isRationed
                    && allocation.percent(of: host) > .zero
            }.keys.map { CauseEvidence.rationedBeside(region: $0, host: host) }
        }
        let doubted = dependency.speaksFor + dependency.speaksAgainst.filter { $0.isUnknown }
        return refusing + rationed + beside + othersSaturated + doubted
    }

    private func isRefusing(_ host: HostID) -> Bool {
        if view.situation.board.verdict(of: host) == .saturated { return true }
        let load = loads[host]?.load ?? view.situation.board.loads[host]?.load
        let most = view.situation.topology.rules.load.errorsMax
        return load?.errors.map { $0.value > most.value * 10_000 } ?? false
    }

    private func logins(at host: HostID, _ standing: LoadStanding) -> LoginCount {
        let load = loads[host]?.load ?? standing.load
        guard let load, let perSecond = load.loginsPerSecond else {
            return LoginCount(evidence: .loginsUntold(host: host), areFew: false, isTold: false)
        }
        let expected = Situation.logins(of: load.users)
        guard expected >= LoadDiagnosis.loginsToTell else {
            return LoginCount(evidence: .loginsUntold(host: host), areFew: false, isTold: false)
        }
        return LoginCount(
            evidence: .logins(host: host, perSecond: perSecond, expected: expected),
            areFew: perSecond * LoadDiagnosis.attackLogins < expected, isTold: true)
    }
}

extension CauseEvidence {
    fileprivate var isUnknown: Bool { if case .dependencyUnknown = self { true } else { false } }
}

/// Logins at a host beside those that its users make.
private struct LoginCount {
    let evidence: CauseEvidence
    let areFew: Bool
    /// Whether its source tells of them, and they are enough to tell few from none.
    let isTold: Bool
}
