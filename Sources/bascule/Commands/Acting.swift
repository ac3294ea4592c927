import ArgumentParser
import Control
import ControlAPI
import Documents
import Foundation
import Planning
import Playbooks
import Rendering
import Situations
import TopologyModel
import Values

/// What every command that begins a run takes: it plans, shows, asks, applies, follows.
struct ActOptions: ParsableArguments {
    @OptionGroup var send: SendOptions
    @OptionGroup var ask: AskOptions
    @OptionGroup var waiting: WaitOptions

    var controller: ControllerOptions { send.controller }
    var output: OutputOptions { send.output }

    /// Plans what is asked for and carries it out.
    func act(
        on name: String, _ intent: PlanIntent, force: ForceOptions = ForceOptions.none
    ) async throws {
        try await act(on: name, intent, isForced: force.force) { plan in
            plan.map(force.command(for:))
        }
    }

    /// The same, with the command that carries the plan out; without a plan, as nothing has to
    /// change, there may still be one.
    func act(
        on name: String, _ intent: PlanIntent, isForced: Bool = false,
        command: (Plan?) -> Command?
    ) async throws {
        let answer = try await controller.client.plan(
            intent, by: controller.principal, isForced: isForced)
        switch answer {
        case .alreadySo(let text):
            guard let command = command(nil) else {
                try output.show(answer) { _ in text + "\n" }
                throw Exit.alreadySo.code
            }
            try await carryOut(
                command, named: name, touching: "Nobody is served at \(name) now.\n")
        case .refused(let faults):
            for fault in faults { complain("refused: \(fault)") }
            throw Exit.refused.code
        case .plan(let plan):
            guard let command = command(plan) else { return }
            try await apply(plan, by: command, named: name)
        }
    }

    /// Shows a plan, asks for the name of what it touches, applies it and follows the run.
    func apply(_ plan: Plan, by command: Command, named name: String) async throws {
        if !output.isDocument || send.dryRun { try plan.show(output) }
        if send.dryRun { return try await send.rehearse(command) }
        let touched = plan.touches(try await controller.client.status())
        try ask.confirm(name, touching: touched)
        do {
            try await follow(try await controller.client.send(command, by: controller.principal))
        } catch let code as ExitCode where code == .success && !plan.placement.refusals.isEmpty {
            complain(plan.staying(.none))
            throw Exit.partial.code
        }
    }

    /// Asks, sends a command that has no plan, and follows the run that it tells of.
    func carryOut(_ command: Command, named name: String, touching words: String) async throws {
        if send.dryRun { return try await send.command(command) }
        try ask.confirm(name, touching: words)
        try await follow(try await controller.client.send(command, by: controller.principal))
    }

    /// Shows a reply, and follows the run that it tells of.
    func follow(_ reply: Reply) async throws {
        guard case .began(let run) = reply, waiting.wait != .none else {
            return try send.finish(reply)
        }
        send.tell("\nRun \(run) began.")
        try await Follower(client: controller.client, output: output, goal: waiting.wait)
            .follow(run, atMost: try duration(waiting.timeout))
    }
}

extension ForceOptions {
    /// For commands that have no --force.
    static let none: ForceOptions = {
        var none = ForceOptions()
        (none.force, none.reason) = (false, nil)
        return none
    }()
}
