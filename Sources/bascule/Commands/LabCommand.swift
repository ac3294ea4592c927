import Control
import ArgumentParser
import Foundation
import Lab
import Logging
import Manifests
import Runtime
import Situations
import Synchronization

struct LabCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lab", abstract: "Stand-in sites on loopback, with users and faults.",
        discussion: "Example: bascule lab run -f topology.yaml",
        subcommands: [
            LabRun.self, LabBurn.self, LabSilence.self, LabSlow.self, LabHeal.self, LabSurge.self,
            LabAttack.self, LabLoadSource.self, LabUsers.self,
        ],
        defaultSubcommand: LabRun.self)
}

struct LabSocketOptions: ParsableArguments {
    @Option(help: "The lab's control socket.") var labSocket = "state/lab.sock"

    func send(_ command: String) async throws {
        try await reporting { print(try await reply(to: command)) }
    }

    func reply(to command: String) async throws -> String {
        try await LabClient(socketPath: labSocket).send(command)
    }
}

struct LabRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Stand up every host of a topology, and its users.",
        discussion: """
            Example: bascule lab run -f topology.yaml --users 10
            Ends with SIGINT; exit code 1 when a region is not served at the end.
            """)
    @OptionGroup var topology: TopologyFileOptions
    @OptionGroup var socket: LabSocketOptions
    @Option(help: "Requests a second of each region's users; 0 is none.") var users = 10
    @Option(help: "How many times faster than life users think, leave and try again: 1 to 30.")
    var speed = 1
    @Option(
        help: "The key that portals sign the gate's passes with: GATE_KEY, on one line of a file.",
        completion: .file())
    var gateKey: String?
    @Option(help: "Write what users saw to this file, as JSON, at the end.") var report: String?

    func run() async throws {
        try await reporting {
            let topology = try topology.read()
            let gateKey = try gateKey.map(key(in:))
            let log = Logger(label: "lab") { _ in StandardErrorLog() }
            let folder = URL(fileURLWithPath: socket.labSocket).deletingLastPathComponent()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let path = report
            let isServed = Mutex(true)
            let isWritten = Mutex(true)
            let options = LabOptions(
                controlSocket: socket.labSocket, requestsPerSecond: users, speed: speed,
                gateKey: gateKey, now: { .wallClock() },
                onReady: { log.info("the lab stands") },
                onReport: { report in
                    print(report.text)
                    isServed.withLock { $0 = report.isEveryRegionServed }
                    guard let path else { return }
                    do {
                        try report.json().write(toFile: path, atomically: true, encoding: .utf8)
                    } catch {
                        log.error("the report cannot be written to \(path): \(error)")
                        isWritten.withLock { $0 = false }
                    }
                })
            let lab = Lab(topology: topology, options: options, log: log)
            try await untilSignalled { try await lab.run() }
            let isGood = isServed.withLock(\.self) || users == 0
            if !isGood || !isWritten.withLock(\.self) { throw Exit.failed.code }
        }
    }
}

extension LabRun {
    fileprivate func key(in file: String) throws -> GateKey {
        let text = String(decoding: try bytes(of: file), as: UTF8.self)
        guard let key = GateKey(base64: text) else {
            throw InputFault(
                Fault(
                    what: "\(file) is not one line of base64",
                    mend: "write what GATE_KEY holds, such as openssl rand -base64 32 makes"))
        }
        return key
    }
}

/// Runs until it ends by itself, or SIGTERM or SIGINT comes.
func untilSignalled(
    onSignal: @escaping @Sendable () -> Void = {},
    _ body: @escaping @Sendable () async throws -> Void
) async throws {
    let signals = Signals([SIGTERM, SIGINT])
    let stream = signals.stream
    defer { withExtendedLifetime(signals) {} }
    try await withThrowingTaskGroup(of: Bool.self) { group in
        group.addTask {
            try await body()
            return true
        }
        group.addTask {
            for await _ in stream { break }
            if !Task.isCancelled { onSignal() }
            return false
        }
        let endedItself = try await group.next() ?? true
        group.cancelAll()
        guard !endedItself else { return }
        while let result = await group.nextResult() {
            if case .failure(let error) = result, !(error is CancellationError) { throw error }
        }
    }
}

struct LabBurn: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "burn", abstract: "Close every socket of a domain, site or host.",
        discussion: "Example: bascule lab burn sbg2")
    @Argument(help: "A failure domain, fate, site or host.") var what: String
    @OptionGroup var socket: LabSocketOptions

    func run() async throws { try await socket.send("burn \(what)") }
}

struct LabSilence: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "silence", abstract: "Let it accept connections and never answer.",
        discussion: "Example: bascule lab silence gra1")
    @Argument(help: "A failure domain, fate, site or host.") var what: String
    @OptionGroup var socket: LabSocketOptions

    func run() async throws { try await socket.send("silence \(what)") }
}

struct LabSlow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slow", abstract: "Delay every answer.",
        discussion: "Example: bascule lab slow ent-gra1 3s")
    @Argument(help: "A failure domain, fate, site or host.") var what: String
    @Argument(help: "By how much.") var by: String
    @OptionGroup var socket: LabSocketOptions

    func run() async throws { try await socket.send("slow \(what) \(by)") }
}

struct LabHeal: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "heal", abstract: "Undo burn, silence and slow.",
        discussion: "Example: bascule lab heal ovh/strasbourg")
    @Argument(help: "A failure domain, fate, site or host.") var what: String
    @OptionGroup var socket: LabSocketOptions

    func run() async throws { try await socket.send("heal \(what)") }
}

struct LabUsers: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable { case table, json }

    static let configuration = CommandConfiguration(
        commandName: "users", abstract: "Show what users have seen so far.",
        discussion: """
            By class, where users have classes: requests that were served, that met the gate's \
            waiting page, and that were refused; users who are in or wait now.
            Example: bascule lab users
            """)
    @Option(name: .shortAndLong, help: "How to show it; json is for programs.")
    var output = Format.table
    @Flag(help: "Then count from now on.") var anew = false
    @OptionGroup var socket: LabSocketOptions

    func run() async throws {
        try await socket.send(output == .json ? "report" : "users")
        guard anew else { return }
        try await reporting { _ = try await socket.reply(to: "count-anew") }
    }
}
