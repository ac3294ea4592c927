import ControlAPI
import ArgumentParser
import Control
import Detection
import Documents
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
            A pause that holds something back pages, and shows what would have been done.
            """)
    @OptionGroup var scope: ScopeOptions
    @Option(name: .customLong("for"), help: "How long, such as 1h.") var length: String
    @Option(help: "Why.") var reason: String
    @OptionGroup var options: SendOptions

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
        commandName: "resume", abstract: "End a pause.", discussion: "Example: bascule resume")
    @OptionGroup var scope: ScopeOptions
    @OptionGroup var options: SendOptions

    func run() async throws {
        try await reporting {
            let status = try await options.controller.client.status()
            try await options.command(.resume(scope: try scope.scope(in: status)))
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
            `declare seen` takes a declaration back.
            """)
    @Argument(help: "lost, alive, or seen (as it is seen).") var what: What
    @Argument(help: "The failure domain, fate or site.") var domain: String
    @Option(help: "Why.") var reason: String
    @OptionGroup var options: SendOptions

    func run() async throws {
        try await reporting {
            let status = try await options.controller.client.status()
            let domain = try status.domain(named: domain)
            let kind = Declaration.Kind(rawValue: what.rawValue)
            try await options.command(.declare(domain: domain, kind: kind, reason: reason))
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
