import OrderedCollections
import TopologyModel
import Values
import YAMLReading

// Checks of the whole, once every name is known.
extension TopologyDraft {
    /// A capacity older than this is worth a warning (days).
    private static let capacityAgeMax = 180

    func check(today: CivilDate, faults: Faults) {
        checkSites(faults)
        checkHosts(today, faults)
        for edge in topology.edges.values {
            checkReach(
                edge.addresses.all, of: "edge \(edge.id)", at: "edges.\(edge.id).addresses", faults)
        }
        checkHostsBehindNames(faults)
        checkLoadSources(faults)
        checkZones(faults)
        checkControllers(faults)
        checkDependencies(faults)
        checkCalendar(today, faults)
        for region in topology.regions.values { RegionChecks(self, region, faults).check() }
        checkDoorsAreOfOneRegion(faults)
    }

    private func checkSites(_ faults: Faults) {
        var known: [FailureDomain: SiteID] = [:]
        for site in topology.sites.values {
            let place = places["sites.\(site.id).domain"]
            let isDeclared = topology.providers[site.provider] != nil
            if isDeclared, site.domain.prefixes.first?.name != site.provider.name {
                faults.report(
                    at: place,
                    what: "the domain of site \(site.id) does not begin with its provider",
                    mend: "begin it with \(site.provider)/, or name another provider")
            }
            if let other = known[site.domain] {
                faults.report(
                    at: place, what: "sites \(other) and \(site.id) have the same domain",
                    mend: "give each site a path of its own, such as \(besides(site))")
            }
            known[site.domain] = site.id
        }
    }

    /// A path for the site beside the one that it took.
    private func besides(_ site: Site) -> String {
        let parents = site.domain.prefixes.dropLast()
        return (parents.last.map { "\($0)/" } ?? "\(site.domain)/") + site.id.name
    }

    private func checkHosts(_ today: CivilDate, _ faults: Faults) {
        var known: [Endpoint: HostID] = [:]
        for host in topology.hosts.values {
            checkReach(
                host.addresses.all, of: "host \(host.id)", at: "hosts.\(host.id).addresses", faults)
            for endpoint in host.addresses.all {
                if let other = known[endpoint] {
                    faults.report(
                        at: places["hosts.\(host.id).addresses"],
                        what: "hosts \(other) and \(host.id) have the same address \(endpoint)",
                        mend: "a host has an address of its own")
                }
                known[endpoint] = host.id
            }
            guard let measured = host.capacity.measured else { continue }
            let age = today.daysSince1970 - measured.daysSince1970
            if age > TopologyDraft.capacityAgeMax {
                faults.report(
                    .warning, at: places["hosts.\(host.id).capacity"],
                    what: "the capacity of \(host.id) was proven \(age) days ago",
                    mend: "repeat the load test, and write its date under measured")
            }
        }
    }

    /// Addresses that no user can reach: names would answer with them.
    private func checkReach(
        _ endpoints: [Endpoint], of what: String, at place: String, _ faults: Faults
    ) {
        for endpoint in endpoints {
            guard let why = endpoint.address.objectionToUsers else { continue }
            faults.report(
                at: places[place],
                what: "\(what) has the address \(endpoint.address.text), which serves nobody: "
                    + why,
                mend: "write the address that its users reach it at")
        }
    }

    /// A name holds addresses and no ports: two hosts on one address cannot be told apart there.
    private func checkHostsBehindNames(_ faults: Faults) {
        var known: [IPAddress: (host: HostID, endpoint: Endpoint)] = [:]
        for region in topology.regions.values
        where region.frontDoors.contains(where: { $0.granularity == .whole }) {
            for host in region.hosts.compactMap({ topology.hosts[$0] }) {
                for endpoint in host.addresses.all {
                    guard let other = known[endpoint.address] else {
                        known[endpoint.address] = (host.id, endpoint)
                        continue
                    }
                    if other.host == host.id || other.endpoint == endpoint { continue }
                    faults.report(
                        at: places["hosts.\(host.id).addresses"],
                        what: "hosts \(other.host) and \(host.id) share the address "
                            + "\(endpoint.address.text), and names point at hosts",
                        mend: "give each an address of its own, or put an edge before them")
                }
            }
        }
    }

    private func checkLoadSources(_ faults: Faults) {
        for host in topology.hosts.values where host.load == .haproxy {
            let regions = topology.regions.values.filter { $0.hosts.contains(host.id) }
            if regions.isEmpty || regions.contains(where: { !$0.edges.isEmpty }) { continue }
            faults.report(
                at: places["hosts.\(host.id)"],
                what: "the load of \(host.id) is read from HAProxy, and no edge splits its regions",
                mend: "read it by http or prometheus, or give a region of it an haproxy door")
        }
    }

    private func checkZones(_ faults: Faults) {
        for zone in topology.zones.values where places.isWhole("zones.\(zone.id)") {
            let place = places["zones.\(zone.id)"]
            let updating = zone.servers.count { $0.takesUpdates }
            if updating == 0 {
                faults.report(
                    at: place, what: "no server of zone \(zone.id) takes updates",
                    mend: "add update: true and a tsigKeyFile to its primary")
            }
            if zone.serversMin > max(updating, 1) {
                faults.report(
                    at: places["zones.\(zone.id).minServers"],
                    what:
                        "minServers is \(zone.serversMin), but \(updating) server(s) take updates",
                    mend: "lower it, or let more servers take updates")
            }
            if zone.servers.count == 1 {
                faults.report(
                    .warning, at: place, what: "zone \(zone.id) has only one name server",
                    mend: "add one at another site")
            } else if let domain = sharedDomain(of: zone.servers.map(\.site)) {
                faults.report(
                    at: place, what: "all name servers of zone \(zone.id) stand in \(domain)",
                    mend: "put one outside of it")
            }
        }
    }

    private func checkControllers(_ faults: Faults) {
        let controllers = topology.controllers
        let place = places["controllers"]
        if controllers.count == 1 {
            return faults.report(
                .warning, at: place, what: "there is only one controller",
                mend: "it is one vantage point, and nobody stands in for it; several come with etcd"
            )
        }
        for domain in topology.domains where domain.isFate || domain.depth > 1 {
            let inside = controllers.count { controller in
                controller.site.flatMap { topology.sites[$0] }?.isIn(domain) ?? false
            }
            if inside * 2 > controllers.count {
                faults.report(
                    at: place,
                    what: "\(inside) of \(controllers.count) controllers stand in \(domain)",
                    mend: "spread them, so that a majority survives it")
            }
        }
    }

    private func checkDependencies(_ faults: Faults) {
        var sound: Set<DependencyID> = []
        for dependency in topology.dependencies.values {
            var path = [dependency.id]
            if let cycle = cycle(from: &path, besides: &sound) {
                faults.report(
                    at: places["dependencies.\(dependency.id)"],
                    what: "dependencies go in a circle: "
                        + cycle.map(\.name).joined(separator: " needs "),
                    mend: "take one of them out of dependsOn")
                return
            }
        }
    }

    /// Each dependency is looked at once: from a `sound` one no way leads back.
    private func cycle(
        from path: inout [DependencyID], besides sound: inout Set<DependencyID>
    ) -> [DependencyID]? {
        guard let last = path.last, !sound.contains(last) else { return nil }
        for next in topology.dependencies[last]?.dependsOn ?? [] {
            if let start = path.firstIndex(of: next) { return Array(path[start...]) + [next] }
            path.append(next)
            if let found = cycle(from: &path, besides: &sound) { return found }
            path.removeLast()
        }
        sound.insert(last)
        return nil
    }

    private func checkCalendar(_ today: CivilDate, _ faults: Faults) {
        let ends = topology.calendar.holidays.map(\.until)
        guard places.isWhole("calendar"), let last = ends.max(), last < today else { return }
        faults.report(
            .warning, at: places["calendar"],
            what: "the calendar's last holidays ended on \(last.text)",
            mend: "add those of this school year")
    }

    private func checkDoorsAreOfOneRegion(_ faults: Faults) {
        var known: [FrontDoorID: RegionID] = [:]
        for region in topology.regions.values {
            for door in region.frontDoors {
                if let other = known[door.id] {
                    faults.report(
                        at: places["regions.\(region.id).frontDoors"],
                        what: other == region.id
                            ? "\(door.id) is a front door of \(other) twice"
                            : "\(door.id) is a front door of \(other) and of \(region.id)",
                        mend: "a door belongs to one region, once")
                }
                known[door.id] = region.id
            }
        }
    }

    /// The widest domain below a provider, or fate, that all the sites share.
    func sharedDomain(of sites: [SiteID]) -> FailureDomain? {
        let all = sites.compactMap { topology.sites[$0] }
        guard let first = all.first, all.count == sites.count else { return nil }
        return first.domains.first { domain in
            (domain.isFate || domain.depth > 1) && all.allSatisfy { $0.isIn(domain) }
        }
    }
}
