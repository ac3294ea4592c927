import Control
import Detection
import OrderedCollections
import Planning
import Playbooks
import Situations
import Testing
import TopologyModel
import Values

@Suite("Drains, maintenance and stepping down")
struct HoldingTests {
    private static let site = HoldPlace.domain(id: buildingSBG2)

    private func begin(
        _ place: HoldPlace, for length: Duration, on desk: inout Desk
    ) -> Reply? {
        desk.command(
            .beginMaintenance(
                place: place, owner: "bo", reason: "disks", until: desk.now + length))
    }

    private func drain(
        _ place: HoldPlace, for length: Duration? = nil, on desk: inout Desk
    ) throws -> Reply? {
        let plan = try desk.plan(for: .drain(place: place))
        return desk.command(
            .drain(
                place: place, reason: "disks", until: length.map { desk.now + $0 }, plan: plan))
    }

    @Test("a drain moves who is there, and lets nobody come until undrain")
    func drainEmptiesAndKeepsEmpty() throws {
        var desk = try Desk()
        guard case .began? = try drain(.host(id: sbg2), on: &desk) else {
            Issue.record("it did not begin")
            return
        }
        desk.pass(.seconds(120), until: { $0.state.openRuns.isEmpty })
        #expect(desk.ends == [.succeeded])
        #expect(desk.state.allocations[grandEst]?.percent(of: sbg2) == .zero)
        let situation = try #require(desk.controller.situation(at: desk.now))
        let region = try #require(situation.topology.regions[grandEst])
        #expect(situation.objection(to: sbg2, for: region) == .drained(by: "ada", until: nil))
        let back = desk.controller.configuration?.plan(
            for: .failback(region: grandEst), by: "ada", in: situation)
        guard case .refused(let faults)? = back else {
            Issue.record("\(String(describing: back))")
            return
        }
        #expect(faults[0].what.contains("is drained by ada"))
        let reply = desk.command(.undrain(place: .host(id: sbg2)))
        #expect(
            reply
                == .done(
                    text: "host ent-sbg2 may take users again; grand-est is away "
                        + "(bascule failback grand-est)"))
        #expect(desk.state.closures.isEmpty)
        #expect(desk.pages.isEmpty)
    }

    @Test("a drain goes gently where all is alive, and as from a fire where something is lost")
    func drainTakesThePlaybookThatFits() throws {
        var desk = try Desk()
        #expect(try desk.plan(for: .drain(place: .host(id: sbg2))).playbook == "switchover")
        let pause = Command.pause(
            scope: .everything, reason: "wait", until: desk.now + .seconds(600))
        _ = desk.command(pause)
        desk.failing[sbg2] = .refused
        desk.pass(.seconds(20))
        #expect(try desk.plan(for: .drain(place: .host(id: sbg2))).playbook == "evacuate")
    }

    @Test("a drain without a plan is refused while somebody is served there")
    func drainNeedsItsPlan() throws {
        var desk = try Desk()
        let bare = Command.drain(
            place: .host(id: sbg2), reason: "disks", until: nil, plan: nil)
        guard case .premisesChanged(let faults)? = desk.command(bare) else {
            Issue.record("it was taken")
            return
        }
        #expect(faults.map(\.what) == ["grand-est is served there by now"])
        let empty = Command.drain(
            place: .host(id: par1), reason: "disks", until: nil, plan: nil)
        guard case .premisesChanged? = desk.command(empty) else {
            Issue.record("ile-de-france is at ent-par1")
            return
        }
        let lyon = Command.drain(
            place: .host(id: lyo1), reason: "disks", until: nil, plan: nil)
        #expect(
            desk.command(lyon)
                == .done(
                    text: "host ent-lyo1 takes no users until `bascule undrain ent-lyo1`; "
                        + "nobody was there"))
        #expect(
            desk.command(lyon) == .alreadySo(text: "host ent-lyo1 is drained already, by ada"))
    }

    @Test("nobody is called for what fails under maintenance, and its neighbours stay sound")
    func maintenanceExcusesItsLosses() throws {
        var desk = try Desk()
        let lyon = HoldPlace.host(id: lyo1)
        guard case .done? = begin(lyon, for: .seconds(600), on: &desk) else {
            Issue.record("it did not begin")
            return
        }
        desk.failing[lyo1] = .refused
        desk.pass(.seconds(60))
        #expect(desk.state.board.verdict(of: lyo1) == .lost)
        #expect(desk.pages.isEmpty)
        #expect(desk.state.board.doubts.isEmpty)
        #expect(desk.plans.isEmpty)
        #expect(desk.notices(.info).contains { $0.contains("under maintenance by bo") })
    }

    @Test("two buildings of a campus under maintenance are no lost campus")
    func maintenanceIsNoSharedFate() throws {
        var desk = try Desk()
        for host in [sbg1, sbg2] {
            _ = try drain(.host(id: host), on: &desk)
            desk.pass(.seconds(120), until: { $0.state.openRuns.isEmpty })
            _ = begin(.host(id: host), for: .seconds(900), on: &desk)
        }
        desk.failing[sbg1] = .refused
        desk.failing[sbg2] = .refused
        desk.pass(.seconds(60))
        #expect(desk.state.board.verdict(of: sbg2) == .lost)
        #expect(!desk.state.board.isLost(strasbourg))
        #expect(desk.state.board.doubts.isEmpty)
        #expect(desk.state.board.brake == nil)
        #expect(desk.pages.isEmpty)
    }

    @Test("without maintenance the same losses are a lost campus")
    func thatTestCanFail() throws {
        var desk = try Desk()
        desk.failing[sbg1] = .refused
        desk.failing[sbg2] = .refused
        desk.pass(.seconds(60))
        #expect(desk.state.board.isLost(strasbourg))
        #expect(!desk.pages.isEmpty)
    }

    @Test("users who are still there are moved when what is under maintenance is lost")
    func usersAreNeverLeftOnWhatIsLost() throws {
        var desk = try Desk()
        let reply = begin(HoldingTests.site, for: .seconds(600), on: &desk)
        guard case .done(let text)? = reply else {
            Issue.record("\(String(describing: reply))")
            return
        }
        #expect(text.contains("grand-est is served there, and moved only if it is lost"))
        desk.pass(.seconds(20))
        #expect(desk.plans.isEmpty)
        desk.failing[sbg2] = .refused
        desk.pass(.seconds(90))
        #expect(desk.state.allocations[grandEst]?.percent(of: sbg2) == .zero)
    }

    @Test("what is under maintenance is no target")
    func maintenanceIsNoTarget() throws {
        var desk = try Desk()
        _ = begin(.host(id: par1), for: .seconds(600), on: &desk)
        desk.failing[sbg2] = .refused
        desk.pass(.seconds(90))
        #expect(desk.state.allocations[grandEst] == Allocation(all: gra1))
    }

    @Test("a door at an edge under maintenance calls nobody", arguments: [true, false])
    func edgesAreExcused(isUnderMaintenance: Bool) throws {
        var desk = try Desk()
        if isUnderMaintenance {
            _ = begin(.edge(id: EdgeID("edge-1")), for: .seconds(600), on: &desk)
        }
        desk.set(hautsDeFranceDoor, to: lyo1)
        desk.pass(.seconds(20))
        #expect(desk.pages.contains { $0.contains("somebody else changed") } != isUnderMaintenance)
        #expect(desk.row(of: hautsDeFrance) == "door-drifted")
    }

    @Test("maintenance ends by itself: told ahead, at its end, and only once each")
    func maintenanceEndsByItself() throws {
        var desk = try Desk()
        _ = begin(.host(id: lyo1), for: .seconds(1300), on: &desk)
        desk.pass(.seconds(990))
        #expect(!desk.notices(.warning).contains { $0.contains("ends at") })
        desk.pass(.seconds(60))
        #expect(desk.notices(.warning).count { $0.contains("ends at") } == 1)
        desk.pass(.seconds(300))
        let name = "the maintenance of host ent-lyo1 by bo"
        #expect(desk.notices(.warning).count { $0 == "\(name) has ended" } == 1)
        #expect(desk.notices(.warning).count { $0.hasPrefix("\(name) ends at") } == 1)
        #expect(desk.state.closures.isEmpty)
    }

    @Test("nobody takes another person's maintenance over unawares; its owner extends it")
    func maintenanceIsNotOverwritten() throws {
        var desk = try Desk()
        let place = HoldPlace.host(id: lyo1)
        _ = begin(place, for: .seconds(600), on: &desk)
        let end = desk.now + .seconds(600)
        let other = Command.beginMaintenance(
            place: place, owner: "ada", reason: "cables", until: desk.now + .seconds(900))
        guard case .refused(let fault)? = desk.command(other) else {
            Issue.record("it was taken")
            return
        }
        #expect(fault.what == "host ent-lyo1 is under maintenance by bo until \(end.text): disks")
        #expect(desk.state.closures.map(\.owner) == ["bo"])
        let extended = begin(place, for: .seconds(1200), on: &desk)
        guard case .done(let text)? = extended else {
            Issue.record("\(String(describing: extended))")
            return
        }
        #expect(text.contains(", instead of bo's (disks) until \(end.text)"))
        #expect(desk.state.closures.map(\.until) == [desk.now + .seconds(1200)])
    }

    @Test("a drain that takes the stead of another says which")
    func drainSaysWhatItReplaces() throws {
        var desk = try Desk()
        let end = desk.now + .seconds(600)
        let first = Command.drain(
            place: .host(id: lyo1), reason: "disks", until: end, plan: nil)
        let endless = Command.drain(
            place: .host(id: lyo1), reason: "disks", until: nil, plan: nil)
        _ = desk.command(first)
        #expect(
            desk.command(endless)
                == .done(
                    text: "host ent-lyo1 takes no users until `bascule undrain ent-lyo1`, instead "
                        + "of ada's (disks) until \(end.text); nobody was there"))
    }

    @Test("a pause is told ahead of its end, and at it")
    func pauseEndsByItself() throws {
        var desk = try Desk()
        let until = desk.now + .seconds(100)
        _ = desk.command(.pause(scope: .everything, reason: "exam", until: until))
        desk.pass(.seconds(60))
        #expect(desk.notices(.warning).count == 1)
        desk.pass(.seconds(60))
        let said = desk.notices(.warning)
        #expect(said.count { $0.contains("pause of everything by ada ends at") } == 1)
        #expect(said.count { $0 == "the pause of everything by ada has ended" } == 1)
        #expect(desk.state.pauses.isEmpty)
    }

    @Test("what a pause holds back is planned, and can be applied all the same")
    func heldPlanIsReady() throws {
        var desk = try Desk()
        let until = desk.now + .seconds(600)
        _ = desk.command(.pause(scope: .region(id: grandEst), reason: "exam", until: until))
        desk.failing[sbg2] = .refused
        desk.pass(.seconds(40))
        let page = try #require(desk.pages.last { $0.contains("holds it back") })
        #expect(
            page.contains("pause (by ada until") && page.contains("bascule plan held grand-est"))
        #expect(desk.pages.count { $0.contains("holds it back") } == 1)
        let situation = try #require(desk.controller.situation(at: desk.now))
        let target = try #require(desk.controller.heldTargets(in: situation)[grandEst])
        #expect(target.percent(of: sbg2) == .zero && target.unserved == .zero)
        let plan = try desk.plan(for: .held(region: grandEst))
        guard case .began? = desk.command(.apply(plan: plan)) else {
            Issue.record("it did not begin")
            return
        }
        desk.pass(.seconds(90), until: { $0.state.openRuns.isEmpty })
        #expect(desk.state.allocations[grandEst] == target)
    }

    @Test("a controller that steps down takes no lease before the time, and then leads again")
    func steppingDown() throws {
        var desk = try Desk()
        let until = desk.now + .seconds(30)
        let reply = desk.command(.stepDown(reason: "kernel", until: until))
        #expect(reply == .done(text: "c1 leads no more until \(until.text)"))
        #expect(desk.effects.contains(.yieldLease(until: until)))
        let count = desk.entries.count
        desk.failing[sbg2] = .refused
        desk.pass(.seconds(29))
        #expect(desk.controller.lease.epoch(at: desk.now) == nil)
        #expect(desk.entries.count == count)
        guard case .notLeading? = desk.command(.resume(scope: .everything)) else {
            Issue.record("it leads")
            return
        }
        desk.epoch = Epoch(term: 2, revision: 0, owner: Desk.me)
        desk.pass(.seconds(90))
        #expect(desk.state.allocations[grandEst]?.percent(of: sbg2) == .zero)
    }

    @Test("what lasts has an end within bounds, and a reason", arguments: [0, 1, 2, 3])
    func endsAndReasonsAreAsked(which: Int) throws {
        var desk = try Desk()
        let (now, lyon) = (desk.now, HoldPlace.host(id: lyo1))
        let far = now + .seconds(40 * 86_400)
        let (command, what): (Command, String) =
            [
                (.drain(place: lyon, reason: "x", until: now, plan: nil), "ended already"),
                (
                    .beginMaintenance(place: lyon, owner: "bo", reason: "x", until: far),
                    "would last until"
                ),
                (
                    .beginMaintenance(
                        place: lyon, owner: " ", reason: "x", until: now + .seconds(60)),
                    "an owner is missing"
                ),
                (.stepDown(reason: " ", until: now + .seconds(60)), "a reason is missing"),
            ][which]
        guard case .refused(let fault)? = desk.command(command) else {
            Issue.record("it was taken")
            return
        }
        #expect(fault.what.contains(what))
        #expect(!fault.mend.isEmpty)
    }

    @Test("an approval that nobody gives is paged ahead of its end, and ends the run")
    func approvalsExpire() throws {
        var desk = try Desk()
        desk.failing[gra1] = .refused
        desk.pass(.seconds(60))
        desk.failing = [:]
        desk.pass(.seconds(900), until: { $0.plans.contains { $0.playbook == "failback" } })
        let run = try #require(desk.state.openRun(of: hautsDeFrance))
        let asked = desk.pages.count
        desk.pass(.seconds(700), until: { $0.state.runs[run.id]?.isOpen == false })
        let pages = desk.pages.dropFirst(asked)
        #expect(
            pages.count {
                $0.hasPrefix("run \(run.id) ") && $0.contains("still waits for approval")
            } == 1)
        #expect(pages.contains { $0.contains("run \(run.id) turns back") })
        guard case .ended(.aborted, _)? = desk.state.runs[run.id]?.phase else {
            Issue.record("\(String(describing: desk.state.runs[run.id]?.phase))")
            return
        }
    }
}
