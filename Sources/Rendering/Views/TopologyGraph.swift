package import Detection
import Documents
import OrderedCollections
import Playbooks
import Situations
import TopologyModel
import Values

/// The chain from names to hosts as nodes and arrows, each place inside the domains it falls with.
package struct TopologyGraph: Hashable, Encodable, Sendable {
    package enum Kind: String, CaseIterable, Hashable, Codable, Sendable {
        case region, door, zone, edge, host, site, domain, fate, dependency
    }

    package struct Node: Hashable, Encodable, Sendable {
        /// `host/ent-sbg2`.
        package let id: String
        package let kind: Kind
        package let name: String
        package let verdict: Verdict?
        /// The node that it stands in: a site of its domain, a domain of the wider one.
        package let inside: String?
    }

    package struct Arrow: Hashable, Encodable, Sendable {
        package let from: String
        package let to: String
        /// `100%`, `standby`; empty where the arrow says it all.
        package let label: String
        /// Whether users go that way now.
        package let isInUse: Bool
    }

    package let nodes: [Node]
    package let arrows: [Arrow]
}

extension Picture {
    package var graph: TopologyGraph {
        TopologyGraph(
            nodes: placeNodes + thingNodes,
            arrows: regionArrows + doorArrows + placeArrows + dependencyArrows)
    }

    private func id(_ kind: TopologyGraph.Kind, _ name: some Identifier) -> String {
        "\(kind.rawValue)/\(name.name)"
    }

    private func node(
        _ kind: TopologyGraph.Kind, _ name: some Identifier, _ verdict: Verdict?,
        inside: String? = nil
    ) -> TopologyGraph.Node {
        TopologyGraph.Node(
            id: id(kind, name), kind: kind, name: name.name, verdict: verdict, inside: inside)
    }

    private var placeNodes: [TopologyGraph.Node] {
        let domains = topology.domains.map { domain in
            let wider = domain.prefixes.dropLast().last.map { id(.domain, $0) }
            return node(
                domain.isFate ? .fate : .domain, domain, judgement(of: domain).verdict,
                inside: wider)
        }
        let sites = topology.sites.values.map {
            node(.site, $0.id, judgement(of: $0).verdict, inside: id(.domain, $0.domain))
        }
        let hosts = topology.hosts.values.map {
            node(.host, $0.id, judgement(of: $0.id).verdict, inside: id(.site, $0.site))
        }
        let edges = topology.edges.values.map {
            node(.edge, $0.id, judgement(of: $0.id).verdict, inside: id(.site, $0.site))
        }
        return domains + sites + hosts + edges
    }

    private var thingNodes: [TopologyGraph.Node] {
        let regions = topology.regions.values
        return regions.map { node(.region, $0.id, nil) }
            + regions.flatMap { region in region.frontDoors.map { node(.door, $0.id, nil) } }
            + topology.zones.values.map { node(.zone, $0.id, judgement(of: $0.id).verdict) }
            + topology.dependencies.values.map {
                node(.dependency, $0.id, judgement(of: $0.id).verdict)
            }
    }

    private func arrow(
        _ from: String, _ to: String, _ label: String = "", isInUse: Bool = true
    ) -> TopologyGraph.Arrow {
        TopologyGraph.Arrow(from: from, to: to, label: label, isInUse: isInUse)
    }

    private var regionArrows: [TopologyGraph.Arrow] {
        topology.regions.values.flatMap { region in
            region.frontDoors.map { arrow(id(.region, region.id), id(.door, $0.id)) }
        }
    }

    private var doorArrows: [TopologyGraph.Arrow] {
        topology.regions.values.flatMap { region in
            region.frontDoors.flatMap { door in arrows(of: door, in: region) }
        }
    }

    private func arrows(of door: FrontDoor, in region: Region) -> [TopologyGraph.Arrow] {
        let from = id(.door, door.id)
        switch door {
        case .dns(let dns):
            let zone = arrow(from, id(.zone, dns.zone), "answered by")
            switch dns.points {
            case .hosts: return [zone] + hostArrows(from, of: region)
            case .edges: return [zone] + edges(of: region).map { arrow(from, id(.edge, $0)) }
            }
        case .haproxy(let proxy):
            return [arrow(from, id(.edge, proxy.edge), "held by")] + hostArrows(from, of: region)
        }
    }

    private func hostArrows(_ from: String, of region: Region) -> [TopologyGraph.Arrow] {
        region.hosts.map { host in
            let percent = percent(of: region, at: host)
            return arrow(
                from, id(.host, host), percent > .zero ? "\(percent)" : "standby",
                isInUse: percent > .zero)
        }
    }

    /// Fates tie sites together; name servers stand at sites.
    private var placeArrows: [TopologyGraph.Arrow] {
        let fates = topology.sites.values.flatMap { site in
            site.fate.map { arrow(id(.site, site.id), id(.fate, $0), "falls with") }
        }
        let servers = topology.zones.values.flatMap { zone in
            OrderedSet(zone.servers.map(\.site)).map {
                arrow(id(.zone, zone.id), id(.site, $0), "served at")
            }
        }
        return fates + servers
    }

    private var dependencyArrows: [TopologyGraph.Arrow] {
        let own = topology.regions.values.flatMap { region in
            region.dependsOn.map { arrow(id(.region, region.id), id(.dependency, $0), "needs") }
        }
        let theirs = topology.dependencies.values.flatMap { dependency in
            dependency.dependsOn.map {
                arrow(id(.dependency, dependency.id), id(.dependency, $0), "needs")
            }
        }
        return own + theirs
    }
}

/// `topology -o json`: everything that is declared, and the graph of it.
package struct TopologyDescription: APIDocument {
    package static let kind = "Topology"
    private let picture: Picture

    package init(_ picture: Picture) { self.picture = picture }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encode(picture.digest, forKey: Key("digest"))
        for (section, value) in picture.topology.declared {
            try fields.encode(value, forKey: Key(section))
        }
        try fields.encode(picture.graph, forKey: Key("graph"))
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
