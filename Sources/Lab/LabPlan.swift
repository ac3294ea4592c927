import OrderedCollections
import TopologyModel
import Values

/// What a lab stands up for a topology: its hosts, and stand-ins for references and dependencies.
struct LabPlan: Sendable {
    /// Something that only has to be there: a reference, or what a dependency's probes ask.
    struct StandIn: Sendable {
        let name: String
        let endpoint: Endpoint
        /// Empty where a connection is enough.
        var pages: [Page]
    }

    struct Page: Sendable {
        let path: String
        let status: Int
        let body: String
    }

    let hosts: [Host]
    let standIns: [StandIn]
    /// References and dependencies that are real ones, elsewhere: the lab leaves them alone.
    let leftAlone: [String]

    /// Throws every fault at once: hosts that are not on loopback or that share an endpoint.
    init(_ topology: Topology) throws(LabError) {
        hosts = Array(topology.hosts.values)
        let wanted = LabPlan.standIns(of: topology)
        let taken = LabPlan.endpointsOfOthers(in: topology)
        standIns = wanted.filter { $0.endpoint.address.isLoopback && !taken.contains($0.endpoint) }
        leftAlone = wanted.filter { !$0.endpoint.address.isLoopback }.map {
            "\($0.name) at \($0.endpoint)"
        }
        let faults = LabPlan.faults(of: hosts)
        guard faults.isEmpty else { throw faults.count == 1 ? faults[0] : .several(faults) }
    }

    private static func faults(of hosts: [Host]) -> [LabError] {
        var faults: [LabError] = []
        var owners: [Endpoint: HostID] = [:]
        for host in hosts {
            for endpoint in host.addresses.all {
                if !endpoint.address.isLoopback {
                    faults.append(.notLoopback(what: "host '\(host.id)'", endpoint))
                }
                if let owner = owners[endpoint] {
                    let (one, other) = ("host '\(owner)'", "host '\(host.id)'")
                    faults.append(.sharedEndpoint(one: one, other: other, endpoint))
                }
                owners[endpoint] = host.id
            }
        }
        return faults
    }

    /// Where hosts, real edges and real name servers listen; a reference may name one of them.
    private static func endpointsOfOthers(in topology: Topology) -> Set<Endpoint> {
        let hosts = topology.hosts.values.flatMap(\.addresses.all)
        let edges = topology.edges.values.flatMap(\.addresses.all)
        let nameServers = topology.zones.values.flatMap(\.servers).map(\.endpoint)
        return Set(hosts + edges + nameServers)
    }

    private static func standIns(of topology: Topology) -> [StandIn] {
        var standIns = topology.references.map {
            StandIn(name: "reference", endpoint: $0, pages: [])
        }
        for dependency in topology.dependencies.values {
            for probe in dependency.probes {
                let name = "dependency '\(dependency.id)'"
                standIns.append(
                    StandIn(name: name, endpoint: probe.endpoint, pages: pages(of: probe.kind)))
            }
        }
        return merged(standIns)
    }

    private static func pages(of kind: ProbeKind) -> [Page] {
        switch kind {
        case .tcp, .https, .dns, .exec: []
        case .http(_, let path, let status, let body):
            [Page(path: path, status: status, body: body ?? "ok")]
        }
    }

    /// One stand-in an endpoint, with the pages of all that are asked there.
    private static func merged(_ standIns: [StandIn]) -> [StandIn] {
        var merged: [StandIn] = []
        for standIn in standIns {
            if let index = merged.firstIndex(where: { $0.endpoint == standIn.endpoint }) {
                merged[index].pages += standIn.pages
            } else {
                merged.append(standIn)
            }
        }
        return merged
    }
}

extension IPAddress {
    /// 127.0.0.0/8 (RFC 1122, section 3.2.1.3) and ::1 (RFC 4291, section 2.5.3).
    var isLoopback: Bool {
        switch self {
        case .v4(let word): word >> 24 == 127
        case .v6(let high, let low): high == 0 && low == 1
        }
    }
}
