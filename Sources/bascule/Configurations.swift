import ArgumentParser
import Control
import Foundation
import Manifests
import Probing
import Runtime
import Situations
import TopologyModel
import Values

/// Which topology, for those who act on no playbook: the name server, the lab.
struct TopologyFileOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "The topology file.") var file = "topology.yaml"

    /// The folder from which relative paths in the topology are taken.
    var folder: String { folderPath(of: file) }

    /// Its warnings are told by `validate` and `serve`.
    func read() throws -> Topology {
        try TopologyFile(bytes: try bytes(of: file), file: file, today: .today).topology
    }
}

private func folderPath(of file: String) -> String {
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
    return folder.isEmpty ? "." : folder
}

/// Which topology and playbooks.
struct TopologyOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "The topology file.") var file = "topology.yaml"
    @Option(help: "The folder of the playbooks; by default beside the topology.")
    var playbooks: String?

    /// The folder from which relative paths in the topology are taken.
    var folder: String { folderPath(of: file) }

    var playbookFolder: String { playbooks ?? folder + "/playbooks" }

    /// Reads both; warnings go to standard error.
    func read() throws -> LoadedConfiguration {
        let topologyBytes = try bytes(of: file)
        let topology = try TopologyFile(bytes: topologyBytes, file: file, today: .today)
        let (playbooks, texts) = try PlaybookFolder(path: playbookFolder).read()
        let digest = digest(of: [topologyBytes] + texts.map(\.bytes))
        let named = [("topology.yaml", topologyBytes)] + texts.map { ($0.name, $0.bytes) }
        return LoadedConfiguration(
            configuration: Configuration(
                topology: topology.topology, playbooks: playbooks, digest: digest),
            warnings: topology.warnings + topology.programs.compactMap(warning),
            texts: named.map { (name: $0.0, text: String(decoding: $0.1, as: UTF8.self)) })
    }
}

/// That a program of a probe is not there, or not executable, on this machine.
private func warning(of program: String, at place: Place) -> Diagnostic? {
    NotStarted(lookingAt: program).map { fault in
        Diagnostic(
            .warning, at: place, what: "on this machine \(fault)",
            mend: "put it there, executable for the controller's user; until then its probe says "
                + "nothing")
    }
}

struct LoadedConfiguration: Sendable {
    let configuration: Configuration
    let warnings: [Diagnostic]
    /// For the journal, so that a replay finds them by their digest.
    let texts: [(name: String, text: String)]
}

extension CivilDate {
    static var today: CivilDate { CivilTime(.wallClock()).date }
}
