import ArgumentParser
import ControlAPI
import Documents
import Foundation
import Rendering

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show who leads, regions, sites and runs.",
        discussion: """
            Example: bascule status --watch
            With --exit-code: 0 all home, 1 degraded, 2 a region unserved.
            """)

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var output: OutputOptions
    @Flag(name: .shortAndLong, help: "Draw it again every second, until Ctrl-C.") var watch = false
    @Flag(help: "Say in the exit code how things stand.") var exitCode = false

    func run() async throws {
        try await reporting {
            repeat {
                let status = try await controller.client.status()
                let isScreen = isatty(STDOUT_FILENO) == 1 && output.output == .table
                if watch, isScreen { print("\u{1b}[H\u{1b}[2J", terminator: "") }
                try output.show(status) { status.text($0) }
                // Whoever read this is gone.
                if fflush(nil) != 0 { return }
                if watch { try await Task.sleep(for: .seconds(1)) }
                if !watch, exitCode, status.exitCode != 0 { throw ExitCode(status.exitCode) }
            } while watch
        }
    }
}

struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say why a region stands where it does.",
        discussion: "Example: bascule explain grand-est")

    @Argument(help: "The region.") var region: String
    @OptionGroup var controller: ControllerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await reporting {
            let status = try await controller.client.status()
            let found = try status.region(named: region)
            try output.show(found) { status.explanation(of: found, $0) }
        }
    }
}

struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Show the last entries of the journal.",
        discussion: "Example: bascule history --limit 50")

    @Option(help: "How many entries, at most.") var limit = 100
    @OptionGroup var controller: ControllerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await reporting {
            let history = try await controller.client.history(limit: limit)
            try output.show(history) { palette in
                history.lines.map(\.entry).text(palette)
            }
        }
    }
}
