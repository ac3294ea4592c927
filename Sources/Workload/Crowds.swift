import OrderedCollections
package import TopologyModel
package import Values

/// The crowds of several regions, and the hosts and dependencies that they share, second by second.
///
/// Deterministic and without chance: every number is a whole one, and what rounding leaves is
/// carried on.
package struct Crowds: Hashable, Sendable {
    package internal(set) var regions: [RegionCrowd]
    package internal(set) var hosts: [CrowdHost]
    package internal(set) var dependencies: [CrowdDependency]
    private let calendar: Calendar
    private let thinkSeconds: Int
    /// By region and its hosts: where each is in `hosts`.
    private let places: [[Int]]

    /// Logins that one class of a region tries at a host.
    private struct Attempt {
        let region: Int
        let kind: Int
        let host: Int
        let users: Users
        var admitted: Users
    }

    /// Everybody who wants to be in at `now` is in at their region's primary.
    package init(of topology: Topology, habits: CrowdHabits, at now: Instant) {
        hosts = topology.hosts.values.map(CrowdHost.init)
        dependencies = topology.dependencies.values.map(CrowdDependency.init)
        calendar = topology.calendar
        regions = topology.regions.values.map { region in
            var crowd = RegionCrowd(region, classes: topology.classes, habits: habits)
            crowd.settle(at: now, in: topology.calendar, host: 0)
            return crowd
        }
        let order = hosts.map(\.id)
        places = regions.map { $0.hosts.map { order.firstIndex(of: $0) ?? 0 } }
        let think = UserModel(demand: Demand(peakUsers: 0, curve: .flat)).thinkTime
        thinkSeconds = max(1, Int(think.inNanoseconds / 1_000_000_000))
        for region in regions {
            for host in hosts.indices { hosts[host].sessions += region.users(at: hosts[host].id) }
        }
        for host in hosts.indices { hosts[host].load = hosts[host].sessions }
    }

    package subscript(region: RegionID) -> RegionCrowd? {
        get { regions.first { $0.region == region } }
        set {
            guard let index = regions.firstIndex(where: { $0.region == region }), let newValue
            else { return }
            regions[index] = newValue
        }
    }

    package subscript(host: HostID) -> CrowdHost? {
        get { hosts.first { $0.id == host } }
        set {
            guard let index = hosts.firstIndex(where: { $0.id == host }), let newValue
            else { return }
            hosts[index] = newValue
        }
    }

    package subscript(dependency: DependencyID) -> CrowdDependency? {
        get { dependencies.first { $0.id == dependency } }
        set {
            guard let index = dependencies.firstIndex(where: { $0.id == dependency }), let newValue
            else { return }
            dependencies[index] = newValue
        }
    }

    /// Lets the second that ends at `now` pass; the doors in the order of `regions`.
    package mutating func pass(at now: Instant, through doors: [RegionDoors]) {
        precondition(doors.count == regions.count, "\(doors.count) doors, \(regions.count) regions")
        var attempts = knock(at: now, at: doors)
        bear(attempts, attackedThrough: doors)
        admit(&attempts)
        for attempt in attempts {
            let place = places[attempt.region][attempt.host]
            hosts[place].logins += attempt.admitted
            regions[attempt.region].logins[attempt.host] += attempt.admitted
            regions[attempt.region].classes[attempt.kind].tried(
                attempt.users, at: attempt.host, admitted: attempt.admitted)
        }
        answer()
    }

    /// Who comes, and to which host the doors send those whom they let on.
    private mutating func knock(at now: Instant, at doors: [RegionDoors]) -> [Attempt] {
        var attempts: [Attempt] = []
        for region in regions.indices {
            let wanted = regions[region].wanted(at: now, in: calendar)
            let routes = doors[region].routes
            for kind in wanted.indices {
                regions[region].classes[kind].come(wanting: wanted[kind])
                let users = regions[region].classes[kind].pass(doors[region].limits[kind], at: now)
                let split = parts(of: users, by: routes.map(\.weight))
                for (route, part) in zip(routes, split) where part > 0 {
                    if let host = route.host {
                        attempts.append(
                            Attempt(
                                region: region, kind: kind, host: host, users: part, admitted: part
                            ))
                    } else {
                        regions[region].classes[kind].tried(part, at: nil, admitted: 0)
                    }
                }
                if split.reduce(0, +) < users {
                    regions[region].classes[kind].tried(users, at: nil, admitted: 0)
                }
            }
        }
        return attempts
    }

    /// Each host's load: sessions, logins beyond what it can do, and requests that never log in.
    private mutating func bear(_ attempts: [Attempt], attackedThrough doors: [RegionDoors]) {
        var (asked, requests) = (hosts.map { _ in 0 }, hosts.map { _ in 0 })
        for attempt in attempts { asked[places[attempt.region][attempt.host]] += attempt.users }
        for region in regions.indices where regions[region].attack > 0 && !doors[region].isArmed {
            let routes = doors[region].routes
            let split = parts(of: regions[region].attack, by: routes.map(\.weight))
            for (route, part) in zip(routes, split) {
                if let host = route.host { requests[places[region][host]] += part }
            }
        }
        for host in hosts.indices {
            hosts[host].logins = 0
            hosts[host].sessions = 0
            let excess = hosts[host].loginsMax.map { max(0, asked[host] - $0) } ?? 0
            // One request a second is what a user with a session asks in `thinkSeconds`.
            hosts[host].load = min(thinkSeconds * (excess + requests[host]), Users.usersMax)
        }
        for region in regions.indices {
            regions[region].logins = places[region].map { _ in 0 }
            for (host, place) in places[region].enumerated() {
                let users = regions[region].classes.reduce(0) { $0 + $1.inside[host] }
                hosts[place].sessions += users
                hosts[place].load += users
            }
        }
        for host in hosts.indices { hosts[host].answered = answered(by: hosts[host]) }
    }

    /// The share of its load that a host answers in time.
    private func answered(by host: CrowdHost) -> PartsPerMillion {
        guard host.isAnswering else { return PartsPerMillion(0) }
        guard host.load > 0 else { return .one }
        let fine = host.model.answered(of: host.load)
        return PartsPerMillion(parts(of: 1_000_000, by: [fine, host.load - fine])[0])
    }

    /// Cuts the attempts to what hosts and dependencies get done.
    private mutating func admit(_ attempts: inout [Attempt]) {
        for host in hosts.indices {
            let mine = attempts.indices.filter {
                places[attempts[$0].region][attempts[$0].host] == host
            }
            let asked = mine.reduce(0) { $0 + attempts[$1].admitted }
            let able = min(asked, hosts[host].loginsMax ?? asked)
            let done = parts(
                of: able,
                by: [hosts[host].answered.value, 1_000_000 - hosts[host].answered.value])[0]
            cut(&attempts, mine, to: done)
        }
        for (index, dependency) in dependencies.enumerated() {
            let mine = attempts.indices.filter {
                regions[attempts[$0].region].dependsOn.contains(dependency.id)
            }
            let asked = mine.reduce(0) { $0 + attempts[$1].admitted }
            dependencies[index].asked = asked
            cut(&attempts, mine, to: dependency.done(of: asked))
        }
    }

    private func cut(_ attempts: inout [Attempt], _ mine: [Int], to done: Int) {
        let asked = mine.map { attempts[$0].admitted }
        guard done < asked.reduce(0, +) else { return }
        for (index, part) in zip(mine, parts(of: done, by: asked)) {
            attempts[index].admitted = part
        }
    }

    private mutating func answer() {
        for region in regions.indices {
            for kind in regions[region].classes.indices {
                for (host, place) in places[region].enumerated() {
                    regions[region].classes[kind].answered(
                        hosts[place].answered, at: host, thinkSeconds: thinkSeconds)
                }
            }
        }
    }
}
