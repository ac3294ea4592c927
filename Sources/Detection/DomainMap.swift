package import OrderedCollections
package import TopologyModel
import Values

/// What comes under doubt when these domains are lost, each with the domain that brings the doubt.
package func doubted(
    byLossOf lost: [FailureDomain], in topology: Topology
) -> [(domain: FailureDomain, because: FailureDomain)] {
    let doubts = doubtedWith(each: lost, in: topology)
    return lost.flatMap { child in
        (doubts[child] ?? []).filter { !lost.contains($0) }.map { ($0, child) }
    }
}

/// What comes under doubt with each failure domain, were it lost alone.
package func doubtedWith(
    each domains: [FailureDomain], in topology: Topology
) -> OrderedDictionary<FailureDomain, [FailureDomain]> {
    let map = DomainMap(of: topology)
    return OrderedDictionary(
        domains.map { ($0, map.nodes[$0]?.parents ?? []) }, uniquingKeysWith: { first, _ in first })
}

/// The failure domains of a topology, and what falls with each.
struct DomainMap: Sendable {
    struct Node: Sendable {
        /// Whether it is a whole provider: the widest part of a path.
        let isProvider: Bool
        /// Probed hosts of sites whose own domain it is.
        let directHosts: [HostID]
        /// All probed hosts in it.
        let hosts: [HostID]
        let sites: OrderedSet<SiteID>
        /// The next deeper domains of a path that hold probed hosts, or the sites of a fate.
        let children: [FailureDomain]
        /// What comes under doubt when it is lost: wider domains but the provider, and its sites'
        /// fates.
        let parents: [FailureDomain]

        /// Whether it is a site's own domain and nothing wider: seen lost, never inferred.
        var isSite: Bool { children.isEmpty && !directHosts.isEmpty }
        /// How many children can be lost; hosts beside deeper domains count as one.
        var childCount: Int { children.count + (directHosts.isEmpty ? 0 : 1) }
    }

    /// Deepest paths first, then fates, so that children come before their parents.
    let nodes: OrderedDictionary<FailureDomain, Node>
    let siteDomains: OrderedDictionary<HostID, FailureDomain>

    init(of topology: Topology) {
        let probed = OrderedSet(topology.regions.values.flatMap(\.hosts))
        let hosts = topology.hosts.values.filter { probed.contains($0.id) }
        let all = topology.domains
        let ordered = all.filter { !$0.isFate }.reversed() + all.filter(\.isFate)
        nodes = OrderedDictionary(
            ordered.map { ($0, DomainMap.node($0, of: hosts, in: topology)) },
            uniquingKeysWith: { first, _ in first })
        siteDomains = OrderedDictionary(
            hosts.compactMap { host in topology.sites[host.site].map { (host.id, $0.domain) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// Whether all that falls with `inner` falls with `outer` too, by declaration.
    func lies(_ inner: FailureDomain, in outer: FailureDomain) -> Bool {
        guard !outer.contains(inner) else { return true }
        guard let inside = nodes[inner]?.sites, let outside = nodes[outer]?.sites else {
            return false
        }
        return inside.isSubset(of: outside)
    }

    /// Those of the lost domains that no other of them explains; of two that hold the same, the
    /// first.
    func independent(of lost: OrderedSet<FailureDomain>) -> [FailureDomain] {
        lost.enumerated().filter { place, domain in
            !lost.enumerated().contains { otherPlace, other in
                other != domain && lies(domain, in: other)
                    && (!lies(other, in: domain) || otherPlace < place)
            }
        }.map(\.element)
    }

    private static func node(
        _ domain: FailureDomain, of hosts: [Host], in topology: Topology
    ) -> Node {
        let sites = topology.sites.values.filter { $0.isIn(domain) }
        let inside = hosts.filter { host in sites.contains { $0.id == host.site } }
        let direct = inside.filter { topology.sites[$0.site]?.domain == domain }
        let probedSites = sites.filter { site in inside.contains { $0.site == site.id } }
        let children = OrderedSet(probedSites.compactMap { child(of: domain, towards: $0) })
        let wider = domain.prefixes.filter { $0 != domain && $0.depth > 1 && !$0.isFate }
        let fates = domain.isFate ? [] : sites.flatMap(\.fate)
        return Node(
            isProvider: !domain.isFate && domain.depth == 1, directHosts: direct.map(\.id),
            hosts: inside.map(\.id), sites: OrderedSet(sites.map(\.id)),
            children: Array(children), parents: Array(OrderedSet(wider + fates)))
    }

    /// The child of `domain` in which the site lies, or nil when the site is its own.
    private static func child(of domain: FailureDomain, towards site: Site) -> FailureDomain? {
        guard !domain.isFate else { return site.domain }
        return site.domain.prefixes.first { $0.depth == domain.depth + 1 }
    }
}
