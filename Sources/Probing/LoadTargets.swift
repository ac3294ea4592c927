import OrderedCollections
import TopologyModel
import Values

/// Everything that is asked in one reading, and asked again only when that has ended.
enum LoadTarget: Hashable, Sendable {
    /// A host's own page for one region.
    case page(host: HostID, region: RegionID, endpoint: Endpoint, header: String, path: String)
    case query(host: HostID, regions: [RegionID], PrometheusQuery)
    /// The counters of every edge that some host is read from, summed by host and region.
    case edges([Edge], [ServedPart])

    /// What stays the same of it at a reload.
    enum Key: Hashable, Sendable {
        case page(HostID, RegionID)
        case query(HostID)
        case edges
    }

    var key: Key {
        switch self {
        case .page(let host, let region, _, _, _): .page(host, region)
        case .query(let host, _, _): .query(host)
        case .edges: .edges
        }
    }
}

/// A host's part of a region, and the backends that it is a server of.
struct ServedPart: Hashable, Sendable {
    let host: HostID
    let region: RegionID
    let doors: [HAProxyDoor]
}

extension Topology {
    /// What is asked for the load of its hosts, in declared order.
    var loadTargets: [LoadTarget] {
        let targets = hosts.values.flatMap { host -> [LoadTarget] in
            let served = regions.values.filter { $0.hosts.contains(host.id) }
            switch host.load {
            case .http(let path): return served.compactMap { page(of: $0, at: host, path) }
            case .prometheus(let query):
                return [.query(host: host.id, regions: served.map(\.id), query)]
            case .haproxy, nil: return []
            }
        }
        let parts = servedParts
        let asked = edges.values.filter { edge in
            parts.contains { $0.doors.contains { $0.edge == edge.id } }
        }
        return targets + (parts.isEmpty ? [] : [.edges(asked, parts)])
    }

    private func page(of region: Region, at host: Host, _ path: String) -> LoadTarget? {
        host.addresses.all.first.map { endpoint in
            .page(
                host: host.id, region: region.id, endpoint: endpoint, header: region.hostHeader,
                path: path)
        }
    }

    private var servedParts: [ServedPart] {
        hosts.values.filter { $0.load == .haproxy }.flatMap { host in
            regions.values.filter { $0.hosts.contains(host.id) }.map { region in
                ServedPart(host: host.id, region: region.id, doors: region.haproxyDoors)
            }
        }
    }
}

extension Region {
    /// The name under which its users ask: that of a probe, else of a front door, else its own.
    var hostHeader: String {
        let probed = probes.lazy.compactMap { probe -> String? in
            switch probe {
            case .http(let host, _, _, _): host
            case .https(let check): check.host
            case .tcp, .dns, .exec: nil
            }
        }.first
        let named = frontDoors.lazy.compactMap { door -> String? in
            if case .dns(let door) = door { door.name } else { nil }
        }.first
        return probed ?? named ?? id.name
    }

    fileprivate var haproxyDoors: [HAProxyDoor] {
        frontDoors.compactMap { if case .haproxy(let door) = $0 { door } else { nil } }
    }
}
