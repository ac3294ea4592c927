import Detection
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import TopologyModel
import Values

/// One probe on a connection of its own.
struct Probe: Sendable {
    struct Outcome: Sendable {
        let result: ProbeResult
        /// By how much the timeout fired late: this machine was too busy to judge. The whole
        /// timeout where it could not even send: that says nothing of the host.
        let lateness: Duration
    }

    let order: ProbeOrder
    let loop: any EventLoop

    /// How far a probe has come, which tells a connection that is not there from a slow answer.
    private final class Progress: Sendable {
        let isConnected = Atomic<Bool>(false)
    }

    /// The shortest time that SwiftNIO is given to connect: it takes none that is not positive.
    private static let connectMin = TimeAmount.milliseconds(1)

    /// Never throws: whatever happens is an outcome. Ends by the order's timeout.
    func outcome() async -> Outcome {
        let started = NIODeadline.now()
        let deadline = started + .nanoseconds(order.timeout.inNanoseconds)
        do {
            try await exchange(by: deadline)
            let took = NIODeadline.now() - started
            let latency = Duration.nanoseconds(took.nanoseconds)
            return Outcome(result: .pass(latency: latency), lateness: .zero)
        } catch {
            let kind = FailureKind(error)
            let now = NIODeadline.now()
            let late = kind.isSilence && now > deadline ? (now - deadline).nanoseconds : 0
            let lateness = isOurs(error) ? order.timeout : .nanoseconds(late)
            return Outcome(result: .fail(kind: kind), lateness: lateness)
        }
    }

    /// Connects and, for HTTP, waits for the answer; throws what went wrong.
    private func exchange(by deadline: NIODeadline) async throws {
        let answer = loop.makePromise(of: Void.self)
        let connecting = bootstrap(answer, by: deadline).connect(to: try address())
        let progress = Progress()
        connecting.whenFailure { answer.fail($0) }
        let timer = loop.scheduleTask(deadline: deadline) {
            let isConnected = progress.isConnected.load(ordering: .relaxed)
            answer.fail(ProbeFailure(kind: isConnected ? .timeout : .connectTimeout))
        }
        defer { timer.cancel() }
        connecting.whenSuccess { channel in
            progress.isConnected.store(true, ordering: .relaxed)
            answer.futureResult.whenComplete { _ in channel.close(promise: nil) }
            if case .tcp = order.kind { answer.succeed() }
        }
        try await answer.futureResult.get()
    }

    private func address() throws -> SocketAddress {
        let endpoint = order.target.endpoint
        return try SocketAddress(ipAddress: endpoint.address.text, port: Int(endpoint.port))
    }

    private func bootstrap(
        _ answer: EventLoopPromise<Void>, by deadline: NIODeadline
    ) -> ClientBootstrap {
        let kind = order.kind
        return ClientBootstrap(group: loop)
            .connectTimeout(max(deadline - .now(), Probe.connectMin))
            .channelInitializer { channel in
                // Closed by a reset: a thousand probes a second would else leave their ports in
                // TIME_WAIT and run out of them.
                if let options = channel as? any SocketOptionProvider {
                    options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenFailure { _ in }
                }
                guard case .http(let host, let path, let status, let body) = kind else {
                    return channel.eventLoop.makeSucceededVoidFuture()
                }
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(
                        HTTPProbeHandler(
                            host: host, path: path, status: status, body: body, answer: answer))
                }
            }
    }
}

/// Whether an error tells of this machine, which lacks descriptors, ports or memory, or may not
/// send (connect(2), socket(2)).
private func isOurs(_ error: any Error) -> Bool {
    switch error {
    case let failure as NIOConnectionError:
        return failure.connectionErrors.contains { isOurs($0.error) }
    case let failure as IOError:
        let ours = [EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRNOTAVAIL, EPERM, EACCES]
        return ours.contains(failure.errnoCode)
    default: return false
    }
}

/// Why a probe failed.
struct ProbeFailure: Error {
    let kind: FailureKind
}

extension FailureKind {
    /// The kind of failure that an error of the network means.
    init(_ error: any Error) {
        switch error {
        case let failure as ProbeFailure: self = failure.kind
        case ChannelError.connectTimeout: self = .connectTimeout
        case let failure as NIOConnectionError:
            self = failure.connectionErrors.first.map { FailureKind($0.error) } ?? .unreachable
        case let failure as IOError:
            switch failure.errnoCode {
            case ECONNREFUSED: self = .refused
            case ECONNRESET, EPIPE: self = .reset
            case ETIMEDOUT: self = .connectTimeout
            default: self = .unreachable
            }
        default: self = .reset
        }
    }
}

/// Asks once, and judges status and body.
private final class HTTPProbeHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    /// As much of a body as is searched (bytes).
    private static let bodyMax = 64 * 1024

    private let host: String
    private let path: String
    private let status: Int
    private let wanted: String?
    private let answer: EventLoopPromise<Void>
    private var body = ByteBuffer()

    init(
        host: String, path: String, status: Int, body: String?, answer: EventLoopPromise<Void>
    ) {
        (self.host, self.path, self.status) = (host, path, status)
        (self.wanted, self.answer) = (body, answer)
    }

    func channelActive(context: ChannelHandlerContext) {
        let headers: HTTPHeaders = [
            "Host": host, "User-Agent": "bascule", "Accept": "*/*", "Connection": "close",
        ]
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: path, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            if Int(head.status.code) != status { answer.fail(ProbeFailure(kind: .wrongStatus)) }
        case .body(var part):
            let room = HTTPProbeHandler.bodyMax - body.readableBytes
            if let slice = part.readSlice(length: min(part.readableBytes, max(room, 0))) {
                body.writeImmutableBuffer(slice)
            }
        case .end: judge()
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

    private func judge() {
        guard let wanted else { return answer.succeed() }
        let text = String(buffer: body)
        text.contains(wanted) ? answer.succeed() : answer.fail(ProbeFailure(kind: .wrongBody))
    }
}
