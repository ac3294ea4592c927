import Control
import Detection
import Documents
import OrderedCollections
import Playbooks
import Situations
import TopologyModel
import Values

// What `describe` says of each kind of object.
extension Picture {
    typealias Property = Description.Property

    func describe(_ region: Region) -> Description {
        var description = Description(.region(region.id), nil)
        let known = regionStatus(region.id)
        let expected = region.demand.users(at: now, in: topology.calendar)
        description.properties = [
            Property("title", region.title), Property("priority", "\(region.priority)"),
            Property("served by", known?.allocation?.words ?? "not asked"),
            Property("home", region.primary.name),
            Property("standbys", region.standbys.map(\.name).joined(separator: ", ")),
            Property("users", "\(expected) expected now, \(region.demand.peakUsers) at the peak"),
            Property("now", known?.nowWords(at: now) ?? "not asked"),
            Property("needs", words(region.dependsOn)), Property("requires", words(region.require)),
            Property("rto", region.rules.rto?.text ?? "none set"),
        ]
        description.chains = region.hosts.flatMap { chains(of: region, to: $0) }
        description.sharesFate = shared(
            at: region.hosts.compactMap { topology.site(of: $0) }, besides: "")
        description.doors = region.frontDoors.map { row(of: $0, region.id) }
        if let run = known?.run { description.runs = status?.runs.filter { $0.id == run } ?? [] }
        return description
    }

    func describe(_ host: Host) -> Description {
        let standing = judgement(of: host.id)
        var description = Description(.host(host.id), standing)
        let roles = roles(of: host.id).map { "\($0.region) (\($0.role), \($0.percent))" }
        let logins = host.capacity.loginsPerSecond.map { ", \($0) logins a second" } ?? ""
        let measured = host.capacity.measured.map { ", proven \($0.text)" } ?? ""
        description.properties = [
            Property("site", host.site.name),
            Property("addresses", host.addresses.all.map(\.description).joined(separator: ", ")),
            Property("capacity", "\(host.capacity.users) users\(logins)\(measured)"),
            Property("users", "\(expectedUsers(at: host.id)) expected now"),
            Property("regions", words(roles)), Property("sessions", host.sessions.rawValue),
            Property("labels", words(topology.sites[host.site]?.labels ?? [])),
        ]
        let regions = topology.regions.values.filter { $0.hosts.contains(host.id) }
        description.chains = regions.flatMap { chains(of: $0, to: host.id) }
        description.sharesFate = shared(
            at: [topology.sites[host.site]].compactMap(\.self), besides: "host/\(host.id)")
        description.doors = regions.flatMap { region in
            region.frontDoors.map { row(of: $0, region.id) }
        }
        return description
    }

    func describe(_ site: Site) -> Description {
        var description = Description(.site(site.id), judgement(of: site))
        let provider = topology.providers[site.provider]?.title ?? site.provider.name
        description.properties = [
            Property("provider", provider), Property("domain", site.domain.name),
            Property("fates", words(site.fate)), Property("labels", words(site.labels)),
            Property("holds", words(stands(at: { $0 == site.id }))),
        ]
        description.chains = [ground(of: site)]
        description.sharesFate = shared(at: [site], besides: "")
        return description
    }

    func describe(_ edge: Edge) -> Description {
        var description = Description(.edge(edge.id), judgement(of: edge.id))
        let regions = topology.regions.values.filter { edges(of: $0).contains(edge.id) }
        description.properties = [
            Property("site", edge.site.name), Property("socket", edge.socket.words),
            Property("addresses", words(edge.addresses.all)),
            Property("capacity", edge.capacity.map { "\($0.users) users" } ?? "not declared"),
            Property("regions", words(regions.map(\.id))),
        ]
        let sites = [topology.sites[edge.site]].compactMap(\.self)
        description.chains = sites.map { [link(to: edge.id)] + ground(of: $0) }
        description.sharesFate = shared(at: sites, besides: "edge/\(edge.id)")
        description.doors = doors.filter { $0.edge == edge.id }
        return description
    }

    func describe(_ zone: Zone) -> Description {
        var description = Description(.zone(zone.id), judgement(of: zone.id))
        description.properties = [
            Property(
                "servers",
                words(
                    zone.servers.map {
                        "\($0.endpoint) at \($0.site)" + ($0.takesUpdates ? "" : " (secondary)")
                    })),
            Property("must take", "\(zone.serversMin) of them, before a change counts as made"),
            Property("shortest ttl", zone.ttlMin.text),
        ]
        let sites = OrderedSet(zone.servers.map(\.site)).compactMap { topology.sites[$0] }
        description.chains = sites.map { [link(to: zone.id)] + ground(of: $0) }
        description.sharesFate = shared(at: sites, besides: "zone/\(zone.id)")
        description.doors = doors.filter { $0.zone == zone.id }
        return description
    }

    func describe(_ door: FrontDoorID) -> Description {
        var description = Description(.door(door), nil)
        guard let (region, declared) = topology.door(door) else { return description }
        let row = row(of: declared, region.id)
        let fencing =
            switch declared.fencing {
            case .compared: "compared: an order of an older epoch is refused there"
            case .advisory: "advisory: nothing there compares epochs; a late write is set right"
            }
        description.properties = [
            Property("region", region.id.name), Property("points to", row.points),
            Property("ttl", row.ttl.text), Property("desired", row.desired ?? "not known"),
            Property("holds", row.observed ?? "not read"),
            Property("standing", row.standing ?? "not asked"), Property("fencing", fencing),
        ]
        description.chains = region.hosts.flatMap { chains(of: region, to: $0) }
            .filter { chain in chain.contains { $0.name == door.name } }
        description.doors = [row]
        return description
    }

    func describe(_ domain: FailureDomain) -> Description {
        var description = Description(.domain(domain), judgement(of: domain))
        let regions = regions(in: domain)
        description.properties = [
            Property(
                "sites", words(topology.sites.values.filter { $0.isIn(domain) }.map(\.id))),
            Property("hosts", words(topology.hosts(in: domain))),
            Property("serves", words(regions.filter(\.isServed).map(\.region.id))),
            Property("stands by for", words(regions.filter { !$0.isServed }.map(\.region.id))),
            Property(
                "holds",
                words(stands(at: { self.topology.sites[$0]?.isIn(domain) ?? false }))),
        ]
        return description
    }

    func describe(_ dependency: DependencyID) -> Description {
        var description = Description(.dependency(dependency), judgement(of: dependency))
        let declared = topology.dependencies[dependency]
        let regions = topology.regions.values
            .filter { topology.dependencies(of: $0).contains(dependency) }
        description.properties = [
            Property("needed by", words(regions.map(\.id))),
            Property("needs", words(declared?.dependsOn ?? [])),
            Property("probed at", words(declared?.probes.map(\.endpoint) ?? [])),
            Property(
                "capacity",
                declared?.loginsPerSecond.map { "\($0) logins a second" } ?? "not declared"),
        ]
        if let logins = status?.dependencies.first(where: { $0.id == dependency })?.logins {
            description.properties.append(
                Property("logins", "\(logins.verdict.rawValue): \(logins.words)"))
        }
        return description
    }

    func describe(_ controller: ControllerID) -> Description {
        var description = Description(.controller(controller), nil)
        guard let row = controllers.first(where: { $0.name == controller }) else {
            return description
        }
        description.properties = [
            Property("state", row.state),
            Property("epoch", row.epoch.map { "\($0)" } ?? "not known here"),
            Property("site", row.site?.name ?? "outside every domain"),
        ]
        let sites = [row.site.flatMap { topology.sites[$0] }].compactMap(\.self)
        description.chains = sites.map { ground(of: $0) }
        description.sharesFate = shared(at: sites, besides: "controller/\(controller)")
        return description
    }

    func describe(playbook name: String) -> Description {
        var description = Description(.playbook(name), nil)
        guard let playbook = playbooks.first(where: { $0.name == name }) else {
            return description
        }
        description.properties = [
            Property("title", playbook.title),
            Property("steps", words(playbook.steps.map(\.name))),
            Property("pivot", playbook.steps.first(where: \.isPivot)?.name ?? "none"),
        ]
        return description
    }

    func describe(_ run: RunID) -> Description {
        var description = Description(.run(run), nil)
        description.runs = status?.runs.filter { $0.id == run } ?? []
        return description
    }

    private func words(_ all: some Collection<some CustomStringConvertible>) -> String {
        all.isEmpty ? "none" : all.map { "\($0)" }.joined(separator: ", ")
    }
}
