import ArgumentParser
import Control
import ControlAPI
import Documents
import Manifests
import Planning
import Rendering
import Runtime
import Situations
import TopologyModel
import Values

struct DiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Show what differs between two topologies.",
        discussion: """
            Example: bascule diff topology.yaml new.yaml
            Also what losses do otherwise: who is served, rationed or lost when each failure \
            domain falls (--depth 2: and every two of them), from home, in the hour of the next 14 \
            days that asks the most. Exit codes: 0 no difference, 2 some.
            """)

    @Argument(help: "The old topology.", completion: .file(extensions: ["yaml", "yml"]))
    var old: String
    @Argument(help: "The new topology.", completion: .file(extensions: ["yaml", "yml"]))
    var new: String
    @Option(help: "How many domains are lost at once: 0 asks for none, 2 for pairs as well.")
    var depth = 1
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (0...Surviving.atOnceMax).contains(depth) else {
            throw ValidationError("--depth is 0, 1 or 2, and not \(depth)")
        }
    }

    func run() async throws {
        try await reporting {
            let (before, after) = (try topology(old), try topology(new))
            let now = Instant.wallClock()
            let difference = TopologyDiff(
                from: before, to: after,
                survival: depth == 0 || before == after
                    ? nil
                    : (
                        try await survivability(of: before, at: now),
                        try await survivability(of: after, at: now)
                    ))
            try output.show(difference) { difference.text($0) }
            if !difference.isEmpty { throw ExitCode(2) }
        }
    }

    private func survivability(
        of topology: Topology, at now: Instant
    ) async throws -> Survivability {
        let home = Situation.ordinary(topology, digest: Digest(hex: "0"), at: now)
        return try await Surviving(home).sideBySide(losing: [], atOnce: depth)
    }

    private func topology(_ file: String) throws -> Topology {
        try TopologyFile(bytes: try bytes(of: file), file: file, today: .today).topology
    }
}

struct LeaderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "leader", abstract: "Say which controller leads.",
        discussion: "Example: bascule leader\nExit code 4: none is known to lead.")

    @OptionGroup var controller: ControllerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await reporting {
            let status = try await controller.client.status().controller
            let answer = LeaderDocument(
                leader: status.leader, epoch: status.epoch, answeredBy: status.id)
            try output.show(answer) { palette in
                guard let leader = answer.leader else { return "none is known to lead\n" }
                let epoch = answer.epoch.map { " under epoch \($0)" } ?? ""
                return palette.paint(leader.name, .strong) + " leads\(epoch)\n"
            }
            if answer.leader == nil { throw Exit.unreachable.code }
        }
    }
}

/// `leader -o json`.
struct LeaderDocument: APIDocument {
    static let kind = "Leader"
    /// Nil where none is known.
    let leader: ControllerID?
    /// Of the controller that answered, while it leads.
    let epoch: Epoch?
    let answeredBy: ControllerID
}

/// `version -o json`.
struct VersionDocument: APIDocument {
    static let kind = "Version"
    let version: String
    /// The newest form of a journal's entries that this bascule reads and writes.
    let journalVersion: Int

    static var own: VersionDocument {
        VersionDocument(version: Version.text, journalVersion: Int(JournalEntry.version))
    }
}
