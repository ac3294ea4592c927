import Detection
import Documents
import OrderedCollections
import TopologyModel
import Values

// The rows of places and of what regions need, in declared order.
extension Picture {
    package var sites: [SiteRow] {
        topology.sites.values.map { site in
            let hosts = topology.hosts.values.filter { $0.site == site.id }
            return SiteRow(
                name: site.id, provider: site.provider, domain: site.domain, fates: site.fate,
                labels: site.labels, standing: judgement(of: site), hosts: hosts.map(\.id),
                expectedUsers: hosts.map { expectedUsers(at: $0.id) }.reduce(0, +),
                capacityUsers: hosts.map(\.capacity.users).reduce(0, +))
        }
    }

    package var hosts: [HostRow] {
        topology.hosts.values.map { host in
            let site = topology.sites[host.site]
            return HostRow(
                name: host.id, site: host.site,
                domain: site?.domain ?? FailureDomain(host.site.name),
                standing: judgement(of: host.id), roles: roles(of: host.id),
                expectedUsers: expectedUsers(at: host.id), capacityUsers: host.capacity.users,
                loginsPerSecond: host.capacity.loginsPerSecond,
                measured: host.capacity.measured?.text, sessions: host.sessions.rawValue,
                ipv4: host.addresses.ipv4, ipv6: host.addresses.ipv6, labels: site?.labels ?? [],
                fates: site?.fate ?? [])
        }
    }

    package var edges: [EdgeRow] {
        topology.edges.values.map { edge in
            EdgeRow(
                name: edge.id, site: edge.site, domain: topology.sites[edge.site]?.domain,
                standing: judgement(of: edge.id),
                regions: topology.regions.values.filter { edges(of: $0).contains(edge.id) }
                    .map(\.id),
                ipv4: edge.addresses.ipv4, ipv6: edge.addresses.ipv6, socket: edge.socket.words,
                capacityUsers: edge.capacity?.users)
        }
    }

    package var zones: [ZoneRow] {
        topology.zones.values.map { zone in
            ZoneRow(
                name: zone.id, standing: judgement(of: zone.id),
                servers: zone.servers.map {
                    ZoneRow.Server(
                        address: $0.endpoint, site: $0.site, takesUpdates: $0.takesUpdates)
                },
                serversMin: zone.serversMin, ttlMin: zone.ttlMin, doors: doors(in: zone.id))
        }
    }

    func doors(in zone: ZoneID) -> [FrontDoorID] {
        topology.regions.values.flatMap(\.frontDoors).filter { door in
            if case .dns(let door) = door { door.zone == zone } else { false }
        }.map(\.id)
    }

    package var domains: [DomainRow] {
        topology.domains.map { domain in
            let known = status?.domains.first { $0.id == domain }
            let regions = regions(in: domain)
            return DomainRow(
                name: domain, isFate: domain.isFate, standing: judgement(of: domain),
                declared: known?.declaration?.kind.rawValue, doubtedUntil: known?.doubt?.until,
                sites: topology.sites.values.filter { $0.isIn(domain) }.map(\.id),
                hosts: topology.hosts(in: domain),
                serves: regions.filter(\.isServed).map(\.region.id),
                standsBy: regions.filter { !$0.isServed }.map(\.region.id))
        }
    }

    package var dependencies: [DependencyRow] {
        topology.dependencies.values.map { dependency in
            DependencyRow(
                name: dependency.id, standing: judgement(of: dependency.id),
                regions: topology.regions.values
                    .filter { topology.dependencies(of: $0).contains(dependency.id) }.map(\.id),
                dependsOn: dependency.dependsOn, loginsPerSecond: dependency.loginsPerSecond,
                probes: dependency.probes.map(\.endpoint))
        }
    }
}

extension RuntimeSocket {
    var words: String {
        switch self {
        case .unix(let path): path
        case .tcp(let endpoint): "\(endpoint)"
        }
    }
}
