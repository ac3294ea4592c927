import DNSMessages
import NIOCore
import NIOPosix
import OrderedCollections
import TopologyModel
import Values

/// Why one name server gave no answer.
enum NameServerFault: Error, Hashable, CustomStringConvertible {
    case unknownZone(ZoneID)
    case notAName(String)
    case timedOut(Endpoint)
    case unreachable(Endpoint, String)
    case refused(Endpoint, String)
    case truncated(Endpoint)
    case several([NameServerFault])

    var description: String {
        switch self {
        case .unknownZone(let zone): "the topology declares no zone '\(zone)'"
        case .notAName(let name): "'\(name)' is no DNS name"
        case .timedOut(let server): "\(server) did not answer in time"
        case .unreachable(let server, let why): "\(server) cannot be reached: \(why)"
        case .refused(let server, let code): "\(server) answered \(code)"
        case .truncated(let server): "\(server) sent a truncated answer"
        case .several(let faults): faults.map(\.description).joined(separator: "; ")
        }
    }
}

/// Asks a zone's own servers over UDP, in declared order, until one answers.
struct DNSResolver: NameResolver {
    /// What an answer may have over UDP (bytes); RFC 6891, section 6.2.5; DNS flag day 2020.
    private static let payloadMax: UInt16 = 1232

    let zones: OrderedDictionary<ZoneID, Zone>
    let group: any EventLoopGroup
    let limits: LabLimits

    func answer(
        to name: String, in zone: ZoneID, family: IPAddress.Family
    ) async throws -> NameAnswer {
        guard let servers = zones[zone]?.servers else { throw NameServerFault.unknownZone(zone) }
        guard let dnsName = DNSName(text: name) else { throw NameServerFault.notAName(name) }
        var faults: [NameServerFault] = []
        for server in servers {
            do {
                let query = query(Question(dnsName, RecordType(family)))
                let answer = try await ask(server.endpoint, query)
                return try nameAnswer(in: answer, from: server.endpoint)
            } catch let fault as NameServerFault {
                faults.append(fault)
            }
        }
        throw NameServerFault.several(faults)
    }

    private func query(_ question: Question) -> DNSMessage {
        var random = SystemRandomNumberGenerator()
        let id = UInt16.random(in: 0 ... .max, using: &random)
        var query = DNSMessage(id: id, questions: [question])
        query.edns = EDNS(payloadMax: DNSResolver.payloadMax)
        return query
    }

    private func nameAnswer(
        in answer: DNSMessage, from server: Endpoint
    ) throws(NameServerFault) -> NameAnswer {
        switch answer.responseCode {
        case .noError, .nameError: break
        case let code: throw .refused(server, "\(code)")
        }
        guard !answer.isTruncated else { throw .truncated(server) }
        let records = answer.answers.filter { $0.data.address != nil }
        let ttl = records.map(\.ttl).min() ?? 0
        return NameAnswer(
            addresses: records.compactMap(\.data.address), ttl: .seconds(Int64(ttl)))
    }

    private func ask(_ server: Endpoint, _ query: DNSMessage) async throws -> DNSMessage {
        let promise = group.next().makePromise(of: DNSMessage.self)
        let channel: any Channel
        do {
            channel = try await DatagramBootstrap(group: group).channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        AnswerHandler(to: query, of: server, promise: promise))
                }
            }.connect(host: server.address.text, port: Int(server.port)).get()
        } catch {
            let fault = NameServerFault.unreachable(server, "\(error)")
            promise.fail(fault)
            throw fault
        }
        let patience = channel.eventLoop.scheduleTask(
            in: .nanoseconds(limits.nameServerTimeout.inNanoseconds)
        ) { promise.fail(NameServerFault.timedOut(server)) }
        defer {
            patience.cancel()
            channel.close(promise: nil)
        }
        return try await withTaskCancellationHandler {
            try await promise.futureResult.get()
        } onCancel: {
            promise.fail(CancellationError())
        }
    }
}

/// Sends one query and waits for the answer to it; anything else that comes is not ours.
private final class AnswerHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private let query: DNSMessage
    private let server: Endpoint
    private let promise: EventLoopPromise<DNSMessage>

    init(to query: DNSMessage, of server: Endpoint, promise: EventLoopPromise<DNSMessage>) {
        (self.query, self.server, self.promise) = (query, server, promise)
    }

    func channelActive(context: ChannelHandlerContext) {
        guard let remote = context.remoteAddress else { return context.close(promise: nil) }
        let envelope = AddressedEnvelope(
            remoteAddress: remote, data: ByteBuffer(bytes: query.bytes))
        context.writeAndFlush(wrapOutboundOut(envelope), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = Array(unwrapInboundIn(data).data.readableBytesView)
        do {
            let answer = try ReceivedMessage(bytes: bytes).message
            guard answer.isResponse, answer.id == query.id, answer.questions == query.questions
            else { return }
            promise.succeed(answer)
        } catch {
            promise.fail(NameServerFault.refused(server, "what is no DNS message: \(error)"))
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.fail(NameServerFault.unreachable(server, "\(error)"))
        context.close(promise: nil)
    }

    /// However the socket ends, nobody waits for it any longer.
    func handlerRemoved(context: ChannelHandlerContext) {
        promise.fail(NameServerFault.unreachable(server, "the socket was closed"))
    }
}
