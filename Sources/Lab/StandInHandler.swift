import NIOCore
import NIOHTTP1

/// A reference or a dependency that is simply there: it takes connections, and answers its pages.
final class StandInHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart

    private let standIn: LabPlan.StandIn
    private var head: HTTPRequestHead?

    init(_ standIn: LabPlan.StandIn) { self.standIn = standIn }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !standIn.pages.isEmpty else { return }  // Only the connection counts.
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body: break
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
        let page =
            standIn.pages.first { $0.path == path }
            ?? LabPlan.Page(path: path, status: 404, body: "\(standIn.name) has no such page")
        HTTPAnswer(status: page.status, contentType: "text/plain", body: page.body + "\n")
            .write(to: head, context: context)
    }
}
