import ArgumentParser
import Control
import ControlAPI
import Documents
import Foundation
import Manifests
import OrderedCollections
import Playbooks
import Rendering
import Runtime
import Situations
import TopologyModel
import Values

/// What every command that only looks takes: a controller, or a file.
struct LookOptions: ParsableArguments {
    @OptionGroup var controller: ControllerOptions
    @OptionGroup var output: OutputOptions
    @Option(
        name: .shortAndLong, help: "Look at this topology, without a controller.",
        completion: .file(extensions: ["yaml", "yml"]))
    var file: String?

    /// The topology in force and how things stand in it; of a file only what it declares.
    func picture() async throws -> Picture {
        guard let file else {
            let files = try await controller.client.topology()
            let status = try await controller.client.status()
            return try Picture(files, status: status)
        }
        var options = TopologyOptions()
        (options.file, options.playbooks) = (file, nil)
        let loaded = try options.read().configuration
        return Picture(
            topology: loaded.topology, digest: loaded.digest, playbooks: loaded.playbooks.all,
            status: nil, now: .wallClock())
    }
}

extension Picture {
    /// The picture that a controller gives: the files that it has in force, and its status.
    init(_ message: TopologyMessage, status: StatusDocument) throws {
        guard let topology = message.files.first(where: { $0.name == "topology.yaml" }) else {
            throw Fault(
                what: "the controller answers without its topology",
                mend: "is it of the same version as this command?")
        }
        let playbooks = try message.files.filter { $0.name != topology.name }.map {
            try PlaybookFile.playbook(bytes: Array($0.text.utf8), file: $0.name)
        }
        self.init(
            topology: try TopologyFile(
                bytes: Array(topology.text.utf8), file: topology.name, today: .today
            ).topology,
            digest: message.digest, playbooks: playbooks, status: status, now: status.at)
    }

    /// The region of that name, or a fault with the names that there are.
    func region(named name: String) throws -> Region {
        if let region = topology.regions[RegionID(name)] { return region }
        throw Refusal(fault: .unknown("region", name, among: topology.regions.keys.map(\.name)))
    }

    /// The one object of that name, or a fault that says how to name one of several.
    func object(named name: String) throws -> ObjectReference {
        let found = objects(named: name)
        if found.count == 1 { return found[0] }
        guard found.isEmpty else {
            let names = found.map { "\($0.kind)/\($0.name)" }.joined(separator: " or ")
            throw Refusal(
                fault: Fault(what: "'\(name)' names several objects", mend: "say \(names)"))
        }
        let near = didYouMean(name, among: objects.map(\.name)).map { $0 + " " } ?? ""
        throw Refusal(
            fault: Fault(
                what: "there is no object '\(name)'",
                mend: near + "see `bascule get regions`, `bascule get hosts` and the like"))
    }
}

/// Reads a time of the past: `2h` ago, or RFC 3339.
func pastTime(_ text: String) throws -> Instant {
    if let instant = Instant(rfc3339: text) { return instant }
    guard let ago = Duration(text: text), ago > .zero else {
        throw ValidationError(
            "'\(text)' is no time; write how long ago, such as 2h, or 2026-11-24T08:00:00Z")
    }
    return Instant.wallClock() - ago
}

/// What is asked for of the journal.
struct HistoryOptions: ParsableArguments {
    @Option(help: "How many entries, at most.") var limit = HistoryQuery.limitDefault
    @Option(help: "Only what concerns this region.", completion: .names(of: .regions))
    var region: String?
    @Option(help: "Only what came since: how long ago (2h), or an RFC 3339 time.")
    var since: String?
    @Option(help: "Only this kind; may be repeated.") var kind: [HistoryKind] = []

    func validate() throws {
        guard (1...HistoryQuery.limitMax).contains(limit) else {
            throw ValidationError(
                "--limit \(limit) is out of bounds; write 1 through \(HistoryQuery.limitMax)")
        }
        _ = try since.map(pastTime)
    }

    func query() throws -> HistoryQuery {
        var query = HistoryQuery()
        (query.limit, query.region, query.kinds) = (limit, region, kind)
        query.since = try since.map(pastTime)
        return query
    }
}

extension HistoryKind: ExpressibleByArgument {}
