import Actuation
import Control
import TopologyModel
import OrderedCollections
import ArgumentParser
import Foundation
import Manifests
import Rendering
import Simulation
import Situations
import Values

struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Check a topology and the playbooks.",
        discussion: "Example: bascule validate topology.yaml\nExit code 65: it has errors.")
    @Argument(help: "The topology file.") var file = "topology.yaml"
    @Option(help: "The folder of the playbooks; by default beside the topology.")
    var playbooks: String?

    func run() async throws {
        try await reporting {
            var options = TopologyOptions()
            (options.file, options.playbooks) = (file, playbooks)
            let loaded = try options.read()
            for warning in loaded.warnings { print(warning) }
            let topology = loaded.configuration.topology
            for fault in keyFaults(of: topology, in: options.folder) {
                print("warning: \(fault.what)\n  mend: \(fault.mend)")
            }
            print(
                "\(file): good. \(topology.regions.count) regions, \(topology.hosts.count) hosts, "
                    + "\(topology.sites.count) sites, \(loaded.warnings.count) warning(s); "
                    + "digest \(loaded.configuration.digest.short)")
        }
    }
}

struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Replay a scenario in virtual time.",
        discussion: "Example: bascule simulate scenarios/sbg-2021-03-10.yaml")
    @Argument(help: "The scenario file.") var scenario: String
    @OptionGroup var colour: ColourOptions

    func run() async throws {
        try await reporting {
            let file = try ScenarioFile(bytes: try bytes(of: scenario), file: scenario)
            let folder = URL(fileURLWithPath: scenario).deletingLastPathComponent()
            var options = TopologyOptions()
            options.file = folder.appendingPathComponent(file.topologyPath).path
            options.playbooks = file.playbooksPath.map {
                folder.appendingPathComponent($0).path
            }
            let configuration = try options.read().configuration
            if let fault = file.scenario.fault(in: configuration.topology) {
                throw InputFault(fault)
            }
            let report = file.scenario.report(with: configuration)
            print(report.text(colour.palette, in: configuration.topology), terminator: "")
            if !report.isGood { throw Exit.failed.code }
        }
    }
}

struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Print the version.",
        discussion: "Example: bascule version -o json")
    @OptionGroup var output: OutputOptions

    func run() throws {
        try output.show(VersionDocument.own) { _ in "bascule \(Version.text)\n" }
    }
}
