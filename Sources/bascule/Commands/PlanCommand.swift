import Planning
import ArgumentParser
import Control
import ControlAPI
import Documents
import Foundation
import Manifests
import Playbooks
import Rendering
import Runtime
import Situations
import TopologyModel
import Values

struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Plan a change, and touch nothing.",
        discussion: "Example: bascule plan evacuate ovh/strasbourg -f topology.yaml",
        subcommands: [
            PlanFailover.self, PlanEvacuate.self, PlanSwitchover.self, PlanFailback.self,
            PlanRation.self, PlanHeld.self,
        ])
}

/// Where a plan is made from, and where it goes.
struct PlanOptions: ParsableArguments {
    @OptionGroup var controller: ControllerOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var whatIf: WhatIfOptions
    @Option(help: "With -f: what is lost already (a domain or site; may be repeated).")
    var lose: [String] = []
    @Option(help: "With -f: the hour to plan for (RFC 3339); by default now.") var at: String?
    @Flag(help: "Regions that nothing asks to move may move too, where that serves more.")
    var moveOthers = false
    @Option(help: "Write the plan to this file, for `bascule apply`.") var out: String?
    @Flag(help: "Exit with 0 when nothing would change and with 2 when something would.")
    var detailedExitcode = false

    func validate() throws {
        _ = try at.map(Instant.asked)
        guard whatIf.file == nil, !lose.isEmpty || at != nil else { return }
        throw ValidationError(
            "--lose and --at are for plans from a file (-f): a controller knows what is so")
    }

    /// Makes the plan and shows it.
    func run(_ intent: (NameSource) throws -> PlanIntent) async throws {
        try await reporting {
            let (asked, answer) = try await answer(to: intent)
            guard !moveOthers || asked.mayMoveOthers else {
                throw Fault(
                    what: "--move-others is for what leaves a place: others do not move for a host "
                        + "that was named",
                    mend: "leave it out, or plan an evacuation, or a failover without --to")
            }
            if case .plan(let plan) = answer, let out {
                let file = PlanFile(
                    plan, for: asked, movesOthers: moveOthers, supposing: supposing)
                try write(try file.document(), to: out)
            }
            try show(answer)
            if detailedExitcode, case .plan = answer { throw ExitCode(2) }
        }
    }

    /// What is not so, or not yet, as the command line has it.
    private var supposing: [String] {
        whatIf.words + lose.map { "--lose \($0)" } + (at.map { ["--at \($0)"] } ?? [])
    }

    /// - Throws: `Fault` where something is that is no plan: a topology is not written over.
    private func write(_ text: String, to path: String) throws {
        if FileManager.default.fileExists(atPath: path) {
            do {
                _ = try PlanFile(document: String(decoding: try bytes(of: path), as: UTF8.self))
            } catch {
                throw Fault(
                    what: "\(path) is there already and is no plan that was left as it was written",
                    mend: "name another file, or remove it first")
            }
        }
        do {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
        } catch {
            throw Fault(
                what: "\(path) cannot be written: \(error.localizedDescription)",
                mend: "name a file in a folder that is there and may be written")
        }
    }

    private func answer(
        to intent: (NameSource) throws -> PlanIntent
    ) async throws -> (PlanIntent, PlanAnswer) {
        guard let file = whatIf.file else {
            let asked = try intent(.controller(try await controller.client.status()))
            let answer = try await controller.client.plan(
                asked, by: controller.principal, movesOthers: moveOthers)
            return (asked, answer)
        }
        let (configuration, situation) = try whatIf.read(
            file, lost: lose, at: try at.map(Instant.asked))
        let asked = try intent(.file(configuration.topology))
        return (
            asked,
            configuration.plan(
                for: asked, by: controller.principal.name, in: situation, movesOthers: moveOthers)
        )
    }

    private func show(_ answer: PlanAnswer) throws {
        switch answer {
        case .plan(let plan):
            try plan.show(output, supposing: supposing)
            guard let out else { return }
            let next =
                supposing.isEmpty
                ? "carry it out with: bascule apply \(out)"
                : "for reading: \(out) supposes what is not so"
            complain("written to \(out); \(next)")
        case .alreadySo(let text):
            try output.show(answer) { _ in text + "\n" }
            if let out { complain("no plan was written to \(out)") }
        case .refused(let faults):
            for fault in faults { complain("refused: \(fault)") }
            throw Exit.refused.code
        }
    }
}

/// What knows the names: a running controller, or a file.
enum NameSource {
    case controller(StatusDocument)
    case file(Topology)

    func domain(_ name: String) throws -> FailureDomain {
        switch self {
        case .controller(let status): return try status.domain(named: name)
        case .file(let topology):
            let domain = try topology.domain(named: name)
            guard topology.domains.contains(domain) else {
                throw Refusal(
                    fault: .unknown("failure domain", name, among: topology.domains.map(\.name)))
            }
            return domain
        }
    }
}

struct PlanFailover: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "failover", abstract: "Move a region off the hosts it has.",
        discussion: "Example: bascule plan failover grand-est --out plan.json")
    @Argument(help: "The region.") var region: String
    @Option(help: "The host; by default the best of its standbys.") var to: String?
    @OptionGroup var options: PlanOptions

    func run() async throws {
        try await options.run { _ in
            .failover(region: RegionID(region), to: to.map { HostID($0) })
        }
    }
}

struct PlanRation: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ration", abstract: "Hold a region to what its hosts bear, where it is.",
        discussion: """
            Example: bascule plan ration grand-est
            Example: bascule plan ration grand-est -f topology.yaml --surge 400%
            Classes are let in in their order. A region whose hosts bear everybody gets quotas \
            too: its gates are then armed.
            """)
    @Argument(help: "The region.") var region: String
    @OptionGroup var options: PlanOptions

    func run() async throws {
        try await options.run { _ in .ration(region: RegionID(region)) }
    }
}

struct PlanHeld: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "held", abstract: "Show the plan that a pause or another guard holds back.",
        discussion: """
            Example: bascule plan held grand-est --out plan.json
            `bascule apply plan.json` carries it out; the brake, isolation and a hold-down are \
            skipped with --force --reason "...". Only a controller holds plans.
            """)
    @Argument(help: "The region.") var region: String
    @OptionGroup var options: PlanOptions

    func validate() throws {
        guard options.whatIf.file != nil else { return }
        throw ValidationError(
            "-f has no controller to ask, and only a controller holds a plan back: leave -f out, "
                + "or plan from the file with: bascule plan failover \(region) -f FILE")
    }

    func run() async throws {
        try await options.run { _ in .held(region: RegionID(region)) }
    }
}

struct PlanEvacuate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evacuate", abstract: "Move everything out of a failure domain or site.",
        discussion: "Example: bascule plan evacuate ovh/strasbourg -f topology.yaml")
    @Argument(help: "The domain (ovh/strasbourg), fate (fate:power-sbg) or site (sbg2).")
    var domain: String
    @OptionGroup var options: PlanOptions

    func run() async throws {
        try await options.run { .evacuate(domain: try $0.domain(domain)) }
    }
}

struct PlanSwitchover: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "switchover", abstract: "Move a region to another host, both alive.",
        discussion: "Example: bascule plan switchover grand-est --to ent-gra1")
    @Argument(help: "The region.") var region: String
    @Option(help: "The host.") var to: String
    @OptionGroup var options: PlanOptions

    func run() async throws {
        try await options.run { _ in .switchover(region: RegionID(region), to: HostID(to)) }
    }
}

struct PlanFailback: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "failback", abstract: "Bring a region home.",
        discussion: "Example: bascule plan failback grand-est")
    @Argument(help: "The region.") var region: String
    @OptionGroup var options: PlanOptions

    func run() async throws {
        try await options.run { _ in .failback(region: RegionID(region)) }
    }
}

struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a plan file.",
        discussion: "Example: bascule show plan.json\nExit code 9: it changes nothing.")
    @Argument(help: "The plan file.") var plan: String
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await reporting {
            let file = try PlanFile(path: plan)
            let plan = file.plan
            try plan.show(output, supposing: file.supposing)
            if plan.steps.isEmpty { throw Exit.alreadySo.code }
        }
    }
}

extension PlanFile {
    init(path file: String) throws {
        let text = String(decoding: try bytes(of: file), as: UTF8.self)
        do {
            self = try PlanFile(document: text)
        } catch {
            let why =
                switch error {
                case let error as DecodingError: error.sentence
                case let error as DocumentFault: error.what
                default: "\(error)"
                }
            throw InputFault(
                Fault(
                    what: "\(file) is no plan: \(why)",
                    mend: "write one with: bascule plan ... --out plan.json"))
        }
    }
}

extension Plan {
    func show(_ output: OutputOptions, supposing: [String] = []) throws {
        try output.show(self) { text($0, supposing: supposing) }
    }
}
