import Detection
import Glibc
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import TopologyModel
import Values

/// One HTTPS probe, on a connection of its own.
struct HTTPSProbe: Sendable {
    let check: HTTPSCheck
    let endpoint: Endpoint
    let contexts: TLSContexts
    let loop: any EventLoop
    let deadline: NIODeadline
    /// By the wall clock, which certificates are written for.
    let now: Instant

    /// Returns when the certificate ends.
    func answer() async throws -> Instant? { try await end(asking: true) }

    /// The same without a question.
    func handshake() async throws -> Instant? { try await end(asking: false) }

    private func end(asking: Bool) async throws -> Instant? {
        do {
            return try await exchange(check.verification, asking: asking)
        } catch  where FailureKind(error) == .certificateUnknown {
            throw ProbeFailure(kind: await reasonForMistrust())
        }
    }

    /// BoringSSL does not say why it does not trust: the certificate is looked at on a second
    /// connection.
    private func reasonForMistrust() async -> FailureKind {
        do {
            let end = try await exchange(.none, asking: false)
            return (end.map { $0 <= now } ?? false) ? .certificateExpired : .certificateUnknown
        } catch {
            return .certificateUnknown
        }
    }

    private func exchange(
        _ verification: HTTPSCheck.Verification, asking: Bool
    ) async throws -> Instant? {
        let trust = TLSContexts.Trust(verification: verification, caFile: check.caFile)
        let context: NIOSSLContext
        do { context = try contexts.context(for: trust) } catch let fault as UntrustedFile {
            throw fault
        } catch {
            throw OwnFault()
        }
        let question = HTTPQuestion(
            host: check.host, path: check.path, status: check.status, body: check.body)
        let name = HTTPSProbe.serverName(check.host)
        let address = try SocketAddress(
            ipAddress: endpoint.address.text, port: Int(endpoint.port))
        let exchange = Exchange<Instant?>(loop: loop, deadline: deadline)
        return try await exchange.answer { answer in
            ClientBootstrap(group: loop)
                .connectTimeout(exchange.connectTimeout)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        if let options = channel as? any SocketOptionProvider {
                            let reset = linger(l_onoff: 1, l_linger: 0)
                            options.setSoLinger(reset).whenFailure { _ in }
                        }
                        let tls = try NIOSSLClientHandler(context: context, serverHostname: name)
                        try channel.pipeline.syncOperations.addHandlers([
                            tls,
                            HTTPSProbeHandler(
                                asking: asking ? question : nil, over: tls, answer: answer),
                        ])
                    }
                }
                .connect(to: address)
        }
    }

    /// The host without its port; nil for an address, which SNI cannot carry (RFC 6066).
    static func serverName(_ host: String) -> String? {
        if Endpoint(text: host) != nil || IPAddress(text: host) != nil { return nil }
        return String(host.prefix { $0 != ":" })
    }
}

/// Asks once the handshake is done, and judges the answer.
private final class HTTPSProbeHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let question: HTTPQuestion?
    private let tls: NIOSSLClientHandler
    private let answer: EventLoopPromise<Instant?>
    private var reader = HTTPAnswerReader()
    private var certificateEnd: Instant?

    init(
        asking question: HTTPQuestion?, over tls: NIOSSLClientHandler,
        answer: EventLoopPromise<Instant?>
    ) {
        (self.question, self.tls, self.answer) = (question, tls, answer)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent {
            certificateEnd = tls.peerCertificate.map {
                Instant(unixSeconds: Int64($0.notValidAfter))
            }
            if let question {
                let bytes = ByteBuffer(bytes: question.request)
                context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
            } else {
                answer.succeed(certificateEnd)
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let question else { return }
        let bytes = unwrapInboundIn(data)
        judge(bytes.withUnsafeReadableBytes { reader.take($0, to: question) })
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Many servers end a connection without TLS's own goodbye.
        if case NIOSSLError.uncleanShutdown = error { return end() }
        answer.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    private func end() {
        guard let question, certificateEnd != nil else {
            return answer.fail(ProbeFailure(kind: .reset))
        }
        judge(reader.end(of: question))
    }

    private func judge(_ verdict: HTTPAnswerReader.Verdict) {
        switch verdict {
        case .more: break
        case .passed: answer.succeed(certificateEnd)
        case .wrongStatus: answer.fail(ProbeFailure(kind: .wrongStatus))
        case .overloaded: answer.fail(ProbeFailure(kind: .overloaded))
        case .wrongBody: answer.fail(ProbeFailure(kind: .wrongBody))
        case .broken: answer.fail(ProbeFailure(kind: .reset))
        }
    }
}
