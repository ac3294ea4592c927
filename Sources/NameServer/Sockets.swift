import Logging
import NIOCore
import NIOPosix
import Values

/// The two sockets of a server, on one address and port.
struct Sockets: Sendable {
    typealias Datagrams = NIOAsyncChannel<
        AddressedEnvelope<ByteBuffer>, AddressedEnvelope<ByteBuffer>
    >
    typealias Connection = NIOAsyncChannel<[UInt8], ByteBuffer>
    typealias Connections = NIOAsyncChannel<Connection, Never>

    let datagrams: Datagrams
    let connections: Connections
    let endpoint: Endpoint

    private static let freePortAttemptsMax = 20

    /// For port 0, takes a port that is free for both UDP and TCP.
    static func open(
        on endpoint: Endpoint, limits: NameServerLimits, group: any EventLoopGroup, log: Logger
    ) async throws -> Sockets {
        for _ in 1..<freePortAttemptsMax where endpoint.port == 0 {
            let connections = try await connections(on: endpoint, limits, group)
            do {
                return try await Sockets.open(beside: connections, endpoint, limits, group, log)
            } catch let error as IOError where error.errnoCode == EADDRINUSE {
                continue
            }
        }
        let connections = try await connections(on: endpoint, limits, group)
        return try await Sockets.open(beside: connections, endpoint, limits, group, log)
    }

    private static func open(
        beside connections: Connections, _ endpoint: Endpoint, _ limits: NameServerLimits,
        _ group: any EventLoopGroup, _ log: Logger
    ) async throws -> Sockets {
        do {
            let port = UInt16(connections.channel.localAddress?.port ?? Int(endpoint.port))
            let bound = Endpoint(endpoint.address, port: port)
            return Sockets(
                datagrams: try await datagrams(on: bound, limits, group, log),
                connections: connections,
                endpoint: bound)
        } catch {
            try await connections.executeThenClose { _ in }
            throw error
        }
    }

    private static func datagrams(
        on endpoint: Endpoint, _ limits: NameServerLimits, _ group: any EventLoopGroup,
        _ log: Logger
    ) async throws -> Datagrams {
        try await DatagramBootstrap(group: group)
            .channelOption(
                .recvAllocator,
                value: FixedSizeRecvByteBufferAllocator(capacity: limits.datagramBytesMax)
            )
            .bind(to: endpoint.socketAddress()) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(DatagramFaults(log: log))
                    return try Datagrams(wrappingChannelSynchronously: channel)
                }
            }
    }

    private static func connections(
        on endpoint: Endpoint, _ limits: NameServerLimits, _ group: any EventLoopGroup
    ) async throws -> Connections {
        try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(to: endpoint.socketAddress()) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try addHandlers(to: channel.pipeline.syncOperations, limits)
                    return try Connection(wrappingChannelSynchronously: channel)
                }
            }
    }

    /// The idle time runs from whole message to whole message, so that dripping bytes gain nothing.
    private static func addHandlers(
        to pipeline: ChannelPipeline.SynchronousOperations, _ limits: NameServerLimits
    ) throws {
        let decoder = MessageDecoder(bytesMax: limits.requestBytesMax)
        try pipeline.addHandler(
            ByteToMessageHandler(decoder, maximumBufferSize: limits.requestBytesMax + 2))
        let idle = TimeAmount.nanoseconds(limits.connectionIdle.inNanoseconds)
        try pipeline.addHandler(IdleStateHandler(readTimeout: idle))
        try pipeline.addHandler(IdleCloser())
    }
}

extension Endpoint {
    fileprivate func socketAddress() throws -> SocketAddress {
        try SocketAddress(ipAddress: address.text, port: Int(port))
    }
}
