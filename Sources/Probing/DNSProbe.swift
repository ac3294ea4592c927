import DNSMessages
import Detection
import NIOCore
import NIOPosix
import TopologyModel
import Values

/// One DNS probe: over UDP, and again over TCP when the answer is cut.
struct DNSProbe: Sendable {
    let check: DNSCheck
    let endpoint: Endpoint
    let loop: any EventLoop
    let deadline: NIODeadline
    let now: Instant

    func answer() async throws {
        guard let name = DNSName(text: check.name) else { throw OwnFault() }
        var random = SystemRandomNumberGenerator()
        let id = UInt16.random(in: 0 ... .max, using: &random)
        let question = DNSExchange(question: name, RecordType(check.type), id: id, at: now)
        let address = try SocketAddress(
            ipAddress: endpoint.address.text, port: Int(endpoint.port))
        var outcome = try await exchange { answer, exchange in
            DatagramBootstrap(group: loop)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            DatagramHandler(question, to: address, at: now, answer))
                    }
                }
                .connect(to: address)
        }
        if outcome == .truncated {
            outcome = try await exchange { answer, exchange in
                ClientBootstrap(group: loop)
                    .connectTimeout(exchange.connectTimeout)
                    .channelInitializer { channel in
                        channel.eventLoop.makeCompletedFuture {
                            try channel.pipeline.syncOperations.addHandler(
                                StreamHandler(question, at: now, answer))
                        }
                    }
                    .connect(to: address)
            }
        }
        try judge(outcome)
    }

    private func exchange(
        _ connect: (EventLoopPromise<DNSExchange.Outcome>, Exchange<DNSExchange.Outcome>)
            throws -> EventLoopFuture<any Channel>
    ) async throws -> DNSExchange.Outcome {
        let exchange = Exchange<DNSExchange.Outcome>(loop: loop, deadline: deadline)
        return try await exchange.answer { try connect($0, exchange) }
    }

    private func judge(_ outcome: DNSExchange.Outcome) throws {
        switch outcome {
        case .answer(let message):
            let records = message.answers.filter { $0.type == RecordType(check.type) }
            let isThere =
                check.contains.map { wanted in
                    records.contains { $0.data.address == wanted }
                } ?? !records.isEmpty
            if !isThere { throw ProbeFailure(kind: .wrongBody) }
        case .refused: throw ProbeFailure(kind: .wrongStatus)
        case .truncated, .unverified, .notOurs: throw ProbeFailure(kind: .reset)
        }
    }
}

extension RecordType {
    fileprivate init(_ type: DNSCheck.RecordType) {
        switch type {
        case .a: self = .a
        case .aaaa: self = .aaaa
        case .ns: self = .ns
        case .soa: self = .soa
        case .txt: self = .txt
        }
    }
}

private final class DatagramHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private let question: DNSExchange
    private let server: SocketAddress
    private let now: Instant
    private let answer: EventLoopPromise<DNSExchange.Outcome>

    init(
        _ question: DNSExchange, to server: SocketAddress, at now: Instant,
        _ answer: EventLoopPromise<DNSExchange.Outcome>
    ) {
        (self.question, self.server) = (question, server)
        (self.now, self.answer) = (now, answer)
    }

    func channelActive(context: ChannelHandlerContext) {
        let bytes = ByteBuffer(bytes: question.bytes)
        let envelope = AddressedEnvelope(remoteAddress: server, data: bytes)
        context.writeAndFlush(wrapOutboundOut(envelope), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let outcome = question.outcome(
            of: Array(unwrapInboundIn(data).data.readableBytesView), at: now)
        // Anybody can send a datagram: what is none of ours is not heard.
        if case .notOurs = outcome { return }
        answer.succeed(outcome)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        answer.fail(error)
        context.close(promise: nil)
    }
}

private final class StreamHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let question: DNSExchange
    private let now: Instant
    private let answer: EventLoopPromise<DNSExchange.Outcome>
    private var framing = TCPFraming()

    init(
        _ question: DNSExchange, at now: Instant, _ answer: EventLoopPromise<DNSExchange.Outcome>
    ) {
        (self.question, self.now, self.answer) = (question, now, answer)
    }

    func channelActive(context: ChannelHandlerContext) {
        let bytes = ByteBuffer(bytes: TCPFraming.framed(question.bytes))
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        do {
            let bytes = unwrapInboundIn(data).readableBytesView
            for message in try framing.messages(completedBy: bytes) {
                answer.succeed(question.outcome(of: message, at: now))
            }
        } catch {
            answer.fail(ProbeFailure(kind: .reset))
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        answer.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        answer.fail(ProbeFailure(kind: .reset))
        context.fireChannelInactive()
    }
}
