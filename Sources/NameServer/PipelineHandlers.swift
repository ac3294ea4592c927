import Logging
import NIOCore

/// Cuts a TCP stream into messages by their 16-bit lengths (RFC 1035 section 4.2.2).
struct MessageDecoder: ByteToMessageDecoder {
    typealias InboundOut = [UInt8]
    let bytesMax: Int

    struct TooLong: Error {}

    func decode(
        context: ChannelHandlerContext, buffer: inout ByteBuffer
    ) throws -> DecodingState {
        guard let count = buffer.getInteger(at: buffer.readerIndex, as: UInt16.self) else {
            return .needMoreData
        }
        guard Int(count) <= bytesMax else { throw TooLong() }
        guard buffer.readableBytes >= 2 + Int(count) else { return .needMoreData }
        buffer.moveReaderIndex(forwardBy: 2)
        context.fireChannelRead(wrapInboundOut(buffer.readBytes(length: Int(count)) ?? []))
        return .continue
    }

    func decodeLast(
        context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool
    ) throws -> DecodingState {
        try decode(context: context, buffer: &buffer)
    }
}

/// Closes a connection that has sent no whole message for too long.
final class IdleCloser: ChannelInboundHandler {
    typealias InboundIn = [UInt8]

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent {
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }
}

/// Keeps one datagram's fault, such as a client that is gone, from ending the socket for all
/// others.
///
/// Where a fault does end the socket, `ServerLoops` sees that it is closed.
final class DatagramFaults: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    private let log: Logger

    init(log: Logger) { self.log = log }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        log.debug("a datagram was lost: \(error)")
    }
}

/// A socket that the system closed: the server ends, so that its keeper starts it anew.
struct SocketEnded: Error, CustomStringConvertible {
    let description: String
}
