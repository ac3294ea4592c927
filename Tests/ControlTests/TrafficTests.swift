import Control
import Detection
import OrderedCollections
import Situations
import Testing
import TopologyModel
import Values

/// Live requests from the edge's counters to the doors, with a health page that lies.
@Suite("Live traffic as a witness") struct TrafficWitnessTests {
    private let region = RegionID("hauts-de-france")
    private let home = HostID("ent-gra1")
    private let door = FrontDoorID("haproxy:edge-1/hauts-de-france")

    /// For so long, a reading each 100 ms, probes and lease each second; every probe passes.
    private func pass(
        _ desk: inout Desk, readings: Int, answered: Int, failed: TrafficFailures,
        until isDone: (Desk) -> Bool = { _ in false }
    ) {
        for number in 0..<readings where !isDone(desk) {
            let reading = TrafficReading(
                vantage: Desk.me, edge: EdgeID("edge-1"), region: region, host: home,
                at: desk.now, span: .milliseconds(100), began: answered + failed.count,
                answered: answered, failed: failed)
            desk.feed(.trafficRead([reading]))
            if number % 10 == 9 {
                desk.pass(.seconds(1))
            } else {
                desk.now = desk.now + .milliseconds(100)
            }
        }
    }

    @Test("a region leaves a host whose health page lies, and does not go back to it")
    func aRegionLeavesALiar() throws {
        var desk = try Desk()
        pass(&desk, readings: 25, answered: 2, failed: TrafficFailures())
        #expect(desk.state.allocations[region] == Allocation(all: home))
        let began = desk.now
        pass(&desk, readings: 20, answered: 0, failed: TrafficFailures(serverErrors: 2)) {
            $0.state.board.verdict(of: region, at: home) == .lost
        }
        #expect(desk.now - began <= .milliseconds(400))
        desk.pass(.seconds(4))
        let there = try #require(desk.state.allocations[region])
        #expect(there.percent(of: home) == .zero)
        #expect(desk.doors[door]?.state == DoorState(shares: there.shares))
        desk.pass(.seconds(200))
        #expect(desk.state.board.verdict(of: region, at: home) == .lost)
        #expect(desk.state.allocations[region]?.percent(of: home) == .zero)
    }

    @Test("people are told what failed")
    func peopleAreToldWhatFailed() throws {
        var desk = try Desk()
        pass(&desk, readings: 12, answered: 2, failed: TrafficFailures())
        pass(&desk, readings: 5, answered: 0, failed: TrafficFailures(serverErrors: 2))
        let evidence = try #require(
            desk.state.board.services[.init(region: region, host: home)]?.evidence)
        #expect("\(evidence.detector)".contains("live requests failed (5xx*"))
    }

    @Test("a loop that observes only counts them all the same, and proposes it when it leads")
    func itIsProposedOnceItLeads() throws {
        var desk = try Desk()
        pass(&desk, readings: 12, answered: 2, failed: TrafficFailures())
        desk.leads = false
        desk.feed(.lease(.unknown))
        pass(&desk, readings: 3, answered: 0, failed: TrafficFailures(serverErrors: 2))
        #expect(desk.state.board.verdict(of: region, at: home) == .up)
        desk.feed(.lease(.held(epoch: desk.epoch, until: desk.now + .seconds(6))))
        #expect(desk.state.board.verdict(of: region, at: home) == .lost)
    }
}
