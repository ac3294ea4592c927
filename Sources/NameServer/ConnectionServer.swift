import DNSMessages
import Logging
import NIOCore
import Values

/// What all TCP connections share. It belongs to their one event loop.
final class ConnectionHouse {
    let limits: ConnectionLimits
    private let exempt: [AddressPrefix]
    private var answerer: Answerer
    private var counts = ConnectionCounts()
    private var tally = Tally()
    private var servers: [ObjectIdentifier: ConnectionServer] = [:]
    private var checks: RepeatedTask?

    init(_ answerer: Answerer) {
        self.answerer = answerer
        (limits, exempt) = (answerer.limits.tcp, answerer.limits.rate.exempt)
    }

    /// Looks after slow and idle clients until `close`.
    func open(on loop: any EventLoop) {
        // A limit may be exceeded by a quarter of itself.
        let shortest = min(limits.idleMax, limits.requestReadMax, limits.answersTakenMax)
        let pause = TimeAmount.nanoseconds(
            min(max(shortest.inNanoseconds / 4, 1_000_000), 1_000_000_000))
        let me = NIOLoopBound(self, eventLoop: loop)
        checks = loop.scheduleRepeatedTask(initialDelay: pause, delay: pause) { _ in
            me.value.check()
        }
    }

    func close() {
        checks?.cancel()
        for server in servers.values { server.end() }
    }

    private func check() {
        for server in servers.values { server.check(at: .monotonic) }
        if let line = tally.line(at: .monotonic) { answerer.log.warning("\(line)") }
    }

    // MARK: What connections ask of it

    /// Whether there is room for a new connection.
    func admit(_ server: ConnectionServer, from client: IPAddress) -> Bool {
        if let refusal = counts.admit(client, limits, exempt: exempt) {
            tally.add(refusal, client)
            return false
        }
        servers[ObjectIdentifier(server)] = server
        return true
    }

    func leave(_ server: ConnectionServer, from client: IPAddress) {
        guard servers.removeValue(forKey: ObjectIdentifier(server)) != nil else { return }
        counts.end(client)
    }

    func count(_ refusal: Refusal, _ client: IPAddress) { tally.add(refusal, client) }

    func reaction(to request: [UInt8]) -> Reaction { answerer.reaction(to: request) }

    func answer(
        to request: UpdateRequest, in form: ReplyForm, on loop: any EventLoop
    ) -> EventLoopFuture<[UInt8]> {
        answerer.answer(to: request, in: form, on: loop)
    }

    func note(_ what: String) { answerer.log.debug("\(what)") }
}

/// Answers the requests of one TCP connection in their order.
///
/// While an update is being saved, or the client takes no answers, nothing is read: what then
/// waits is at most one reading.
final class ConnectionServer: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let house: ConnectionHouse
    private var client = IPAddress.v4(0)
    private var pace = ConnectionPace(openedAt: .monotonic)
    private var context: ChannelHandlerContext?
    private var waiting = ByteBuffer()
    private var isUpdating = false
    private var isEnding = false
    private var wantsRead = false

    init(_ house: ConnectionHouse) { self.house = house }

    func channelActive(context: ChannelHandlerContext) {
        guard let client = context.channel.remoteAddress?.address,
            house.admit(self, from: client)
        else {
            context.close(promise: nil)
            return
        }
        (self.client, self.context) = (client, context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        house.leave(self, from: client)
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        waiting.writeBuffer(&bytes)
        answerWaiting(context)
    }

    func read(context: ChannelHandlerContext) {
        wantsRead = !mayGoOn(context)
        if !wantsRead { context.read() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        pace.takesAnswers(context.channel.isWritable, at: .monotonic)
        if context.channel.isWritable { goOn(context) }
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        house.note("a connection ended: \(error)")
        context.close(promise: nil)
    }

    /// Closes the connection when its client is too slow.
    func check(at now: Instant) {
        guard let context, let refusal = pace.refusal(of: house.limits, at: now) else { return }
        end(refusal, context)
    }

    func end() { context?.close(promise: nil) }

    // MARK: Its requests

    private func mayGoOn(_ context: ChannelHandlerContext) -> Bool {
        !isUpdating && !isEnding && context.channel.isWritable
    }

    private func goOn(_ context: ChannelHandlerContext) {
        answerWaiting(context)
        if wantsRead, mayGoOn(context) { read(context: context) }
    }

    private func answerWaiting(_ context: ChannelHandlerContext) {
        while mayGoOn(context), let request = nextRequest(context) {
            let isLast = pace.countRequest(of: house.limits, at: .monotonic)
            answer(request, context)
            if isLast, !isEnding { endAfterAnswers(.requestsPerConnectionMax, context) }
        }
        pace.hasPart(waiting.readableBytes > 0, at: .monotonic)
        context.flush()
    }

    private func nextRequest(_ context: ChannelHandlerContext) -> [UInt8]? {
        guard let count = waiting.getInteger(at: waiting.readerIndex, as: UInt16.self) else {
            return nil
        }
        guard Int(count) <= house.limits.requestBytesMax else {
            end(.requestTooLong, context)
            return nil
        }
        guard waiting.readableBytes >= 2 + Int(count) else { return nil }
        waiting.moveReaderIndex(forwardBy: 2)
        let request = waiting.readBytes(length: Int(count))
        waiting.discardReadBytes()
        return request
    }

    private func answer(_ request: [UInt8], _ context: ChannelHandlerContext) {
        switch house.reaction(to: request) {
        case .ignore: end(.notARequest, context)
        case .send(let answer, _): send(answer, context)
        case .refuse(let answer, let why):
            house.note("update or signature refused: \(why)")
            send(answer, context)
        case .update(let request, let form):
            update(true)
            house.answer(to: request, in: form, on: context.eventLoop).assumeIsolated()
                .whenSuccess { answer in
                    self.update(false)
                    guard let context = self.context else { return }
                    self.send(answer, context)
                    context.flush()
                    self.goOn(context)
                }
        }
    }

    private func update(_ begins: Bool) {
        isUpdating = begins
        pace.updates(begins, at: .monotonic)
    }

    private func send(_ answer: [UInt8], _ context: ChannelHandlerContext) {
        var buffer = context.channel.allocator.buffer(capacity: answer.count + 2)
        buffer.writeInteger(UInt16(answer.count))
        buffer.writeBytes(answer)
        context.write(wrapOutboundOut(buffer), promise: nil)
    }

    // MARK: Its end

    private func end(_ refusal: Refusal, _ context: ChannelHandlerContext) {
        isEnding = true
        house.count(refusal, client)
        context.close(promise: nil)
    }

    private func endAfterAnswers(_ refusal: Refusal, _ context: ChannelHandlerContext) {
        isEnding = true
        house.count(refusal, client)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).assumeIsolated().whenComplete { _ in
            context.close(promise: nil)
        }
    }
}
