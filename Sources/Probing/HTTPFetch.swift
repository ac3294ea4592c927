import NIOCore
import NIOPosix
import Values

/// One GET whose body is wanted, on a connection of its own; ends by its deadline.
struct HTTPFetch: Sendable {
    let endpoint: Endpoint
    let question: HTTPQuestion
    let loop: any EventLoop
    let deadline: NIODeadline

    init(
        of path: String, host: String, at endpoint: Endpoint, on loop: any EventLoop,
        by deadline: NIODeadline
    ) {
        question = HTTPQuestion(host: host, path: path, status: 200, body: nil, keepsBody: true)
        (self.endpoint, self.loop, self.deadline) = (endpoint, loop, deadline)
    }

    /// The whole body of an answer with status 200; redirects are not followed.
    ///
    /// A body of `HTTPAnswerReader.bodyMax` bytes or more is none.
    func body() async throws(SilentSource) -> [UInt8] {
        let exchange = Exchange<[UInt8]>(loop: loop, deadline: deadline)
        do {
            let address = try SocketAddress(
                ipAddress: endpoint.address.text, port: Int(endpoint.port))
            return try await exchange.answer { answer in
                ClientBootstrap(group: loop)
                    .connectTimeout(exchange.connectTimeout)
                    .channelInitializer { channel in
                        channel.eventLoop.makeCompletedFuture {
                            try channel.pipeline.syncOperations.addHandler(
                                HTTPFetchHandler(asking: question, answer: answer))
                        }
                    }
                    .connect(to: address)
            }
        } catch { throw SilentSource(error) }
    }
}

private final class HTTPFetchHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let question: HTTPQuestion
    private let answer: EventLoopPromise<[UInt8]>
    private var reader = HTTPAnswerReader()

    init(asking question: HTTPQuestion, answer: EventLoopPromise<[UInt8]>) {
        (self.question, self.answer) = (question, answer)
    }

    func channelActive(context: ChannelHandlerContext) {
        let bytes = ByteBuffer(bytes: question.request)
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        judge(unwrapInboundIn(data).withUnsafeReadableBytes { reader.take($0, to: question) })
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        answer.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        judge(reader.end(of: question))
        context.fireChannelInactive()
    }

    private func judge(_ verdict: HTTPAnswerReader.Verdict) {
        switch verdict {
        case .more: break
        case .passed where reader.body.count < HTTPAnswerReader.bodyMax: answer.succeed(reader.body)
        case .passed:
            answer.fail(
                SilentSource("it answered with \(HTTPAnswerReader.bodyMax) bytes or more"))
        case .wrongStatus, .overloaded:
            answer.fail(SilentSource("it answered with status \(reader.status)"))
        case .broken: answer.fail(SilentSource("it broke off, or is no HTTP"))
        case .wrongBody: preconditionFailure("no body was asked for")
        }
    }
}
