import Detection
import Glibc
import NIOCore
import NIOPosix
import TestSupport
import Testing
import TopologyModel
import Values

@testable import Probing

/// One probe against a server that behaves, or does not.
@Suite(.timeLimit(.minutes(1)))
struct ProbeServers {
    private static let page = ProbeKind.http(
        host: "grand-est.ent.example", path: "/health", status: 200, body: "grand-est")
    private static let statusOnly = ProbeKind.http(
        host: "grand-est.ent.example", path: "/up", status: 204, body: nil)
    /// As much of a body as is searched (bytes).
    private static let searched = 64 * 1024

    @Test(arguments: [
        (why: "the page that is wanted", manners: Manners.page("200 OK", "all well: grand-est")),
        (
            why: "a body without a length ends with the connection",
            manners: .says("HTTP/1.1 200 OK\r\n\r\ngrand-est")
        ),
        (
            why: "a long body whose beginning is enough",
            manners: .page("200 OK", "grand-est" + String(repeating: "x", count: 2 * searched))
        ),
    ])
    func aServerThatAnswersWellPasses(why: String, manners: Manners) async throws {
        try await withPeer(manners) { endpoint in
            let outcome = try await outcome(Self.page, at: endpoint)
            guard case .pass(let latency) = outcome.result else {
                Issue.record("\(why): \(outcome)")
                return
            }
            #expect(latency > .zero)
            #expect(outcome.lateness == .zero)
        }
    }

    @Test func aStatusWithoutABodyIsEnoughWhereNoBodyIsWanted() async throws {
        try await withPeer(.says("HTTP/1.1 204 No Content\r\n\r\n")) { endpoint in
            guard case .pass = try await outcome(Self.statusOnly, at: endpoint).result else {
                Issue.record("it failed")
                return
            }
        }
    }

    @Test(arguments: [page, .tcp])
    func aHostIsProbedOverIPv6Alike(kind: ProbeKind) async throws {
        try await withPeer(.page("200 OK", "grand-est"), on: "::1") { endpoint in
            #expect(endpoint.address.family == .ipv6)
            guard case .pass = try await outcome(kind, at: endpoint).result else {
                Issue.record("it failed")
                return
            }
        }
        let nobody = Endpoint(.v6(high: 0, low: 1), port: 1)
        #expect(try await outcome(kind, at: nobody).result == .fail(kind: .refused))
    }

    @Test func aConnectionIsEnoughForTCP() async throws {
        try await withPeer(.silent) { endpoint in
            guard case .pass = try await outcome(.tcp, at: endpoint).result else {
                Issue.record("it failed")
                return
            }
        }
    }

    @Test(
        arguments: [
            (
                why: "a wrong status", manners: Manners.page("500 Oops", "grand-est"),
                is: .wrongStatus
            ),
            (why: "a full host", manners: .page("503 Busy", "grand-est"), is: .overloaded),
            (why: "too many requests", manners: .page("429 Slow", "grand-est"), is: .overloaded),
            (why: "a redirect", manners: .page("302 Found", "grand-est"), is: .wrongStatus),
            (why: "a wrong body", manners: .page("200 OK", "occitanie"), is: .wrongBody),
            (why: "an empty body", manners: .page("200 OK", ""), is: .wrongBody),
            (
                why: "the word beyond what is searched",
                manners: .page("200 OK", String(repeating: "x", count: searched) + "grand-est"),
                is: .wrongBody
            ),
            (why: "a reset", manners: .resets, is: .reset),
            (why: "an end without an answer", manners: .closes, is: .reset),
            (
                why: "an answer that breaks off",
                manners: .says("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\ngrand-est"), is: .reset
            ),
            (why: "what is no HTTP", manners: .says("SSH-2.0-OpenSSH_9.2\r\n"), is: .reset),
        ] as [(why: String, manners: Manners, is: FailureKind)])
    func aFailureHasItsKind(why: String, manners: Manners, is kind: FailureKind) async throws {
        try await withPeer(manners) { endpoint in
            let outcome = try await outcome(Self.page, at: endpoint)
            #expect(outcome.result == .fail(kind: kind), "\(why)")
            #expect(outcome.lateness == .zero)
        }
    }

    @Test func silenceAfterTheConnectionIsATimeout() async throws {
        try await withPeer(.silent) { endpoint in
            let outcome = try await outcome(Self.page, at: endpoint, within: .milliseconds(200))
            #expect(outcome.result == .fail(kind: .timeout))
        }
    }

    @Test(arguments: [page, .tcp])
    func aPortThatNobodyHoldsIsRefused(kind: ProbeKind) async throws {
        let endpoint = try #require(Endpoint(text: try FreePort().endpoint))
        let end = try await outcome(kind, at: endpoint)
        #expect(end.result == .fail(kind: .refused))
    }

    @Test(arguments: [page, .tcp])
    func aConnectionThatIsNotAnsweredIsAConnectTimeout(kind: ProbeKind) async throws {
        let full = try FullPort()
        let outcome = try await outcome(kind, at: full.endpoint, within: .milliseconds(200))
        #expect(outcome.result == .fail(kind: .connectTimeout))
        withExtendedLifetime(full) {}
    }

    /// 240.0.0.0/4 is reserved (RFC 1112 section 4); Linux has no way there unless it is given one.
    @Test func aHostWithoutAWayThereIsUnreachable() async throws {
        let endpoint = try #require(Endpoint(text: "255.255.255.255:80"))
        let outcome = try await outcome(.tcp, at: endpoint, within: .milliseconds(500))
        #expect(outcome.result == .fail(kind: .unreachable))
    }

    @Test func aMachineTooBusyToReadSaysHowLateItWas() async throws {
        try await withPeer(.silent) { endpoint in
            let order = order(Self.page, at: endpoint, within: .milliseconds(500))
            // The thread that reads is held for longer than the probe may take.
            let end = try await Engines.end(of: order) { _ = usleep(1_500_000) }
            guard case .fail(let kind) = end.result else {
                Issue.record("it passed")
                return
            }
            #expect(kind.isSilence)
            #expect(end.lateness >= .milliseconds(200))
        }
    }

    private func outcome(
        _ kind: ProbeKind, at endpoint: Endpoint, within limit: Duration = .seconds(10)
    ) async throws -> ProbeEnd {
        try await Engines.end(of: order(kind, at: endpoint, within: limit))
    }

    private func order(
        _ kind: ProbeKind, at endpoint: Endpoint, within limit: Duration
    ) -> ProbeOrder {
        let subject = Subject.reference(at: endpoint)
        return ProbeOrder(
            target: ProbeTarget(subject: subject, endpoint: endpoint), kind: kind, timeout: limit,
            dueAt: Instant(unixSeconds: 0))
    }
}
