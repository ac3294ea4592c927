import OrderedCollections
import TopologyModel
import Values

// Doubt: what holds something lost takes no new users for a while.

extension Detection {
    private struct Reason {
        let child: FailureDomain
        let since: Instant
    }

    func judgeDoubts(in draft: inout BoardDraft, at now: Instant) {
        let reasons = reasonsToDoubt(in: draft)
        for (domain, found) in reasons {
            raise(domain, because: found, in: &draft, at: now)
        }
        for (domain, doubt) in draft.board.doubts {
            review(domain, doubt, isStillLost: reasons[domain] != nil, in: &draft, at: now)
        }
    }

    /// The lost children of each parent, newest last, without those from before a person vouched
    /// for it.
    private func reasonsToDoubt(
        in draft: BoardDraft
    ) -> OrderedDictionary<FailureDomain, Reason> {
        var reasons: OrderedDictionary<FailureDomain, Reason> = [:]
        for (domain, node) in map.domains.nodes
        where draft.board.isLost(domain)
            && (!isExcused(domain) || draft.isDeclaredLost(domain))
        {
            let since = draft.board.domains[domain]?.since ?? .distantPast
            for parent in node.parents where since > draft.alive(parent) {
                if let other = reasons[parent], other.since >= since { continue }
                reasons[parent] = Reason(child: domain, since: since)
            }
        }
        return reasons
    }

    /// A new doubt, or a longer one because of a newer loss.
    private func raise(
        _ domain: FailureDomain, because reason: Reason, in draft: inout BoardDraft, at now: Instant
    ) {
        let held = draft.board.doubts[domain].flatMap { isVoid($0, of: domain, draft) ? nil : $0 }
        let lasting = topology.rules.doubtedFor
        if let held {
            guard reason.since + lasting > held.until else { return }
            propose(domain, since: held.since, until: reason.since + lasting, reason, in: &draft)
        } else if !draft.board.isLost(domain) {
            propose(domain, since: now, until: now + lasting, reason, in: &draft)
        }
    }

    /// Ends a doubt that a person cleared, or whose time is over and nothing in it is lost.
    private func review(
        _ domain: FailureDomain, _ doubt: Doubt, isStillLost: Bool, in draft: inout BoardDraft,
        at now: Instant
    ) {
        if isVoid(doubt, of: domain, draft) {
            draft.propose(.doubt(id: domain, doubt: nil))
        } else if doubt.until <= now {
            let isHeld = isStillLost || holdsLostHost(domain, draft)
            let longer = Doubt(
                since: doubt.since, until: now + topology.rules.doubtedFor, because: doubt.because)
            draft.propose(.doubt(id: domain, doubt: isHeld ? longer : nil))
        }
    }

    private func isVoid(_ doubt: Doubt, of domain: FailureDomain, _ draft: BoardDraft) -> Bool {
        doubt.since <= draft.alive(domain)
    }

    private func holdsLostHost(_ domain: FailureDomain, _ draft: BoardDraft) -> Bool {
        guard let node = map.domains.nodes[domain] else { return false }
        return node.hosts.contains { host in
            guard let standing = draft.board.hosts[host] else { return false }
            return standing.verdict == .lost && standing.since > draft.alive(domain)
                && !excused.contains(host)
        }
    }

    private func propose(
        _ domain: FailureDomain, since: Instant, until: Instant, _ reason: Reason,
        in draft: inout BoardDraft
    ) {
        let doubt = Doubt(since: since, until: until, because: reason.child.name)
        draft.propose(.doubt(id: domain, doubt: doubt))
    }
}
