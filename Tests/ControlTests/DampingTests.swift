import OrderedCollections
import Playbooks
import Planning
import Simulation
import Situations
import TestSupport
import Testing
import TopologyModel
import Values

@testable import Control

@Suite("Hold-down and damping")
struct DampingTests {
    /// Hold-down 60 s, damping up to 600 s.
    private let region = Topology.simulated(controllers: 1).regions[grandEst]

    private func rules(failed: Int = 0, shifts: [ShiftRecord] = []) throws -> ReturnRules {
        var history = History()
        for shift in shifts { history.record(shift) }
        history.setFailedReturns(of: grandEst, to: failed)
        return ReturnRules(region: try #require(region), history: history, now: Desk.start)
    }

    private func move(from: HostID, to: HostID, before: Duration = .zero) -> ShiftRecord {
        ShiftRecord(
            region: grandEst, at: Desk.start - before, cause: .lost, from: Allocation(all: from),
            to: Allocation(all: to))
    }

    private func placement(from: HostID, to: HostID) -> RegionPlacement {
        RegionPlacement(
            region: grandEst, cause: .lost, from: Allocation(all: from), to: Allocation(all: to),
            explanation: [])
    }

    private func shifted(
        _ fact: Fact
    ) throws -> (shift: ShiftRecord, holds: [HoldDown], failedReturns: Int) {
        guard case .shifted(let shift, let holds, let failedReturns) = fact else {
            throw TestSupportError("no shift but \(fact)")
        }
        return (shift, holds, failedReturns)
    }

    @Test(
        "the hold-down doubles with each return that failed, up to dampingMax",
        arguments: zip(0...6, [60, 120, 240, 480, 600, 600, 600]))
    func doubles(failed: Int, seconds: Int) throws {
        let fact = try rules(failed: failed).fact(
            for: placement(from: sbg2, to: gra1), cause: .lost)
        let (_, holds, failedReturns) = try shifted(fact)
        #expect(holds.map(\.left) == [sbg2])
        #expect(holds.map(\.until) == [Desk.start + .seconds(seconds)])
        #expect(failedReturns == failed)
    }

    @Test(
        "what a return that failed adds up to",
        arguments: [
            (why: "never returned", shifts: [], failed: 0, expected: 0),
            (why: "home for a minute", shifts: [60], failed: 0, expected: 1),
            (why: "home for a minute, again", shifts: [60], failed: 1, expected: 2),
            (
                why: "the return held for longer than dampingMax", shifts: [601], failed: 3,
                expected: 0
            ),
        ])
    func countsFailedReturns(why: String, shifts: [Int], failed: Int, expected: Int) throws {
        let returns = shifts.map { move(from: gra1, to: sbg2, before: .seconds($0)) }
        let fact = try rules(failed: failed, shifts: returns).fact(
            for: placement(from: sbg2, to: gra1), cause: .lost)
        let (_, _, failedReturns) = try shifted(fact)
        #expect(failedReturns == expected, "\(why)")
    }

    @Test("leaving a standby that falls is no return that failed")
    func leavingAStandbyIsNoFailedReturn() throws {
        let shifts = [
            move(from: gra1, to: sbg2, before: .seconds(120)),
            move(from: sbg2, to: gra1, before: .seconds(60)),
        ]
        let fact = try rules(failed: 1, shifts: shifts).fact(
            for: placement(from: gra1, to: par1), cause: .lost)
        let (_, holds, failedReturns) = try shifted(fact)
        #expect(failedReturns == 1)
        #expect(holds.map(\.left) == [gra1])
    }

    @Test("a return that is rolled back holds the primary down for longer than before")
    func rolledBackReturnCounts() throws {
        let fact = try rules(failed: 1).factForFailedReturn(placement(from: gra1, to: sbg2))
        let (shift, holds, failedReturns) = try shifted(fact)
        #expect(failedReturns == 2)
        #expect(holds.map(\.left) == [sbg2])
        #expect(holds.map(\.until) == [Desk.start + .seconds(240)])
        #expect(shift.to == Allocation(all: gra1))
    }

    @Test("a shift that a person asked for holds nothing down")
    func askedShiftHoldsNothing() throws {
        let fact = try rules().fact(for: placement(from: sbg2, to: gra1), cause: .asked)
        let (_, holds, _) = try shifted(fact)
        #expect(holds.isEmpty)
    }
}
