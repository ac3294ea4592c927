import OrderedCollections
package import Values

// The same topology with something else in it: what "what if" asks about.

extension Topology {
    package func with(hosts: [Host]? = nil, regions: [Region]? = nil) -> Topology {
        Topology(
            calendar: calendar, rules: rules, providers: Array(providers.values),
            sites: Array(sites.values), hosts: hosts ?? Array(self.hosts.values),
            edges: Array(edges.values), zones: Array(zones.values),
            dependencies: Array(dependencies.values), classes: classes, controllers: controllers,
            references: references, regions: regions ?? Array(self.regions.values))
    }

    /// The same where so many more users come at every hour; in percent of the curves.
    package func surging(_ percent: Int) -> Topology {
        with(
            regions: regions.values.map { region in
                let peak = region.demand.peakUsers.multipliedReportingOverflow(by: percent)
                let users = peak.overflow ? Users.usersMax : peak.partialValue / 100
                return region.with(peakUsers: min(users, Users.usersMax))
            })
    }

    /// The same where a load test has proven another number of users of one host, and of logins a
    /// second where that is said.
    package func proving(_ users: Users, loginsPerSecond: Int?, of id: HostID) -> Topology {
        with(
            hosts: hosts.values.map { host in
                let proven = Capacity(
                    users: users,
                    loginsPerSecond: loginsPerSecond ?? host.capacity.loginsPerSecond,
                    measured: host.capacity.measured)
                return host.id == id ? host.with(proven) : host
            })
    }

    /// The same without one host: a region whose home it is has its first standby for a home.
    ///
    /// - Returns: Nil where some region has no other host.
    package func without(_ id: HostID) -> Topology? {
        let homeless = regions.values.contains { $0.hosts.allSatisfy { $0 == id } }
        guard !homeless else { return nil }
        return with(
            hosts: hosts.values.filter { $0.id != id },
            regions: regions.values.map { region in
                let left = region.hosts.filter { $0 != id }
                return region.with(primary: left[0], standbys: Array(left.dropFirst()))
            })
    }
}

extension Host {
    package func with(_ capacity: Capacity) -> Host {
        Host(
            id: id, site: site, addresses: addresses, capacity: capacity, load: load,
            sessions: sessions)
    }
}

extension Region {
    package func with(
        primary: HostID? = nil, standbys: [HostID]? = nil, peakUsers: Users? = nil,
        rules: RegionRules? = nil
    ) -> Region {
        Region(
            id: id, title: title, priority: priority,
            demand: peakUsers.map {
                Demand(peakUsers: $0, curve: demand.curve, shares: demand.shares)
            } ?? demand,
            probes: probes,
            primary: primary ?? self.primary, standbys: standbys ?? self.standbys,
            dependsOn: dependsOn, require: require, frontDoors: frontDoors,
            rules: rules ?? self.rules)
    }
}
