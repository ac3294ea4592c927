import ArgumentParser
import Control
import Manifests
import Simulation
import TopologyModel
import Values

/// Runs seeds through the simulated world: unshipped, built in release on the pure targets.
@main
struct Sim: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sim", abstract: "Run seeds through the simulated world.",
        discussion: """
            Example: sim --seeds 1000
            Example: sim --days scenarios/*.yaml
            A seed that breaks an invariant prints the command that replays it.
            """)

    @Option(help: "The first seed.") var firstSeed: UInt64 = 1
    @Option(help: "How many seeds.") var seeds: UInt64 = 100
    @Option(help: "Controllers: 1, 3, or 0 for both in turn.") var controllers = 0
    @Option(parsing: .upToNextOption, help: "Scenario files that are replayed instead of seeds.")
    var days: [String] = []
    @Option(help: "The folder of the playbooks.") var playbooks = "playbooks"
    @Option(help: "Which seeds have a crowd: some, as the seed says, all or none.")
    var crowds = Crowds.some
    @Flag(help: "Print every notice.") var verbose = false
    @Flag(help: "Print each seed's digest.") var digests = false

    /// Which seeds have users.
    enum Crowds: String, CaseIterable, ExpressibleByArgument { case some, all, none }

    /// Seeds that are handed to the processors at once, and then told of in their order.
    private static let batchMax: UInt64 = 64

    func run() async throws {
        if !days.isEmpty {
            let failures = try await Days(files: days).failures()
            print("\(days.count - failures) passed, \(failures) failed")
            if failures > 0 { throw ExitCode.failure }
            return
        }
        let playbooks = try PlaybookFolder(path: playbooks).playbooks()
        var (failures, steps) = (0, 0)
        for first in stride(from: firstSeed, to: firstSeed + seeds, by: Int(Sim.batchMax)) {
            let batch = first..<min(first + Sim.batchMax, firstSeed + seeds)
            for (run, result) in await results(of: batch, with: playbooks) {
                steps += result.steps
                if tell(of: run, result) { failures += 1 }
            }
        }
        let crowded = (firstSeed..<firstSeed + seeds).count { hasCrowd($0) }
        print("\(seeds) seeds, \(crowded) with a crowd, \(steps) events")
        print("\(Int(seeds) - failures) passed, \(failures) failed")
        if failures > 0 { throw ExitCode.failure }
    }

    /// The seeds of a batch, side by side on the processors there are, in order.
    private func results(
        of seeds: Range<UInt64>, with playbooks: Configuration.Playbooks
    ) async -> [(SeedRun, SeedRun.Result)] {
        await withTaskGroup(of: (SeedRun, SeedRun.Result).self) { group in
            for seed in seeds {
                let run = seedRun(seed, with: playbooks)
                group.addTask { (run, run.result()) }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0.seed < $1.0.seed }
        }
    }

    private func seedRun(_ seed: UInt64, with playbooks: Configuration.Playbooks) -> SeedRun {
        let count = controllers == 0 ? (seed.isMultiple(of: 2) ? 3 : 1) : controllers
        let configuration = Configuration(
            topology: hasCrowd(seed)
                ? .crowded(controllers: count) : .simulated(controllers: count),
            playbooks: playbooks, digest: Digest(hex: "5eed"))
        return SeedRun(
            seed: seed, configuration: configuration, controllers: count, hasCrowd: hasCrowd(seed))
    }

    private func hasCrowd(_ seed: UInt64) -> Bool {
        switch crowds {
        case .some: SeedRun.hasCrowd(seed: seed)
        case .all: true
        case .none: false
        }
    }

    /// Prints what a seed was asked to show; true when it failed.
    private func tell(of run: SeedRun, _ result: SeedRun.Result) -> Bool {
        if verbose { result.notices.forEach { print($0) } }
        if digests { print("seed \(run.seed) digest \(String(result.digest, radix: 16))") }
        guard let violation = result.violation else { return false }
        print("seed \(run.seed), \(run.controllers) controller(s): \(violation)")
        print(
            "  replay: sim --first-seed \(run.seed) --seeds 1 --controllers \(run.controllers) "
                + "\(run.hasCrowd ? "--crowds all" : "--crowds none") --verbose")
        return true
    }
}
