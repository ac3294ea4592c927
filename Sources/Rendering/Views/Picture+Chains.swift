import Detection
import Documents
import OrderedCollections
import Situations
import TopologyModel
import Values

// The way from a name to the ground, and who falls with what.
extension Picture {
    typealias Link = Description.Link

    /// One chain a door of the region that leads to the host: name, edge, host, site, domains.
    func chains(of region: Region, to host: HostID) -> [[Link]] {
        region.frontDoors.flatMap { door in
            ways(through: door, of: region).map { way in
                [link(to: region)] + way + [link(to: host, of: region)]
                    + (topology.site(of: host).map { ground(of: $0) } ?? [])
            }
        }
    }

    /// A name of the edges leads to the host through each edge that holds the region.
    private func ways(through door: FrontDoor, of region: Region) -> [[Link]] {
        switch door {
        case .dns(let dns):
            let zone = Link(
                kind: "zone", name: dns.zone.name, note: nil, standing: judgement(of: dns.zone))
            let name = link(to: door)
            switch dns.points {
            case .hosts: return [[name, zone]]
            case .edges: return edges(of: region).map { [name, zone, link(to: $0)] }
            }
        case .haproxy(let proxy):
            // Where a name leads to the edges, the chain through it says it all.
            let isNamed = region.frontDoors.contains {
                if case .dns(let dns) = $0 { dns.points == .edges } else { false }
            }
            return isNamed ? [] : [[link(to: door), link(to: proxy.edge)]]
        }
    }

    private func link(to region: Region) -> Link {
        Link(kind: "region", name: region.id.name, note: nil, standing: nil)
    }

    private func link(to door: FrontDoor) -> Link {
        Link(
            kind: "door", name: door.id.name,
            note: "ttl \(door.tail.text), \(door.fencing.rawValue)", standing: nil)
    }

    func link(to edge: EdgeID) -> Link {
        Link(kind: "edge", name: edge.name, note: nil, standing: judgement(of: edge))
    }

    func link(to zone: ZoneID) -> Link {
        Link(kind: "zone", name: zone.name, note: nil, standing: judgement(of: zone))
    }

    private func link(to host: HostID, of region: Region) -> Link {
        let percent = percent(of: region, at: host)
        let role = region.primary == host ? "home" : "standby"
        return Link(
            kind: "host", name: host.name,
            note: percent > .zero ? "\(role), serves \(percent)" : role,
            standing: judgement(of: region.id, at: host))
    }

    /// A site, and everything that it falls with: narrowest first, then its fates.
    func ground(of site: Site) -> [Link] {
        let provider = topology.providers[site.provider]?.title ?? site.provider.name
        let place = Link(
            kind: "site", name: site.id.name, note: provider, standing: judgement(of: site))
        let domains = site.domain.prefixes.reversed() + site.fate
        return [place]
            + domains.map {
                Link(
                    kind: $0.isFate ? "fate" : "domain", name: $0.name, note: nil,
                    standing: judgement(of: $0))
            }
    }

    /// What else stands in each domain of these sites, narrowest domain first.
    func shared(at sites: [Site], besides own: String) -> [Description.Shared] {
        let domains = OrderedSet(sites.flatMap { $0.domain.prefixes.reversed() + $0.fate })
        return domains.compactMap { domain in
            let with = stands { site in topology.sites[site]?.isIn(domain) ?? false }
                .filter { $0 != own }
            guard !with.isEmpty else { return nil }
            return Description.Shared(
                domain: domain, standing: judgement(of: domain), with: with)
        }
    }

    /// Hosts, edges, zones (by their servers) and controllers at sites, as `host/ent-sbg1`.
    func stands(at isThere: (SiteID) -> Bool) -> [String] {
        topology.hosts.values.filter { isThere($0.site) }.map { "host/\($0.id)" }
            + topology.edges.values.filter { isThere($0.site) }.map { "edge/\($0.id)" }
            + topology.zones.values.filter { zone in zone.servers.contains { isThere($0.site) } }
            .map { "zone/\($0.id)" }
            + topology.controllers.filter { $0.site.map(isThere) ?? false }
            .map { "controller/\($0.id)" }
    }
}
