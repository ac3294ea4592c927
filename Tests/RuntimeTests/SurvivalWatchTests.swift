import Control
import Detection
import OrderedCollections
import Planning
import Runtime
import Simulation
import Situations
import Testing
import TopologyModel
import Values

/// What is kept answers while all but the time is as it was, and no longer.
@Suite struct SurvivalWatchTests {
    private static let start = Instant(unixSeconds: 1_773_102_900)

    private struct Change: CustomTestStringConvertible, Sendable {
        let why: String
        let isFresh: Bool
        let make: @Sendable (inout Situation) -> Void
        var testDescription: String { why }
    }

    @Test(arguments: [
        Change(why: "nothing", isFresh: true) { _ in },
        Change(why: "a minute later", isFresh: true) { $0.now = $0.now + .seconds(60) },
        Change(why: "five minutes later", isFresh: false) {
            $0.now = $0.now + SurvivalWatch.freshFor
        },
        Change(why: "a region moved", isFresh: false) {
            let region = $0.topology.regions.values[0]
            $0.allocations[region.id] = Allocation(all: region.standbys[0])
        },
        Change(why: "a verdict changed", isFresh: false) {
            $0.board.apply(.surge(percent: 150, host: nil, at: $0.now))
        },
        Change(why: "a door is to hold something else", isFresh: false) {
            let door = $0.doors.keys[0]
            $0.doors[door]?.desired = DoorState(shares: [])
        },
        Change(why: "a place was drained", isFresh: false) {
            $0.closures = [
                Closure(
                    kind: .drain, place: .host(id: $0.topology.hosts.keys[0]), owner: "anna",
                    reason: "disks", since: $0.now, until: nil)
            ]
        },
        Change(why: "another topology", isFresh: false) { $0.digest = Digest(hex: "cd") },
    ])
    private func whatIsKept(_ change: Change) throws {
        let topology = Topology.simulated(controllers: 1)
        let situation = Situation.ordinary(
            topology, digest: Digest(hex: "ab"), at: SurvivalWatchTests.start)
        let watch = SurvivalWatch()
        #expect(watch.fresh(in: situation) == nil, "nothing was worked out yet")
        let found = try Surviving(situation).survivability(losing: [], atOnce: 1)
        watch.keep(found, from: situation)
        var now = situation
        change.make(&now)
        #expect((watch.fresh(in: now) == found) == change.isFresh)
    }

    @Test("a request about a loss gets where regions go by what was worked out before it")
    func whatWasForetold() throws {
        let topology = Topology.simulated(controllers: 1)
        let situation = Situation.ordinary(
            topology, digest: Digest(hex: "ab"), at: SurvivalWatchTests.start)
        let watch = SurvivalWatch()
        let found = try Surviving(situation).survivability(losing: [], atOnce: 1)
        watch.keep(found, from: situation)
        let loss = try #require(found.losses.first { !$0.regions.isEmpty })
        let request = { (domain: FailureDomain?, situation: Situation) in
            PlanningRequest(
                situation: situation,
                changes: loss.regions.map {
                    .leave(region: $0.region, hosts: [], cause: .lost, domain: domain)
                })
        }
        let foretold = watch.foretold(for: request(loss.lost[0], situation))
        #expect(Array(foretold.keys) == loss.regions.map(\.region))
        #expect(Array(foretold.values) == loss.regions.map(\.to))
        for same in found.same where same.fallsWith == loss.lost[0] {
            #expect(watch.foretold(for: request(same.domain, situation)) == foretold)
        }
        #expect(watch.foretold(for: request(FailureDomain("no/where"), situation)).isEmpty)
        #expect(watch.foretold(for: request(nil, situation)).isEmpty)
        var other = situation
        other.digest = Digest(hex: "cd")
        #expect(watch.foretold(for: request(loss.lost[0], other)).isEmpty)
    }
}
