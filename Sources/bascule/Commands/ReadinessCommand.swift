import ArgumentParser
import ControlAPI
import Documents
import Planning
import Rendering

struct ReadinessCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "readiness", abstract: "Say for each standby whether it could take over now.",
        discussion: """
            Example: bascule readiness
            Example: bascule readiness grand-est
            Example: bascule readiness --nagios
            For each region and each host that does not have all of it: whether a plan may take \
            it, its room in the hour of the next day that lacks most, how far its data is behind \
            (where the region has an rpo), the certificates for the region's names, and whether \
            its doors would obey, asked of the doors with our own keys and with nothing changed. \
            A whole site that falls takes room for several regions: that is `bascule survive`.
            Exit codes: 0 every standby is ready, 3 not. --nagios prints one line and ends with \
            0 OK, 1 WARNING (a standby is not ready, or with a warning), 2 CRITICAL (no standby of \
            a region is ready) or 3 UNKNOWN.
            """)

    @Argument(help: "Only this region.") var region: String?
    @OptionGroup var controller: ControllerOptions
    @OptionGroup var output: OutputOptions
    @Flag(help: "For a monitor: one line, and the exit codes of its plugins.") var nagios = false

    func validate() throws {
        guard !nagios || !output.isDocument else {
            throw ValidationError("--nagios has a form of its own: leave -o out")
        }
    }

    func run() async throws {
        if nagios { try await monitor("READINESS", readiness) }
        try await reporting {
            let found = try await readiness()
            try output.show(found) { found.text($0) }
            if found.grade > .ready { throw Exit.refused.code }
        }
    }

    private func readiness() async throws -> Readiness {
        let client = controller.client
        guard let region else { return try await client.readiness() }
        let known = try await client.status().region(named: region)
        return try await client.readiness().of(known.id)
    }
}

extension Readiness: Monitored {}
