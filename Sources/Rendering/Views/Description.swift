package import Documents
import Detection
import OrderedCollections
package import Playbooks
import Situations
package import TopologyModel
package import Values

/// One object of the topology, or one run, that a name means.
package enum ObjectReference: Hashable, Sendable {
    case region(RegionID)
    case host(HostID)
    case site(SiteID)
    case edge(EdgeID)
    case zone(ZoneID)
    case door(FrontDoorID)
    case domain(FailureDomain)
    case dependency(DependencyID)
    case controller(ControllerID)
    case playbook(String)
    case run(RunID)

    /// The word that goes before the slash: `host/ent-sbg2`.
    package var kind: String {
        switch self {
        case .region: "region"
        case .host: "host"
        case .site: "site"
        case .edge: "edge"
        case .zone: "zone"
        case .door: "door"
        case .domain: "domain"
        case .dependency: "dependency"
        case .controller: "controller"
        case .playbook: "playbook"
        case .run: "run"
        }
    }

    package var name: String {
        switch self {
        case .region(let id): id.name
        case .host(let id): id.name
        case .site(let id): id.name
        case .edge(let id): id.name
        case .zone(let id): id.name
        case .door(let id): id.name
        case .domain(let id): id.name
        case .dependency(let id): id.name
        case .controller(let id): id.name
        case .playbook(let name): name
        case .run(let id): "\(id)"
        }
    }
}

extension Picture {
    /// Everything that can be described, in the order of the topology.
    package var objects: [ObjectReference] {
        let runs = status?.runs.map { ObjectReference.run($0.id) } ?? []
        return topology.regions.keys.map(ObjectReference.region)
            + topology.hosts.keys.map(ObjectReference.host)
            + topology.sites.keys.map(ObjectReference.site)
            + topology.edges.keys.map(ObjectReference.edge)
            + topology.zones.keys.map(ObjectReference.zone)
            + doors.map { ObjectReference.door($0.name) }
            + topology.domains.map(ObjectReference.domain)
            + topology.dependencies.keys.map(ObjectReference.dependency)
            + topology.controllers.map { ObjectReference.controller($0.id) }
            + playbooks.map { ObjectReference.playbook($0.name) } + runs
    }

    /// What a name means: `ent-sbg2`, `host/ent-sbg2`, the DNS name of a door.
    package func objects(named name: String) -> [ObjectReference] {
        let found = objects.filter { "\($0.kind)/\($0.name)" == name || $0.name == name }
        if !found.isEmpty { return found }
        return objects.filter { $0.kind == "door" && $0.name == "dns:" + name.lowercased() }
    }
}

/// All that is known of one object.
package struct Description: APIDocument, Hashable {
    package struct Property: Hashable, Encodable, Sendable {
        package let name: String
        package let value: String

        init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
    }

    /// One link of the way from a name to the ground.
    package struct Link: Hashable, Encodable, Sendable {
        package let kind: String
        package let name: String
        package let note: String?
        package let standing: Judgement?
    }

    /// What stands in one failure domain beside the object.
    package struct Shared: Hashable, Encodable, Sendable {
        package let domain: FailureDomain
        package let standing: Judgement
        /// `host/ent-sbg1`, `edge/edge-1`, `zone/ent.example`, `controller/c1`.
        package let with: [String]
    }

    package struct Change: Hashable, Encodable, Sendable {
        package let seq: Int
        package let at: Instant
        package let text: String

        package init(seq: Int, at: Instant, text: String) {
            (self.seq, self.at, self.text) = (seq, at, text)
        }
    }

    package static let kind = "Description"
    package let object: String
    package let name: String
    package let standing: Judgement?
    package var properties: [Property] = []
    /// Ways from names to the ground, one a region, door and host.
    package var chains: [[Link]] = []
    package var probes: [ProbeStatus] = []
    package var sharesFate: [Shared] = []
    package var doors: [DoorRow] = []
    package var holds: [BlockedItem] = []
    package var runs: [StatusDocument.RunStatus] = []
    /// The last entries of the journal about it, oldest first.
    package var changes: [Change] = []

    init(_ reference: ObjectReference, _ standing: Judgement?) {
        (object, name, self.standing) = (reference.kind, reference.name, standing)
    }
}

extension Picture {
    package func description(
        of reference: ObjectReference, probes: [ProbeStatus] = [],
        changes: [Description.Change] = []
    ) -> Description {
        var description = description(of: reference)
        description.probes = probes
        description.changes = changes
        let about = names(about: reference)
        description.holds = (status?.blocked ?? []).filter { item in
            item.about.map(about.contains) ?? false
        }
        return description
    }

    /// The names that a hold of the object may be about.
    private func names(about reference: ObjectReference) -> [String] {
        switch reference {
        case .region(let id):
            let doors = topology.regions[id]?.frontDoors.map(\.id.name) ?? []
            let runs = status?.regions.first { $0.id == id }?.run.map { "\($0)" }
            return [id.name] + doors + [runs].compactMap(\.self)
        case .host(let id):
            return topology.site(of: id)?.domains.map(\.name) ?? []
        case .site(let id): return topology.sites[id]?.domains.map(\.name) ?? []
        case .edge, .zone, .door, .domain, .dependency, .controller, .playbook, .run:
            return [reference.name]
        }
    }

    private func description(of reference: ObjectReference) -> Description {
        switch reference {
        case .region(let id):
            topology.regions[id].map { describe($0) } ?? Description(reference, nil)
        case .host(let id):
            topology.hosts[id].map { describe($0) } ?? Description(reference, nil)
        case .site(let id):
            topology.sites[id].map { describe($0) } ?? Description(reference, nil)
        case .edge(let id):
            topology.edges[id].map { describe($0) } ?? Description(reference, nil)
        case .zone(let id):
            topology.zones[id].map { describe($0) } ?? Description(reference, nil)
        case .door(let id): describe(id)
        case .domain(let id): describe(id)
        case .dependency(let id): describe(id)
        case .controller(let id): describe(id)
        case .playbook(let name): describe(playbook: name)
        case .run(let id): describe(id)
        }
    }
}
