import Logging
import OrderedCollections
import TopologyModel
import Values
import Workload

/// Where the users of one region come in: what its front door says, kept as a school's resolver
/// keeps it.
actor FrontDoorNames {
    private let region: Region
    private let world: LabWorld
    private let resolver: any NameResolver
    private let log: Logger
    private var kept: KeptAnswer?
    private var given = 0

    private struct KeptAnswer {
        let endpoints: [Endpoint]
        let until: Instant
    }

    init(of region: Region, in world: LabWorld, resolver: any NameResolver, log: Logger) {
        (self.region, self.world, self.resolver, self.log) = (region, world, resolver, log)
    }

    /// Where the next request goes, in turn; throws `UserFailure.noAddress` where there is nothing.
    func next() async throws -> Endpoint {
        let endpoints = try await endpoints()
        guard !endpoints.isEmpty else { throw UserFailure.noAddress }
        given = (given + 1) % endpoints.count
        return endpoints[given]
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
