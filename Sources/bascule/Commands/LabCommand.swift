import Control
import ArgumentParser
import Foundation
import Lab
import Logging
import Runtime
import Synchronization

struct LabCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lab", abstract: "Stand-in sites on loopback, with users and faults.",
        discussion: "Example: bascule lab run -f topology.yaml",
        subcommands: [
            LabRun.self, LabBurn.self, LabSilence.self, LabSlow.self, LabHeal.self, LabUsers.self,
        ],
        defaultSubcommand: LabRun.self)
}

struct LabSocketOptions: ParsableArguments {
    @Option(help: "The lab's control socket.") var labSocket = "state/lab.sock"

    func send(_ command: String) async throws {
        try await reporting { print(try await LabClient(socketPath: labSocket).send(command)) }
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
    @Option(help: "Write what users saw to this file, as JSON, at the end.") var report: String?

    func run() async throws {
        try await reporting {
            let topology = try topology.read()
            let log = Logger(label: "lab") { _ in StandardErrorLog() }
            let folder = URL(fileURLWithPath: socket.labSocket).deletingLastPathComponent()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let path = report
            let isServed = Mutex(true)
            let isWritten = Mutex(true)
            let options = LabOptions(
                controlSocket: socket.labSocket, requestsPerSecond: users,
                now: { .wallClock() },
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
    static let configuration = CommandConfiguration(
        commandName: "users", abstract: "Show what users have seen so far.",
        discussion: "Example: bascule lab users")
    @OptionGroup var socket: LabSocketOptions

    func run() async throws { try await socket.send("users") }
}
