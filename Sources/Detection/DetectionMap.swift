import OrderedCollections
import TopologyModel
import Values

/// What Detection looks up of a topology, by number: targets, what they are about, who may vote.
struct DetectionMap: Sendable {
    /// A service, edge, name server or dependency: lost when every group is lost, up when one
    /// group is wholly up.
    struct Subject: Sendable {
        /// Numbers of targets: one group a family of a service or edge, one a
        /// probe of a dependency.
        var groups: [[Int]] = []
        /// The vantage points that may judge it, as indices of the topology's controllers.
        var voters: [Int] = []
        /// The number of the service that it is; nil for what is none.
        var service: Int?
        /// Nil for what is none.
        var dependency: DependencyID?
    }

    enum Owner: Sendable {
        case service(Int)
        case dependency(Int)
        case edge(Int)
        case nameServer(Int)
        case reference
    }

    let targets: OrderedDictionary<ProbeTarget, ProbeRules>
    private(set) var owners: [Owner] = []
    private(set) var services: OrderedDictionary<VerdictBoard.Service, Subject> = [:]
    private(set) var dependencies: OrderedDictionary<DependencyID, Subject> = [:]
    private(set) var edges: OrderedDictionary<EdgeID, Subject> = [:]
    private(set) var nameServers: OrderedDictionary<VerdictBoard.NameServer, Subject> = [:]
    private(set) var references: [Int] = []
    /// The services at each host that is probed at all, by number.
    private(set) var hosts: OrderedDictionary<HostID, [Int]> = [:]
    let controllers: [ControllerID]
    let domains: DomainMap

    init(of topology: Topology) {
        let declared = probeTargets(of: topology)
        targets = OrderedDictionary(
            declared.map { ($0.target, $0.rules) }, uniquingKeysWith: { first, _ in first })
        controllers = topology.controllers.map(\.id)
        domains = DomainMap(of: topology)
        for (number, target) in targets.keys.enumerated() { place(target, number, in: topology) }
    }

    private mutating func place(_ target: ProbeTarget, _ number: Int, in topology: Topology) {
        switch target.subject {
        case .service(let region, let host):
            place(
                target, number, of: VerdictBoard.Service(region: region, host: host), in: topology)
        case .dependency(let id):
            let voters = Array(controllers.indices)
            dependencies[id, default: Subject(voters: voters, dependency: id)].groups.append([
                number
            ])
            owners.append(.dependency(dependencies.index(forKey: id) ?? 0))
        case .edge(let id):
            let site = topology.edges[id]?.site
            var subject = edges[id] ?? Subject(voters: voters(on: site, in: topology))
            add(target, number, to: &subject)
            edges[id] = subject
            owners.append(.edge(edges.index(forKey: id) ?? 0))
        case .nameServer(let zone, let endpoint):
            let id = VerdictBoard.NameServer(zone: zone, endpoint: endpoint)
            let site = topology.zones[zone]?.servers.first { $0.endpoint == endpoint }?.site
            nameServers[id] = Subject(
                groups: [[number]], voters: voters(on: site, in: topology))
            owners.append(.nameServer(nameServers.index(forKey: id) ?? 0))
        case .reference:
            references.append(number)
            owners.append(.reference)
        }
    }

    private mutating func place(
        _ target: ProbeTarget, _ number: Int, of service: VerdictBoard.Service,
        in topology: Topology
    ) {
        if services[service] == nil {
            let site = topology.hosts[service.host]?.site
            services[service] = Subject(
                voters: voters(on: site, in: topology), service: services.count)
            hosts[service.host, default: []].append(services.count - 1)
        }
        let index = services.index(forKey: service) ?? 0
        add(target, number, to: &services.values[index])
        owners.append(.service(index))
    }

    /// One group a family.
    private func add(_ target: ProbeTarget, _ number: Int, to subject: inout Subject) {
        let family = subject.groups.firstIndex { group in
            group.contains { targets.keys[$0].family == target.family }
        }
        if let family {
            subject.groups[family].append(number)
        } else {
            subject.groups.append([number])
        }
    }

    /// Vantage points at the judged site itself do not vote on it, unless there are no others.
    private func voters(on site: SiteID?, in topology: Topology) -> [Int] {
        let all = topology.controllers
        guard let judged = site.flatMap({ topology.sites[$0] })?.domain else {
            return Array(all.indices)
        }
        let outside = all.indices.filter { index in
            let own = all[index].site.flatMap { topology.sites[$0] }
            return !(own.map { judged.contains($0.domain) } ?? false)
        }
        return outside.isEmpty ? Array(all.indices) : outside
    }
}
