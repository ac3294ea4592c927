import ArgumentParser
import Control
import ControlAPI
import Documents
import Foundation
import Playbooks
import Rendering
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
                return try output.show(command) { _ in
                    "Dry run: \(command.sentence). Nothing was sent.\n"
                }
            }
            try finish(try await controller.client.send(command, by: controller.principal))
        }
    }

    /// Shows a reply, and throws its exit code when it is not plain success.
    func finish(_ reply: Reply) throws {
        if output.isDocument { try output.show(reply) { _ in "" } }
        switch reply {
        case .done(let text): tell(text)
        case .began(let run): tell("Run \(run) began.")
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
        if !output.isDocument { print(text) }
    }
}

/// What every command that begins a run takes.
struct ActOptions: ParsableArguments {
    @OptionGroup var send: SendOptions
    @Flag(help: "Do not ask.") var yes = false
    @Flag(help: "Do not wait for the run's end.") var noWait = false
    @Option(help: "How long to wait for the run's end, such as 10m.") var timeout = "30m"

    var controller: ControllerOptions { send.controller }
    var output: OutputOptions { send.output }

    func validate() throws { _ = try duration(timeout) }

    /// Plans, shows, asks, applies, follows.
    func act(on name: String, _ intent: (StatusDocument) throws -> PlanIntent) async throws {
        try await reporting {
            let status = try await controller.client.status()
            let answer = try await controller.client.plan(
                try intent(status), by: controller.principal)
            switch answer {
            case .alreadySo(let text):
                try output.show(answer) { _ in text + "\n" }
                throw Exit.alreadySo.code
            case .refused(let faults):
                for fault in faults { complain("refused: \(fault)") }
                throw Exit.refused.code
            case .plan(let plan): try await apply(plan, named: name)
            }
        }
    }

    /// Shows a plan, asks for the name of what it touches, applies it and follows the run.
    func apply(_ plan: Plan, named name: String) async throws {
        if !output.isDocument || send.dryRun { try plan.show(output) }
        if send.dryRun { return send.tell("\nDry run: nothing was touched.") }
        try confirm(name)
        try await follow(
            try await controller.client.send(.apply(plan: plan), by: controller.principal))
    }

    /// Shows a reply, and follows the run that it tells of.
    func follow(_ reply: Reply) async throws {
        guard case .began(let run) = reply, !noWait else { return try send.finish(reply) }
        send.tell("\nRun \(run) began.")
        try await Follower(client: controller.client, output: output).follow(
            run, atMost: try duration(timeout))
    }

    private func confirm(_ name: String) throws {
        if yes { return }
        guard isatty(STDIN_FILENO) == 1 else {
            throw Fault(
                what: "this changes where users go, and there is no terminal to ask on",
                mend: "look at the plan, then say --yes")
        }
        print("\nType \(name) to carry this out: ", terminator: "")
        fflush(nil)
        guard readLine() == name else {
            complain("That is not \(name): nothing was touched.")
            throw Exit.refused.code
        }
    }
}

/// Reads `10m`, or says how to write it.
func duration(_ text: String) throws -> Duration {
    guard let duration = Duration(text: text), duration > .zero else {
        throw ValidationError("'\(text)' is no duration; write for example 90s, 10m or 2h")
    }
    return duration
}

/// Prints the steps of a run as they end, until the run does; as JSON only the run as it ended.
struct Follower {
    private static let lookEvery = Duration.milliseconds(300)

    let client: ControlClient
    let output: OutputOptions

    func follow(_ id: RunID, atMost limit: Duration) async throws {
        let deadline = ContinuousClock.now + limit
        var shown: [StepID: StepState] = [:]
        while true {
            let status = try await client.status()
            let run = try status.run(named: "\(id)")
            if !output.isDocument { tell(of: run, at: status.at, &shown) }
            try stop(at: run)
            if ContinuousClock.now > deadline {
                try end(at: run)
                complain("Run \(id) is still going on; follow it with: bascule run show \(id)")
                throw Exit.timedOut.code
            }
            try await Task.sleep(for: Follower.lookEvery)
        }
    }

    private func tell(
        of run: StatusDocument.RunStatus, at now: Instant, _ shown: inout [StepID: StepState]
    ) {
        for step in run.steps where shown[step.id] != step.state {
            if shown[step.id] != nil || step.state != .pending {
                let fault = step.state.isFailure ? step.fault.map { ": \($0)" } ?? "" : ""
                print("\(now.clock)  \(step.title): \(step.state.words)\(fault)")
            }
            shown[step.id] = step.state
        }
        fflush(nil)
    }

    private func end(at run: StatusDocument.RunStatus) throws {
        if output.isDocument { try output.show(run) { _ in "" } }
    }

    private func stop(at run: StatusDocument.RunStatus) throws {
        if case .ended(let end, _) = run.phase {
            try self.end(at: run)
            if !output.isDocument { print("Run \(run.id): \(run.phase.words)") }
            switch end {
            case .succeeded: throw ExitCode.success
            case .rolledBack, .partial: throw Exit.partial.code
            case .aborted: throw Exit.failed.code
            }
        }
        let isWaiting = run.steps.contains { if case .waiting = $0.state { true } else { false } }
        if isWaiting {
            try end(at: run)
            complain("It waits for approval: bascule run approve \(run.id)")
            throw Exit.waiting.code
        }
    }
}

extension StepState {
    fileprivate var isFailure: Bool {
        switch self {
        case .failed, .undoFailed: true
        case .pending, .skipped, .waiting, .started, .unknown, .done, .undoing, .undoUnknown,
            .undone:
            false
        }
    }
}

struct ApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "Carry out a plan file, if its premises still hold.",
        discussion: "Example: bascule apply plan.json\nExit code 8: a premise has changed.")
    @Argument(help: "The plan file.") var plan: String
    @OptionGroup var options: ActOptions

    func run() async throws {
        try await reporting {
            let plan = try Plan(file: plan)
            let name = plan.regions.map(\.name).joined(separator: ",")
            try await options.apply(plan, named: name)
        }
    }
}

struct EvacuateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evacuate", abstract: "Move everything out of a failure domain or site, now.",
        discussion: "Example: bascule evacuate ovh/strasbourg")
    @Argument(help: "The domain (ovh/strasbourg), fate (fate:power-sbg) or site (sbg2).")
    var domain: String
    @OptionGroup var options: ActOptions

    func run() async throws {
        try await options.act(on: domain) { .evacuate(domain: try $0.domain(named: domain)) }
    }
}

struct FailbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "failback", abstract: "Bring a region home, by its ramp.",
        discussion: "Example: bascule failback grand-est")
    @Argument(help: "The region.") var region: String
    @OptionGroup var options: ActOptions

    func run() async throws {
        try await options.act(on: region) { _ in .failback(region: RegionID(region)) }
    }
}

struct AdoptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt", abstract: "Say that what a drifted door holds is right.",
        discussion: "Example: bascule adopt dns:grand-est.ent.example")
    @Argument(help: "The front door.") var door: String
    @OptionGroup var options: SendOptions

    func run() async throws {
        try await options.command(.adopt(door: FrontDoorID(door)))
    }
}

struct ReassertCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reassert", abstract: "Set a drifted door again to what is desired.",
        discussion: "Example: bascule reassert dns:grand-est.ent.example")
    @Argument(help: "The front door.") var door: String
    @OptionGroup var options: ActOptions

    func run() async throws {
        let command = Command.reassert(door: FrontDoorID(door))
        if options.send.dryRun { return try await options.send.command(command) }
        try await reporting {
            let controller = options.controller
            try await options.follow(
                try await controller.client.send(command, by: controller.principal))
        }
    }
}
