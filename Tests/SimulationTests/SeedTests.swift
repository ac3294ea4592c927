import Control
import Simulation
import TestSupport
import Testing
import TopologyModel
import Values

/// Seeded runs, made once for the tests below.
enum Smoke {
    struct Run: Sendable {
        let seed: UInt64
        let controllers: Int
        let result: SeedRun.Result
    }

    /// Twelve in a row that meet every kind of trouble (`seedsMeetTrouble`).
    static let seeds: ClosedRange<UInt64> = 24...35

    static let runs: [Run] = {
        do {
            return try [1, 3].flatMap { controllers in
                let configuration = try configuration(controllers: controllers)
                return seeds.map { seed in
                    let run = SeedRun(
                        seed: seed, configuration: configuration, controllers: controllers)
                    return Run(seed: seed, controllers: controllers, result: run.result())
                }
            }
        } catch {
            Issue.record("the seeds have no configuration: \(error)")
            return []
        }
    }()
}

/// The same with users, who surge and are rationed.
enum CrowdSmoke {
    /// Two that meet everything that crowds bring (`seedsMeetCrowds`).
    static let seeds: ClosedRange<UInt64> = 1...2

    static let runs: [Smoke.Run] = {
        do {
            let configuration = try configuration(isCrowded: true)
            return seeds.map { seed in
                let run = SeedRun(
                    seed: seed, configuration: configuration, controllers: 1, hasCrowd: true)
                return Smoke.Run(seed: seed, controllers: 1, result: run.result())
            }
        } catch {
            Issue.record("the seeds have no configuration: \(error)")
            return []
        }
    }()
}

@Suite("Seeded runs with a crowd")
struct CrowdSeedTests {
    @Test("every invariant holds under surges, and every region comes home at full quota")
    func everyInvariantHolds() {
        #expect(CrowdSmoke.runs.count == 2)
        for run in CrowdSmoke.runs {
            let again = "sim --first-seed \(run.seed) --seeds 1 --controllers 1 --crowds all"
            #expect(run.result.violation == nil, "replay: \(again)")
        }
    }

    @Test(
        "the seeds meet what crowds bring",
        arguments: [
            (what: "more come than on an ordinary day", sentence: "more users come than expected"),
            (what: "a host is full", sentence: " is saturated: "),
            (what: "a load source dies", sentence: "the load source does not answer"),
            (what: "a region is spilled or rationed", sentence: ": spill or ration "),
            (what: "quotas are set", sentence: "done: Set the quotas of "),
            (what: "quotas are opened again", sentence: ": serve more of "),
            (what: "a host is lost meanwhile", sentence: "host ent-"),
        ])
    func seedsMeetCrowds(what: String, sentence: String) {
        let met = CrowdSmoke.runs.count { run in
            run.result.notices.contains { $0.contains(sentence) }
        }
        #expect(met > 0, "no seed shows that \(what)")
    }

    @Test("some seeds have a crowd, by the seed alone, and not most of them")
    func someSeedsHaveACrowd() {
        let count = (1...300).count { SeedRun.hasCrowd(seed: UInt64($0)) }
        #expect((60...120).contains(count), "\(count) of 300")
    }
}

@Suite("Seeded runs")
struct SeedTests {
    @Test("every invariant holds under faults, and everything comes home when they stop")
    func everyInvariantHolds() {
        #expect(Smoke.runs.count == 24)
        for run in Smoke.runs {
            let again =
                "sim --first-seed \(run.seed) --seeds 1 --controllers \(run.controllers) --verbose"
            #expect(run.result.violation == nil, "replay: \(again)")
        }
    }

    @Test("one seed gives one digest, and another seed another", arguments: [1, 3])
    func oneSeedOneDigest(controllers: Int) throws {
        let first = try #require(Smoke.runs.first { $0.controllers == controllers })
        let again = SeedRun(
            seed: first.seed, configuration: try configuration(controllers: controllers),
            controllers: controllers
        ).result()
        #expect(again.digest == first.result.digest)
        #expect(again.steps == first.result.steps)
        #expect(again.notices == first.result.notices)
        let digests = Set(Smoke.runs.map(\.result.digest))
        #expect(digests.count == Smoke.runs.count)
    }

    /// What seeds must meet, or they prove nothing: each sentence of a notice that shows it.
    @Test(
        "the seeds meet every kind of trouble",
        arguments: [
            (what: "a host is lost", sentence: "host ent-"),
            (what: "a campus is in doubt", sentence: "is in doubt until"),
            (what: "a region is evacuated", sentence: ": evacuate "),
            (what: "a region comes home", sentence: ": bring "),
            (what: "a person is asked", sentence: "waits for approval until"),
            (what: "a run turns back", sentence: "turns back"),
            (what: "a run is rolled back", sentence: ": rolledBack"),
            (what: "a step is undone", sentence: "undone: "),
            (what: "an outcome is not known", sentence: "attempt 1: no answer within"),
            (what: "a step of another epoch is read back", sentence: "was started under epoch"),
            (what: "a door forgets", sentence: ": restore "),
            (what: "a door drifts", sentence: "somebody else changed"),
            (what: "a door cannot be read", sentence: "cannot be read"),
            (what: "leadership is lost", sentence: "leadership is lost"),
            (what: "the controller is isolated", sentence: "no reference answers"),
            (what: "an edge is lost", sentence: "edge edge-"),
            (what: "a name is moved off an edge", sentence: ": repoint "),
            (what: "the brake holds", sentence: "the brake holds every automatic action"),
            (what: "a guard holds something back", sentence: "holds it back"),
        ])
    func seedsMeetTrouble(what: String, sentence: String) {
        let met = Smoke.runs.count { run in
            run.result.notices.contains { $0.contains(sentence) }
        }
        #expect(met > 0, "no seed shows that \(what)")
    }

    @Test("leaders change")
    func leadersChange() {
        let changes = Smoke.runs.map { run in
            run.result.notices.count { $0.contains(" leads under epoch ") } - 1
        }
        #expect(changes.contains { $0 > 0 })
        #expect(changes.allSatisfy { $0 >= 0 })
    }

    @Test("a run that has no time to come home says what is away")
    func settlingCanFail() throws {
        let configuration = try configuration()
        let violations = (1...8).compactMap { seed in
            SeedRun(
                seed: seed, configuration: configuration, controllers: 1, faulty: .seconds(120),
                settling: .zero, mix: FaultMix(allowsDoors: false, allowsControllers: false)
            ).result().violation
        }
        #expect(violations.contains { $0.invariant == "settles" })
    }
}
