import NIOCore
import NIOPosix
import Synchronization
import Values

/// Stands between a controller and a name server, and loses answers as a bad network does.
///
/// One socket for both sides: what comes from the server is an answer, everything else a request.
final class LossyRelay: ChannelInboundHandler, Sendable {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    enum Loss: Sendable {
        /// Updates are made, and nobody hears of it.
        case answersToUpdates
        /// The repetition of an update is answered.
        case firstAnswerToAnUpdate
        /// Requests do not even arrive.
        case everything
    }

    private struct Seen {
        var clients: [UInt16: SocketAddress] = [:]
        var answered: Set<UInt16> = []
    }

    private let loss: Loss
    private let server: SocketAddress
    private let seen = Mutex(Seen())

    init(_ loss: Loss, before server: SocketAddress) { (self.loss, self.server) = (loss, server) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        guard let target = target(of: envelope) else { return }
        let passed = AddressedEnvelope(remoteAddress: target, data: envelope.data)
        context.writeAndFlush(wrapOutboundOut(passed), promise: nil)
    }

    /// Where it goes on to; nil when it is lost.
    private func target(of envelope: AddressedEnvelope<ByteBuffer>) -> SocketAddress? {
        let bytes = envelope.data.readableBytesView.prefix(3)
        guard let id = envelope.data.getInteger(at: 0, as: UInt16.self), bytes.count == 3,
            loss != .everything
        else { return nil }
        // RFC 2136 section 2.2: opcode 5, in the four bits after the first of the third byte.
        let isUpdate = bytes[bytes.startIndex + 2] >> 3 & 0xf == 5
        return seen.withLock { seen in
            guard envelope.remoteAddress == server else {
                seen.clients[id] = envelope.remoteAddress
                return server
            }
            let isFirst = seen.answered.insert(id).inserted
            if isUpdate, loss == .answersToUpdates || isFirst { return nil }
            return seen.clients[id]
        }
    }
}

/// Runs `body` with the endpoint of a relay before `server`.
func withRelay(
    _ loss: LossyRelay.Loss, before server: Endpoint, at address: String,
    _ body: (Endpoint) async throws -> Void
) async throws {
    let target = try SocketAddress(ipAddress: server.address.text, port: Int(server.port))
    let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .channelInitializer { $0.pipeline.addHandler(LossyRelay(loss, before: target)) }
        .bind(host: address, port: 0).get()
    let port = UInt16(channel.localAddress?.port ?? 0)
    do {
        try await body(Endpoint(IPAddress(text: address) ?? server.address, port: port))
        try await channel.close()
    } catch {
        try await channel.close()
        throw error
    }
}
