import DNSMessages
import Detection
import Foundation
import Runtime
import NIOCore
import NIOPosix
import TestSupport
import Testing
import TopologyModel
import Values

@testable import Probing

/// Probes that are not plain, against real servers and programs.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct SpecialProbeServers {
    private static let host = "grand-est.ent.example"

    @Test(
        .needs(.openssl),
        arguments: [
            (why: "a trusted certificate", name: host, days: 9, trusted: true, is: nil),
            (
                why: "another name", name: "other.example", days: 9, trusted: true,
                is: .certificateName
            ),
            (
                why: "nobody's certificate", name: host, days: 9, trusted: false,
                is: .certificateUnknown
            ),
            (
                why: "a certificate that is over", name: host, days: -1, trusted: true,
                is: .certificateExpired
            ),
        ] as [(why: String, name: String, days: Int, trusted: Bool, is: FailureKind?)])
    func aCertificateIsVerified(
        why: String, name: String, days: Int, trusted: Bool, is kind: FailureKind?
    ) async throws {
        try await withTLSServer(for: name, days: days) { endpoint, certificate in
            let check = HTTPSCheck(
                host: Self.host, path: "/", caFile: trusted ? certificate : nil)
            let end = await end(of: .https(check), at: endpoint)
            switch (end.result, kind) {
            case (.pass, nil):
                let left = try #require(end.certificateEnd) - Engines.time.wall()
                #expect(left > .seconds(8 * 86_400) && left <= .seconds(9 * 86_400), "\(why)")
            case (.fail(let its), let kind?): #expect(its == kind, "\(why)")
            default: Issue.record("\(why): \(end.result)")
            }
            #expect(end.lateness == .zero)
        }
    }

    @Test(.needs(.openssl)) func withoutVerificationAnyCertificateWillDo() async throws {
        try await withTLSServer(for: "other.example", days: -1) { endpoint, _ in
            let check = HTTPSCheck(host: Self.host, path: "/", verification: .none)
            guard case .pass = await end(of: .https(check), at: endpoint).result else {
                Issue.record("it failed")
                return
            }
        }
    }

    @Test func whatIsNoTLSFails() async throws {
        try await withPeer(.says("HTTP/1.1 400 Bad Request\r\n\r\n")) { endpoint in
            let check = HTTPSCheck(host: Self.host, path: "/")
            let end = await end(of: .https(check), at: endpoint)
            #expect(end.result == .fail(kind: .handshake))
        }
    }

    @Test func aPortThatNobodyHoldsIsRefusedOverTLSToo() async throws {
        let endpoint = try #require(Endpoint(text: try FreePort().endpoint))
        let check = HTTPSCheck(host: Self.host, path: "/")
        #expect(await end(of: .https(check), at: endpoint).result == .fail(kind: .refused))
    }

    @Test func anUnreadableFileOfCertificatesIsNoEvidence() async throws {
        let endpoint = try #require(Endpoint(text: try FreePort().endpoint))
        let check = HTTPSCheck(host: Self.host, path: "/", caFile: "/nowhere/ca.pem")
        #expect(
            await end(of: .https(check), at: endpoint).result
                == .notRun(because: "no certificate can be read from caFile /nowhere/ca.pem"))
    }

    @Test(
        arguments: [
            (why: "an address", type: .a, contains: "127.0.21.2", is: nil),
            (why: "another address", type: .a, contains: "127.0.21.3", is: .wrongBody),
            (why: "no record of the type", type: .aaaa, contains: nil, is: .wrongBody),
            (why: "a zone", type: .soa, contains: nil, is: .wrongStatus),
        ] as [(why: String, type: DNSCheck.RecordType, contains: String?, is: FailureKind?)])
    func aNameServerIsAsked(
        why: String, type: DNSCheck.RecordType, contains: String?, is kind: FailureKind?
    ) async throws {
        try await withNameServer { endpoint in
            let check = DNSCheck(
                name: "grand-est.ent.example", type: type,
                contains: contains.flatMap { IPAddress(text: $0) })
            let end = await end(of: .dns(check), at: endpoint)
            switch (end.result, kind) {
            case (.pass, nil): break
            case (.fail(let its), let kind?): #expect(its == kind, "\(why)")
            default: Issue.record("\(why): \(end.result)")
            }
        }
    }

    @Test(
        arguments: [
            (why: "exit code 0", script: "exit 0", is: nil),
            (why: "another exit code", script: "exit 3", is: .wrongStatus),
            (why: "killed by a signal", script: "kill -9 $$", is: .wrongStatus),
            (
                why: "a clean environment", script: "[ -z \"$HOME$SECRET\" ] && [ $PWD = / ]",
                is: nil
            ),
            (
                why: "it is told whom",
                script: "[ \"$BASCULE_ADDRESS:$BASCULE_PORT\" = 127.0.0.1:9 ]", is: nil
            ),
            (
                why: "no descriptor of ours", script: "[ $(ls /proc/self/fd | wc -l) -le 4 ]",
                is: nil
            ),
            (
                why: "it leads its own group",
                script: "read -r _ _ _ _ g _ </proc/$$/stat; [ $g = $$ ]", is: nil
            ),
        ] as [(why: String, script: String, is: FailureKind?)])
    func aProgramIsJudgedByItsExitCode(why: String, script: String, is kind: FailureKind?) async {
        let check = ExecCheck(command: ["/bin/sh", "-c", script])
        let end = await end(of: .exec(check), at: Self.nobody)
        switch (end.result, kind) {
        case (.pass, nil): break
        case (.fail(let its), let kind?): #expect(its == kind, "\(why)")
        default: Issue.record("\(why): \(end.result)")
        }
    }

    @Test func theWholeGroupIsKilledAtTheTimeout() async throws {
        let folder = try TemporaryFolder()
        let file = folder.file("child")
        let script = "sleep 60 & echo $! >\(file); sleep 60"
        let check = ExecCheck(command: ["/bin/sh", "-c", script])
        let end = await end(of: .exec(check), at: Self.nobody, within: .milliseconds(500))
        #expect(end.result == .fail(kind: .timeout))
        let child = try String(contentsOfFile: file, encoding: .utf8)
        try await eventually("the program's child to be gone") {
            let path = "/proc/\(child.trimmingCharacters(in: .whitespacesAndNewlines))/stat"
            guard let stat = FileManager.default.contents(atPath: path) else { return true }
            return String(decoding: stat, as: UTF8.self).contains(") Z ")
        }
    }

    @Test func aProgramThatIsNotThereSaysNothingOfTheHost() async {
        let check = ExecCheck(command: ["/nowhere/check"])
        let end = await end(of: .exec(check), at: Self.nobody)
        let why = "/nowhere/check cannot be started: No such file or directory"
        #expect(end.result == .notRun(because: why))
        #expect(end.lateness == .zero)
    }

    @Test func whatCannotBeStartedIsSeenBeforehand() throws {
        let folder = try TemporaryFolder()
        let script = try folder.write("#!/bin/sh\nexit 0\n", to: "check")
        #expect(
            NotStarted(lookingAt: script)?.description
                == "\(script) cannot be started: Permission denied")
        #expect(
            NotStarted(lookingAt: folder.path)?.description.hasSuffix("Is a directory") ?? false)
        #expect(NotStarted(lookingAt: "/bin/sh") == nil)
    }

    private static let nobody = Endpoint(.v4(0x7f00_0001), port: 9)

    private func end(
        of kind: ProbeKind, at endpoint: Endpoint, within limit: Duration = .seconds(5)
    ) async -> ProbeEnd {
        let probes = SpecialProbes(group: MultiThreadedEventLoopGroup.singleton, time: Engines.time)
        let target = ProbeTarget(subject: .reference(at: endpoint), endpoint: endpoint)
        return await probes.end(
            of: ProbeOrder(target: target, kind: kind, timeout: limit, dueAt: .distantPast))
    }

    /// A name server that cuts every answer over UDP, has one A record, and refuses SOA.
    private func withNameServer(_ body: (Endpoint) async throws -> Void) async throws {
        let port = try FreePort()
        let group = MultiThreadedEventLoopGroup.singleton
        let datagrams = try await DatagramBootstrap(group: group)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(CuttingHandler())
                }
            }
            .bind(host: port.address, port: Int(port.number)).get()
        let streams = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AnsweringHandler())
                }
            }
            .bind(host: port.address, port: Int(port.number)).get()
        try await body(try #require(Endpoint(text: port.endpoint)))
        try await datagrams.close()
        try await streams.close()
    }
}

private final class CuttingHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        guard var answer = request(in: Array(envelope.data.readableBytesView))?.response(.noError)
        else { return }
        answer.isTruncated = true
        let bytes = ByteBuffer(bytes: answer.bytes)
        let reply = AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: bytes)
        context.writeAndFlush(wrapOutboundOut(reply), promise: nil)
    }
}

private final class AnsweringHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private var framing = TCPFraming()

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        do {
            let bytes = unwrapInboundIn(data).readableBytesView
            for message in try framing.messages(completedBy: bytes) {
                guard let request = request(in: message) else { continue }
                var answer = request.response(
                    request.questions.first?.type == .soa ? .refused : .noError)
                if let question = request.questions.first, question.type == .a {
                    let address = IPAddress.v4(0x7f00_1502)
                    answer.answers = [DNSRecord(question.name, ttl: 1, .address(address))]
                }
                let framed = ByteBuffer(bytes: TCPFraming.framed(answer.bytes))
                context.writeAndFlush(wrapOutboundOut(framed), promise: nil)
            }
        } catch {
            context.close(promise: nil)
        }
    }
}

private func request(in bytes: [UInt8]) -> DNSMessage? {
    do throws(DNSFormatError) {
        return try ReceivedMessage(bytes: bytes).message
    } catch {
        return nil
    }
}
