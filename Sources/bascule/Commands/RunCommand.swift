import Documents
import ControlAPI
import ArgumentParser
import Control
import Playbooks
import Rendering
import Values

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Look at runs; approve, abort, retry or roll them back.",
        discussion: "Example: bascule run list",
        subcommands: [
            RunList.self, RunShow.self, RunApprove.self, RunAbort.self, RunRetry.self,
            RunRollback.self,
        ])
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
                let table = status.runTable($0, isOpen: false, isWide: output.isWide)
                return table.isEmpty ? "no runs yet\n" : table
            }
        }
    }
}

struct RunShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a run and its steps.",
        discussion: """
            Example: bascule run show r7-3 --watch
            With --watch, until the run ends; its exit code is then the run's.
            """)
    @Argument(help: "The run.") var run: String
    @Flag(name: .shortAndLong, help: "Show what it does until it ends, or Ctrl-C.")
    var watch = false
    @OptionGroup var controller: ControllerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await reporting {
            let status = try await controller.client.status()
            let found = try status.run(named: run)
            guard watch else { return try output.show(found) { found.text($0, at: status.at) } }
            let follower = Follower(
                client: controller.client, output: output, goal: .drained, waitsForApproval: true)
            try await follower.follow(found.id, atMost: nil)
        }
    }
}

struct RunApprove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Approve the step that a run waits at.",
        discussion: """
            Example: bascule run approve r7-3
            Who approved is journaled, and shown by `bascule run show`.
            """)
    @Argument(help: "The run.") var run: String
    @OptionGroup var options: SendOptions

    func run() async throws {
        try await reporting {
            let id = try await options.run(named: run)
            try await options.command(.approve(run: id))
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
            let id = try await options.run(named: run)
            try await options.command(.abort(run: id, reason: reason))
        }
    }
}

struct RunRetry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Do what a run that failed, or ended in part, left to do.",
        discussion: """
            Example: bascule run retry r7-3
            A run that was turning back finishes its way back. It is planned anew from what is so \
            now, as a run of its own. Asks for the run's name.
            """)
    @Argument(help: "The run.") var run: String
    @OptionGroup var force: ForceOptions
    @OptionGroup var options: ActOptions

    func run() async throws {
        try await reporting {
            let id = try await options.send.run(named: run)
            try await options.act(on: run, .retry(run: id), force: force)
        }
    }
}

struct RunRollback: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Put the regions of a run that ended back.",
        discussion: """
            Example: bascule run rollback r7-3 --reason "wrong host"
            Where its playbook has an undo, nothing has moved the regions since, and the hosts \
            they came from can take them. A run of its own. Asks for the run's name.
            """)
    @Argument(help: "The run.") var run: String
    @Option(help: "Why.") var reason: String
    @OptionGroup var options: ActOptions

    func run() async throws {
        try await reporting {
            let id = try await options.send.run(named: run)
            try await options.act(on: run, .rollback(run: id, reason: reason))
        }
    }
}

extension SendOptions {
    /// The run of that name; a fault with a suggestion when there is none.
    func run(named name: String) async throws -> RunID {
        try await controller.client.status().run(named: name).id
    }
}
