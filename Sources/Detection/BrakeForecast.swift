import OrderedCollections
package import TopologyModel
import Values

/// Whether the brake would hold automatic action, were all hosts of some domains to fall at once:
/// what `judgeWorld` makes of such a day, with nothing lost before it and nobody's word.
package struct BrakeForecast: Sendable {
    private let topology: Topology
    private let map: DomainMap
    private let sites: [FailureDomain]

    package init(of topology: Topology) {
        self.topology = topology
        map = DomainMap(of: topology)
        sites = map.nodes.filter { $0.value.isSite }.map(\.key)
    }

    package func isPulled(byLosing domains: [FailureDomain]) -> Bool {
        var lost = OrderedSet(sites.filter { site in domains.contains { map.lies(site, in: $0) } })
        let hosts = lost.reduce(0) { $0 + (map.nodes[$1]?.directHosts.count ?? 0) }
        if hosts > 2, hosts == map.siteDomains.count { return true }
        guard lost.count > topology.rules.brake.domainsMax else { return false }
        while let wider = wider(than: lost) { lost.append(wider) }
        return map.independent(of: lost).count > topology.rules.brake.domainsMax
    }

    /// The domain that would be inferred next: it explains most lost sites that nothing wider does.
    private func wider(than lost: OrderedSet<FailureDomain>) -> FailureDomain? {
        let wide = lost.filter { map.nodes[$0]?.isSite == false }
        let unexplained = lost.filter { site in
            map.nodes[site]?.isSite == true && !wide.contains { map.lies(site, in: $0) }
        }
        guard !unexplained.isEmpty else { return nil }
        let found = map.nodes.compactMap { domain, node -> (FailureDomain, explained: Int)? in
            guard !node.isSite, !lost.contains(domain),
                !node.isProvider || topology.rules.inferProviders
            else { return nil }
            let fallen = node.children.count { isLost($0, lost) }
            guard fallen >= 2, fallen * 100 >= topology.rules.inferAt.value * node.childCount
            else { return nil }
            let explained = unexplained.count { map.lies($0, in: domain) }
            return explained > 0 ? (domain, explained) : nil
        }
        return found.max { $0.explained < $1.explained }?.0
    }

    /// A domain with one child is lost with it.
    private func isLost(_ domain: FailureDomain, _ lost: OrderedSet<FailureDomain>) -> Bool {
        if lost.contains(domain) { return true }
        guard let node = map.nodes[domain], node.childCount == 1, let only = node.children.first
        else { return false }
        return isLost(only, lost)
    }
}
