import OrderedCollections
import Documents
import Playbooks
import Situations
import TopologyModel
import Values

extension StatusDocument {
    /// The region of that name, or a fault with the names that there are.
    func region(named name: String) throws -> RegionStatus {
        if let found = regions.first(where: { $0.id.name == name }) { return found }
        throw Refusal(fault: .unknown("region", name, among: regions.map(\.id.name)))
    }

    func run(named name: String) throws -> RunStatus {
        if let found = runs.first(where: { "\($0.id)" == name }) { return found }
        throw Refusal(fault: .unknown("run", name, among: runs.map { "\($0.id)" }))
    }

    /// The failure domain that a site's name, a path or a fate label means.
    func domain(named name: String) throws -> FailureDomain {
        if let site = sites.first(where: { $0.id.name == name }) { return site.domain }
        if let site = sites.first(where: { $0.hosts.contains { $0.id.name == name } }) {
            throw Refusal(fault: .host(name, isAt: site.id))
        }
        return FailureDomain(name)
    }
}

extension Topology {
    func domain(named name: String) throws -> FailureDomain {
        if let site = sites[SiteID(name)] { return site.domain }
        if let host = hosts[HostID(name)] { throw Refusal(fault: .host(name, isAt: host.site)) }
        return FailureDomain(name)
    }
}

extension Fault {
    /// A host's name is not taken for its site: others stand there.
    fileprivate static func host(_ name: String, isAt site: SiteID) -> Fault {
        Fault(
            what: "'\(name)' is a host, and no failure domain", mend: "name its site: \(site)")
    }

    static func unknown(_ kind: String, _ name: String, among known: [String]) -> Fault {
        Fault(what: "there is no \(kind) '\(name)'", mend: nameMend(for: name, among: known))
    }
}

extension RunID {
    static func named(_ text: String) throws -> RunID {
        guard let id = RunID(text: text) else {
            throw Fault(
                what: "'\(text)' is no run", mend: "runs are named like r7-3: bascule run list")
        }
        return id
    }
}
