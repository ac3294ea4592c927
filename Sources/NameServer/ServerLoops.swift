import DNSMessages
import Logging
import NIOCore
import NIOPosix
import Synchronization
import Values

/// Moves bytes between the sockets and the catalog; it decides nothing.
final class ServerLoops: Sendable {
    private let limits: NameServerLimits
    private let now: @Sendable () -> Instant
    private let store: ZoneStore
    private let disk: NIOThreadPool
    private let log: Logger
    private let connectionCount = Atomic<Int>(0)
    private let updateCount = Atomic<Int>(0)

    init(
        _ configuration: NameServerConfiguration, _ store: ZoneStore, _ disk: NIOThreadPool,
        _ log: Logger
    ) {
        (limits, now) = (configuration.limits, configuration.now)
        (self.store, self.disk, self.log) = (store, disk, log)
    }

    // MARK: UDP

    func serve(_ datagrams: Sockets.Datagrams) async throws {
        try await datagrams.executeThenClose { inbound, outbound in
            try await withThrowingDiscardingTaskGroup { group in
                for try await datagram in inbound {
                    let reaction = reaction(to: Array(buffer: datagram.data), over: .udp)
                    if case .update(let request, let form) = reaction {
                        group.addTask {
                            let bytes = await self.reply(to: request, in: form)
                            await self.send(bytes, to: datagram.remoteAddress, by: outbound)
                        }
                    } else if let bytes = await reply(to: reaction) {
                        await send(bytes, to: datagram.remoteAddress, by: outbound)
                    }
                }
            }
        }
        try Task.checkCancellation()
        throw SocketEnded(description: "the UDP socket was closed by the system")
    }

    private func send(
        _ bytes: [UInt8], to client: SocketAddress,
        by outbound: NIOAsyncChannelOutboundWriter<AddressedEnvelope<ByteBuffer>>
    ) async {
        do {
            try await outbound.write(
                AddressedEnvelope(remoteAddress: client, data: ByteBuffer(bytes: bytes)))
        } catch {  // One client's route is no reason to leave the others without answers.
            log.debug("an answer was not sent", metadata: ["to": "\(client)", "why": "\(error)"])
        }
    }

    // MARK: TCP

    func serve(_ connections: Sockets.Connections) async throws {
        try await connections.executeThenClose { inbound in
            try await withThrowingDiscardingTaskGroup { group in
                for try await connection in inbound {
                    group.addTask { await self.take(connection) }
                }
            }
        }
        try Task.checkCancellation()
        throw SocketEnded(description: "the TCP socket was closed by the system")
    }

    private func take(_ connection: Sockets.Connection) async {
        let isRoom = connectionCount.add(1, ordering: .relaxed).newValue <= limits.connectionsMax
        defer { connectionCount.subtract(1, ordering: .relaxed) }
        do {
            try await connection.executeThenClose { inbound, outbound in
                guard isRoom else { return }
                for try await message in inbound {
                    let reaction = reaction(to: message, over: .tcp)
                    guard let bytes = await reply(to: reaction) else { return }
                    try await outbound.write(ByteBuffer(bytes: TCPFraming.framed(bytes)))
                }
            }
        } catch {
            log.debug("a connection ended: \(error)")
        }
    }

    // MARK: Both

    private func reaction(to bytes: [UInt8], over transport: Transport) -> Reaction {
        store.catalog.reaction(to: bytes, over: transport, at: now())
    }

    private func reply(to reaction: Reaction) async -> [UInt8]? {
        switch reaction {
        case .ignore: return nil
        case .send(let bytes): return bytes
        case .refuse(let bytes, let why):
            log.info("update or signature refused", metadata: ["why": "\(why)"])
            return bytes
        case .update(let request, let form): return await reply(to: request, in: form)
        }
    }

    private func reply(to request: UpdateRequest, in form: ReplyForm) async -> [UInt8] {
        form.bytes(of: request.message.response(await code(for: request)), at: now())
    }

    /// The one thread of `disk` makes updates wait for each other.
    private func code(for request: UpdateRequest) async -> ResponseCode {
        let isRoom = updateCount.add(1, ordering: .relaxed).newValue <= limits.updatesMax
        defer { updateCount.subtract(1, ordering: .relaxed) }
        guard isRoom else {
            log.warning("update refused: \(limits.updatesMax) others wait for the disk")
            return .serverFailure
        }
        do {
            let store = store
            return try await disk.runIfActive { store.commit(request) }
        } catch {
            log.info("update not made, the server ends: \(error)")
            return .serverFailure
        }
    }
}
