import Glibc
import NIOCore
import NIOPosix
import TestSupport
import Testing
import Values

/// What a probed server does with a connection.
enum Manners: Sendable {
    /// Says this once it is asked, and closes.
    case says(String)
    /// Takes the connection and never answers.
    case silent
    /// Closes by a reset (RST) once it is asked.
    case resets
    /// Closes in order once it is asked, without a word.
    case closes

    static func page(_ status: String, _ body: String) -> Manners {
        .says("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }
}

/// Runs `body` with the endpoint of a server that behaves so, on an address of its own.
func withPeer(
    _ manners: Manners, on address: String = Loopback.freshAddress(),
    _ body: (Endpoint) async throws -> Void
) async throws {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .serverChannelOption(.backlog, value: 1024)
        .childChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(PeerHandler(manners))
            }
        }
        .bind(host: address, port: 0).get()
    let port = UInt16(channel.localAddress?.port ?? 0)
    do {
        try await body(Endpoint(try #require(IPAddress(text: address)), port: port))
        try await channel.close()
    } catch {
        try await channel.close()
        throw error
    }
}

private final class PeerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private let manners: Manners

    init(_ manners: Manners) { self.manners = manners }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch manners {
        case .says(let text):
            let wrapped = wrapOutboundOut(ByteBuffer(string: text))
            context.writeAndFlush(wrapped).assumeIsolated().whenComplete { [context] _ in
                context.close(promise: nil)
            }
        case .silent: break
        case .resets:
            if let options = context.channel as? any SocketOptionProvider {
                options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenFailure { _ in }
            }
            context.close(promise: nil)
        case .closes: context.close(promise: nil)
        }
    }

    /// Probers close by a reset.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}

/// A port whose queue of connections is full, so that the kernel drops every further SYN.
///
/// Linux lets one more in than the backlog says (listen(2)); what is over is not answered.
final class FullPort: Sendable {
    let endpoint: Endpoint
    private let descriptors: [Int32]

    init() throws {
        let port = try FreePort()
        endpoint = try #require(Endpoint(text: port.endpoint))
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.number.bigEndian
        inet_pton(AF_INET, port.address, &name.sin_addr)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue)
        let listener = socket(AF_INET, kind, 0)
        var all = [listener]
        let isListening = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 0) == 0
            }
        }
        for _ in 0..<4 {
            let client = socket(AF_INET, kind, 0)
            all.append(client)
            _ = withUnsafePointer(to: &name) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(client, $0, size)
                }
            }
        }
        descriptors = all
        guard isListening else { throw TestSupportError("listen on \(port.endpoint): \(errno)") }
    }

    deinit { descriptors.forEach { close($0) } }
}
