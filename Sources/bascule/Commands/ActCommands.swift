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

struct ApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "Carry out a plan file, if its premises still hold.",
        discussion: """
            Example: bascule apply plan.json
            Example: bascule apply plan.json --replan
            Asks for the names of its regions. What the plan relies on is checked again: verdicts, \
            room, demand, where its regions are, and what the topology says of them; a comment or \
            another region's line in the file voids nothing. Exit code 8: something has changed, \
            and each line says what. --replan then plans the same again, shows the difference, \
            and asks. An edited plan, and one that was carried out, is refused; so is one that \
            supposes what is not so (--lose, --capacity and the like), but for --replan.
            """)
    @Argument(help: "The plan file.") var plan: String
    @Flag(help: "Where a premise has changed, plan the same again, show the difference and ask.")
    var replan = false
    @OptionGroup var force: ForceOptions
    @OptionGroup var options: ActOptions

    func run() async throws {
        try await reporting {
            let file = try PlanFile(path: plan)
            guard replan || file.supposing.isEmpty else {
                throw Refusal(
                    fault: Fault(
                        what: "\(plan) supposes what is not so: "
                            + file.supposing.joined(separator: " "),
                        mend: "make it again without that, or plan it again from what is so: "
                            + "--replan"))
            }
            let plan = replan ? try await current(file) : file.plan
            let name = plan.regionsTouched.map(\.name).joined(separator: ",")
            try await options.apply(plan, by: force.command(for: plan), named: name)
        }
    }

    /// The plan itself where it still may be carried out, or another for the same.
    private func current(_ file: PlanFile) async throws -> Plan {
        let (client, principal) = (options.controller.client, options.controller.principal)
        if file.supposing.isEmpty {
            let rehearsed = try await client.rehearse(
                force.command(for: file.plan), by: principal)
            guard case .premisesChanged(let faults) = rehearsed else { return file.plan }
            for fault in faults { complain("changed: \(fault.what)") }
        }
        switch try await client.plan(
            file.intent, by: principal, isForced: force.force, movesOthers: file.movesOthers)
        {
        case .plan(let plan):
            complain("planned again:\n" + plan.difference(from: file.plan))
            return plan
        case .alreadySo(let text):
            complain(text)
            throw Exit.alreadySo.code
        case .refused(let faults):
            for fault in faults { complain("refused: \(fault)") }
            throw Exit.refused.code
        }
    }
}

struct FailoverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "failover", abstract: "Move a region off the hosts it has, which fail it.",
        discussion: """
            Example: bascule failover grand-est
            Example: bascule failover grand-est --to ent-par1
            Requests under way at the old host are ended. Both hosts alive: use switchover.
            """)
    @Argument(help: "The region.") var region: String
    @Option(help: "The host; by default the best of its standbys.") var to: String?
    @OptionGroup var force: ForceOptions
    @OptionGroup var options: ActOptions

    func run() async throws {
        try await reporting {
            let intent = PlanIntent.failover(region: RegionID(region), to: to.map { HostID($0) })
            try await options.act(on: region, intent, force: force)
        }
    }
}

struct SwitchoverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "switchover", abstract: "Move a region to another host, both alive.",
        discussion: """
            Example: bascule switchover grand-est --to ent-gra1
            It stays there until `bascule failback grand-est`.
            """)
    @Argument(help: "The region.") var region: String
    @Option(help: "The host.") var to: String
    @OptionGroup var force: ForceOptions
    @OptionGroup var options: ActOptions

    func run() async throws {
        try await reporting {
            let intent = PlanIntent.switchover(region: RegionID(region), to: HostID(to))
            try await options.act(on: region, intent, force: force)
        }
    }
}

struct EvacuateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evacuate", abstract: "Move everything out of a failure domain or site, now.",
        discussion: """
            Example: bascule evacuate ovh/strasbourg
            Nothing keeps new users from it afterwards but its verdict: see drain.
            """)
    @Argument(help: "The domain (ovh/strasbourg), fate (fate:power-sbg) or site (sbg2).")
    var domain: String
    @OptionGroup var force: ForceOptions
    @OptionGroup var options: ActOptions

    func run() async throws {
        try await reporting {
            let status = try await options.controller.client.status()
            let intent = PlanIntent.evacuate(domain: try status.domain(named: domain))
            try await options.act(on: domain, intent, force: force)
        }
    }
}

struct FailbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "failback", abstract: "Bring a region home, by its ramp.",
        discussion: "Example: bascule failback grand-est")
    @Argument(help: "The region.") var region: String
    @OptionGroup var force: ForceOptions
    @OptionGroup var options: ActOptions

    func run() async throws {
        try await reporting {
            try await options.act(
                on: region, .failback(region: RegionID(region)), force: force)
        }
    }
}

struct DrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "Move the users of a host or site away, and let no new ones there.",
        discussion: """
            Example: bascule drain sbg2 --reason "new switch" --for 4h
            It takes no users until `bascule undrain`, or the end of --for. Regions that were \
            moved stay away until `bascule failback`.
            """)
    @Argument(help: "The host, site, domain or fate.") var place: String
    @Option(help: "Why.") var reason: String
    @Option(name: .customLong("for"), help: "How long, such as 4h; by default until undrain.")
    var length: String?
    @OptionGroup var options: ActOptions

    func validate() throws { _ = try length.map { try duration($0) } }

    func run() async throws {
        try await reporting {
            let status = try await options.controller.client.status()
            let place = try status.place(named: place)
            let until = try length.map { status.at + (try duration($0)) }
            try await options.act(on: place.name, .drain(place: place)) { plan in
                .drain(place: place, reason: reason, until: until, plan: plan)
            }
        }
    }
}

struct UndrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "undrain", abstract: "Let a drained place take users again.",
        discussion: """
            Example: bascule undrain sbg2
            Nobody is moved by it: `bascule failback` brings regions home.
            """)
    @Argument(help: "The host, site, domain or fate, as it was drained.") var place: String
    @OptionGroup var options: SendOptions

    func run() async throws {
        try await reporting {
            let status = try await options.controller.client.status()
            try await options.command(.undrain(place: try status.place(named: place)))
        }
    }
}

struct AdoptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt", abstract: "Say that what a drifted door holds is right.",
        discussion: """
            Example: bascule adopt dns:grand-est.ent.example
            Nobody is moved by it; the region counts as moved by a person. Asks for the door's \
            name where it holds what is no host of ours: nobody that we know then serves the \
            region.
            """)
    @Argument(help: "The front door.") var door: String
    @OptionGroup var options: SendOptions
    @OptionGroup var ask: AskOptions

    func run() async throws {
        try await reporting {
            let status = try await options.controller.client.status()
            let known = try status.door(named: door)
            if !options.dryRun, let held = known.observed?.state, !held.foreign.isEmpty {
                try ask.confirm(
                    door,
                    touching: "\(door) of \(known.region) holds \(held). That is none of ours: "
                        + "nobody that we know serves \(known.region) there, and nobody is "
                        + "moved until `bascule reassert \(door)`.\n")
            }
            try await options.command(.adopt(door: known.id))
        }
    }
}

struct ReassertCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reassert", abstract: "Set a drifted door again to what is desired.",
        discussion: "Example: bascule reassert dns:grand-est.ent.example")
    @Argument(help: "The front door.") var door: String
    @OptionGroup var options: ActOptions

    func run() async throws {
        try await reporting {
            let status = try await options.controller.client.status()
            let known = try status.door(named: door)
            let held = known.observed.map { "\($0.state)" } ?? "what was not read yet"
            let desired = known.restored.map { "\($0)" } ?? "nothing that is known"
            try await options.carryOut(
                .reassert(door: known.id), named: door,
                touching: "\(door) of \(known.region) holds \(held); it is set to \(desired).\n")
        }
    }
}
