package import Logging
import NIOCore
import NIOPosix
import OrderedCollections
package import TopologyModel
import Values
import Workload

/// Stand-in sites on loopback: every host of a topology, users who keep coming, faults on command.
///
/// Edges and name servers are not stood up: HAProxy and `bascule dns` are real ones.
package struct Lab: Sendable {
    private let world: LabWorld
    private let log: Logger
    private let resolver: (any NameResolver)?

    package init(topology: Topology, options: LabOptions, log: Logger) {
        self.init(topology: topology, options: options, log: log, resolver: nil)
    }

    /// With a resolver of the caller's own in place of the zone's name servers.
    package init(
        topology: Topology, options: LabOptions, log: Logger, resolver: (any NameResolver)?
    ) {
        world = LabWorld(topology: topology, options: options)
        (self.log, self.resolver) = (log, resolver)
    }

    /// Stands until it is cancelled; then closes everything, reports, and returns.
    ///
    /// Throws `LabError` when something cannot listen; nothing is left listening then.
    package func run() async throws {
        let plan = try LabPlan(world.topology)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            try await run(plan, on: group)
        } catch {
            try await group.shutdownGracefully()
            throw error
        }
        try await group.shutdownGracefully()
    }

    private func run(_ plan: LabPlan, on group: any EventLoopGroup) async throws {
        let options = world.options
        let socket = ControlSocket(path: options.controlSocket, limits: options.limits, log: log)
        let server = try await socket.open(on: group)
        let sites = LabSites(plan, in: world, on: group, log: log)
        do {
            try await sites.standUp()
        } catch {
            try await socket.close(server)
            throw error
        }
        let users = usersOfEveryRegion(on: group)
        let desk = LabDesk(
            world: world, sites: sites, users: users, from: CountingSince(world.now()))
        options.onReady()
        do {
            try await serve(socket, server, desk)
        } catch {
            await end(desk)
            throw error
        }
        await end(desk)
    }

    private func serve(
        _ socket: ControlSocket, _ server: ControlSocket.Server, _ desk: LabDesk
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await socket.serve(server) { try await desk.answer($0) } }
            for users in desk.users { tasks.addTask { await users.run() } }
            // Not `waitForAll`, which would wait for the users when the control socket fails.
            while try await tasks.next() != nil {}
        }
    }

    private func end(_ desk: LabDesk) async {
        await desk.sites.tearDown()
        world.options.onReport(await desk.report)
    }

    private func usersOfEveryRegion(on group: any EventLoopGroup) -> [any LabUsers] {
        let limits = world.options.limits
        let resolver =
            resolver
            ?? DNSResolver(zones: world.topology.zones, group: group, limits: limits)
        let client = PortalClient(group: group, limits: limits)
        return world.topology.regions.values.filter { !$0.frontDoors.isEmpty }.map { region in
            let door = FrontDoorNames(of: region, in: world, resolver: resolver, log: log)
            return ClassUsers(of: region, in: world, door: door, client: client)
                ?? RegionUsers(of: region, in: world, door: door, client: client)
        }
    }
}
