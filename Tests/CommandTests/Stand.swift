import Foundation
import TestSupport

/// Lab, name server and controller as real processes on a topology of their own: two regions, three
/// sites, short times. Everything is stopped by process id when the stand goes.
final class Stand {
    let folder: TemporaryFolder
    let nameServer: String
    private let hosts: [String]
    private var children: [ChildProcess] = []
    private(set) var controller: ChildProcess?
    private(set) var nameServerProcess: ChildProcess?

    /// The binary that was built with these tests.
    static var bascule: String {
        get throws {
            let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            let beside = URL(fileURLWithPath: own).deletingLastPathComponent().path + "/bascule"
            if FileManager.default.isExecutableFile(atPath: beside) { return beside }
            let built = CommandLine.arguments.compactMap { argument -> String? in
                let folder = URL(fileURLWithPath: argument).deletingLastPathComponent().path
                let path = folder + "/bascule"
                return FileManager.default.isExecutableFile(atPath: path) ? path : nil
            }
            if let path = built.first { return path }
            return try packageRoot().path + "/.build/debug/bascule"
        }
    }

    init() throws {
        folder = try TemporaryFolder()
        nameServer = Loopback.freshAddress()
        hosts = (0..<3).map { _ in Loopback.freshAddress() }
        try FileManager.default.copyItem(
            atPath: try packageRoot().path + "/playbooks", toPath: folder.file("playbooks"))
        _ = try folder.write(
            "key \"test.\" { algorithm hmac-sha256; secret \"\(Stand.secret)\"; };\n",
            to: "test.key")
        _ = try folder.write(topology(), to: "topology.yaml")
    }

    private static let secret = Data("a secret of tests, not of people".utf8).base64EncodedString()

    func topology(regions: [String] = ["north", "south"]) -> String {
        let all = [
            "north": region("north", "ent-a1", "[ent-b1, ent-c1]"),
            "south": region("south", "ent-b1", "[ent-c1, ent-a1]"),
        ]
        return """
            version: 1
            defaults:
              probe:
                {interval: 200ms, fastInterval: 50ms, timeout: 500ms, window: 2s,
                 lostAfterTimeouts: 1s}
              holdDown: {lost: 1s}
              failback: {approve: true, dwell: {host: 1s, domain: 1s}, stepDwell: 1s}
              sharedFate: {doubtedFor: 3s}
              doorReadInterval: 500ms
            providers: {one: {}, two: {}, three: {}}
            sites:
              a1: {provider: one, domain: one/alpha/a1}
              b1: {provider: two, domain: two/beta/b1}
              c1: {provider: three, domain: three/gamma/c1}
            hosts:
              ent-a1: {site: a1, addresses: {ipv4: "\(hosts[0]):8080"}, capacity: {users: 1000}}
              ent-b1: {site: b1, addresses: {ipv4: "\(hosts[1]):8080"}, capacity: {users: 1000}}
              ent-c1: {site: c1, addresses: {ipv4: "\(hosts[2]):8080"}, capacity: {users: 1000}}
            zones:
              ent.test:
                servers:
                  - {address: "\(nameServer):5353", site: c1, update: true, tsigKeyFile: test.key}
            regions:
            \(regions.compactMap { all[$0] }.joined(separator: "\n"))

            """
    }

    private func region(_ name: String, _ primary: String, _ standbys: String) -> String {
        """
          \(name):
            demand: {peakUsers: 100, curve: flat}
            probes: [{http: {host: \(name).ent.test, path: /health, body: \(name)}}]
            primary: \(primary)
            standbys: \(standbys)
            frontDoors: [{dns: {name: \(name).ent.test, ttl: 1s}}]
        """
    }

    /// The address that a host of the topology has, by its place: 0 for ent-a1.
    func address(_ index: Int) -> String { hosts[index] }

    // MARK: - Parts

    /// Starts all three, and waits until both regions are home and every host was seen.
    func start() async throws {
        children.append(try child("lab", "run", "--users", "0", "--lab-socket", file("lab.sock")))
        try await eventually("the lab stands", within: .seconds(20)) { exists("lab.sock") }
        try await startNameServer()
        try await startController()
        try await eventually("every host is up", within: .seconds(30)) {
            let status = try await self.command("status").stdout
            return ["ent-a1 up", "ent-b1 up", "ent-c1 up"].allSatisfy(status.contains)
        }
    }

    func startNameServer() async throws {
        nameServerProcess = try child("dns", "--zones", file("zones"))
        try await eventually("the name server answers", within: .seconds(20)) {
            try await self.answers("north").count == 1
        }
    }

    func startController() async throws {
        controller = try child("serve", "--state", file("state"))
        try await eventually("the controller leads", within: .seconds(20)) {
            try await self.command("status").stdout.contains("c1 leads")
        }
    }

    func stopAll() async throws {
        try await controller?.stop()
        try await nameServerProcess?.stop()
        for child in children { try await child.stop() }
    }

    func child(_ verb: String, _ arguments: String...) throws -> ChildProcess {
        try ChildProcess(
            try Stand.bascule,
            [verb] + arguments.prefix(verb == "lab" ? 1 : 0) + ["-f", file("topology.yaml")]
                + arguments.dropFirst(verb == "lab" ? 1 : 0))
    }

    /// Runs an operator's command against this stand's controller.
    func command(_ arguments: String...) async throws -> Finished {
        try await run(
            try Stand.bascule, arguments,
            environment: ["BASCULE_SOCKET": file("state/bascule.sock"), "NO_COLOR": "1"],
            within: .seconds(40))
    }

    func lab(_ arguments: String...) async throws {
        let done = try await run(
            try Stand.bascule, ["lab"] + arguments + ["--lab-socket", file("lab.sock")])
        guard done.status == 0 else { throw TestSupportError("lab: \(done.stderr)") }
    }

    func file(_ name: String) -> String { folder.file(name) }

    private func exists(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: file(name))
    }

    // MARK: - What the world sees

    /// The addresses that the name server gives for a region now.
    func answers(_ region: String) async throws -> [String] {
        let dig = try await run(
            "dig",
            [
                "+short", "+tries=1", "+time=1", "-p", "5353", "@\(nameServer)",
                "\(region).ent.test", "A",
            ])
        return dig.stdout.split(separator: "\n").map(String.init)
    }

    /// A foreign hand that has the key, and knows the epoch record: a change of the zone.
    func point(_ region: String, at address: String) async throws {
        let dig = try await run(
            "dig", ["+short", "-p", "5353", "@\(nameServer)", "_bascule-epoch.ent.test", "TXT"])
        let epoch = dig.stdout.trimmingCharacters(in: .whitespacesAndNewlines)
        let guarded = "prereq yxrrset _bascule-epoch.ent.test. TXT \(epoch)\n"
        let script = try folder.write(
            "server \(nameServer) 5353\nzone ent.test\n" + (epoch.isEmpty ? "" : guarded)
                + "update delete \(region).ent.test. A\n"
                + "update add \(region).ent.test. 1 A \(address)\nsend\n", to: "update")
        let done = try await run("nsupdate", ["-k", file("test.key"), script])
        guard done.status == 0 else { throw TestSupportError("nsupdate: \(done.stderr)") }
    }

    /// The journal as it lies on disk: entries are text, in the file or in its write-ahead log.
    var journalBytes: Data {
        let parts = ["state/journal.sqlite", "state/journal.sqlite-wal"]
        return parts.reduce(into: Data()) { data, name in
            data += FileManager.default.contents(atPath: file(name)) ?? Data()
        }
    }

    func journalHolds(_ text: String) -> Bool { journalBytes.range(of: Data(text.utf8)) != nil }
}

/// Runs `body` with a stand that is up, and stops everything afterwards, also on failure.
nonisolated(nonsending) func withStand(
    prepared prepare: (Stand) throws -> Void = { _ in },
    _ body: (Stand) async throws -> Void
) async throws {
    let stand = try Stand()
    try prepare(stand)
    do {
        try await stand.start()
        try await body(stand)
        try await stand.stopAll()
    } catch {
        let log = stand.controller?.errors.suffix(3000) ?? ""
        try await stand.stopAll()
        throw TestSupportError("\(error)\n\(log)")
    }
}
