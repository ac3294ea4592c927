import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import OrderedCollections
import TopologyModel
import Values
import Workload

/// Every host of a lab and what listens for it; strikes faults and heals them.
actor LabSites {
    private let plan: LabPlan
    private let world: LabWorld
    private let group: any EventLoopGroup
    private let log: Logger
    private let stands: [HostStand]
    private var listeners: [HostID: [any Channel]] = [:]
    private var standIns: [any Channel] = []

    init(_ plan: LabPlan, in world: LabWorld, on group: any EventLoopGroup, log: Logger) {
        (self.plan, self.world, self.group, self.log) = (plan, world, group, log)
        stands = plan.hosts.map { HostStand($0, in: world) }
    }

    /// Binds everything, or throws and leaves nothing bound.
    func standUp() async throws {
        do {
            for stand in stands { try await listen(stand) }
            for standIn in plan.standIns { standIns.append(try await bound(standIn)) }
        } catch {
            await tearDown()
            throw error
        }
        log.info("standing: \(stands.count) hosts, \(standIns.count) stand-ins")
        for name in plan.leftAlone { log.notice("left alone, not on loopback: \(name)") }
    }

    func tearDown() async {
        for stand in stands { await close(stand) }
        for channel in standIns { await closed(channel) }
        standIns = []
    }

    func strike(_ condition: HostCondition, on hosts: [HostID]) async throws {
        for stand in stands where hosts.contains(stand.host.id) {
            switch condition {
            case .burnt:
                stand.condition = .burnt
                await close(stand)
            case .healthy, .silent, .slow:
                try await listen(stand)
                stand.condition = condition
            }
            log.notice("\(stand.host.id) is \(condition.text)")
        }
    }

    func set(_ source: HostStand.LoadSource, of host: HostID) {
        for stand in stands where stand.host.id == host {
            stand.loadSource = source
            log.notice("the load source of \(host) \(source.text)")
        }
    }

    /// One line a host: its site, condition and users.
    var status: String {
        let rows = stands.map { stand in
            [
                stand.host.id.name, stand.host.site.name, condition(of: stand),
                "\(stand.users)/\(stand.host.capacity.users)",
            ]
        }
        return TextTable(["HOST", "SITE", "IS", "USERS/CAPACITY"], rows: rows).text
    }

    private func condition(of stand: HostStand) -> String {
        let source = stand.loadSource
        return stand.condition.text + (source == .truth ? "" : "; load source \(source.text)")
    }

    /// Does nothing where the host listens already.
    private func listen(_ stand: HostStand) async throws {
        guard listeners[stand.host.id] == nil else { return }
        var bound: [any Channel] = []
        do {
            for endpoint in stand.host.addresses.all {
                bound.append(try await listener(of: stand, at: endpoint))
            }
        } catch {
            for channel in bound { await closed(channel) }
            throw error
        }
        listeners[stand.host.id] = bound
    }

    private func close(_ stand: HostStand) async {
        for channel in listeners.removeValue(forKey: stand.host.id) ?? [] { await closed(channel) }
        for channel in stand.connections { channel.reset() }
    }

    private func closed(_ channel: any Channel) async {
        do {
            try await channel.close()
        } catch {
            if case ChannelError.alreadyClosed = error { return }
            log.warning("a listener did not close cleanly: \(error)")
        }
    }

    private func listener(of stand: HostStand, at endpoint: Endpoint) async throws -> any Channel {
        let idleMax = TimeAmount.nanoseconds(world.options.limits.idleMax.inNanoseconds)
        return try await bind("host '\(stand.host.id)'", at: endpoint) { channel in
            channel.eventLoop.makeCompletedFuture {
                let pipeline = channel.pipeline.syncOperations
                try pipeline.addHandler(IdleStateHandler(allTimeout: idleMax))
                try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
                try pipeline.addHandler(HostHandler(stand))
            }
        }
    }

    private func bound(_ standIn: LabPlan.StandIn) async throws -> any Channel {
        let idleMax = TimeAmount.nanoseconds(world.options.limits.idleMax.inNanoseconds)
        return try await bind(standIn.name, at: standIn.endpoint) { channel in
            channel.eventLoop.makeCompletedFuture {
                let pipeline = channel.pipeline.syncOperations
                try pipeline.addHandler(IdleStateHandler(allTimeout: idleMax))
                if !standIn.pages.isEmpty {
                    try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
                }
                try pipeline.addHandler(StandInHandler(standIn))
            }
        }
    }

    private func bind(
        _ what: String, at endpoint: Endpoint,
        _ initializer: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
    ) async throws -> any Channel {
        guard endpoint.address.isLoopback else {
            throw LabError.notLoopback(what: what, endpoint)
        }
        do {
            return try await ServerBootstrap(group: group)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
                .childChannelInitializer(initializer)
                .bind(host: endpoint.address.text, port: Int(endpoint.port)).get()
        } catch {
            throw LabError.cannotListen(what: what, endpoint, reason: systemWords(for: error))
        }
    }
}

extension HostCondition {
    var text: String {
        switch self {
        case .healthy: "healthy"
        case .burnt: "burnt"
        case .silent: "silent"
        case .slow(let by): "slow by \(by.text)"
        }
    }
}

extension HostStand.LoadSource {
    var text: String {
        switch self {
        case .truth: "tells the truth"
        case .lies: "lies"
        case .dead: "is dead"
        }
    }
}
