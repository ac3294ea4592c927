import Logging
import OrderedCollections
import TopologyModel
import Values
import Workload

/// The users of one region: they look its front door up, come, try again, and are counted.
actor RegionUsers {
    private let region: Region
    private let world: LabWorld
    private let resolver: any NameResolver
    private let client: PortalClient
    private let log: Logger
    private var crowd: Crowd
    private var tally: Tally
    private var failures: [UserFailure: Int] = [:]
    private var kept: KeptAnswer?
    private var session: HostID?
    private var inFlight = 0
    private var notSent = 0

    /// What the school's resolver keeps.
    private struct KeptAnswer {
        let endpoints: [Endpoint]
        let until: Instant
    }

    init(
        of region: Region, in world: LabWorld, resolver: any NameResolver, client: PortalClient,
        log: Logger
    ) {
        (self.region, self.world, self.resolver) = (region, world, resolver)
        (self.client, self.log) = (client, log)
        let options = world.options
        crowd = Crowd(
            model: world.model(of: region), rate: Rate(perSecond: options.requestsPerSecond),
            seed: options.seed ^ StableHash.of(region.id.name), from: options.now())
        tally = Tally(region: region.id)
    }

    /// Comes and asks until it is cancelled; requests that are open then are not counted.
    func run() async {
        await withDiscardingTaskGroup { group in
            repeat {
                let now = world.now()
                while let request = crowd.takeDue(at: now) {
                    guard inFlight < world.options.limits.requestsInFlightMax else {
                        notSent += 1
                        continue
                    }
                    inFlight += 1
                    group.addTask { await self.send(request) }
                }
            } while await pause(until: crowd.nextDue)
            group.cancelAll()
        }
    }

    var report: LabReport.Region {
        let failures = UserFailure.allCases.compactMap { cause in
            self.failures[cause].map { LabReport.Failures(cause: cause, count: $0) }
        }
        return LabReport.Region(
            tally: tally, failures: failures, waiting: crowd.waiting, gaveUp: crowd.gaveUp,
            notSent: notSent)
    }

    /// False when cancelled, which alone ends a sleep early. Wakes at least once a second.
    private func pause(until due: Instant) async -> Bool {
        let wait = min(max(due - world.now(), .milliseconds(1)), .seconds(1))
        do {
            try await Task.sleep(for: wait)
            return true
        } catch {
            return false
        }
    }

    private func send(_ request: UserRequest) async {
        defer { inFlight -= 1 }
        let sentAt = world.now()
        do {
            let host = try await servingHost(for: request)
            guard !Task.isCancelled else { return }
            session = host
            tally.served(by: host, at: world.now())
        } catch {
            guard !Task.isCancelled else { return }
            let cause = error as? UserFailure ?? .refused
            failures[cause, default: 0] += 1
            tally.failed(sentAt: sentAt, at: world.now())
            crowd.failed(request, at: world.now())
        }
    }

    private func servingHost(for request: UserRequest) async throws -> HostID {
        let endpoints = try await endpoints()
        guard !endpoints.isEmpty else { throw UserFailure.noAddress }
        let endpoint = endpoints[(tally.served + tally.failed) % endpoints.count]
        let page = try await client.page(
            at: endpoint, hostHeader: world.hostHeader(of: region),
            session: request.isNewVisit ? nil : session)
        if page.status == 503 { throw UserFailure.busy }
        guard page.status == 200, page.body.contains(region.id.name), let host = page.host else {
            throw UserFailure.wrongPage
        }
        return host
    }

    private func endpoints() async throws -> [Endpoint] {
        if let kept, world.now() < kept.until { return kept.endpoints }
        switch region.frontDoors.first {
        case .dns(let door): return try await lookUp(door)
        case .haproxy(let door): return world.topology.edges[door.edge]?.addresses.all ?? []
        case nil: return []
        }
    }

    private func lookUp(_ door: DNSDoor) async throws -> [Endpoint] {
        for family in world.families(behind: door, of: region) {
            let answer = try await ask(door, family: family)
            guard !answer.addresses.isEmpty else { continue }
            let endpoints = answer.addresses.compactMap {
                world.endpoint(at: $0, behind: door, of: region)
            }
            let until = world.model(of: region).answerKept(from: world.now(), ttl: answer.ttl)
            kept = KeptAnswer(endpoints: endpoints, until: until)
            return endpoints
        }
        return []
    }

    private func ask(_ door: DNSDoor, family: IPAddress.Family) async throws -> NameAnswer {
        do {
            return try await resolver.answer(to: door.name, in: door.zone, family: family)
        } catch {
            log.debug("no answer for \(door.name): \(error)")
            throw UserFailure.noAddress
        }
    }
}

extension LabWorld {
    /// The families to ask for, IPv4 first: those of what may stand behind the door.
    func families(behind door: DNSDoor, of region: Region) -> [IPAddress.Family] {
        let found = candidates(behind: door, of: region).map(\.address.family)
        return IPAddress.Family.allCases.filter(found.contains)
    }

    /// A name has no port: it is that of the host or edge at the address.
    func endpoint(at address: IPAddress, behind door: DNSDoor, of region: Region) -> Endpoint? {
        candidates(behind: door, of: region).first { $0.address == address }
    }

    private func candidates(behind door: DNSDoor, of region: Region) -> [Endpoint] {
        switch door.points {
        case .hosts: region.hosts.flatMap { topology.hosts[$0]?.addresses.all ?? [] }
        case .edges: topology.edges.values.flatMap(\.addresses.all)
        }
    }
}
