import DNSMessages
import Logging
import NIOCore
import Values

/// Answers over UDP, within the rate limit. It belongs to the event loop of its socket.
final class DatagramServer: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private var answerer: Answerer
    private var limiter: RateLimiter
    private var tally = Tally()
    private var reports: RepeatedTask?

    init(_ answerer: Answerer, limiter: RateLimiter) {
        (self.answerer, self.limiter) = (answerer, limiter)
    }

    func channelActive(context: ChannelHandlerContext) {
        let me = NIOLoopBound(self, eventLoop: context.eventLoop)
        reports = context.eventLoop.scheduleRepeatedTask(
            initialDelay: .seconds(1), delay: .seconds(1)
        ) { _ in me.value.report() }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        reports?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let datagram = unwrapInboundIn(data)
        let client = datagram.remoteAddress
        switch answerer.reaction(to: Array(datagram.data.readableBytesView)) {
        case .ignore: break
        case .send(let answer, let isSigned):
            if isSigned {
                send(answer, to: client, context)
            } else {
                sendWithinLimit(answer, to: client, context)
            }
        case .refuse(let answer, let why):
            answerer.log.debug("update or signature refused", metadata: ["why": "\(why)"])
            sendWithinLimit(answer, to: client, context)
        case .update(let request, let form):
            answerer.answer(to: request, in: form, on: context.eventLoop).assumeIsolated()
                .whenSuccess { answer in
                    self.send(answer, to: client, context)
                    context.flush()
                }
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) { context.flush() }

    /// One client's route is no reason to leave the others without answers; where a fault does end
    /// the socket, the server ends with it.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        answerer.log.debug("a datagram was lost: \(error)")
    }

    private func report() {
        if let line = tally.line(at: .monotonic) { answerer.log.warning("\(line)") }
    }

    private func sendWithinLimit(
        _ answer: [UInt8], to client: SocketAddress, _ context: ChannelHandlerContext
    ) {
        guard let address = client.address else { return }
        let verdict = limiter.verdict(on: AnswerClass(of: answer), to: address, at: .monotonic)
        switch verdict {
        case .send: send(answer, to: client, context)
        case .truncate:
            tally.add(.answerTruncated, address)
            send(truncated(answer), to: client, context)
        case .drop: tally.add(.answerDropped, address)
        }
    }

    /// What the system cannot take now is dropped, as a full network would.
    private func send(
        _ answer: [UInt8], to client: SocketAddress, _ context: ChannelHandlerContext
    ) {
        guard context.channel.isWritable else {
            if let address = client.address { tally.add(.answerUnsent, address) }
            return
        }
        let envelope = AddressedEnvelope(
            remoteAddress: client, data: context.channel.allocator.buffer(bytes: answer))
        context.write(wrapOutboundOut(envelope), promise: nil)
    }
}

extension Instant {
    /// By a clock that nobody sets, since some moment before.
    static var monotonic: Instant {
        Instant(nanoseconds: Int64(clamping: NIODeadline.now().uptimeNanoseconds))
    }
}

extension SocketAddress {
    /// Nil for a Unix socket; IPv4 inside IPv6 is IPv4.
    var address: IPAddress? {
        switch self {
        case .v4(let name):
            // ip(7): family and port, 2 bytes each, then the address.
            return .v4(
                withUnsafeBytes(of: name.address) {
                    UInt32(bigEndian: $0.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
                })
        case .v6(let name):
            // ipv6(7): family, port, 4 bytes of flow information, then the address.
            let (high, low) = withUnsafeBytes(of: name.address) {
                (
                    UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
                    UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
                )
            }
            return high == 0 && low >> 32 == 0xffff
                ? .v4(UInt32(truncatingIfNeeded: low)) : .v6(high: high, low: low)
        case .unixDomainSocket: return nil
        }
    }
}
