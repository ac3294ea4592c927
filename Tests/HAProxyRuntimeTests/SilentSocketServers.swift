import NIOCore
import NIOPosix
import TestSupport
import Testing
import Values

@testable import HAProxyRuntime

/// Against sockets that do not behave as HAProxy does.
@Suite(.timeLimit(.minutes(1)))
struct SilentSocketServers {
    private let be = HAProxyName("be")!
    private let change = RuntimeCommand.setWeight(
        backend: HAProxyName("be")!, server: HAProxyName("a")!, AbsoluteWeight(.zero))

    @Test func aSocketThatIsNotThereIsUnreachable() async throws {
        try await withTemporaryFolder { folder in
            let socket = client(.unix(path: folder.file("none.sock")))
            let error = try await thrown { _ = try await socket.answers(to: [change]) }
            guard case .unreachable = error.kind else {
                Issue.record("\(error)")
                return
            }
            #expect(!error.mayHaveChanged)
            #expect(error.what.hasSuffix("unreachable: No such file or directory"))
        }
    }

    @Test func aPortThatNobodyHoldsIsUnreachable() async throws {
        let port = try FreePort()
        let endpoint = try #require(Endpoint(text: port.endpoint))
        let error = try await thrown { _ = try await client(.tcp(endpoint)).state(of: be) }
        guard case .unreachable = error.kind else {
            Issue.record("\(error)")
            return
        }
        #expect(error.what.hasSuffix("unreachable: Connection refused"))
    }

    @Test func aPathThatIsTooLongIsUnreachable() async throws {
        let path = "/tmp/" + String(repeating: "x", count: 200)
        let error = try await thrown { _ = try await client(.unix(path: path)).state(of: be) }
        guard case .unreachable = error.kind else {
            Issue.record("\(error)")
            return
        }
    }

    @Test func silenceTimesOutAndAChangeIsInDoubt() async throws {
        try await withServer(.silent) { address in
            let socket = client(address).within(.milliseconds(200))
            let error = try await thrown { _ = try await socket.answers(to: [change]) }
            #expect(error.kind == .timedOut(after: .milliseconds(200)))
            #expect(error.mayHaveChanged)
            let read = try await thrown { _ = try await socket.state(of: be) }
            #expect(read.kind == .timedOut(after: .milliseconds(200)))
            #expect(!read.mayHaveChanged)
        }
    }

    @Test func aClosedConnectionLeavesAChangeInDoubt() async throws {
        try await withServer(.closing) { address in
            let error = try await thrown {
                _ = try await client(address).answers(to: [change])
            }
            guard case .cutOff = error.kind else {
                Issue.record("\(error)")
                return
            }
            #expect(error.mayHaveChanged)
        }
    }

    @Test func anEndlessAnswerIsCut() async throws {
        try await withServer(.endless) { address in
            let socket = HAProxySocket(
                at: address, limits: HAProxyLimits(answerBytesMax: 100_000),
                on: MultiThreadedEventLoopGroup.singleton)
            let error = try await thrown { _ = try await socket.process() }
            #expect(error.kind == .answerTooLong(bytesMax: 100_000))
        }
    }

    @Test func anotherProgramsAnswerIsAnError() async throws {
        try await withServer(.saying("\n> HTTP/1.1 400 Bad Request\n\n> ")) { address in
            let error = try await thrown { _ = try await client(address).process() }
            #expect(
                error.kind
                    == .refused(command: "show info", words: "HTTP/1.1 400 Bad Request"))
        }
        try await withServer(.saying("\n> Name: HAProxy\n\n> ")) { address in
            let error = try await thrown { _ = try await client(address).process() }
            #expect(
                error.kind
                    == .unintelligible(command: "show info", what: "there is no Version"))
        }
    }

    @Test(.needs(.haproxy)) func aStoppedHAProxyTimesOutAndWorksAgainAfterwards() async throws {
        try await withHAProxy(config: { $0.stub("a", port: 8001) }) { haproxy in
            let socket = client(.unix(path: haproxy.place.socketPath))
            try await haproxy.freeze()
            let error = try await thrown {
                _ = try await socket.within(.milliseconds(200)).process()
            }
            #expect(error.kind == .timedOut(after: .milliseconds(200)))
            haproxy.thaw()
            #expect(try await socket.process().pid == Int(haproxy.pid))
        }
    }

    private func client(_ address: HAProxyAddress) -> HAProxySocket {
        HAProxySocket(
            at: address, limits: HAProxyLimits(exchange: .seconds(10)),
            on: MultiThreadedEventLoopGroup.singleton)
    }

    private func withServer(
        _ manner: Manner, _ body: (HAProxyAddress) async throws -> Void
    ) async throws {
        let address = Loopback.freshAddress()
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Misbehaviour(manner))
                }
            }.bind(host: address, port: 9999).get()
        do {
            try await body(.tcp(try #require(Endpoint(text: "\(address):9999"))))
            try await server.close()
        } catch {
            try await server.close()
            throw error
        }
    }
}

private enum Manner {
    case silent, closing, endless
    case saying(String)
}

/// What a server does with the first bytes it gets.
private final class Misbehaviour: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let manner: Manner

    init(_ manner: Manner) { self.manner = manner }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch manner {
        case .silent: break
        case .closing: context.close(promise: nil)
        case .endless: say(String(repeating: "x", count: 1_000_000), to: context)
        case .saying(let text): say(text, to: context)
        }
    }

    private func say(_ text: String, to context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }
}
