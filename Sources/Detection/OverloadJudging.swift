import OrderedCollections
import TopologyModel
import Values

// Saturated is not lost: failures that overload explains turn nobody down (ADR 0012).

extension Detection {
    /// In doubt a host is held saturated, and no longer than this many times `lostAfterTimeouts`
    /// after its last live answer: then silence is loss, whatever its load was.
    package static let doubtTimes = 4
    /// Losses that overload may explain are judged again this often, for load has no event of its
    /// own here.
    static let overloadInterval = Duration.seconds(1)

    /// Why the voters' loss of a service is taken for overload; nil when it is none.
    ///
    /// A loss that a quorum saw by refusal, unreachability or a wrong answer is none, whatever the
    /// load; nor is one that live requests saw too, when nothing explained it.
    func overload(
        explaining ballot: Ballot, on subject: DetectionMap.Subject, over held: Standing?,
        in draft: BoardDraft, at now: Instant
    ) -> Overload? {
        if let id = subject.dependency {
            return overload(explaining: ballot, on: id, subject, in: draft, at: now)
        }
        guard let index = subject.service, ballot.verdict == .lost, ballot.mayBeOverload,
            traffic[index].hold == nil
        else { return nil }
        let own = subject.groups.joined().map { counters[$0] }
        let rules = own.first?.rules ?? ProbeRules()
        let failingSince = own.compactMap { $0.failingSince ?? $0.firstFailure }.min()
        if isServing(index, since: failingSince ?? now, within: rules.lostAfterTimeouts, at: now) {
            return .usersServed
        }
        guard let strain = strain(on: index, in: draft, at: now) else { return nil }
        let doubt = rules.lostAfterTimeouts * Detection.doubtTimes
        guard now - lastAnswer(of: own, index, strain) < doubt else { return nil }
        if strain.isHigh, strain.isFresh { return .load(share: strain.share) }
        // What was left as lost comes back on better evidence only.
        guard held?.verdict != .lost, now - strain.at < doubt else { return nil }
        if strain.isHigh { return .lastLoad(share: strain.share) }
        let isSilent = ballot.agreeing(on: .lost).allSatisfy { $0.kind?.isTransport ?? false }
        let isShort = now - (failingSince ?? now) < doubt
        return isSilent && isShort && strain.isFresh && strain.isOwnAnswer ? .pageAnswers : nil
    }

    /// The same of a dependency: it answers that too much is asked of it, or is late while people
    /// go on logging in by it.
    private func overload(
        explaining ballot: Ballot, on id: DependencyID, _ subject: DetectionMap.Subject,
        in draft: BoardDraft, at now: Instant
    ) -> Overload? {
        guard ballot.verdict == .lost, ballot.mayBeOverload else { return nil }
        let own = subject.groups.joined().map { counters[$0] }
        let answered = own.contains { target in
            guard let answer = target.lastAnswer,
                let began = target.failingSince ?? target.firstFailure
            else { return false }
            return answer >= began
                && now - answer < target.rules.lostAfterTimeouts * Detection.doubtTimes
        }
        if answered || ballot.agreeing(on: .lost).contains(where: { $0.kind == .overloaded }) {
            return .turnedAway
        }
        guard let proven = topology.dependencies[id]?.loginsPerSecond else { return nil }
        return draft.loads.logins.goingOn(
            by: id, proven: proven, under: topology.rules.load, at: now
        ).map { .logins(perSecond: $0) }
    }

    /// Whether failures of live requests are what a full host does: late or 5xx answers, rather
    /// than connections that come to nothing.
    func doesOverloadExplain(
        _ failed: TrafficFailures, of index: Int, in draft: BoardDraft, at now: Instant
    ) -> Bool {
        guard (failed.connects + failed.retries) * 2 < failed.count,
            let strain = strain(on: index, in: draft, at: now), strain.isHigh
        else { return false }
        let own = map.services.values[index].groups.joined().map { counters[$0] }
        let doubt = (own.first?.rules ?? ProbeRules()).lostAfterTimeouts * Detection.doubtTimes
        return now - lastAnswer(of: own, index, strain) < doubt
            && (strain.isFresh || now - strain.at < doubt)
    }

    /// Whether a loss may end, or begin, to be explained without an observation.
    func isOverloadSuspected(_ index: Int, in draft: BoardDraft, at now: Instant) -> Bool {
        let (service, subject) = map.services.elements[index]
        switch draft.standing(of: service)?.verdict {
        case .saturated: return true
        case .lost: return ballot(on: subject, at: now).mayBeOverload
        case .up, .unknown, .doubted, .degraded, nil: return false
        }
    }

    /// Whether this vantage point may vote on it, and sees it answer again or now and then.
    func isPassing(_ subject: DetectionMap.Subject) -> Bool {
        guard subject.voters.contains(where: { map.controllers[$0] == vantage }) else {
            return false
        }
        return !subject.groups.joined().contains { counters[$0].isFailingInARow }
    }

    private func isServing(
        _ index: Int, since: Instant, within: Duration, at now: Instant
    ) -> Bool {
        guard let served = traffic[index].servedAt else { return false }
        return served >= since && now - served < within && !traffic[index].isFailing(at: now)
    }

    private func strain(on index: Int, in draft: BoardDraft, at now: Instant) -> Strain? {
        let host = map.services.keys[index].host
        return draft.loads.strain(
            on: host, held: draft.board.loads[host]?.verdict, in: topology, at: now)
    }

    /// When the host last answered anything, be it that it is overloaded.
    private func lastAnswer(of own: [TargetCounters], _ index: Int, _ strain: Strain) -> Instant {
        let answers = own.compactMap(\.lastAnswer) + [traffic[index].answeredAt].compactMap(\.self)
        return (answers + (strain.isOwnAnswer ? [strain.at] : [])).max() ?? .distantPast
    }
}

extension Ballot {
    /// Whether those who saw a loss that overload does not explain are no quorum.
    var mayBeOverload: Bool {
        agreeing(on: .lost).count { !($0.kind?.mayBeOverload ?? false) } < quorum
    }
}
