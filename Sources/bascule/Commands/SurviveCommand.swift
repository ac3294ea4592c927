import ArgumentParser
import Control
import ControlAPI
import Documents
import Foundation
import Planning
import Rendering
import Runtime
import Situations
import TopologyModel
import Values

struct SurviveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "survive", abstract: "Say which regions outlive which losses.",
        discussion: """
            Example: bascule survive -f topology.yaml
            Example: bascule survive -f topology.yaml --lose ovh/strasbourg --lose gra1
            Example: bascule survive --lose sbg2 --at 2026-11-30T08:00:00+01:00
            Example: bascule survive --depth 1 --nagios
            Each failure domain and fate alone, and every two of them, in the hour of the next 14 \
            days that asks the most: who is served, rationed or lost, and how long users wait.
            From where the regions are now; with -f, from home. What is so before any loss is told \
            and counts too; there are no times where so much falls that the brake would hold.
            Exit codes: 0 everybody is served before and after each of the losses, 3 not. --nagios \
            prints one line and ends with 0 OK, 1 WARNING (some are rationed), 2 CRITICAL (a \
            region is lost, or a host overloaded) or 3 UNKNOWN.
            """)

    @Option(help: "Only this domain or site; repeated, all of them at once.")
    var lose: [String] = []
    @Option(help: "Only for this hour (RFC 3339), not for the worst of the next 14 days.")
    var at: String?
    @Option(help: "How many are lost at once: 1, or 2 for every two as well.") var depth = 2
    @OptionGroup var whatIf: WhatIfOptions
    @OptionGroup var controller: ControllerOptions
    @OptionGroup var output: OutputOptions
    @Flag(help: "For a monitor: one line, and the exit codes of its plugins.") var nagios = false

    func validate() throws {
        _ = try at.map(Instant.asked)
        guard (1...Surviving.atOnceMax).contains(depth) else {
            throw ValidationError("--depth is 1 or 2, and not \(depth)")
        }
        guard !nagios || !output.isDocument else {
            throw ValidationError("--nagios has a form of its own: leave -o out")
        }
    }

    func run() async throws {
        if nagios { try await monitor("SURVIVE", survivability) }
        try await reporting {
            let found = try await survivability()
            try output.show(found) { found.text($0, isWide: output.isWide) }
            if found.grade > .fits { throw Exit.refused.code }
        }
    }

    private func survivability() async throws -> Survivability {
        let instant = try at.map(Instant.asked)
        guard let file = whatIf.file else {
            let status = try await controller.client.status()
            let source = NameSource.controller(status)
            return try await controller.client.survivability(
                SurviveMessage(
                    lost: try lose.map { try source.domain($0) }, atOnce: depth, at: instant))
        }
        let (configuration, situation) = try whatIf.read(file, lost: [], at: instant)
        let source = NameSource.file(configuration.topology)
        return try await Surviving(situation, at: instant).sideBySide(
            losing: try lose.map { try source.domain($0) }, atOnce: depth)
    }
}

extension Survivability: Monitored {}
