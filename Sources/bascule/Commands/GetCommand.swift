import ArgumentParser
import ControlAPI
import Documents
import Rendering

struct GetCommand: AsyncParsableCommand {
    enum What: String, ExpressibleByArgument, CaseIterable {
        case sites, hosts, edges, zones, regions, doors, playbooks, runs, controllers, domains
        case dependencies
    }

    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "List objects of one kind, with how they stand.",
        discussion: """
            Example: bascule get hosts
            Example: bascule get hosts -o wide
            Example: bascule get domains -f topology.yaml -o json
            USERS are those to be expected in this hour, by the demand curve and the shares that \
            regions have; what hosts report themselves is not shown.
            """)

    @Argument(help: "Which kind.") var what: What
    @OptionGroup var options: LookOptions

    func run() async throws {
        try await reporting {
            let picture = try await options.picture()
            switch what {
            case .sites: try show(picture.sites)
            case .hosts: try show(picture.hosts)
            case .edges: try show(picture.edges)
            case .zones: try show(picture.zones)
            case .regions: try show(picture.regions)
            case .doors: try show(picture.doors)
            case .playbooks: try show(picture.playbookRows)
            case .controllers: try show(picture.controllers)
            case .domains: try show(picture.domains)
            case .dependencies: try show(picture.dependencies)
            case .runs:
                let status = picture.status
                try options.output.show(status?.runs ?? []) { palette in
                    let table = status?.runTable(
                        palette, isOpen: false, isWide: options.output.isWide)
                    return table.flatMap { $0.isEmpty ? nil : $0 } ?? "none\n"
                }
            }
        }
    }

    private func show(_ rows: [some Row]) throws {
        try options.output.show(rows) { rows.text($0, isWide: options.output.isWide) }
    }
}

struct BlockedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "blocked",
        abstract: "List what waits or is held, until when, and how to let it go.",
        discussion: "Example: bascule blocked")

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await reporting {
            let items = try await controller.client.status().blocked
            try output.show(items) {
                items.isEmpty
                    ? "nothing waits and nothing is held\n"
                    : items.text($0, isWide: output.isWide)
            }
        }
    }
}
