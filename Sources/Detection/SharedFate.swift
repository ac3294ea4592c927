import OrderedCollections
import TopologyModel
import Values

// Shared fate: the least set of declared domains that covers the losses.

extension Detection {
    private struct Candidate {
        let domain: FailureDomain
        let evidence: Evidence
        /// Lost sites that nothing wider explains yet, and would be explained.
        let explained: Int
        /// Sites that would be called lost with them.
        let sites: Int

        /// The most explained first, then the fewest sites taken along, paths before fates, and
        /// the narrowest; the name settles the rest.
        func isBetter(than other: Candidate) -> Bool {
            (-explained, sites, domain.isFate ? 1 : 0, -domain.depth, domain.name)
                < (
                    -other.explained, other.sites, other.domain.isFate ? 1 : 0, -other.domain.depth,
                    other.domain.name
                )
        }
    }

    /// The next domain to infer lost, or nil when every loss is explained or shares nothing.
    ///
    /// A least cover is hard to compute in general; the greedy one is at most a logarithm worse,
    /// and the same in every process (Chvatal, "A greedy heuristic for the set-covering problem",
    /// 1979).
    func sharedFate(in draft: BoardDraft) -> (FailureDomain, Evidence)? {
        let wide = map.domains.nodes.keys.filter {
            draft.board.isLost($0) && map.domains.nodes[$0]?.isSite == false
        }
        let unexplained = map.domains.nodes.filter { domain, node in
            node.isSite && draft.board.isLost(domain) && !isExcused(domain)
                && !wide.contains { map.domains.lies(domain, in: $0) }
        }.keys
        guard !unexplained.isEmpty else { return nil }
        let candidates = map.domains.nodes.compactMap { domain, node in
            candidate(domain, node, unexplained: unexplained, in: draft)
        }
        let best = candidates.min { $0.isBetter(than: $1) }
        return best.map { ($0.domain, $0.evidence) }
    }

    private func candidate(
        _ domain: FailureDomain, _ node: DomainMap.Node, unexplained: OrderedSet<FailureDomain>,
        in draft: BoardDraft
    ) -> Candidate? {
        guard !node.isSite, !draft.board.isLost(domain),
            !node.isProvider || topology.rules.inferProviders
        else { return nil }
        let lost = together(losses(of: domain, node, in: draft))
        guard lost.count >= 2, let first = lost.map(\.since).min(),
            lost.count * 100 >= topology.rules.inferAt.value * node.childCount
        else { return nil }
        let explained = unexplained.count { map.domains.lies($0, in: domain) }
        guard explained > 0 else { return nil }
        let evidence = Evidence(
            detector: .sharedFate(lost: lost.map(\.child).sorted(), of: node.childCount),
            firstFailure: first)
        return Candidate(
            domain: domain, evidence: evidence, explained: explained, sites: node.sites.count)
    }

    /// The children that were lost after the last time a person vouched for the domain.
    private func losses(
        of domain: FailureDomain, _ node: DomainMap.Node, in draft: BoardDraft
    ) -> [Loss] {
        var losses = node.children.compactMap { child -> Loss? in
            if isExcused(child) { return nil }
            return lossSince(of: child, in: draft).map { Loss(child: child.name, since: $0) }
        }
        if !node.directHosts.isEmpty, let since = directLoss(in: node, of: domain, draft) {
            losses.append(Loss(child: domain.name, since: since))
        }
        return losses.filter { $0.since > draft.alive(domain) }
    }

    /// A domain with one child is lost with it, though nothing wider than that child is stated.
    private func lossSince(of domain: FailureDomain, in draft: BoardDraft) -> Instant? {
        if draft.board.isLost(domain) { return draft.board.domains[domain]?.since }
        guard let node = map.domains.nodes[domain], node.childCount == 1,
            let only = node.children.first
        else { return nil }
        return lossSince(of: only, in: draft)
    }

    /// The most losses that lie within `fateWindow` of each other.
    private func together(_ losses: [Loss]) -> [Loss] {
        let sorted = losses.sorted { ($0.since, $0.child) < ($1.since, $1.child) }
        let groups = sorted.indices.map { start in
            sorted[start...].prefix { $0.since - sorted[start].since <= topology.rules.fateWindow }
        }
        return groups.max { $0.count < $1.count }.map(Array.init) ?? []
    }
}

private struct Loss {
    let child: String
    let since: Instant
}
