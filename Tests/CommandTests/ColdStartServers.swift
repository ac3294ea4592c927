import DNSMessages
import Foundation
import Glibc
import TestSupport
import Testing
import Values

/// `bascule dns` as its own process: no controller, no lab.
private final class NameServerStand {
    let stand: Stand
    let zoneFile: String
    private(set) var process: ChildProcess?

    init() throws {
        stand = try Stand()
        zoneFile = stand.file("zones/ent.test.zone")
    }

    func start(_ options: String...) async throws {
        process = try ChildProcess(
            try Stand.bascule,
            ["dns", "-f", stand.file("topology.yaml"), "--zones", stand.file("zones")] + options)
        try await eventually("the name server answers", within: .seconds(20)) {
            try await self.stand.answers("north").count == 1
        }
    }

    /// Changes `north` as a controller would, and returns what nsupdate says: "" when it is made.
    func move(to address: String) async throws -> String {
        let script = try stand.folder.write(
            """
            server \(stand.nameServer) 5353
            zone ent.test
            update delete north.ent.test. A
            update add north.ent.test. 1 A \(address)
            send

            """, to: "update")
        let done = try await run(
            Program.nsupdate.requiredPath(), ["-k", stand.file("test.key"), "-t", "5", script])
        return done.stdout + done.stderr
    }

    var endpoint: Endpoint {
        get throws { try #require(Endpoint(text: "\(stand.nameServer):5353")) }
    }

    /// Resident memory (KiB), from proc(5).
    var memory: Int {
        get throws {
            let pid = try #require(process?.pid)
            let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
            let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS") })
            return try #require(Int(line.filter(\.isNumber)))
        }
    }
}

private func withNameServer(
    _ body: (NameServerStand) async throws -> Void
) async throws {
    let server = try NameServerStand()
    do {
        try await body(server)
        try await server.process?.stop()
    } catch {
        let log = server.process?.errors.suffix(3000) ?? ""
        try await server.process?.stop()
        throw TestSupportError("\(error)\n\(log)")
    }
}

@Suite(.serialized) struct ColdStartServers {
    @Test(.needs(.dig), .needs(.nsupdate)) func theLastAcknowledgedChangeOutlivesAKill()
        async throws
    {
        try await withNameServer { server in
            try await server.start()
            for round in 1...5 {
                #expect(try await server.move(to: "192.0.2.\(round)") == "")
                try await server.process?.killHard()
                try await server.start()
                #expect(try await server.stand.answers("north") == ["192.0.2.\(round)"])
            }
        }
    }

    @Test(.needs(.dig), .needs(.nsupdate)) func aTornFileIsNamedAndLeftAsItIs() async throws {
        try await withNameServer { server in
            try await server.start()
            #expect(try await server.move(to: "192.0.2.9") == "")
            try await server.process?.killHard()
            let whole = try String(contentsOfFile: server.zoneFile, encoding: .utf8)
            let lines = whole.split(separator: "\n")
            let zeros = whole.dropLast(20) + String(repeating: "\0", count: 20)
            let torn = [
                lines.dropLast(2).joined(separator: "\n") + "\n", String(zeros), "",
                String(whole.prefix(whole.count / 2)),
            ]
            for text in torn {
                try text.write(toFile: server.zoneFile, atomically: true, encoding: .utf8)
                let done = try await run(
                    try Stand.bascule,
                    [
                        "dns", "-f", server.stand.file("topology.yaml"), "--zones",
                        server.stand.file("zones"),
                    ])
                #expect(done.status != 0 && done.stderr.contains("ent.test.zone:"))
                #expect(try String(contentsOfFile: server.zoneFile, encoding: .utf8) == text)
            }
            try whole.write(toFile: server.zoneFile, atomically: true, encoding: .utf8)
            try await server.start()
            #expect(try await server.stand.answers("north") == ["192.0.2.9"])
        }
    }

    @Test(.needs(.dig)) func noPlaybookIsNeededToAnswer() async throws {
        try await withNameServer { server in
            try FileManager.default.removeItem(atPath: server.stand.file("playbooks"))
            try await server.start()
        }
    }

    @Test func aTopologyThatCannotBeReadIsSaid() async throws {
        try await withNameServer { server in
            let gone = server.stand.file("gone.yaml")
            let done = try await run(
                try Stand.bascule, ["dns", "-f", gone, "--zones", server.stand.file("zones")])
            #expect(done.status != 0 && done.stderr.contains("gone.yaml"))
        }
    }

    @Test(.needs(.dig), .needs(.nsupdate)) func thousandsOfBrokenPacketsChangeNothing() async throws
    {
        try await withNameServer { server in
            try await server.start("--rate-limit-exempt", "192.0.2.0/24")
            let seeds = try corpus()
            var random = SplitMix64(seed: 2026)
            try flood(server, seeds, &random, packets: 4000)
            let before = try server.memory
            try flood(server, seeds, &random, packets: 16_000)
            #expect(try server.memory - before < 32_768, "KiB grown; before: \(before)")
            #expect(server.process?.isRunning == true)
            #expect(try await server.stand.answers("north") == [server.stand.address(0)])
            #expect(try await server.move(to: "192.0.2.5") == "")
            let tcp = try await run(
                Program.dig.requiredPath(),
                [
                    "+tcp", "+short", "-p", "5353", "@\(server.stand.nameServer)",
                    "north.ent.test",
                ])
            #expect(tcp.stdout == "192.0.2.5\n")
        }
    }

    private func corpus() throws -> [[UInt8]] {
        let zone = try #require(DNSName(text: "ent.test"))
        let north = try #require(DNSName(text: "north.ent.test"))
        let name = try #require(DNSName(text: "test"))
        var query = DNSMessage(id: 1, questions: [Question(north, .a)])
        let plain = query.bytes
        query.edns = EDNS(payloadMax: 1232, wantsSignatures: true)
        let update = DNSUpdate(
            zone: zone, prerequisites: [.nameInUse(north)],
            changes: [.deleteSet(north, .txt), .add(north, ttl: 1, .txt(text: "x"))]
        ).message(id: 2)
        let key = TSIGKey(name: name, algorithm: .hmacSHA256, secret: [1, 2, 3])
        return [
            plain, query.bytes, update.bytes, query.response(.noError).bytes,
            update.signed(with: key, at: Instant(unixSeconds: Int64(time(nil)))).bytes,
        ]
    }

    /// Every packet over UDP; every eighth also over TCP, some with a wrong length.
    private func flood(
        _ server: NameServerStand, _ seeds: [[UInt8]], _ random: inout SplitMix64, packets: Int
    ) throws {
        let udp = try RawSocket(to: server.endpoint, .datagrams)
        for index in 0..<packets {
            var bytes = seeds[random.next(below: seeds.count)]
            for _ in 0...random.next(below: 6) {
                bytes[random.next(below: bytes.count)] = UInt8(random.next(below: 256))
            }
            if random.chance(perMille: 200) {
                bytes = Array(bytes.prefix(random.next(in: 0...bytes.count)))
            }
            udp.send(bytes)
            guard index % 8 == 0 else { continue }
            let count = random.chance(perMille: 800) ? bytes.count : random.next(below: 65_536)
            let tcp = try RawSocket(to: server.endpoint, .stream)
            tcp.send([UInt8(count >> 8), UInt8(count & 0xff)] + bytes)
        }
    }
}

/// A socket that sends, and cares for no answer.
private final class RawSocket {
    enum Kind { case datagrams, stream }
    private let descriptor: Int32

    init(to endpoint: Endpoint, _ kind: Kind) throws {
        let type = kind == .stream ? SOCK_STREAM : SOCK_DGRAM
        descriptor = socket(AF_INET, Int32(type.rawValue), 0)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = endpoint.port.bigEndian
        inet_pton(AF_INET, endpoint.address.text, &name.sin_addr)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isConnected = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, size) == 0
            }
        }
        guard isConnected else { throw TestSupportError("connect to \(endpoint): errno \(errno)") }
    }

    deinit { close(descriptor) }

    /// What is refused is lost: the server may have closed the connection already.
    func send(_ bytes: [UInt8]) {
        _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }
}
