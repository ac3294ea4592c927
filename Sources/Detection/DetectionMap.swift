import OrderedCollections
import TopologyModel
import Values

/// What Detection looks up of a topology, by number: targets, what they are about, who may vote.
struct DetectionMap: Sendable {
    /// A service or dependency: lost when every group is lost, up when one group is wholly up.
    struct Subject: Sendable {
        /// Numbers of targets: one group a family of a service, one a probe of a dependency.
        var groups: [[Int]] = []
        /// The vantage points that may judge it, as indices of the topology's controllers.
        var voters: [Int] = []
    }

    enum Owner: Sendable {
        case service(Int)
        case dependency(Int)
        case reference
    }

    let targets: OrderedDictionary<ProbeTarget, ProbeRules>
    private(set) var owners: [Owner] = []
    private(set) var services: OrderedDictionary<VerdictBoard.Service, Subject> = [:]
    private(set) var dependencies: OrderedDictionary<DependencyID, Subject> = [:]
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
            dependencies[id, default: Subject(voters: voters)].groups.append([number])
            owners.append(.dependency(dependencies.index(forKey: id) ?? 0))
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
            let voters = DetectionMap.voters(on: service.host, in: topology)
            services[service] = Subject(voters: voters)
            hosts[service.host, default: []].append(services.count - 1)
        }
        let index = services.index(forKey: service) ?? 0
        let family = services.values[index].groups.firstIndex { group in
            group.contains { targets.keys[$0].family == target.family }
        }
        if let family {
            services.values[index].groups[family].append(number)
        } else {
            services.values[index].groups.append([number])
        }
        owners.append(.service(index))
    }

    /// Vantage points at the host's own site do not judge it, unless there are no others.
    private static func voters(on host: HostID, in topology: Topology) -> [Int] {
        let all = topology.controllers
        guard let judged = topology.site(of: host)?.domain else { return Array(all.indices) }
        let outside = all.indices.filter { index in
            let own = all[index].site.flatMap { topology.sites[$0] }
            return !(own.map { judged.contains($0.domain) } ?? false)
        }
        return outside.isEmpty ? Array(all.indices) : outside
    }
}
