import DNSMessages
package import Logging
import NIOCore
import NIOPosix
package import Values

/// The authoritative name server behind `bascule dns`: it answers from its zones whatever becomes
/// of the controller, and is changed only by signed updates; by those of the epoch that claimed a
/// zone, once one has.
package struct NameServer: Sendable {
    private let configuration: NameServerConfiguration
    private let log: Logger

    package init(configuration: NameServerConfiguration, log: Logger) {
        (self.configuration, self.log) = (configuration, log)
    }

    /// Loads the zones, listens, and serves until the task is cancelled; then it returns.
    ///
    /// Throws `Diagnostics` (with file and line) or `FileFault` for a zone file that cannot be
    /// used, and NIO's errors for an endpoint that cannot be bound.
    ///
    /// - Parameter onReady: Called once both sockets are bound, with the port that was taken.
    package func run(
        onReady: @escaping @Sendable (Endpoint) async -> Void = { _ in }
    ) async throws {
        let store = try ZoneStore(configuration, log: log)
        let disk = NIOThreadPool(numberOfThreads: 1)
        disk.start()
        do {
            let updates = Updates(store, disk, waitingMax: configuration.limits.updatesMax, log)
            try await serve(updates, onReady: onReady)
            try await disk.shutdownGracefully()
        } catch {
            try await disk.shutdownGracefully()
            guard error is CancellationError else { throw error }
        }
    }

    private func serve(
        _ updates: Updates, onReady: @escaping @Sendable (Endpoint) async -> Void
    ) async throws {
        // Two loops, so that a flood on one way leaves the other free where there are two cores.
        let group = MultiThreadedEventLoopGroup.singleton
        let loops = Sockets.Loops(datagrams: group.next(), connections: group.next())
        let house = try await loops.connections.submit {
            let house = ConnectionHouse(Answerer(configuration, .tcp, updates))
            house.open(on: loops.connections)
            return NIOLoopBound(house, eventLoop: loops.connections)
        }.get()
        defer { loops.connections.execute { house.value.close() } }
        let sockets = try await open(updates, loops, house)
        log.notice("serving", metadata: ["endpoint": "\(sockets.endpoint)"])
        try await untilClosed(sockets) { await onReady(sockets.endpoint) }
    }

    private func open(
        _ updates: Updates, _ loops: Sockets.Loops, _ house: NIOLoopBound<ConnectionHouse>
    ) async throws -> Sockets {
        var chance = SystemRandomNumberGenerator()
        let seed = chance.next()
        return try await Sockets.open(
            on: configuration.endpoint, configuration.limits, loops: loops,
            datagrams: { [configuration] channel in
                try channel.pipeline.syncOperations.addHandler(
                    DatagramServer(
                        Answerer(configuration, .udp, updates),
                        limiter: RateLimiter(configuration.limits.rate, seed: seed)))
            },
            connections: {
                try $0.pipeline.syncOperations.addHandler(ConnectionServer(house.value))
            })
    }

    /// Serves until both sockets are closed: by the task's cancellation, or by the system, which
    /// is an error.
    private func untilClosed(
        _ sockets: Sockets, _ onReady: @escaping @Sendable () async -> Void
    ) async throws {
        let channels = [("UDP", sockets.datagrams), ("TCP", sockets.connections)]
        let closeAll = { @Sendable in channels.forEach { $0.1.close(promise: nil) } }
        try await withTaskCancellationHandler {
            try await withThrowingDiscardingTaskGroup { group in
                for (kind, channel) in channels {
                    group.addTask {
                        try await channel.closeFuture.get()
                        closeAll()
                        try Task.checkCancellation()
                        throw SocketEnded(
                            description: "the \(kind) socket was closed by the system")
                    }
                }
                group.addTask { await onReady() }
            }
        } onCancel: {
            closeAll()
        }
    }
}
