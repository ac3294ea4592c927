import Documents
import ControlAPI
import ArgumentParser
import Control
import Playbooks
import Rendering

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Look at runs, approve or abort them.",
        subcommands: [RunList.self, RunShow.self, RunApprove.self, RunAbort.self])
}

struct RunList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the runs that are open, and the last that ended.",
        discussion: "Example: bascule run list")
    @OptionGroup var controller: ControllerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await reporting {
            let status = try await controller.client.status()
            try output.show(status.runs) {
                let table = status.runTable($0, isOpen: false)
                return table.isEmpty ? "no runs yet\n" : table
            }
        }
    }
}

struct RunShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a run and its steps.",
        discussion: "Example: bascule run show r7-3")
    @Argument(help: "The run.") var run: String
    @OptionGroup var controller: ControllerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await reporting {
            let found = try await controller.client.status().run(named: run)
            try output.show(found) { found.text($0) }
        }
    }
}

struct RunApprove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Approve the step that a run waits at.",
        discussion: "Example: bascule run approve r7-3")
    @Argument(help: "The run.") var run: String
    @OptionGroup var options: SendOptions

    func run() async throws {
        try await reporting {
            try await options.command(.approve(run: try RunID.named(run)))
        }
    }
}

struct RunAbort: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "abort", abstract: "Turn a run back: what can be undone is undone.",
        discussion: "Example: bascule run abort r7-3 --reason \"wrong region\"")
    @Argument(help: "The run.") var run: String
    @Option(help: "Why.") var reason: String
    @OptionGroup var options: SendOptions

    func run() async throws {
        try await reporting {
            try await options.command(.abort(run: try RunID.named(run), reason: reason))
        }
    }
}
