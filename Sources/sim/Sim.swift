import ArgumentParser
import Control
import Manifests
import Simulation
import TopologyModel
import Values

/// Runs seeds through the simulated world: unshipped, built in release on the pure targets.
@main
struct Sim: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sim", abstract: "Run seeds through the simulated world.",
        discussion: """
            Example: sim --seeds 1000
            A seed that breaks an invariant prints the command that replays it.
            """)

    @Option(help: "The first seed.") var firstSeed: UInt64 = 1
    @Option(help: "How many seeds.") var seeds: UInt64 = 100
    @Option(help: "Controllers: 1, 3, or 0 for both in turn.") var controllers = 0
    @Option(help: "The folder of the playbooks.") var playbooks = "playbooks"
    @Flag(help: "Print every notice.") var verbose = false
    @Flag(help: "Print each seed's digest.") var digests = false

    func run() throws {
        let playbooks = try PlaybookFolder(path: playbooks).playbooks()
        var (failures, steps) = (0, 0)
        for seed in firstSeed..<(firstSeed + seeds) {
            let count = controllers == 0 ? (seed.isMultiple(of: 2) ? 3 : 1) : controllers
            let configuration = Configuration(
                topology: .simulated(controllers: count), playbooks: playbooks,
                digest: Digest(hex: "5eed"))
            let result = SeedRun(
                seed: seed, configuration: configuration, controllers: count
            ).result()
            steps += result.steps
            if verbose { result.notices.forEach { print($0) } }
            if digests { print("seed \(seed) digest \(String(result.digest, radix: 16))") }
            guard let violation = result.violation else { continue }
            failures += 1
            print("seed \(seed), \(count) controller(s): \(violation)")
            print("  replay: sim --first-seed \(seed) --seeds 1 --controllers \(count) --verbose")
        }
        print("\(seeds) seeds, \(steps) events")
        print("\(Int(seeds) - failures) passed, \(failures) failed")
        if failures > 0 { throw ExitCode.failure }
    }
}
