import OrderedCollections
import TopologyModel
import Values

// Failure domains: what a person declared, what is seen of sites, what shared fate infers.

extension Detection {
    func judgeDomains(in draft: inout BoardDraft, at now: Instant) {
        obeyDeclarations(in: &draft, at: now)
        for (domain, node) in map.domains.nodes where node.isSite {
            judge(site: domain, node, in: &draft, at: now)
        }
        guard draft.board.isolatedSince == nil else { return }
        while let (domain, evidence) = sharedFate(in: draft) {
            let standing = Standing(verdict: .lost, since: now, evidence: evidence)
            draft.propose(.domain(id: domain, standing: standing))
        }
    }

    private func obeyDeclarations(in draft: inout BoardDraft, at now: Instant) {
        for (domain, declaration) in draft.board.declarations {
            let lostSince = draft.board.isLost(domain) ? draft.board.domains[domain]?.since : nil
            let wanted: Verdict? =
                switch declaration.kind {
                case .lost: lostSince == nil ? .lost : nil
                case .alive: lostSince.map { $0 <= declaration.at } ?? false ? .up : nil
                }
            guard let wanted else { continue }
            let said = Detector.declared(by: declaration.by, reason: declaration.reason)
            let standing = Standing(
                verdict: wanted, since: now, evidence: Evidence(detector: said))
            draft.propose(.domain(id: domain, standing: standing))
        }
        for (domain, standing) in draft.board.domains where draft.board.isLost(domain) {
            guard case .declared = standing.evidence.detector,
                draft.board.declarations[domain] == nil
            else { continue }
            // Taken back: what is seen of it decides again.
            let asSeen = Standing(
                verdict: .up, since: now, evidence: Evidence(detector: .none))
            draft.propose(.domain(id: domain, standing: asSeen))
        }
    }

    /// A site is lost when the transport of all its judged hosts is, and up when they all answer
    /// again, and be it that they are full.
    private func judge(
        site domain: FailureDomain, _ node: DomainMap.Node, in draft: inout BoardDraft,
        at now: Instant
    ) {
        let judged = node.directHosts.filter { draft.board.verdict(of: $0) != .unknown }
        guard let shown = judged.first.flatMap({ draft.board.hosts[$0] }) else { return }
        if draft.board.isLost(domain) {
            let answer = judged.allSatisfy {
                [.up, .saturated].contains(draft.board.verdict(of: $0))
            }
            guard answer, !draft.isDeclaredLost(domain) else { return }
        } else {
            guard draft.board.isolatedSince == nil, directLoss(in: node, of: domain, draft) != nil
            else { return }
        }
        let verdict: Verdict = draft.board.isLost(domain) ? .up : .lost
        let standing = Standing(verdict: verdict, since: now, evidence: shown.evidence)
        draft.propose(.domain(id: domain, standing: standing))
    }

    /// Since when all judged hosts of the domain itself are gone; nil when they are not, or when a
    /// person vouched for the domain after some of them fell.
    func directLoss(
        in node: DomainMap.Node, of domain: FailureDomain, _ draft: BoardDraft
    ) -> Instant? {
        let judged = node.directHosts.filter { draft.board.verdict(of: $0) != .unknown }
        let areLost = judged.allSatisfy { host in
            draft.board.verdict(of: host) == .lost
                && draft.areTransportLost(services(at: host))
                && (draft.board.hosts[host]?.since ?? .distantPast) > draft.alive(domain)
        }
        return areLost ? judged.compactMap { draft.board.hosts[$0]?.since }.max() : nil
    }
}
