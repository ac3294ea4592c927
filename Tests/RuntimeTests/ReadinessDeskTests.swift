import Detection
import OrderedCollections
import Planning
import Runtime
import Simulation
import Situations
import Synchronization
import Testing
import TopologyModel
import Values

/// Doors and standbys that count how often they are asked, and of whom; `hold` lets nobody end.
private final class Asked: DoorCheckPort, StandbyCheckPort {
    private struct State {
        var rounds = 0
        var standbys: [[Standby]] = []
        var isHeld = false
    }

    private let state = Mutex(State())
    /// One element for each round that is begun.
    let begun = AsyncStream.makeStream(of: Void.self)
    private let released = AsyncStream.makeStream(of: Void.self)

    var rounds: Int { state.withLock(\.rounds) }
    var standbys: [[Standby]] { state.withLock(\.standbys) }
    func hold() { state.withLock { $0.isHeld = true } }
    func release() { released.continuation.finish() }

    func objections() async -> [DoorObjection] {
        state.withLock { $0.rounds += 1 }
        begun.continuation.yield()
        if state.withLock(\.isHeld) { for await _ in released.stream {} }
        return []
    }

    func answers(
        of standbys: [Standby], in topology: Topology
    ) async -> [Standby: StandbyAnswers] {
        state.withLock { $0.standbys.append(standbys) }
        return [:]
    }
}

@Suite("How often doors and standbys are asked whether they are ready") struct ReadinessDeskTests {
    private let asked = Asked()
    private let desk: ReadinessDesk
    private let start = Instant(unixSeconds: 1_773_102_900)

    init() { desk = ReadinessDesk(doors: asked, standbys: asked) }

    private func situation(after span: Duration = .zero, digest: String = "ab") -> Situation {
        Situation(
            now: start + span, topology: .simulated(controllers: 1), digest: Digest(hex: digest))
    }

    @Test("once in ten seconds, and the report is of its own moment")
    func onceInTenSeconds() async {
        for span in [0, 5, 9] {
            let readiness = await desk.readiness(in: situation(after: .seconds(span)))
            #expect(readiness.at == start + .seconds(span))
            #expect(!readiness.standbys.isEmpty)
        }
        #expect(asked.rounds == 1)
        _ = await desk.readiness(in: situation(after: ReadinessDesk.freshFor))
        #expect(asked.rounds == 2)
    }

    @Test("at once when the topology is another")
    func anotherTopology() async {
        _ = await desk.readiness(in: situation())
        _ = await desk.readiness(in: situation(digest: "cd"))
        #expect(asked.rounds == 2)
    }

    @Test("at once when a region moved, and so stands by elsewhere")
    func anotherStandby() async throws {
        let home = situation()
        _ = await desk.readiness(in: home)
        var away = situation(after: .seconds(1))
        let region = away.topology.regions.values[0]
        away.allocations[region.id] = Allocation(all: region.standbys[0])
        let readiness = await desk.readiness(in: away)
        #expect(asked.rounds == 2)
        #expect(
            readiness.standbys.contains {
                $0.standby == Standby(region: region.id, host: region.primary)
            })
    }

    @Test("who asks while a round is under way waits for the same round")
    func oneRoundAtATime() async throws {
        asked.hold()
        async let first = desk.readiness(in: situation())
        for await _ in asked.begun.stream { break }
        async let second = desk.readiness(in: situation(after: .seconds(1)))
        try await Task.sleep(for: .milliseconds(50))
        asked.release()
        _ = await (first, second)
        #expect(asked.rounds == 1)
    }

    @Test("hosts that are lost are not asked: nobody answers there")
    func lostHosts() async throws {
        var situation = situation()
        let all = situation.standbys
        let lost = try #require(all.first?.host)
        situation.hold(lost)
        _ = await desk.readiness(in: situation)
        let found = try #require(asked.standbys.first)
        #expect(found == all.filter { $0.host != lost })
        #expect(found.count < all.count)
        // Once it is back, it is not called ready before it was asked.
        _ = await desk.readiness(in: self.situation(after: .seconds(1)))
        #expect(asked.standbys.last == all)
    }
}

extension Situation {
    fileprivate mutating func hold(_ host: HostID) {
        let standing = Standing(
            verdict: .lost, since: now, evidence: Evidence(detector: .none))
        board.apply(.host(id: host, standing: standing))
    }
}
