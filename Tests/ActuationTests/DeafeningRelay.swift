import NIOCore
import NIOPosix

/// Stands before HAProxy's socket and passes everything, but nothing back once a change was sent:
/// as an HAProxy that hangs, or a network that breaks, while it changes weights.
func withDeafeningRelay(
    at path: String, before socket: String, _ body: () async throws -> Void
) async throws {
    let group = MultiThreadedEventLoopGroup.singleton
    let channel = try await ServerBootstrap(group: group)
        .childChannelOption(.autoRead, value: false)
        .childChannelInitializer { client in
            ClientBootstrap(group: client.eventLoop)
                .channelInitializer { server in
                    server.eventLoop.makeCompletedFuture {
                        let back = Passing(to: client, untilChange: nil)
                        try server.pipeline.syncOperations.addHandler(back)
                        let there = Passing(to: server, untilChange: back)
                        try client.pipeline.syncOperations.addHandler(there)
                    }
                }
                .connect(unixDomainSocketPath: socket)
                .flatMap { _ in client.setOption(.autoRead, value: true) }
        }
        .bind(unixDomainSocketPath: path).get()
    do {
        try await body()
        try await channel.close()
    } catch {
        try await channel.close()
        throw error
    }
}

/// Passes what one side says to the other; both sides are on one event loop.
private final class Passing: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let other: any Channel
    /// The way back, which falls silent at the first change.
    private let back: Passing?
    private var isSilent = false

    init(to other: any Channel, untilChange back: Passing?) {
        (self.other, self.back) = (other, back)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        if let back, String(buffer: bytes).contains("set server") { back.isSilent = true }
        if !isSilent { other.writeAndFlush(bytes, promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }
}
