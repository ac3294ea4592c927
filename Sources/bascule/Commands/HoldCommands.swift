import ControlAPI
import ArgumentParser
import Control
import Detection
import Documents
import Rendering
import Situations
import TopologyModel
import Values

/// What a pause covers.
struct ScopeOptions: ParsableArguments {
    @Option(help: "Only this region.") var region: String?
    @Option(help: "Only what has hosts in this failure domain, or at this site.")
    var domain: String?

    func validate() throws {
        guard region == nil || domain == nil else {
            throw ValidationError("--region and --domain exclude each other: pause twice")
        }
    }

    func scope(in status: StatusDocument) throws -> HoldScope {
        if let region { return .region(id: RegionID(region)) }
        return try domain.map { .domain(id: try status.domain(named: $0)) } ?? .everything
    }
}

struct PauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Hold automatic action, with a reason and an end.",
        discussion: """
            Example: bascule pause --for 1h --reason "network works in Gravelines"
            A pause that holds something back pages, and shows what would have been done \
            (bascule status, bascule plan held REGION). Commands of people are not held.
            """)
    @OptionGroup var scope: ScopeOptions
    @Option(name: .customLong("for"), help: "How long, such as 1h.") var length: String
    @Option(help: "Why.") var reason: String
    @OptionGroup var options: SendOptions

    func validate() throws { _ = try duration(length) }

    func run() async throws {
        try await reporting {
            let status = try await options.controller.client.status()
            // The end is by the controller's time: it is the one that keeps it.
            let until = status.at + (try duration(length))
            try await options.command(
                .pause(scope: try scope.scope(in: status), reason: reason, until: until))
        }
    }
}

struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "End a pause.",
        discussion: """
            Example: bascule resume
            What it held back is then done.
            """)
    @OptionGroup var scope: ScopeOptions
    @OptionGroup var options: SendOptions

    func run() async throws {
        try await reporting {
            let status = try await options.controller.client.status()
            try await options.command(.resume(scope: try scope.scope(in: status)))
        }
    }
}

struct MaintenanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "maintenance",
        abstract: "Say that somebody works on a host, site, domain or edge.",
        discussion: "Example: bascule maintenance begin sbg2 --for 2h --reason \"new disks\"",
        subcommands: [MaintenanceBegin.self, MaintenanceEnd.self])
}

struct MaintenanceBegin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "begin",
        abstract: "No new users there, and no page for what fails there, until the end.",
        discussion: """
            Example: bascule maintenance begin sbg2 --owner anna --for 2h --reason "new switch"
            Regions that are still served there are moved when it is lost, as ever; drain moves \
            them before. It ends by itself, with a notice 5 minutes ahead and one at the end. Its \
            owner may begin it again, to change its end; anybody else has to end it first.
            """)
    @Argument(help: "The host, site, domain, fate or edge.") var place: String
    @Option(help: "Whose work it is; by default who asks.") var owner: String?
    @Option(name: .customLong("for"), help: "How long, such as 2h.") var length: String
    @Option(help: "Why.") var reason: String
    @OptionGroup var options: SendOptions

    func validate() throws { _ = try duration(length) }

    func run() async throws {
        try await reporting {
            let status = try await options.controller.client.status()
            let owner = owner ?? options.controller.principal.name
            try await options.command(
                .beginMaintenance(
                    place: try status.place(named: place), owner: owner, reason: reason,
                    until: status.at + (try duration(length))))
        }
    }
}

struct MaintenanceEnd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "end", abstract: "End maintenance before its time.",
        discussion: "Example: bascule maintenance end sbg2")
    @Argument(help: "The host, site, domain, fate or edge, as it began.") var place: String
    @OptionGroup var options: SendOptions

    func run() async throws {
        try await reporting {
            let status = try await options.controller.client.status()
            try await options.command(.endMaintenance(place: try status.place(named: place)))
        }
    }
}

struct DeclareCommand: AsyncParsableCommand {
    enum What: String, ExpressibleByArgument, CaseIterable { case lost, alive, seen }

    static let configuration = CommandConfiguration(
        commandName: "declare", abstract: "Say that a domain is lost or alive, whatever is seen.",
        discussion: """
            Example: bascule declare lost ovh/strasbourg --reason "fire service cuts the power"
            Example: bascule declare alive ovh/strasbourg --reason "power is back, checked on site"
            `declare lost` moves everything out of it: it asks for the name. `declare alive` \
            ends its doubt and vouches for it until something of it is lost anew. \
            `declare seen` takes a declaration back.
            """)
    @Argument(help: "lost, alive, or seen (as it is seen).") var what: What
    @Argument(help: "The failure domain, fate or site.") var domain: String
    @Option(help: "Why.") var reason: String
    @OptionGroup var ask: AskOptions
    @OptionGroup var options: SendOptions

    func run() async throws {
        try await reporting {
            let status = try await options.controller.client.status()
            let found = try status.domain(named: domain)
            let kind = Declaration.Kind(rawValue: what.rawValue)
            if kind == .lost, !options.dryRun {
                try ask.confirm(domain, touching: status.losing(found))
            }
            try await options.command(.declare(domain: found, kind: kind, reason: reason))
        }
    }
}

struct AckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ack", abstract: "Let a controller act that started observing.",
        discussion: "Example: bascule ack")
    @OptionGroup var options: ControllerOptions

    func run() async throws {
        try await reporting {
            let answer = try await options.client.acknowledge()
            guard answer.acknowledged else {
                print("nothing waits to be acknowledged")
                throw Exit.alreadySo.code
            }
            print("acknowledged: the controller acts again")
        }
    }
}

struct StepDownCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "step-down",
        abstract: "Let a controller lead no more for a while, so that another may.",
        discussion: """
            Example: bascule step-down --reason "kernel update on this machine" --for 5m
            Until then it probes and answers, and acts on nothing. Another `bascule serve` on the \
            same journal takes over at once; with none, nobody leads. Asks for the controller's \
            name.
            """)
    @Option(help: "Why.") var reason: String
    @Option(name: .customLong("for"), help: "How long, at most 1h.") var length = "1m"
    @OptionGroup var ask: AskOptions
    @OptionGroup var options: SendOptions

    func validate() throws { _ = try duration(length) }

    func run() async throws {
        try await reporting {
            let status = try await options.controller.client.status()
            let until = status.at + (try duration(length))
            if !options.dryRun {
                try ask.confirm(
                    status.controller.id.name,
                    touching: "No door is touched. Until another controller leads, nothing is "
                        + "acted on.\n")
            }
            try await options.command(.stepDown(reason: reason, until: until))
        }
    }
}
