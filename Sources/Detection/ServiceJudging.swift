import OrderedCollections
import TopologyModel
import Values

// Isolation, dependencies, edges, name servers, services and hosts: from opinions, by quorum.

extension Detection {
    /// Isolated while every reference is lost to this vantage point; its own view alone counts.
    func judgeIsolation(in draft: inout BoardDraft, at now: Instant) {
        let verdicts = map.references.map { counters[$0].verdict }
        let isIsolated = draft.board.isolatedSince != nil
        if !isIsolated, !verdicts.isEmpty, verdicts.allSatisfy({ $0 == .lost }) {
            draft.propose(.isolation(isIsolated: true, at: now))
        } else if isIsolated, verdicts.isEmpty || verdicts.contains(.up) {
            draft.propose(.isolation(isIsolated: false, at: now))
        }
    }

    mutating func judgeDependencies(in draft: inout BoardDraft, at now: Instant) {
        let held = draft.board.dependencies
        unsettledDependencies = leftUnsettled(
            of: unsettledDependencies, map.dependencies, over: held, in: &draft, at: now
        ) { .dependency(id: $0, standing: $1) }
    }

    mutating func judgeEdges(in draft: inout BoardDraft, at now: Instant) {
        let held = draft.board.edges
        unsettledEdges = leftUnsettled(
            of: unsettledEdges, map.edges, over: held, in: &draft, at: now
        ) { .edge(id: $0, standing: $1) }
    }

    mutating func judgeNameServers(in draft: inout BoardDraft, at now: Instant) {
        let held = draft.board.nameServers
        unsettledNameServers = leftUnsettled(
            of: unsettledNameServers, map.nameServers, over: held, in: &draft, at: now
        ) { .nameServer(zone: $0.zone, at: $0.endpoint, standing: $1) }
    }

    /// Proposes what has changed of these subjects, and returns those that are to be judged again.
    private func leftUnsettled<ID: Hashable>(
        of unsettled: OrderedSet<Int>, _ subjects: OrderedDictionary<ID, DetectionMap.Subject>,
        over held: OrderedDictionary<ID, Standing>, in draft: inout BoardDraft, at now: Instant,
        change: (ID, Standing) -> BoardChange
    ) -> OrderedSet<Int> {
        unsettled.filter { index in
            let (id, subject) = subjects.elements[index]
            switch judgement(of: subject, over: held[id], in: draft, at: now) {
            case .settled: return false
            case .held: return true
            case .changed(let standing):
                draft.propose(change(id, standing))
                return true
            }
        }
    }

    mutating func judgeServices(in draft: inout BoardDraft, at now: Instant) {
        var hosts: OrderedSet<HostID> = []
        for index in unsettledServices.sorted() {
            let (service, subject) = map.services.elements[index]
            hosts.append(service.host)
            switch judgement(of: subject, over: draft.standing(of: service), in: draft, at: now) {
            case .settled: unsettledServices.remove(index)
            case .held: break
            case .changed(let standing):
                draft.propose(
                    .service(region: service.region, host: service.host, standing: standing))
            }
            if isOverloadSuspected(index, in: draft, at: now) {
                overloads.append(index)
            } else {
                overloads.remove(index)
            }
        }
        for host in hosts { judge(host, in: &draft, at: now) }
    }

    /// Lost when most of its regions are lost there; saturated when not, and most of them are one
    /// or the other; up when not, and any is up. Regions whose probes cannot be run there count
    /// neither way; unknown when there are no others.
    private func judge(_ host: HostID, in draft: inout BoardDraft, at now: Instant) {
        let services = services(at: host)
        let standings = services.compactMap { draft.standing(of: $0) }
        let lost = standings.count { $0.verdict == .lost }
        let judged = services.count - standings.count { $0.verdict == .unknown }
        let isLost = lost * 2 > judged
        let full = standings.count { $0.verdict == .saturated }
        let verdict: Verdict =
            if isLost { .lost } else if judged == 0 { .unknown } else {
                (lost + full) * 2 > judged && full > 0 ? .saturated : .up
            }
        guard let shown = standings.first(where: { $0.verdict == verdict }),
            draft.board.verdict(of: host) != verdict,
            !isLost || draft.board.isolatedSince == nil
        else { return }
        let evidence =
            lost == judged || !isLost
            ? shown.evidence : shown.evidence.with(.mostRegions(lost: lost, of: judged))
        let standing = Standing(verdict: verdict, since: now, evidence: evidence)
        draft.propose(.host(id: host, standing: standing))
    }

    func services(at host: HostID) -> [VerdictBoard.Service] {
        (map.hosts[host] ?? []).map { map.services.keys[$0] }
    }
}

private enum Judgement {
    case settled
    /// It would change, but the observer is in doubt.
    case held
    case changed(Standing)
}

extension Detection {
    private func judgement(
        of subject: DetectionMap.Subject, over held: Standing?, in draft: BoardDraft,
        at now: Instant
    ) -> Judgement {
        let ballot = ballot(on: subject, at: now)
        guard let voted = ballot.verdict else { return .settled }
        let overload = overload(explaining: ballot, on: subject, over: held, in: draft, at: now)
        if overload == nil, voted == .lost, held?.verdict == .saturated, ballot.mayBeOverload,
            isPassing(subject)
        {
            // It recovers: what its counters still say of its time of overload makes no loss.
            return .settled
        }
        let verdict = overload == nil ? voted : .saturated
        let seen = evidence(for: voted, of: subject, by: ballot)
        let evidence = overload.map { seen.with(.overload(because: $0)) } ?? seen
        if let held, held.verdict == verdict {
            // First the service failed, and now no machine answers: shared fate must see that.
            guard verdict == .lost, evidence.isTransportLoss, !held.evidence.isTransportLoss else {
                return .settled
            }
            return .changed(Standing(verdict: .lost, since: held.since, evidence: evidence))
        }
        guard voted != .lost || isObserverTrusted(on: subject, in: draft) else { return .held }
        return .changed(Standing(verdict: verdict, since: now, evidence: evidence))
    }

    /// Nothing is called lost while the references are gone, nor before one has answered a probe
    /// that was sent after the failures began.
    private func isObserverTrusted(
        on subject: DetectionMap.Subject, in draft: BoardDraft
    ) -> Bool {
        guard draft.board.isolatedSince == nil else { return false }
        guard !map.references.isEmpty else { return true }
        let began = subject.groups.joined().compactMap { counters[$0].failingSince }.max()
        guard let began else { return true }
        return map.references.contains { counters[$0].newestPass.map { $0 >= began } ?? false }
    }

    func ballot(on subject: DetectionMap.Subject, at now: Instant) -> Ballot {
        let votes = subject.voters.compactMap { voter -> Vote? in
            guard let opinion = opinion(of: voter, on: subject, at: now) else { return nil }
            return Vote(
                vantage: map.controllers[voter], verdict: opinion.verdict, kind: opinion.kind)
        }
        return Ballot(votes: votes, voters: subject.voters.count)
    }

    /// What its probes say; lost while live requests hold down what they do not call lost.
    private func opinion(
        of voter: Int, on subject: DetectionMap.Subject, at now: Instant
    ) -> HeardReport.Opinion? {
        let probed = probedOpinion(of: voter, on: subject, at: now)
        guard map.controllers[voter] == vantage, probed?.verdict != .lost,
            hold(on: subject) != nil
        else { return probed }
        return HeardReport.Opinion(verdict: .lost, kind: nil)
    }

    private func hold(on subject: DetectionMap.Subject) -> TrafficCounters.Hold? {
        subject.service.flatMap { traffic[$0].hold }
    }

    /// What this vantage point's own probes say of a subject.
    func ownVerdict(on subject: DetectionMap.Subject, at now: Instant) -> Verdict? {
        map.controllers.firstIndex(of: vantage).flatMap {
            probedOpinion(of: $0, on: subject, at: now)?.verdict
        }
    }

    /// Lost when in every group some probe is lost; up when in some group every probe is up.
    /// Probes that cannot be run are left out; unknown when there are no others.
    private func probedOpinion(
        of voter: Int, on subject: DetectionMap.Subject, at now: Instant
    ) -> HeardReport.Opinion? {
        let groups = subject.groups.map { group in
            group.map { opinion(of: voter, on: $0, at: now) }.filter { $0?.verdict != .unknown }
        }.filter { !$0.isEmpty }
        if groups.isEmpty { return HeardReport.Opinion(verdict: .unknown, kind: nil) }
        if groups.contains(where: { $0.allSatisfy { $0?.verdict == .up } }) {
            return HeardReport.Opinion(verdict: .up, kind: nil)
        }
        let losses = groups.compactMap { $0.first { $0?.verdict == .lost } ?? nil }
        guard losses.count == groups.count else { return nil }
        let kinds = losses.compactMap(\.kind)
        // One family that answers, or may only be slow, says more than one that is refused.
        let kind =
            kinds.first { $0 == .overloaded } ?? kinds.first { !$0.isTransport }
            ?? kinds.first { $0.mayBeOverload } ?? kinds.first
        return HeardReport.Opinion(verdict: .lost, kind: kind)
    }

    private func opinion(of voter: Int, on target: Int, at now: Instant) -> HeardReport.Opinion? {
        if map.controllers[voter] == vantage {
            let own = counters[target]
            guard own.hasOpinion(at: now) else { return nil }
            return HeardReport.Opinion(verdict: own.verdict, kind: own.kind)
        }
        return heard[voter].flatMap { $0.isFresh(at: now) ? $0.opinions[target] : nil }
    }

    /// The votes, and what this vantage point's counters show of the first target that decided.
    private func evidence(
        for verdict: Verdict, of subject: DetectionMap.Subject, by ballot: Ballot
    ) -> Evidence {
        let all = subject.groups.joined().map { counters[$0] }
        let own = all.first {
            $0.verdict == verdict && (verdict != .unknown || $0.hindrance != nil)
        }
        if own == nil, verdict == .lost, let hold = hold(on: subject) {
            return Evidence(
                detector: hold.detector, votes: ballot.votes, quorum: ballot.quorum,
                firstFailure: hold.since, lastPass: all.first?.lastPass,
                outcomes: all.first?.record.text ?? "")
        }
        let agreeing = ballot.agreeing(on: verdict).count
        return Evidence(
            detector: own?.detector ?? .vantagePoints(agreeing: agreeing, of: ballot.voters),
            votes: ballot.votes, quorum: ballot.quorum, firstFailure: own?.firstFailure,
            lastPass: own?.lastPass, outcomes: own?.record.text ?? "")
    }
}

extension Evidence {
    fileprivate func with(_ detector: Detector) -> Evidence {
        Evidence(
            detector: detector, votes: votes, quorum: quorum, firstFailure: firstFailure,
            lastPass: lastPass, outcomes: outcomes)
    }
}
