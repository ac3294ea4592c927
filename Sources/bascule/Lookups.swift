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

    func door(named name: String) throws -> DoorStatus {
        if let found = doors.first(where: { $0.id.name == name }) { return found }
        throw Refusal(fault: .unknown("front door", name, among: doors.map(\.id.name)))
    }

    /// What a host's, site's, edge's or domain's name means; a fate is known to the controller.
    func place(named name: String) throws -> HoldPlace {
        let hosts = sites.flatMap(\.hosts).map(\.id)
        if let host = hosts.first(where: { $0.name == name }) { return .host(id: host) }
        if let edge = edges.first(where: { $0.name == name }) { return .edge(id: edge) }
        let domain = try domain(named: name)
        let domains = sites.flatMap(\.domain.prefixes)
        guard domain.isFate || domains.contains(domain) else {
            let known = sites.map(\.id.name) + hosts.map(\.name) + edges.map(\.name)
            let wide = domains.map(\.name) + self.domains.map(\.id.name)
            let all = known + wide.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
            throw Refusal(fault: .unknown("host, site, edge or domain", name, among: all))
        }
        return .domain(id: domain)
    }

    /// The edges that front doors stand at.
    private var edges: [EdgeID] {
        let names = doors.compactMap { door -> String? in
            let parts = door.id.name.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0] == "haproxy" else { return nil }
            return parts[1].split(separator: "/").first.map(String.init)
        }
        return names.reduce(into: []) { edges, name in
            if !edges.contains(EdgeID(name)) { edges.append(EdgeID(name)) }
        }
    }

    /// Who is moved when a domain is declared lost.
    func losing(_ domain: FailureDomain) -> String {
        let hosts = sites.filter { domain.contains($0.domain) }.flatMap(\.hosts).map(\.id)
        let served = regions.filter { region in
            region.allocation?.hosts.contains(where: hosts.contains) ?? false
        }
        let names = served.map { "\($0.id) (\($0.peakUsers) users at their peak)" }
        let who = domain.isFate ? "what is served in it" : names.joined(separator: ", ")
        return "This moves \(who.isEmpty ? "nobody now" : who) out of \(domain), and keeps new "
            + "users from it until `bascule declare alive` or `declare seen`.\n"
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
    func host(named name: String) throws -> HostID {
        guard hosts[HostID(name)] == nil else { return HostID(name) }
        throw Refusal(fault: .unknown("host", name, among: hosts.keys.map(\.name)))
    }

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
