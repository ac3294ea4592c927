import DNSMessages
import Foundation
import Glibc
import Logging
import NameServer
import TestSupport
import Testing
import Values

/// A server on loopback with the small zone, its file, and a key that nsupdate and dig share.
private struct Stand {
    let folder: TemporaryFolder
    let keyFile: String

    init() throws {
        folder = try TemporaryFolder()
        let secret = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
        keyFile = try folder.write(
            "key \"bascule\" {\n\talgorithm hmac-sha256;\n\tsecret \"\(secret)\";\n};\n",
            to: "bascule.key")
    }

    var zoneFile: String { folder.file("ent.example.zone") }

    /// Serves while `body` runs; `body` gets the address and port, as dig and nsupdate take them.
    func serve(
        limits: NameServerLimits = NameServerLimits(),
        _ body: @escaping @Sendable (Tools) async throws -> Void
    ) async throws {
        let configuration = NameServerConfiguration(
            endpoint: Endpoint(try address(Loopback.freshAddress()), port: 0),
            zones: [
                ZoneConfiguration(
                    name: try name("ent.example"), file: zoneFile,
                    keys: try TSIGKeyFile.keys(atPath: keyFile), seed: try seed())
            ],
            limits: limits, now: { Instant(unixSeconds: Int64(time(nil))) })
        let log = Logger(label: "dns", factory: { _ in SwiftLogNoOpLogHandler() })
        let ready = AsyncStream<Endpoint>.makeStream()
        let tools = { Tools(endpoint: $0, keyFile: keyFile, folder: folder) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { ready.continuation.finish() }
                try await NameServer(configuration: configuration, log: log).run {
                    ready.continuation.yield($0)
                }
            }
            for await endpoint in ready.stream {
                try await body(tools(endpoint))
                group.cancelAll()
            }
            try await group.waitForAll()
        }
    }

    private func seed() throws -> [DNSRecord] {
        let many = try (0..<60).map { try address("10.0.0.\($0)") }
        return ZoneConfiguration.seed(
            zone: try name("ent.example"),
            servers: [
                NamedAddresses(
                    try name("ns1.ent.example"), ttl: 30, addresses: [try address("127.0.0.1")])
            ],
            names: [
                NamedAddresses(
                    try name("grand-est.ent.example"), ttl: 30,
                    addresses: [try address("192.0.2.1")]),
                NamedAddresses(try name("many.ent.example"), ttl: 30, addresses: many),
            ])
    }
}

/// The programs that people use on name servers, pointed at one.
private struct Tools: Sendable {
    let endpoint: Endpoint
    let keyFile: String
    let folder: TemporaryFolder

    func dig(_ arguments: String...) async throws -> String {
        try await query(.dig, ["+time=5", "+tries=1", "+norecurse"] + arguments)
    }

    func kdig(_ arguments: String...) async throws -> String {
        try await query(.kdig, ["+timeout=5", "+retry=0"] + arguments)
    }

    private func query(_ program: Program, _ arguments: [String]) async throws -> String {
        let place = ["@\(endpoint.address.text)", "-p", "\(endpoint.port)"]
        let finished = try await TestSupport.run(program.requiredPath(), place + arguments)
        return finished.stdout + finished.stderr
    }

    /// Runs nsupdate's commands as one message; returns what it says, "" when the change is made.
    func nsupdate(_ lines: String, signed: Bool = true, key: String? = nil, tcp: Bool = false)
        async throws -> String
    {
        let script = try folder.write(
            "server \(endpoint.address.text) \(endpoint.port)\nzone ent.example\n\(lines)\nsend\n",
            to: "update")
        let options = (signed ? ["-k", key ?? keyFile] : []) + (tcp ? ["-v"] : []) + ["-t", "5"]
        let finished = try await TestSupport.run(
            Program.nsupdate.requiredPath(), options + [script])
        return finished.stdout + finished.stderr
    }
}

private let move = """
    prereq yxrrset _bascule-epoch.ent.example. TXT "8.0.c1"
    update delete grand-est.ent.example. A
    update add grand-est.ent.example. 30 A 192.0.2.2
    """

private let claim = """
    prereq nxrrset _bascule-epoch.ent.example. TXT
    update add _bascule-epoch.ent.example. 0 TXT "8.0.c1"
    """

@Suite(.serialized) struct NameServerServersTests {
    @Test(.needs(.dig)) func digGetsTheAnswersOfAnAuthority() async throws {
        try await Stand().serve { tools async throws in
            let a = try await tools.dig("grand-est.ent.example", "A")
            #expect(a.contains("status: NOERROR") && a.contains("flags: qr aa;"))
            #expect(a.contains("30\tIN\tA\t192.0.2.1"))
            #expect(a.contains("EDNS: version: 0, flags:; udp: 1232"))
            #expect(try await tools.dig("ent.example", "SOA", "+short").contains(" 1 3600 600 "))
            #expect(try await tools.dig("ent.example", "NS", "+short") == "ns1.ent.example.\n")
            let none = try await tools.dig("none.ent.example")
            #expect(none.contains("status: NXDOMAIN") && none.contains("IN\tSOA"))
            let aaaa = try await tools.dig("grand-est.ent.example", "AAAA")
            #expect(aaaa.contains("status: NOERROR") && aaaa.contains("ANSWER: 0"))
            #expect(try await tools.dig("example.org").contains("status: REFUSED"))
            #expect(try await tools.dig("ent.example", "AXFR").contains("Transfer failed"))
            #expect(try await tools.dig("+edns=1", "+noednsneg", "ent.example").contains("BADVERS"))
            #expect(!(try await tools.dig("+noedns", "ent.example", "NS")).contains("EDNS"))
        }
    }

    @Test(.needs(.dig), .needs(.kdig)) func aLongAnswerIsCutOverUDPAndWholeOverTCP() async throws {
        try await Stand().serve { tools async throws in
            let cut = try await tools.dig("+noedns", "+ignore", "many.ent.example")
            #expect(cut.contains("flags: qr aa tc;") && cut.contains("ANSWER: 0"))
            let whole = try await tools.dig("+noedns", "many.ent.example")
            #expect(whole.contains("Truncated, retrying in TCP") && whole.contains("ANSWER: 60"))
            let edns = try await tools.dig("+bufsize=1232", "+ignore", "many.ent.example")
            #expect(edns.contains("ANSWER: 60") && !edns.contains("flags: qr aa tc"))
            let kept = try await tools.kdig(
                "+tcp", "+keepopen", "many.ent.example", "grand-est.ent.example")
            #expect(kept.contains("ANSWER: 60") && kept.contains("192.0.2.1"))
        }
    }

    @Test(.needs(.dig)) func digAndServerAgreeOnSignatures() async throws {
        try await Stand().serve { tools async throws in
            let good = try await tools.dig("-k", tools.keyFile, "grand-est.ent.example")
            #expect(good.contains("TSIG PSEUDOSECTION") && good.contains("NOERROR"))
            #expect(!good.contains("Couldn't verify"))
        }
    }

    @Test(.needs(.nsupdate), .needs(.dig)) func nsupdateClaimsAndMovesARegion() async throws {
        let stand = try Stand()
        try await stand.serve { tools async throws in
            for (lines, tcp) in [(claim, false), (move, true)] {
                #expect(try await tools.nsupdate(lines, tcp: tcp) == "")
            }
            #expect(try await tools.dig("+short", "grand-est.ent.example") == "192.0.2.2\n")
            #expect(try await tools.dig("+short", "ent.example", "SOA").contains(" 3 3600 "))
        }
        try await stand.serve { tools async throws in  // Another server, which has only the file.
            #expect(try await tools.dig("+short", "grand-est.ent.example") == "192.0.2.2\n")
            #expect(
                try await tools.dig("+short", "_bascule-epoch.ent.example", "TXT")
                    == "\"8.0.c1\"\n")
        }
    }

    @Test(.needs(.nsupdate), .needs(.dig)) func whoMayNotChangeTheZoneDoesNot() async throws {
        try await Stand().serve { tools async throws in
            let wrong = try tools.folder.write(
                "key \"bascule\" { algorithm hmac-sha256; secret \"AAAA\"; };", to: "wrong.key")
            let stranger = try tools.folder.write(
                "key \"stranger\" { algorithm hmac-sha256; secret \"AAAA\"; };", to: "other.key")
            #expect(try await tools.nsupdate(claim) == "")
            #expect(try await tools.nsupdate(move, signed: false).contains("REFUSED"))
            #expect(try await tools.nsupdate(move, key: wrong).contains("BADSIG"))
            #expect(try await tools.nsupdate(move, key: stranger).contains("BADKEY"))
            let bare = "update add x.ent.example. 30 A 192.0.2.9"
            #expect(try await tools.nsupdate(bare).contains("REFUSED"))
            let stale = move.replacing("8.0.c1", with: "7.0.c1")
            #expect(try await tools.nsupdate(stale).contains("NXRRSET"))
            let back = """
                prereq yxrrset _bascule-epoch.ent.example. TXT "8.0.c1"
                update delete _bascule-epoch.ent.example. TXT
                update add _bascule-epoch.ent.example. 0 TXT "7.0.c1"
                """
            #expect(try await tools.nsupdate(back).contains("REFUSED"))
            let empty = """
                prereq yxrrset _bascule-epoch.ent.example. TXT "8.0.c1"
                update delete grand-est.ent.example.
                """
            #expect(try await tools.nsupdate(empty).contains("REFUSED"))
            #expect(try await tools.dig("+short", "grand-est.ent.example") == "192.0.2.1\n")
            #expect(try await tools.dig("+short", "ent.example", "SOA").contains(" 2 3600 "))
        }
    }

    @Test func aDamagedZoneFileIsNamedAndLeftAlone() async throws {
        let stand = try Stand()
        let damaged = "@ 30 SOA a b 1 1 1 1 1\n@ 30 NS a\nx 30 A 300.1.1.1\n"
        _ = try stand.folder.write(damaged, to: "ent.example.zone")
        let error = try await #require(throws: Diagnostics.self) {
            try await stand.serve { _ in Issue.record("it was served") }
        }
        #expect(error.description.contains("ent.example.zone:3:8: error: '300.1.1.1'"))
        #expect(try String(contentsOfFile: stand.zoneFile, encoding: .utf8) == damaged)
    }

    @Test(.needs(.nsupdate), .needs(.dig)) func whatCannotBeSavedIsNotServed() async throws {
        let stand = try Stand()
        try await stand.serve { tools async throws in
            // A folder where the draft should go makes every save fail, also for root.
            let draft = stand.zoneFile + ".new"
            #expect(mkdir(draft, 0o755) == 0)
            #expect(try await tools.nsupdate(claim).contains("SERVFAIL"))
            #expect(try await tools.dig("+short", "ent.example", "SOA").contains(" 1 3600 "))
            #expect(rmdir(draft) == 0)
            #expect(try await tools.nsupdate(claim) == "")
        }
    }

    @Test(.needs(.dig)) func idleAndSurplusConnectionsAreClosed() async throws {
        var limits = NameServerLimits()
        limits.tcp.idleMax = .milliseconds(200)
        limits.tcp.requestReadMax = .milliseconds(200)
        limits.tcp.connectionsMax = 2
        try await Stand().serve(limits: limits) { tools async throws in
            let clients = try (0..<3).map { _ in try RawClient(to: tools.endpoint) }
            // One does not finish, the others never begin.
            try clients[0].send([0])
            for client in clients {
                try await eventually("the server closes the connection") { try client.isClosed() }
            }
            try await eventually("there is room again") {
                try await tools.dig("+tcp", "+short", "grand-est.ent.example") == "192.0.2.1\n"
            }
        }
    }

    @Test(.needs(.dig)) func aPrefixHasOnlySoManyConnections() async throws {
        var limits = NameServerLimits()
        limits.rate.exempt = []
        limits.tcp.connectionsPerPrefixMax = 1
        try await Stand().serve(limits: limits) { tools async throws in
            let first = try RawClient(to: tools.endpoint)
            let second = try RawClient(to: tools.endpoint)
            try await eventually("the second is closed") { try second.isClosed() }
            #expect(try first.isClosed() == false)
        }
    }

    @Test func whoeverTakesNoAnswersIsClosed() async throws {
        var limits = NameServerLimits()
        limits.tcp.answersTakenMax = .milliseconds(300)
        limits.tcp.idleMax = .seconds(60)
        try await Stand().serve(limits: limits) { tools async throws in
            let client = try RawClient(to: tools.endpoint)
            let question = Question(try name("many.ent.example"), .a)
            let request = TCPFraming.framed(DNSMessage(id: 1, questions: [question]).bytes)
            // Until its own buffer is full too, for the server reads no more.
            try await eventually("the server reads no more, then ends it", within: .seconds(20)) {
                do {
                    for _ in 0..<200 { try client.sendSome(request) }
                    return false
                } catch is RawClient.Ended { return true }
            }
        }
    }

    @Test(.needs(.dig)) func requestsAreUsedUpAndPipelinedOnesAreAnswered() async throws {
        var limits = NameServerLimits()
        limits.tcp.requestsMax = 3
        try await Stand().serve(limits: limits) { tools async throws in
            let client = try RawClient(to: tools.endpoint)
            let question = Question(try name("grand-est.ent.example"), .a)
            let requests = (1...5).flatMap {
                TCPFraming.framed(DNSMessage(id: $0, questions: [question]).bytes)
            }
            try client.send(requests)
            var framing = TCPFraming()
            var ids: [UInt16] = []
            try await eventually("the server answers three and closes") {
                guard let bytes = try client.receive() else { return true }
                ids += try framing.messages(completedBy: bytes).map {
                    try ReceivedMessage(bytes: $0).message.id
                }
                return false
            }
            #expect(ids == [1, 2, 3])
        }
    }

    @Test(.needs(.dig), .needs(.nsupdate)) func aFloodIsLimitedAndComesBackOverTCP() async throws {
        var limits = NameServerLimits()
        limits.rate.exempt = []
        limits.rate.answersPerSecond = 1
        limits.rate.slip = 1
        try await Stand().serve(limits: limits) { tools async throws in
            let seen = try await eventuallyValue("an answer is truncated") {
                let text = try await tools.dig("+ignore", "grand-est.ent.example")
                return text.contains("flags: qr aa tc;") ? text : nil
            }
            #expect(seen.contains("ANSWER: 0") && seen.contains("EDNS: version: 0"))
            for _ in 0..<5 {  // Over TCP, as a resolver does by itself, everything is answered.
                let whole = try await tools.dig("+short", "grand-est.ent.example")
                #expect(whole.contains("192.0.2.1"))
            }
            // Signed updates are never limited, and what they change is served at once.
            #expect(try await tools.nsupdate(claim) == "")
            #expect(try await tools.nsupdate(move) == "")
            #expect(try await tools.dig("+tcp", "+short", "grand-est.ent.example") == "192.0.2.2\n")
        }
    }
}
