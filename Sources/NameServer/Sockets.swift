import NIOCore
import NIOPosix
import Values

/// The two sockets of a server, on one address and port.
struct Sockets: Sendable {
    let datagrams: any Channel
    let connections: any Channel
    let endpoint: Endpoint

    /// Puts the handlers into a new channel of one kind.
    typealias Preparation = @Sendable (any Channel) throws -> Void

    private static let freePortAttemptsMax = 20
    /// Datagrams that are read with one call, where the system can.
    private static let datagramsPerRead = 16
    /// Answers that wait for the UDP socket (bytes); what comes on top is dropped.
    private static let datagramBytesWaitingMax = 1_048_576

    /// For port 0, takes a port that is free for both UDP and TCP.
    static func open(
        on endpoint: Endpoint, _ limits: NameServerLimits, loops: Loops,
        datagrams: @escaping Preparation, connections: @escaping Preparation
    ) async throws -> Sockets {
        let attempts = endpoint.port == 0 ? freePortAttemptsMax : 1
        for attempt in 1...attempts {
            let listener = try await listener(on: endpoint, limits, loops, connections)
            let port = UInt16(listener.localAddress?.port ?? Int(endpoint.port))
            let bound = Endpoint(endpoint.address, port: port)
            do {
                return Sockets(
                    datagrams: try await socket(on: bound, limits, loops, datagrams),
                    connections: listener, endpoint: bound)
            } catch {
                try await listener.close()
                let isTaken = (error as? IOError)?.errnoCode == EADDRINUSE
                guard isTaken, attempt < attempts else { throw error }
            }
        }
        preconditionFailure("no attempt was made")
    }

    /// The event loops of a server; they may be one.
    struct Loops: Sendable {
        let datagrams: any EventLoop
        let connections: any EventLoop
    }

    private static func socket(
        on endpoint: Endpoint, _ limits: NameServerLimits, _ loops: Loops,
        _ prepare: @escaping Preparation
    ) async throws -> any Channel {
        let marks = ChannelOptions.Types.WriteBufferWaterMark(
            low: datagramBytesWaitingMax / 2, high: datagramBytesWaitingMax)
        return try await DatagramBootstrap(group: loops.datagrams)
            .channelOption(
                .recvAllocator,
                value: FixedSizeRecvByteBufferAllocator(
                    capacity: limits.datagramBytesMax * datagramsPerRead)
            )
            .channelOption(.datagramVectorReadMessageCount, value: datagramsPerRead)
            .channelOption(.writeBufferWaterMark, value: marks)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try prepare(channel) }
            }
            .bind(to: endpoint.socketAddress()).get()
    }

    private static func listener(
        on endpoint: Endpoint, _ limits: NameServerLimits, _ loops: Loops,
        _ prepare: @escaping Preparation
    ) async throws -> any Channel {
        let waitingMax = limits.tcp.answerBytesWaitingMax
        let marks = ChannelOptions.Types.WriteBufferWaterMark(
            low: max(waitingMax / 2, 1), high: max(waitingMax, 2))
        return try await ServerBootstrap(group: loops.connections)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(
                .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: readBytes)
            )
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(.writeBufferWaterMark, value: marks)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try prepare(channel) }
            }
            .bind(to: endpoint.socketAddress()).get()
    }

    /// What is read of a connection at once (bytes): some hundred requests.
    private static let readBytes = 16_384
}

extension Endpoint {
    fileprivate func socketAddress() throws -> SocketAddress {
        try SocketAddress(ipAddress: address.text, port: Int(port))
    }
}

/// A socket that the system closed: the server ends, so that its keeper starts it anew.
struct SocketEnded: Error, CustomStringConvertible {
    let description: String
}
