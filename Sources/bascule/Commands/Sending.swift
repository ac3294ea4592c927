import ArgumentParser
import Control
import ControlAPI
import Documents
import Foundation
import Playbooks
import Rendering
import Runtime
import Situations
import TopologyModel
import Values

/// What every command that asks something of a controller takes.
struct SendOptions: ParsableArguments {
    @OptionGroup var controller: ControllerOptions
    @OptionGroup var output: OutputOptions
    @Flag(help: "Show what would be done, and touch nothing.") var dryRun = false

    /// Sends one command and shows its reply; with --dry-run it only says what it would send.
    func command(_ command: Command) async throws {
        try await reporting {
            if dryRun {
                try output.show(command) { _ in "Would: \(command.sentence(at: .wallClock())).\n" }
                return try await rehearse(command)
            }
            try finish(try await controller.client.send(command, by: controller.principal))
        }
    }

    /// Asks what the controller would answer now, which touches nothing: what refuses the command
    /// refuses its dry run.
    func rehearse(_ command: Command) async throws {
        switch try await controller.client.rehearse(command, by: controller.principal) {
        case .done, .began: tell("Dry run: nothing was touched.")
        case let reply: try finish(reply, isRehearsal: true)
        }
    }

    /// Shows a reply, and throws its exit code when it is not plain success.
    func finish(_ reply: Reply, isRehearsal: Bool = false) throws {
        if output.isDocument, !isRehearsal { try output.show(reply) { _ in "" } }
        switch reply {
        case .done(let text): tell(text)
        case .began(let run): tell("Run \(run) began; watch it: bascule run show \(run) --watch")
        case .refused(let fault):
            complain("refused: \(fault)")
            throw Exit.refused.code
        case .premisesChanged(let faults):
            complain("The situation has changed since the plan was made; nothing was touched:")
            for fault in faults { complain("- \(fault)") }
            throw Exit.premiseChanged.code
        case .alreadySo(let text):
            tell(text)
            throw Exit.alreadySo.code
        case .notLeading(let leader):
            complain("this controller does not lead" + (leader.map { "; \($0) does" } ?? ""))
            throw Exit.unreachable.code
        }
    }

    /// For people only: JSON has it in its document.
    func tell(_ text: String) {
        if !output.isDocument { say(text) }
    }
}

/// Whether the person is asked, for commands that change where users go.
struct AskOptions: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Do not ask for the name of what is touched.") var yes = false

    /// Shows what is touched and asks for its name; refuses where there is no terminal to ask on.
    func confirm(_ name: String, touching words: String) throws {
        if yes { return }
        guard isatty(STDIN_FILENO) == 1 else {
            throw Refusal(
                fault: Fault(
                    what: "this changes where users go, and there is no terminal to ask on",
                    mend: "look with --dry-run, then say --yes"))
        }
        complain("\n" + words)
        FileHandle.standardError.write(Data("Type \(name) to carry this out: ".utf8))
        guard readLine() == name else {
            complain("That is not \(name): nothing was touched.")
            throw Exit.refused.code
        }
    }
}

/// Whether a guard is skipped.
struct ForceOptions: ParsableArguments {
    @Flag(
        help: """
            Skip what holds a person's plan back: isolation, the brake, a hold-down, head-room. \
            What was skipped, by whom and why is journaled.
            """)
    var force = false
    @Option(help: "With --force: why.") var reason: String?

    func validate() throws {
        let says = reason.map { !$0.allSatisfy(\.isWhitespace) } ?? false
        if force, !says { throw ValidationError("--force needs --reason: it is journaled") }
        if !force, reason != nil { throw ValidationError("--reason belongs to --force") }
    }

    func command(for plan: Plan) -> Command {
        force ? .force(plan: plan, reason: reason ?? "") : .apply(plan: plan)
    }
}

/// How long a command waits for what it began.
struct WaitOptions: ParsableArguments {
    enum Goal: String, ExpressibleByArgument, CaseIterable {
        /// Not at all.
        case none
        /// Every door gives the new answer.
        case done
        /// And old answers are out of use; the run has ended.
        case drained
    }

    @Option(
        help: """
            What to wait for: none, done (the new answer is everywhere), drained (old answers \
            are out of use too).
            """)
    var wait = Goal.drained
    @Option(help: "How long to wait, such as 10m; the run goes on after that (exit code 5).")
    var timeout = "30m"

    func validate() throws { _ = try duration(timeout) }
}

/// Reads `10m`, or says how to write it.
func duration(_ text: String) throws -> Duration {
    guard let duration = Duration(text: text), duration > .zero else {
        throw ValidationError("'\(text)' is no duration; write for example 90s, 10m or 2h")
    }
    return duration
}
