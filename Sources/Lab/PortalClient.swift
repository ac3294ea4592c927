import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import TopologyModel
import Values

/// Why a user was not served.
package enum UserFailure: String, CaseIterable, Codable, Error, Hashable, Sendable {
    /// No name server answered, or the name has no address.
    case noAddress
    /// Nothing listens, or the connection was cut.
    case refused
    case timedOut
    /// The host or edge said to come back later.
    case busy
    /// Whatever answered was not the region's page.
    case wrongPage
}

/// One user's browser: a new connection a page, so that a dead host is met at once.
struct PortalClient: Sendable {
    struct Question: Sendable {
        let hostHeader: String
        var path = "/"
        var session: HostID?
        /// The gate's pass, as the portal gave it.
        var pass: String?

        /// One field a cookie: names and hosts of the lab hold nothing that must be quoted.
        fileprivate var headers: HTTPHeaders {
            var headers = HTTPHeaders([
                ("Host", hostHeader), ("Connection", "close"), ("Accept", "text/html"),
            ])
            if let session {
                headers.add(name: "Cookie", value: HostHandler.sessionCookie + "=\(session)")
            }
            if let pass {
                headers.add(name: "Cookie", value: HostHandler.passCookie + "=\(pass)")
            }
            return headers
        }
    }

    struct Page: Sendable {
        let status: Int
        let host: HostID?
        /// What the answer puts into the cookie of the gate.
        let pass: String?
        /// Whether it is the gate's waiting page.
        let isWaiting: Bool
        let body: String
    }

    let group: any EventLoopGroup
    let limits: LabLimits

    /// Gets a page at `endpoint`; throws `UserFailure`, or `CancellationError`.
    func page(at endpoint: Endpoint, _ question: Question) async throws -> Page {
        let promise = group.next().makePromise(of: Page.self)
        let request = HTTPRequestHead(
            version: .http1_1, method: .GET, uri: question.path, headers: question.headers)
        let channel = try await connected(to: endpoint, asking: request, promise: promise)
        let patience = channel.eventLoop.scheduleTask(
            in: .nanoseconds(limits.answerTimeout.inNanoseconds)
        ) {
            promise.fail(UserFailure.timedOut)
            channel.close(promise: nil)
        }
        defer { patience.cancel() }
        return try await withTaskCancellationHandler {
            try await promise.futureResult.get()
        } onCancel: {
            promise.fail(CancellationError())
            channel.close(promise: nil)
        }
    }

    private func connected(
        to endpoint: Endpoint, asking request: HTTPRequestHead, promise: EventLoopPromise<Page>
    ) async throws -> any Channel {
        let bytesMax = limits.pageBytesMax
        do {
            return try await ClientBootstrap(group: group)
                .connectTimeout(.nanoseconds(limits.connectTimeout.inNanoseconds))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        try pipeline.addHTTPClientHandlers()
                        try pipeline.addHandler(
                            PageHandler(asking: request, bytesMax: bytesMax, promise: promise))
                    }
                }
                .connect(host: endpoint.address.text, port: Int(endpoint.port)).get()
        } catch {
            let failure = PortalClient.failure(error)
            promise.fail(failure)
            throw failure
        }
    }

    private static func failure(_ error: any Error) -> UserFailure {
        if let error = error as? NIOConnectionError, let first = error.connectionErrors.first {
            return failure(first.error)
        }
        if case ChannelError.connectTimeout = error { return .timedOut }
        return .refused
    }
}

/// Asks once, and keeps the promise with the whole answer, or with why there is none.
private final class PageHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let request: HTTPRequestHead
    private let bytesMax: Int
    private let promise: EventLoopPromise<PortalClient.Page>
    private var head: HTTPResponseHead?
    private var body = ByteBuffer()

    init(
        asking request: HTTPRequestHead, bytesMax: Int,
        promise: EventLoopPromise<PortalClient.Page>
    ) {
        (self.request, self.bytesMax, self.promise) = (request, bytesMax, promise)
    }

    func channelActive(context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(.head(request)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body(let part):
            body.writeImmutableBuffer(part)
            if body.readableBytes > bytesMax { end(.failure(.wrongPage), context: context) }
        case .end:
            guard let head else { return end(.failure(.wrongPage), context: context) }
            end(.success(page(head)), context: context)
        }
    }

    private func page(_ head: HTTPResponseHead) -> PortalClient.Page {
        let prefix = HostHandler.passCookie + "="
        // As a browser keeps it: the last one that is set.
        let cookie = head.headers["set-cookie"].last { $0.hasPrefix(prefix) }
        return PortalClient.Page(
            status: Int(head.status.code),
            host: head.headers.first(name: "x-host").map(HostID.init),
            pass: cookie.map { String($0.dropFirst(prefix.count).prefix { $0 != ";" }) },
            isWaiting: head.headers.first(name: "x-bascule-gate") == "waiting",
            body: String(buffer: body))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(.failure(error is IOError ? .refused : .wrongPage), context: context)
    }

    /// Every way in which a connection ends comes by here; a promise that is kept stays as it is.
    func handlerRemoved(context: ChannelHandlerContext) { promise.fail(UserFailure.refused) }

    private func end(
        _ result: Result<PortalClient.Page, UserFailure>, context: ChannelHandlerContext
    ) {
        switch result {
        case .success(let page): promise.succeed(page)
        case .failure(let failure): promise.fail(failure)
        }
        context.close(promise: nil)
    }
}
