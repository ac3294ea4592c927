import DNSMessages
package import Logging
import NIOCore
import NIOPosix
import Synchronization
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
            try await serve(ServerLoops(configuration, store, disk, log), onReady: onReady)
            try await disk.shutdownGracefully()
        } catch {
            try await disk.shutdownGracefully()
            guard error is CancellationError else { throw error }
        }
    }

    private func serve(
        _ loops: ServerLoops, onReady: @escaping @Sendable (Endpoint) async -> Void
    ) async throws {
        let sockets = try await Sockets.open(
            on: configuration.endpoint, limits: configuration.limits,
            group: MultiThreadedEventLoopGroup.singleton, log: log)
        log.notice("serving", metadata: ["endpoint": "\(sockets.endpoint)"])
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await loops.serve(sockets.datagrams) }
            group.addTask { try await loops.serve(sockets.connections) }
            group.addTask { await onReady(sockets.endpoint) }
        }
    }
}
