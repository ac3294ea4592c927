import DNSMessages
import NIOCore
import NIOPosix
import OrderedCollections
import TestSupport
import Testing
import TopologyModel
import Values

@testable import Lab

/// What a name server of a test does with a query.
private enum Manner: Sendable {
    case answers([RecordData], ttl: UInt32)
    case says(ResponseCode)
    case truncates
    case isSilent
    /// Answers another question first, and then the one that was asked.
    case confuses(RecordData)
}

private final class NameServerHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private let manner: Manner

    init(_ manner: Manner) { self.manner = manner }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        let bytes = Array(envelope.data.readableBytesView)
        do {
            for answer in answers(to: try ReceivedMessage(bytes: bytes).message) {
                let reply = AddressedEnvelope(
                    remoteAddress: envelope.remoteAddress, data: ByteBuffer(bytes: answer.bytes))
                context.writeAndFlush(wrapOutboundOut(reply), promise: nil)
            }
        } catch {
            Issue.record("not a query: \(error)")
        }
    }

    private func answers(to query: DNSMessage) -> [DNSMessage] {
        var answer = query.response(.noError)
        switch manner {
        case .answers(let data, let ttl):
            answer.answers = data.map { DNSRecord(query.questions[0].name, ttl: ttl, $0) }
            return [answer]
        case .says(let code): return [query.response(code)]
        case .truncates:
            answer.isTruncated = true
            return [answer]
        case .isSilent: return []
        case .confuses(let data):
            answer.answers = [DNSRecord(query.questions[0].name, ttl: 30, data)]
            var other = answer
            other.id = query.id &+ 1
            other.answers = []
            return [other, answer]
        }
    }
}

/// The users' look-up, against name servers on loopback.
@Suite(.serialized) struct LabResolverServers {
    private let home = IPAddress.v4(0x7f00_1501)

    /// Asks a zone with one server a manner; nil is a server that is not there.
    private func answer(from manners: [Manner?]) async throws -> NameAnswer {
        let group = MultiThreadedEventLoopGroup.singleton
        var channels: [any Channel] = []
        var servers: [ZoneServer] = []
        for manner in manners {
            let endpoint = try #require(Endpoint(text: try FreePort().endpoint))
            servers.append(
                ZoneServer(
                    endpoint: endpoint, site: SiteID("gra2"), takesUpdates: true, tsigKeyFile: nil))
            guard let manner else { continue }
            channels.append(
                try await DatagramBootstrap(group: group).channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(NameServerHandler(manner))
                    }
                }.bind(host: endpoint.address.text, port: Int(endpoint.port)).get())
        }
        let zone = Zone(id: ZoneID("ent.example"), servers: servers, serversMin: 1)
        let resolver = DNSResolver(
            zones: [zone.id: zone], group: group,
            limits: LabLimits(nameServerTimeout: .milliseconds(200)))
        let answer: Result<NameAnswer, any Error>
        do {
            answer = .success(
                try await resolver.answer(
                    to: "grand-est.ent.example", in: zone.id, family: .ipv4))
        } catch {
            answer = .failure(error)
        }
        for channel in channels { try await channel.close() }
        return try answer.get()
    }

    private var served: Manner { .answers([.address(home)], ttl: 30) }
    private var expected: NameAnswer { NameAnswer(addresses: [home], ttl: .seconds(30)) }

    @Test func theFirstServerThatAnswersIsBelieved() async throws {
        let wrong = Manner.answers([.address(.v4(0x7f00_0009))], ttl: 5)
        #expect(try await answer(from: [served, wrong]) == expected)
    }

    @Test func theNextServerIsAskedWhenOneIsGoneSilentOrUnable() async throws {
        for unable: Manner? in [nil, .isSilent, .says(.serverFailure), .truncates] {
            #expect(try await answer(from: [unable, served]) == expected)
        }
    }

    @Test func anAnswerToAnotherQueryIsPassedOver() async throws {
        #expect(try await answer(from: [.confuses(.address(home))]) == expected)
    }

    @Test func aNameThatDoesNotExistIsAnAnswerWithoutAddresses() async throws {
        let answer = try await answer(from: [.says(.nameError)])
        #expect(answer.addresses.isEmpty)
    }

    @Test func whenNoServerAnswersEachIsNamed() async throws {
        await #expect {
            try await answer(from: [.isSilent, .says(.refused)])
        } throws: { error in
            "\(error)".contains("did not answer in time; ") && "\(error)".contains("answered")
        }
    }
}
