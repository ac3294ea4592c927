import Glibc
package import NIOCore
import NIOPosix
import Values

/// What one exchange may take.
package struct HAProxyLimits: Hashable, Sendable {
    /// From the connect to the last answer.
    package let exchange: Duration
    /// Of all answers to one batch of commands.
    package let answerBytesMax: Int

    package init(exchange: Duration = .seconds(2), answerBytesMax: Int = 4 << 20) {
        precondition(exchange > .zero, "exchange must be positive; got \(exchange.text)")
        precondition(answerBytesMax > 0, "answerBytesMax must be positive; got \(answerBytesMax)")
        (self.exchange, self.answerBytesMax) = (exchange, answerBytesMax)
    }
}

/// HAProxy's runtime API at one address; each call opens a connection, and closes it.
///
/// Nothing is kept between calls, and HAProxy compares nothing: two callers at once are both
/// obeyed, in the order in which HAProxy reads them.
package struct HAProxySocket: Sendable {
    package let address: HAProxyAddress
    package let limits: HAProxyLimits
    private let group: any EventLoopGroup

    package init(
        at address: HAProxyAddress, limits: HAProxyLimits = HAProxyLimits(),
        on group: any EventLoopGroup
    ) {
        (self.address, self.limits, self.group) = (address, limits, group)
    }

    /// The same API with less time for each exchange; never with more.
    package func within(_ duration: Duration) -> HAProxySocket {
        let exchange = min(max(duration, .nanoseconds(1)), limits.exchange)
        return HAProxySocket(
            at: address,
            limits: HAProxyLimits(exchange: exchange, answerBytesMax: limits.answerBytesMax),
            on: group)
    }

    /// Sends all commands over one connection, and returns HAProxy's answers in the same order.
    ///
    /// The first refusal is thrown; commands after it may have been carried out.
    package func answers(to commands: [RuntimeCommand]) async throws(HAProxyError) -> [String] {
        try await converse { (conversation) async throws(HAProxyError) in
            try await conversation.answers(to: commands)
        }
    }

    /// Connects, lets `body` ask what it wants, and closes, all before the deadline.
    func converse<Value: Sendable>(
        _ body: (inout Conversation) async throws(HAProxyError) -> Value
    ) async throws(HAProxyError) -> Value {
        let deadline = NIODeadline.now() + TimeAmount(limits.exchange)
        let channel = try await connection()
        // Closing is what ends a wait for an answer: the conversation then says that it timed out.
        let closing = channel.channel.eventLoop.scheduleTask(deadline: deadline) {
            channel.channel.close(promise: nil)
        }
        defer { closing.cancel() }
        let result: Result<Value, HAProxyError>
        do {
            result = try await channel.executeThenClose { inbound, outbound in
                var conversation = Conversation(
                    with: address, limits: limits, until: deadline, inbound: inbound,
                    outbound: outbound)
                do throws(HAProxyError) {
                    return .success(try await body(&conversation))
                } catch { return .failure(error) }
            }
        } catch {
            throw HAProxyError(.cutOff(why: "\(error)"), at: address, changesPossible: 1)
        }
        return try result.get()
    }

    private func connection()
        async throws(HAProxyError) -> NIOAsyncChannel<ByteBuffer, ByteBuffer>
    {
        let bootstrap = ClientBootstrap(group: group)
            .connectTimeout(TimeAmount(limits.exchange))
        let wrapping = { @Sendable (channel: any Channel) in
            channel.eventLoop.makeCompletedFuture {
                try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
            }
        }
        do {
            switch address {
            case .unix(let path):
                return try await bootstrap.connect(
                    unixDomainSocketPath: path, channelInitializer: wrapping)
            case .tcp(let endpoint):
                let socketAddress = try SocketAddress(
                    ipAddress: endpoint.address.text, port: Int(endpoint.port))
                return try await bootstrap.connect(
                    to: socketAddress, channelInitializer: wrapping)
            }
        } catch { throw HAProxyError(.unreachable(why: words(for: error)), at: address) }
    }

    /// The system's own words for its errors; NIO's add the name of the call.
    private func words(for error: any Error) -> String {
        switch error {
        case let error as IOError: String(cString: strerror(error.errnoCode))
        case ChannelError.connectTimeout: "no connection within \(limits.exchange.text)"
        default: "\(error)"
        }
    }
}
