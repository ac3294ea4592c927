import NIOCore
import NIOHTTP1
import NIOPosix
import TopologyModel
import Values

/// Answers the requests of one connection as its host does at that moment.
final class HostHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart

    /// The cookie in which a user brings the session of the host that logged them in.
    static let sessionCookie = "session"
    /// The cookie in which the portal gives the gate's pass (docs/overload.md).
    static let passCookie = "bascule"

    private let stand: HostStand
    private var head: HTTPRequestHead?

    init(_ stand: HostStand) { self.stand = stand }

    func channelActive(context: ChannelHandlerContext) {
        if stand.opened(context.channel) {
            context.fireChannelActive()
        } else {
            context.channel.reset()
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        stand.closed(context.channel)
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body: break  // Nothing that a user sends matters here.
        case .end:
            guard let head else { return }
            self.head = nil
            answer(head, context: context)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent {
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func answer(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
        let path = String(head.uri.prefix { $0 != "?" })
        let request = HostStand.Request(
            hostHeader: head.headers.first(name: "host") ?? "", path: path,
            login: path == "/login" ? login(in: head.uri) : nil,
            session: session(in: head.headers))
        switch stand.handling(of: request) {
        case .cut: context.channel.reset()
        case .ignored: break
        case .replied(let reply, let delay):
            guard delay > .zero else { return write(reply, to: head, context: context) }
            let loop = context.eventLoop.assumeIsolated()
            loop.scheduleTask(in: .nanoseconds(delay.inNanoseconds)) {
                guard context.channel.isActive else { return }
                self.write(reply, to: head, context: context)
            }
        }
    }

    /// `class` and `user` of the query, where both are there.
    private func login(in uri: String) -> HostStand.Login? {
        var fields: [Substring: String] = [:]
        for field in uri.drop(while: { $0 != "?" }).dropFirst().split(separator: "&") {
            let parts = field.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { fields[parts[0]] = String(parts[1]) }
        }
        guard let classID = fields["class"], let user = fields["user"] else { return nil }
        return HostStand.Login(classID: ClassID(classID), user: user)
    }

    private func session(in headers: HTTPHeaders) -> HostID? {
        for cookie in headers[canonicalForm: "cookie"] {
            let prefix = HostHandler.sessionCookie + "="
            if cookie.hasPrefix(prefix) { return HostID(String(cookie.dropFirst(prefix.count))) }
        }
        return nil
    }

    private func write(
        _ reply: HostStand.Reply, to head: HTTPRequestHead, context: ChannelHandlerContext
    ) {
        let pass = reply.pass.map {
            ("Set-Cookie", "\(HostHandler.passCookie)=\($0); Path=/; HttpOnly; SameSite=Lax")
        }
        HTTPAnswer(
            status: reply.status,
            contentType: reply.isJSON ? "application/json" : "text/html; charset=utf-8",
            fields: [("X-Host", stand.host.id.name)] + (pass.map { [$0] } ?? []),
            body: reply.body
        ).write(to: head, context: context)
    }
}

extension Channel {
    /// Closes at once, so that the other side sees a reset as it does when a machine dies.
    func reset() {
        let now = linger(l_onoff: 1, l_linger: 0)
        let options = self as? any SocketOptionProvider
        let set = options?.setSoLinger(now) ?? eventLoop.makeSucceededVoidFuture()
        set.whenComplete { _ in self.close(promise: nil) }
    }
}
