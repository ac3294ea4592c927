import OrderedCollections
import TopologyModel
import Values

// The brake: when so much falls at once that the observer is to be doubted.

extension Detection {
    /// Something lost that no wider loss explains.
    private struct Independent {
        let domain: FailureDomain
        let since: Instant
    }

    mutating func judgeWorld(in draft: inout BoardDraft, at now: Instant) {
        let before = draft.changes.count
        judgeDomains(in: &draft, at: now)
        judgeDoubts(in: &draft, at: now)
        judgeBrake(in: &draft, at: now)
        isWorldUnsettled = draft.changes.count > before
    }

    /// Whether time alone asks for the world to be judged again.
    func isWorldDue(on board: VerdictBoard, at now: Instant) -> Bool {
        (brakeDue.map { $0 <= now } ?? false) || board.doubts.values.contains { $0.until <= now }
    }

    private mutating func judgeBrake(in draft: inout BoardDraft, at now: Instant) {
        let overruled = lastWord(in: draft)
        let fallen = independents(in: draft, after: overruled, at: now)
        let reason = brakeReason(fallen, in: draft, after: overruled)
        brakeDue = nil
        guard let since = draft.board.brakeSince else {
            brakeClearSince = nil
            if let reason { draft.propose(.brake(reason: reason, at: now)) }
            return
        }
        if reason != nil {
            brakeClearSince = nil
            brakeDue = fallen.first.map { $0.since + topology.rules.brake.within }
        } else if overruled >= since {
            draft.propose(.brake(reason: nil, at: now))
        } else {
            let clearSince = brakeClearSince ?? now
            let release = clearSince + topology.rules.brake.within
            brakeClearSince = clearSince
            if release <= now { draft.propose(.brake(reason: nil, at: now)) }
            brakeDue = release <= now ? nil : release
        }
    }

    /// When a person last declared something lost: losses up to then are no error of the observer.
    private func lastWord(in draft: BoardDraft) -> Instant {
        draft.board.declarations.values.filter { $0.kind == .lost }.map(\.at).max() ?? .distantPast
    }

    private func brakeReason(
        _ fallen: [Independent], in draft: BoardDraft, after overruled: Instant
    ) -> BrakeReason? {
        let hosts = map.hosts.keys.filter {
            !isInDeclaredLost($0, draft) && !excused.contains($0)
        }
        let losses = hosts.compactMap { host -> Instant? in
            guard let standing = draft.board.hosts[host], standing.verdict == .lost else {
                return nil
            }
            return standing.since
        }
        if losses.count > 2, losses.count == hosts.count, let first = losses.min(),
            let last = losses.max(), first > overruled,
            last - first <= topology.rules.brake.within
        {
            return .everythingAtOnce(lost: losses.count, of: hosts.count)
        }
        guard fallen.count > topology.rules.brake.domainsMax else { return nil }
        return .domainsAtOnce(domains: fallen.map(\.domain).sorted())
    }

    /// Earliest first; lone hosts count as their site, and what a person declared lost explains
    /// itself.
    private func independents(
        in draft: BoardDraft, after overruled: Instant, at now: Instant
    ) -> [Independent] {
        let lost = OrderedSet(map.domains.nodes.keys.filter { draft.board.isLost($0) })
        var since: OrderedDictionary<FailureDomain, Instant> = [:]
        for domain in map.domains.independent(of: lost)
        where !draft.isDeclaredLost(domain) && !isExcused(domain) {
            since[domain] = draft.board.domains[domain]?.since
        }
        for (host, site) in map.domains.siteDomains {
            guard !excused.contains(host), let standing = draft.board.hosts[host],
                standing.verdict == .lost, !lost.contains(where: { map.domains.lies(site, in: $0) })
            else { continue }
            since[site] = min(since[site] ?? standing.since, standing.since)
        }
        let recent = since.filter { entry in
            entry.value > overruled && entry.value + topology.rules.brake.within > now
        }
        return recent.map { Independent(domain: $0.key, since: $0.value) }
            .sorted { ($0.since, $0.domain) < ($1.since, $1.domain) }
    }

    private func isInDeclaredLost(_ host: HostID, _ draft: BoardDraft) -> Bool {
        guard let site = map.domains.siteDomains[host] else { return false }
        return draft.board.declarations.contains { domain, declaration in
            declaration.kind == .lost && map.domains.lies(site, in: domain)
        }
    }
}
