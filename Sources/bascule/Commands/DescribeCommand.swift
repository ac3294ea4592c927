import ArgumentParser
import Control
import ControlAPI
import Detection
import Documents
import OrderedCollections
import Rendering
import Situations
import TopologyModel
import Values

struct DescribeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe", abstract: "Show all that is known of one object.",
        discussion: """
            Example: bascule describe ent-sbg2
            Example: bascule describe ovh/strasbourg
            Example: bascule describe site/par -f topology.yaml
            A name that several objects have is written with its kind before it: site/par.
            """)
    /// Entries of the journal that are shown.
    private static let changesMax = 10

    @Argument(help: "The object, or KIND/NAME.", completion: .names(of: .objects))
    var name: String
    @OptionGroup var options: LookOptions

    func run() async throws {
        try await reporting {
            let picture = try await options.picture()
            let object = try picture.object(named: name)
            let isAsked = picture.status != nil
            let description = picture.description(
                of: object, probes: isAsked ? try await probes(of: object) : [],
                changes: isAsked ? try await changes(of: object, in: picture) : [])
            try options.output.show(description) {
                description.text($0, at: picture.now, isWide: options.output.isWide)
            }
        }
    }

    private func probes(of object: ObjectReference) async throws -> [ProbeStatus] {
        let all = try await options.controller.client.probes().probes
        return all.filter { probe in
            switch (object, probe.target.subject) {
            case (.region(let id), .service(let region, _)): region == id
            case (.host(let id), .service(_, let host)): host == id
            case (.dependency(let id), .dependency(let dependency)): dependency == id
            default: false
            }
        }
    }

    /// Of a region all that concerns it; of another object the entries that name it.
    private func changes(
        of object: ObjectReference, in picture: Picture
    ) async throws -> [Description.Change] {
        var query = HistoryQuery()
        query.limit = HistoryQuery.limitMax
        if case .region(let id) = object { query.region = id.name }
        let lines = try await options.controller.client.history(query).lines
        let changes = lines.compactMap { line -> Description.Change? in
            guard let text = line.entry.sentence,
                query.region != nil || text.names(object.name)
            else { return nil }
            return Description.Change(seq: line.seq, at: line.entry.at, text: text)
        }
        return changes.suffix(DescribeCommand.changesMax)
    }
}

extension String {
    /// Whether the name stands in it by itself, and not as a part of a longer one.
    fileprivate func names(_ name: String) -> Bool {
        let isPart = { (character: Character?) in
            character.map { $0.isLetter || $0.isNumber || "-/".contains($0) } ?? false
        }
        return ranges(of: name).contains { range in
            let before =
                range.lowerBound == startIndex ? nil : self[index(before: range.lowerBound)]
            let after = range.upperBound == endIndex ? nil : self[range.upperBound]
            return !isPart(before) && !isPart(after)
        }
    }
}

struct BlameCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "blame",
        abstract: "Show what a region hangs on, and what it does not hang on.",
        discussion: """
            Example: bascule blame hauts-de-france
            What it suffers from now; its hosts, their sites and failure domains, edges, zones, \
            dependencies; then what it could use, and what it has nothing to do with. `bascule \
            explain REGION` has what speaks for and against each cause.
            """)

    @Argument(help: "The region.", completion: .names(of: .regions)) var region: String
    @OptionGroup var options: LookOptions

    func run() async throws {
        try await reporting {
            let picture = try await options.picture()
            let blame = picture.blame(for: try picture.region(named: region))
            try options.output.show(blame) { blame.text($0) }
        }
    }
}

struct TopologyCommand: AsyncParsableCommand {
    enum Graph: String, ExpressibleByArgument, CaseIterable { case text, dot, mermaid }

    static let configuration = CommandConfiguration(
        commandName: "topology",
        abstract: "Show the chain from names to hosts, and what falls together.",
        discussion: """
            Example: bascule topology
            Example: bascule topology --graph dot -f topology.yaml | dot -Tsvg > topology.svg
            -o json and -o yaml have everything that is declared, with defaults filled in, and the \
            graph as nodes and arrows.
            """)

    @Option(help: "As a tree for people, for Graphviz, or for Mermaid.") var graph = Graph.text
    @OptionGroup var options: LookOptions

    func run() async throws {
        try await reporting {
            let picture = try await options.picture()
            try options.output.show(TopologyDescription(picture)) { palette in
                switch graph {
                case .text: picture.topologyText(palette)
                case .dot: picture.graph.dot
                case .mermaid: picture.graph.mermaid
                }
            }
        }
    }
}
