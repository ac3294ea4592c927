import ArgumentParser
import ControlAPI
import Documents
import Foundation
import Manifests
import OrderedCollections
import TopologyModel
import Values

/// Names that a shell completes: asked of the controller, else read from topology.yaml.
enum NameKind: Sendable {
    case regions, hosts, domains, doors, runs, objects

    /// How long a shell waits for a controller (seconds).
    fileprivate static let answerSeconds: Int64 = 1

    fileprivate func names(in status: StatusDocument) -> [String] {
        let sites = status.sites.map(\.id.name)
        let hosts = status.sites.flatMap(\.hosts).map(\.id.name)
        let domains = status.domains.map(\.id.name)
        return switch self {
        case .regions: status.regions.map(\.id.name)
        case .hosts: hosts
        case .domains: sites + domains
        case .doors: status.doors.map(\.id.name)
        case .runs: status.runs.map { "\($0.id)" }
        case .objects:
            status.regions.map(\.id.name) + hosts + sites + domains
                + status.doors.map(\.id.name) + status.dependencies.map(\.id.name)
                + status.edges.map(\.id.name) + status.zones.map(\.id.name)
                + status.runs.map { "\($0.id)" }
        }
    }

    fileprivate func names(in topology: Topology) -> [String] {
        let doors = topology.regions.values.flatMap(\.frontDoors).map(\.id.name)
        let regions = topology.regions.keys.map(\.name)
        let places = topology.sites.keys.map(\.name) + topology.domains.map(\.name)
        return switch self {
        case .regions: regions
        case .hosts: topology.hosts.keys.map(\.name)
        case .domains: places
        case .doors: doors
        case .runs: []
        case .objects:
            regions + topology.hosts.keys.map(\.name) + places + doors
                + topology.dependencies.keys.map(\.name) + topology.edges.keys.map(\.name)
                + topology.zones.keys.map(\.name)
        }
    }
}

extension CompletionKind {
    static func names(of kind: NameKind) -> CompletionKind {
        .custom { words, _, _ in await completions(of: kind, for: words) }
    }
}

/// Nobody can be told of an error while a shell completes: there are then no names.
private func completions(of kind: NameKind, for words: [String]) async -> [String] {
    let file = value(of: ["-f", "--file"], in: words)
    do {
        if file == nil {
            let path = value(of: ["--socket"], in: words)
            let client = ControlClient(
                socketPath: path ?? ControllerOptions.socketOfEnvironment,
                answerSeconds: NameKind.answerSeconds)
            return kind.names(in: try await client.status())
        }
    } catch {
        return completions(of: kind, in: "topology.yaml")
    }
    return completions(of: kind, in: file ?? "topology.yaml")
}

private func completions(of kind: NameKind, in file: String) -> [String] {
    do {
        let topology = try TopologyFile(bytes: try bytes(of: file), file: file, today: .today)
        return kind.names(in: topology.topology)
    } catch {
        return []
    }
}

/// The word after an option, or behind its equals sign.
private func value(of options: [String], in words: [String]) -> String? {
    for (index, word) in words.enumerated() {
        if options.contains(word), index + 1 < words.count { return words[index + 1] }
        for option in options where word.hasPrefix(option + "=") {
            return String(word.dropFirst(option.count + 1))
        }
    }
    return nil
}
