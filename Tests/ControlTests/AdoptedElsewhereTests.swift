import Control
import Detection
import OrderedCollections
import Playbooks
import Situations
import Testing
import TopologyModel
import Values

/// A door that a person adopted with what is no host of ours, and the way back.
@Suite struct AdoptedElsewhereTests {
    /// Longer than the simulator's `doorReadInterval` of 10 s.
    private let aReading = Duration.seconds(12)
    private let elsewhere = DoorState(shares: [], foreign: ["192.0.2.77"])

    private func adoptElsewhere(_ desk: inout Desk) {
        desk.doors[grandEstDoor] = DoorReading(state: elsewhere, incarnation: "i1")
        desk.pass(aReading)
        _ = desk.command(.adopt(door: grandEstDoor))
        desk.pass(aReading)
    }

    @Test("it is paged that nobody we know serves the region")
    func adoptingIsPaged() throws {
        var desk = try Desk()
        adoptElsewhere(&desk)
        #expect(desk.pages.count { $0.contains("nobody that we know serves grand-est") } == 1)
        #expect(desk.state.doors[grandEstDoor]?.desired == elsewhere)
        #expect(
            desk.command(.adopt(door: grandEstDoor))
                == .alreadySo(text: "\(grandEstDoor) holds what is desired"))
    }

    @Test("reassert sets it back to where the region was", arguments: [nil, gra1])
    func reassertUndoesIt(host: HostID?) throws {
        var desk = try Desk()
        if let host {
            _ = desk.command(
                .apply(plan: try desk.plan(for: .switchover(region: grandEst, to: host))))
            desk.pass(.seconds(60), until: { $0.state.openRuns.isEmpty })
        }
        adoptElsewhere(&desk)
        guard case .began = desk.command(.reassert(door: grandEstDoor)) else {
            Issue.record("no run began")
            return
        }
        desk.pass(aReading)
        let place = Allocation(all: host ?? sbg2)
        #expect(desk.doors[grandEstDoor]?.state == DoorState(shares: place.shares))
        #expect(desk.state.allocations[grandEst] == place)
        #expect(desk.state.doors[grandEstDoor]?.standing == .asDesired)
    }

    @Test("where the region was is lost by now: its primary")
    func reassertLeavesOutWhatIsLost() throws {
        var desk = try Desk()
        let away = try desk.plan(for: .switchover(region: grandEst, to: gra1))
        _ = desk.command(.apply(plan: away))
        desk.pass(.seconds(60), until: { $0.state.openRuns.isEmpty })
        adoptElsewhere(&desk)
        desk.failing[gra1] = .refused
        desk.pass(.seconds(30))
        let situation = try #require(desk.controller.situation(at: desk.now))
        #expect(
            situation.restored(grandEstDoor, of: grandEst) == DoorState(all: sbg2))
    }

    @Test("a run that brought it home and turned back pages no stranger")
    func aRunThatTurnedBackIsNoStranger() throws {
        var desk = try Desk()
        adoptElsewhere(&desk)
        _ = desk.command(.apply(plan: try desk.plan(for: .failback(region: grandEst))))
        desk.approveAll()
        let home = DoorState(all: sbg2)
        desk.pass(.seconds(60), until: { $0.doors[grandEstDoor]?.state == home })
        if let run = desk.state.openRuns.first {
            _ = desk.command(.abort(run: run.id, reason: "wrong"))
        }
        desk.pass(.seconds(60))
        #expect(desk.doors[grandEstDoor]?.state == home)
        #expect(desk.state.doors[grandEstDoor]?.desired == home)
        #expect(desk.state.doors[grandEstDoor]?.standing == .asDesired)
        #expect(desk.pages.count { $0.contains("somebody else changed") } == 1)
        #expect(desk.ends == [.partial])
    }

    @Test("adopt is refused while a run is about the region, as reassert is")
    func adoptWaitsForTheRun() throws {
        var desk = try Desk()
        desk.set(grandEstDoor, to: gra1)
        desk.pass(aReading)
        desk.orderFate = .isHeld
        _ = desk.command(.apply(plan: try desk.plan(for: .switchover(region: grandEst, to: par1))))
        for command in [Command.adopt(door: grandEstDoor), .reassert(door: grandEstDoor)] {
            guard case .refused(let fault) = desk.command(command) else {
                Issue.record("\(command) was not refused")
                continue
            }
            #expect(fault.what.contains("is going on for grand-est"))
        }
    }
}
