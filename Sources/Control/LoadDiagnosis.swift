import OrderedCollections
import Detection
import Situations
import TopologyModel
import Values

/// Surge, attack or sickness: what loads say of the hosts that serve a region.
struct LoadDiagnosis {
    let view: RegionView
    /// As they were last read, where that is fresh.
    let loads: OrderedDictionary<HostID, LoadPicture>

    /// Fewer logins than one in so many of those that its users make: whoever fills the host does
    /// not log in.
    private static let attackLogins = 4
    /// Below so many expected logins a second, nobody can tell few from none.
    private static let loginsToTell = 4

    var findings: [Diagnosis.Finding] { [attack, saturation, sickness] }

    private var situation: Situation { view.situation }
    private var allocation: Allocation { view.allocation }
    private var hostsInUse: [HostID] { view.hostsInUse }

    /// What is held, with the load as it is now.
    private var standings: [(host: HostID, standing: LoadStanding)] {
        hostsInUse.compactMap { host in
            guard let held = situation.board.loads[host], held.verdict != .unknown else {
                return nil
            }
            let standing = LoadStanding(
                verdict: held.verdict, since: held.since, reason: held.reason,
                load: loads[host]?.load ?? held.load, capacity: held.capacity)
            return (host, standing)
        }
    }

    private var unread: [CauseEvidence] {
        hostsInUse.filter { situation.board.loads[$0]?.verdict ?? .unknown == .unknown }
            .map { .loadUnread(host: $0) }
    }

    private func evidence(of verdicts: [Verdict]) -> [CauseEvidence] {
        standings.filter { verdicts.contains($0.standing.verdict) }
            .map { .load(host: $0.host, standing: $0.standing) }
    }

    /// Hosts of other regions that are full too.
    private var othersSaturated: [HostID] {
        situation.board.loads.filter { host, standing in
            standing.verdict == .saturated && !hostsInUse.contains(host)
        }.keys.elements
    }

    private var saturation: Diagnosis.Finding {
        let probed = hostsInUse.compactMap { host -> CauseEvidence? in
            guard let standing = situation.board.hosts[host], standing.verdict == .saturated else {
                return nil
            }
            return .host(id: host, verdict: .saturated, since: standing.since)
        }
        let surge = situation.board.surge
        let crowd: [CauseEvidence] = surge > 100 ? [.surge(percent: surge)] : []
        let held = rationing
        let full = evidence(of: [.saturated]) + probed + held
        let others = othersSaturated
        let beside: [CauseEvidence] = others.isEmpty ? [] : [.othersSaturated(hosts: others)]
        let calm = evidence(of: [.up, .degraded])
        let answer: Diagnosis.Finding.Answer =
            if !full.isEmpty { .holds } else if !crowd.isEmpty { .possible } else {
                calm.isEmpty ? .unknown : .ruledOut
            }
        return Diagnosis.Finding(
            .saturated, answer, for: full + crowd + (full.isEmpty ? [] : beside),
            against: calm + (calm.isEmpty ? unread : []))
    }

    private var rationing: [CauseEvidence] {
        guard allocation.isRationed, let quotas = situation.quotas[view.region.id] else {
            return []
        }
        return [.rationed(since: quotas.since, isByPerson: quotas.isByPerson)]
    }

    private var sickness: Diagnosis.Finding {
        let sick = evidence(of: [.degraded])
        let others = situation.board.loads.filter { host, standing in
            standing.verdict != .unknown && !hostsInUse.contains(host)
        }.values
        let peers = CauseEvidence.peers(
            degraded: others.count { $0.verdict == .degraded }, of: others.count)
        if sick.isEmpty {
            let fit = evidence(of: [.up, .saturated])
            return Diagnosis.Finding(
                .degraded, fit.isEmpty ? .unknown : .ruledOut, against: fit.isEmpty ? unread : fit)
        }
        // Where the others are slow too, it is something that they share.
        let isShared = others.contains { $0.verdict == .degraded }
        let isBeside = !others.isEmpty
        return Diagnosis.Finding(
            .degraded, .holds, for: sick + (isBeside && !isShared ? [peers] : []),
            against: isBeside && isShared ? [peers] : [])
    }

    // MARK: - Attack

    /// Requests that never log in fill a host as users do. A crowd that is turned away logs in as
    /// little, and quotas hold logins back: then nobody can tell.
    private var attack: Diagnosis.Finding {
        let suffering = standings.filter { [.saturated, .degraded].contains($0.standing.verdict) }
        guard !suffering.isEmpty else {
            let calm = evidence(of: [.up])
            return Diagnosis.Finding(
                .attacked, calm.isEmpty ? .unknown : .ruledOut,
                against: calm.isEmpty ? unread : calm)
        }
        let logins = suffering.map { login(at: $0.host, $0.standing.load) }
        let few = logins.filter(\.isFew).map(\.evidence)
        let usual = logins.filter { !$0.isFew && $0.isKnown }.map(\.evidence)
        let untold = logins.filter { !$0.isKnown }.map(\.evidence)
        let others = othersSaturated
        let beside: [CauseEvidence] = others.isEmpty ? [] : [.othersSaturated(hosts: others)]
        if !few.isEmpty {
            let isTurnedAway = allocation.isRationed || suffering.contains { isRefusing($0.host) }
            let isTold = others.isEmpty && !isTurnedAway
            return Diagnosis.Finding(
                .attacked, isTold ? .holds : .possible, for: few,
                against: usual + beside + rationing)
        }
        return Diagnosis.Finding(
            .attacked, untold.isEmpty ? .ruledOut : .possible, against: usual + untold + beside)
    }

    private func isRefusing(_ host: HostID) -> Bool {
        if situation.board.verdict(of: host) == .saturated { return true }
        guard let errors = situation.board.loads[host]?.load?.errors else { return false }
        let most = situation.topology.rules.load.errorsMax
        return errors.value > most.value * 10_000
    }

    private func login(at host: HostID, _ load: Load?) -> LoginCount {
        guard let load, let logins = load.loginsPerSecond else {
            return LoginCount(evidence: .loginsUnread(host: host), isFew: false, isKnown: false)
        }
        let expected = Situation.loginsPerUserSecond.roundedUp(of: load.users)
        let isKnown = expected >= LoadDiagnosis.loginsToTell
        return LoginCount(
            evidence: .logins(host: host, perSecond: logins, expected: expected),
            isFew: isKnown && logins * LoadDiagnosis.attackLogins < expected, isKnown: isKnown)
    }
}

/// Logins at a host beside those that its users make.
private struct LoginCount {
    let evidence: CauseEvidence
    let isFew: Bool
    /// Whether its source tells of them, and they are enough to tell few from none.
    let isKnown: Bool
}
