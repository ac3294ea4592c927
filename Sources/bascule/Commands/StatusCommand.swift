import ArgumentParser
import ControlAPI
import Documents
import Foundation
import Playbooks
import Rendering
import TopologyModel
import Values

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show who leads, regions, sites and runs.",
        discussion: """
            Example: bascule status --watch
            With --exit-code: 0 all home, 1 degraded, 2 a region unserved.
            """)

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var output: OutputOptions
    @Flag(
        name: .shortAndLong,
        help: """
            Draw it again in place every second, until Ctrl-C; where there is no terminal, print \
            it anew with each change.
            """)
    var watch = false
    @Flag(help: "Say in the exit code how things stand.") var exitCode = false

    func validate() throws {
        guard watch, exitCode else { return }
        throw ValidationError("--watch has no end to say an exit code at: leave one of them out")
    }

    func run() async throws {
        try await reporting {
            if watch {
                return try await Watching(client: controller.client, output: output).run()
            }
            let status = try await controller.client.status()
            try output.show(status) { status.text($0, isWide: output.isWide) }
            if exitCode, status.exitCode != 0 { throw ExitCode(status.exitCode) }
        }
    }
}

struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say why a region stands where it does, or why a run is.",
        discussion: """
            Example: bascule explain grand-est
            Example: bascule explain r7-3
            """)

    @Argument(help: "The region, or the run.", completion: .names(of: .regions))
    var name: String
    @OptionGroup var controller: ControllerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await reporting {
            let status = try await controller.client.status()
            if let id = RunID(text: name), !status.regions.contains(where: { $0.id.name == name }) {
                let known = try status.run(named: name)
                let message = try await controller.client.run(id)
                return try output.show(message) {
                    message.plan.explanation(of: known, at: status.at, $0)
                }
            }
            let found = try status.region(named: name)
            try output.show(found) { status.explanation(of: found, $0) }
        }
    }
}
