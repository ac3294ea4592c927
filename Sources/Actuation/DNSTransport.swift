import DNSMessages
import NIOCore
import NIOPosix
import Runtime
import Situations
import Values

/// Moves one DNS exchange: over UDP with repetitions, over TCP when the answer is cut.
struct DNSTransport: Sendable {
    /// How long one UDP attempt waits.
    static let attemptMax = Duration.milliseconds(700)
    static let attemptsMax = 3

    let group: any EventLoopGroup
    let time: any TimePort

    enum Answer: Sendable {
        case outcome(DNSExchange.Outcome)
        /// No answer: an update may have been made, or not.
        case silence
        /// It could not even be sent.
        case unsent(String)
    }

    /// - Parameter limit: Nothing is sent after it, not even a repetition.
    func answer(
        to exchange: DNSExchange, from server: Endpoint, until limit: Instant = .distantFuture
    ) async -> Answer {
        for attempt in 0..<DNSTransport.attemptsMax where attempt == 0 || time.now() <= limit {
            switch await datagram(exchange, to: server) {
            case .outcome(.truncated): return await stream(exchange, to: server)
            case .silence: continue
            case .outcome(let outcome): return .outcome(outcome)
            // An earlier attempt may have arrived.
            case .unsent(let why): return attempt == 0 ? .unsent(why) : .silence
            }
        }
        return .silence
    }

    /// A random id, so that answers are hard to forge.
    static func id() -> UInt16 {
        var generator = SystemRandomNumberGenerator()
        return UInt16.random(in: 0...UInt16.max, using: &generator)
    }

    private func datagram(_ exchange: DNSExchange, to server: Endpoint) async -> Answer {
        let promise = group.next().makePromise(of: [UInt8].self)
        let judge: @Sendable ([UInt8]) -> DatagramAnswer.Judgement = { [time] bytes in
            switch exchange.outcome(of: bytes, at: time.wall()) {
            case .notOurs: .other
            // Anybody can send one; the true answer may still come (RFC 8945 section 5.3).
            case .unverified: .lastResort
            case .answer, .refused, .truncated: .final
            }
        }
        do {
            let remote = try server.socketAddress
            let local = try SocketAddress(
                ipAddress: server.address.family == .ipv4 ? "0.0.0.0" : "::", port: 0)
            let channel = try await DatagramBootstrap(group: group)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            DatagramAnswer(
                                promise: promise, within: DNSTransport.attemptMax, judge: judge))
                    }
                }
                .bind(to: local).get()
            defer { channel.close(promise: nil) }
            let envelope = AddressedEnvelope(
                remoteAddress: remote, data: ByteBuffer(bytes: exchange.bytes))
            channel.writeAndFlush(envelope).cascadeFailure(to: promise)
            let bytes = try await promise.futureResult.get()
            return .outcome(exchange.outcome(of: bytes, at: time.wall()))
        } catch is Silence {
            return .silence
        } catch {
            promise.fail(error)
            return .unsent("\(error)")
        }
    }

    /// The server has had the exchange by UDP already, so that no failure here means `unsent`.
    private func stream(_ exchange: DNSExchange, to server: Endpoint) async -> Answer {
        let promise = group.next().makePromise(of: [UInt8].self)
        do {
            let channel = try await ClientBootstrap(group: group)
                .connectTimeout(.nanoseconds(DNSTransport.attemptMax.inNanoseconds))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            StreamAnswer(promise: promise))
                    }
                }
                .connect(to: try server.socketAddress).get()
            let timer = channel.eventLoop.scheduleTask(
                in: .nanoseconds(DNSTransport.attemptMax.inNanoseconds)
            ) { promise.fail(Silence()) }
            defer {
                timer.cancel()
                channel.close(promise: nil)
            }
            channel.writeAndFlush(ByteBuffer(bytes: TCPFraming.framed(exchange.bytes)))
                .cascadeFailure(to: promise)
            let bytes = try await promise.futureResult.get()
            return .outcome(exchange.outcome(of: bytes, at: time.wall()))
        } catch {
            promise.fail(error)
            return .silence
        }
    }
}

private struct Silence: Error {}

extension Endpoint {
    var socketAddress: SocketAddress {
        get throws { try SocketAddress(ipAddress: address.text, port: Int(port)) }
    }
}

/// Waits for the answer that counts; when none comes in time, the last that might.
private final class DatagramAnswer: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    enum Judgement: Sendable {
        case final, lastResort, other
    }

    private let promise: EventLoopPromise<[UInt8]>
    private let limit: Duration
    private let judge: @Sendable ([UInt8]) -> Judgement
    private var lastResort: [UInt8]?
    private var timer: Scheduled<Void>?

    init(
        promise: EventLoopPromise<[UInt8]>, within limit: Duration,
        judge: @escaping @Sendable ([UInt8]) -> Judgement
    ) {
        (self.promise, self.limit, self.judge) = (promise, limit, judge)
    }

    func channelActive(context: ChannelHandlerContext) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(
            in: .nanoseconds(limit.inNanoseconds)
        ) {
            if let bytes = self.lastResort {
                self.promise.succeed(bytes)
            } else {
                self.promise.fail(Silence())
            }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        promise.fail(Silence())
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = Array(unwrapInboundIn(data).data.readableBytesView)
        switch judge(bytes) {
        case .final: promise.succeed(bytes)
        case .lastResort: lastResort = bytes
        case .other: break
        }
    }

    /// It was sent before anything could be received.
    func errorCaught(context: ChannelHandlerContext, error: any Error) { promise.fail(Silence()) }
}

private final class StreamAnswer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let promise: EventLoopPromise<[UInt8]>
    private var received: [UInt8] = []

    init(promise: EventLoopPromise<[UInt8]>) { self.promise = promise }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += Array(unwrapInboundIn(data).readableBytesView)
        guard received.count >= 2 else { return }
        let length = Int(received[0]) << 8 | Int(received[1])
        if received.count >= 2 + length { promise.succeed(Array(received[2..<(2 + length)])) }
    }

    func channelInactive(context: ChannelHandlerContext) { promise.fail(Silence()) }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { promise.fail(error) }
}
