import OrderedCollections
import TopologyModel
import Values

/// The names that a fault can strike: hosts, sites, paths and fate labels.
struct FaultTargets: Sendable {
    private let topology: Topology

    init(_ topology: Topology) { self.topology = topology }

    /// The hosts that fall with `name`; the error suggests the nearest name.
    func hosts(named name: String) throws(LabError) -> [HostID] {
        if topology.hosts[HostID(name)] != nil { return [HostID(name)] }
        let domain = topology.sites[SiteID(name)]?.domain ?? FailureDomain(name)
        let fallen = topology.hosts(in: domain)
        if !fallen.isEmpty { return fallen }
        throw .refused(refusal(of: name))
    }

    /// The error suggests the nearest name.
    func region(named name: String) throws(LabError) -> RegionID {
        if topology.regions[RegionID(name)] != nil { return RegionID(name) }
        throw unknown(name, "region", among: topology.regions.keys.map(\.name))
    }

    /// The error suggests the nearest name.
    func host(named name: String) throws(LabError) -> HostID {
        if topology.hosts[HostID(name)] != nil { return HostID(name) }
        throw unknown(name, "host", among: topology.hosts.keys.map(\.name))
    }

    private func unknown(_ name: String, _ what: String, among names: [String]) -> LabError {
        let mend = didYouMean(name, among: names)
        return .refused(
            """
            '\(name)' is no \(what) of this topology
              mend: \(mend ?? "use one of \(names.joined(separator: ", "))")
            """)
    }

    private func refusal(of name: String) -> String {
        if names.contains(name) { return "no host stands in '\(name)', so nothing would change" }
        let mend = didYouMean(name, among: names)
        return """
            '\(name)' is no host, site or failure domain of this topology
              mend: \(mend ?? "use one of \(names.joined(separator: ", "))")
            """
    }

    private var names: [String] {
        var names = topology.hosts.keys.map(\.name) + topology.sites.keys.map(\.name)
        for domain in topology.domains where !names.contains(domain.name) {
            names.append(domain.name)
        }
        return names
    }
}
