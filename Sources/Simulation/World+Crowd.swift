import Control
import Detection
import OrderedCollections
import Situations
import TopologyModel
import Values
import Workload

// The crowd of the simulated world: the doors send it to hosts, and hosts tell of it.
extension World {
    /// One second of the crowd, then what the load sources of its hosts say when they are due.
    mutating func passCrowd() {
        guard let doors = crowdDoors() else { return }
        for host in topology.hosts.keys {
            crowd?[host]?.isAnswering =
                switch conditions[host] ?? .serving {
                case .serving: true
                case .burnt, .silent, .failing: false
                }
        }
        crowd?.pass(at: now, through: doors)
        schedule(.crowd, after: .seconds(1))
        guard now - loadsReadAt >= topology.rules.load.interval else { return }
        loadsReadAt = now
        for index in processes.indices where processes[index].isAlive {
            let input = Input.loadRead(loadReadings(for: index))
            schedule(
                .input(process: index, life: processes[index].life, input),
                after: .milliseconds(5))
        }
    }

    // MARK: - Doors

    /// Where the doors send each region's users now; nil without a crowd.
    private func crowdDoors() -> [RegionDoors]? {
        crowd?.regions.compactMap { crowd in
            topology.regions[crowd.region].map { doors(of: $0, for: crowd) }
        }
    }

    private func doors(of region: Region, for crowd: RegionCrowd) -> RegionDoors {
        let ways = waysIn(to: region)
        let isGated = ways.allSatisfy { $0.isGate || isDark($0) }
        return RegionDoors(
            routes: ways.flatMap { routes(through: $0, of: region) },
            limits: crowd.classes.map { kind in
                isGated ? limit(of: kind.classID, for: region, at: ways) : nil
            })
    }

    /// The doors that users come through, each with as many of them: names that publish hosts, and
    /// the edges that a name publishes, or all where none does.
    private func waysIn(to region: Region) -> [FrontDoor] {
        let names = region.frontDoors.filter(\.pointsAtEdges)
        let edges = names.flatMap { doors[$0.id]?.state.edges ?? [] }
        return region.frontDoors.filter { door in
            guard let edge = door.edge else { return !door.pointsAtEdges }
            return names.isEmpty || edges.contains(edge)
        }
    }

    private func isDark(_ door: FrontDoor) -> Bool {
        door.edge.map { edgeConditions[$0] ?? .serving != .serving } ?? false
    }

    private func routes(through door: FrontDoor, of region: Region) -> [RegionDoors.Route] {
        let shares = isDark(door) ? [] : doors[door.id]?.state.shares ?? []
        let lost = 100 - shares.reduce(0) { $0 + $1.percent.value }
        let routes = shares.map {
            RegionDoors.Route(
                host: region.hosts.firstIndex(of: $0.host), weight: $0.percent.value)
        }
        return routes + (lost > 0 ? [RegionDoors.Route(host: nil, weight: lost)] : [])
    }

    /// The sum of what the gates that are up let in of a class; a person's own quota where a gate
    /// holds none; nil lets everybody in.
    private func limit(of kind: ClassID, for region: Region, at ways: [FrontDoor]) -> EntryLimit? {
        let held = ways.filter { !isDark($0) }.map { door in
            doors[door.id]?.state.admission?.first { $0.classID == kind }
        }
        let parts = held.compactMap(\.self)
        if !parts.isEmpty, parts.count == held.count {
            return EntryLimit(
                users: parts.reduce(0) { $0 + $1.users },
                perSecond: parts.reduce(0) { $0 + $1.entriesPerSecond })
        }
        return quotasByHand[region.id]?.first { $0.classID == kind }.map {
            EntryLimit(users: $0.users, perSecond: $0.entriesPerSecond)
        }
    }

    // MARK: - Load

    private func loadReadings(for index: Int) -> [LoadReading] {
        let places = topology.hosts.values.filter { $0.load != nil }
        return places.flatMap { place -> [LoadReading] in
            let vantage = processes[index].controller.id
            let isBlind = topology.sites[place.site].map { site in
                processes[index].blind.contains(where: site.isIn)
            }
            guard let host = crowd?[place.id], host.isAnswering, !(isBlind ?? false),
                loadSources[place.id] != .silent
            else {
                return [
                    LoadReading(
                        vantage: vantage, host: place.id, region: nil, at: now,
                        result: .silent(why: "the load source does not answer"))
                ]
            }
            let regions = (crowd?.regions ?? []).filter { $0.hosts.contains(place.id) }
            let parts = regions.map {
                LoadReading(
                    vantage: vantage, host: place.id, region: $0.region, at: now,
                    result: .read(
                        load: load(
                            of: host, users: $0.users(at: host.id),
                            logins: $0.logins(at: host.id), waiting: $0.waiting)))
            }
            let waiting = regions.reduce(0) { $0 + share(of: $1.region, to: host.id, $1.waiting) }
            return parts + [
                LoadReading(
                    vantage: vantage, host: place.id, region: nil, at: now,
                    result: .read(
                        load: load(
                            of: host, users: host.load, logins: host.logins, waiting: waiting)))
            ]
        }
    }

    /// Of the region's users who wait, those whom its doors would send to the host: the most that
    /// one of them would.
    private func share(of region: RegionID, to host: HostID, _ waiting: Users) -> Users {
        let doors = doors.values.filter { $0.region == region }
        let shares = doors.flatMap { $0.state.shares.filter { $0.host == host } }
        return (shares.map(\.percent).max() ?? .zero).roundedUp(of: waiting)
    }

    /// What the host's source tells: a full host reports its capacity and its queue, and not how
    /// many would come.
    private func load(
        of host: CrowdHost, users: Users, logins: Int, waiting: Users
    ) -> Load {
        if loadSources[host.id] == .lies { return Load(users: users / 10) }
        let service = host.model.service(users: host.load)
        return Load(
            users: min(users, host.model.capacity), waiting: waiting, queue: service.queue,
            loginsPerSecond: logins,
            latency: host.model.serviceTime + service.delay + host.slowness,
            errors: PartsPerMillion(1_000_000 - host.answered.value))
    }

    // MARK: - Probes

    /// What a probe meets at a host that the crowd is on: late answers, 503, or none in time.
    mutating func crowdAnswer(
        of host: HostID, within timeout: Duration
    ) -> (result: ProbeResult, took: Duration)? {
        guard let host = crowd?[host] else { return nil }
        let service = host.model.service(users: host.load)
        if random.next(below: 1_000_000) < service.refused.value {
            return (.fail(kind: .overloaded), .milliseconds(5))
        }
        let took =
            host.model.serviceTime + service.delay + host.slowness
            + .milliseconds(random.next(in: 2...30))
        return took < timeout ? (.pass(latency: took), took) : (.fail(kind: .timeout), timeout)
    }

    /// What a probe meets at a dependency that is asked for more than it bears: 503, or no answer
    /// in time; nil while it has time for everybody.
    mutating func crowdAnswer(
        of dependency: DependencyID, within timeout: Duration
    ) -> (result: ProbeResult, took: Duration)? {
        guard let refused = crowd?[dependency]?.refused, refused > PartsPerMillion(0) else {
            return nil
        }
        return random.next(below: 1_000_000) < refused.value
            ? (.fail(kind: .overloaded), .milliseconds(5)) : (.fail(kind: .timeout), timeout)
    }
}
