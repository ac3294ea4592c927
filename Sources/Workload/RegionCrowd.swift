package import TopologyModel
package import Values

/// The users of one region, by class, in the order in which the classes are let in.
package struct RegionCrowd: Hashable, Sendable {
    /// How many users there are for each who is in at the peak of an ordinary day: Hauts-de-France
    /// had a million pupils for some tens of thousands at a time (`incident.md` section 2.2).
    package static let populationFactor = 25

    package let region: RegionID
    package let demand: Demand
    /// As the region declares them; `ClassCrowd.inside` is in this order.
    package let hosts: [HostID]
    package let dependsOn: [DependencyID]
    package internal(set) var classes: [ClassCrowd]
    package var surge = Surge.none
    /// Requests a second at the region's door that never log in.
    package var attack = 0
    /// Who logged in at each host in the last second.
    package internal(set) var logins: [Int]
    private let shares: [Int]

    /// A region whose demand has no shares has one class, `everybody`.
    package init(_ region: Region, classes order: [UserClass], habits: CrowdHabits) {
        (self.region, demand, hosts) = (region.id, region.demand, region.hosts)
        dependsOn = region.dependsOn
        logins = region.hosts.map { _ in 0 }
        let declared = order.compactMap { kind in
            region.demand.shares.first { $0.classID == kind.id }
        }
        let ids = declared.isEmpty ? [ClassID("everybody")] : declared.map(\.classID)
        shares = declared.isEmpty ? [100] : declared.map(\.share.value)
        let people = min(region.demand.peakUsers, Users.usersMax / RegionCrowd.populationFactor)
        let populations = parts(of: people * RegionCrowd.populationFactor, by: shares)
        classes = zip(ids, populations).map {
            ClassCrowd(
                classID: $0, population: $1, hosts: region.hosts.count, habits: habits)
        }
    }

    /// Who wants to be in at `now`, by class.
    package func wanted(at now: Instant, in calendar: Calendar) -> [Users] {
        let ordinary = demand.usersWithoutJumps(at: now, in: calendar)
        let users = min(surge.factor(at: now).roundedUp(of: ordinary), Users.usersMax)
        return parts(of: users, by: shares)
    }

    package mutating func settle(at now: Instant, in calendar: Calendar, host: Int) {
        for (index, users) in wanted(at: now, in: calendar).enumerated() {
            classes[index].settle(users, at: host)
        }
    }

    package func users(at host: HostID) -> Users {
        guard let index = hosts.firstIndex(of: host) else { return 0 }
        return classes.reduce(0) { $0 + $1.inside[index] }
    }

    package func logins(at host: HostID) -> Int {
        hosts.firstIndex(of: host).map { logins[$0] } ?? 0
    }

    package var waiting: Users { classes.reduce(0) { $0 + $1.waiting } }
}

/// Where a region's doors send users in one second, and whom they hold back.
package struct RegionDoors: Hashable, Sendable {
    /// A part of the users goes to this host, or nowhere.
    package struct Route: Hashable, Sendable {
        /// In the order of the region's hosts; nil leads nowhere.
        package let host: Int?
        package let weight: Int

        package init(host: Int?, weight: Int) { (self.host, self.weight) = (host, weight) }
    }

    package let routes: [Route]
    /// By class, in the crowd's order; nil lets everybody on.
    package let limits: [EntryLimit?]

    package init(routes: [Route], limits: [EntryLimit?]) {
        (self.routes, self.limits) = (routes, limits)
    }

    /// Whether a gate holds any class back: then requests without a session end there.
    package var isArmed: Bool { limits.contains { $0 != nil } }
}
