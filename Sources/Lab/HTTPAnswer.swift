import NIOCore
import NIOHTTP1

/// One whole answer to one request.
struct HTTPAnswer {
    let status: Int
    let contentType: String
    var fields: [(String, String)] = []
    let body: String

    /// Writes it, and closes the connection afterwards when the request asked for that.
    func write(to head: HTTPRequestHead, context: ChannelHandlerContext) {
        // RFC 9110, section 6.4.1: these have no content.
        let hasContent = head.method != .HEAD && status != 204 && status != 304
        let body = context.channel.allocator.buffer(string: hasContent ? body : "")
        var headers = HTTPHeaders(fields)
        headers.add(name: "Content-Type", value: contentType)
        if hasContent { headers.add(name: "Content-Length", value: "\(body.readableBytes)") }
        if !head.isKeepAlive { headers.add(name: "Connection", value: "close") }
        let start = HTTPResponseHead(
            version: head.version, status: HTTPResponseStatus(statusCode: status),
            headers: headers)
        context.write(NIOAny(HTTPServerResponsePart.head(start)), promise: nil)
        if hasContent {
            context.write(NIOAny(HTTPServerResponsePart.body(.byteBuffer(body))), promise: nil)
        }
        let sent = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(NIOAny(HTTPServerResponsePart.end(nil)), promise: sent)
        guard !head.isKeepAlive else { return }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        sent.futureResult.whenComplete { _ in bound.value.close(promise: nil) }
    }
}
