import Control
import Detection
import OrderedCollections
import Planning
import Playbooks
import Simulation
import Situations
import Testing
import TopologyModel
import Values

@Suite("Commands and their replies")
struct CommandTests {
    private func refusal(_ reply: Reply?) -> String? {
        if case .refused(let fault) = reply { fault.what } else { nil }
    }

    @Test("a pause holds an automatic shift back, pages it, and its end lets it go")
    func pauseHoldsAndEnds() throws {
        var desk = try Desk()
        let until = desk.now + .seconds(60)
        let pause = Command.pause(scope: .region(id: grandEst), reason: "exam", until: until)
        guard case .done = desk.command(pause) else {
            Issue.record("not paused")
            return
        }
        desk.failing[sbg2] = .refused
        desk.pass(.seconds(40))
        guard case .proposed(_, .pause) = desk.outcome(of: grandEst) else {
            Issue.record("\(String(describing: desk.outcome(of: grandEst)))")
            return
        }
        #expect(desk.pages.contains { $0.contains("but pause (by ada until ") })
        #expect(!desk.plans.contains { $0.regions.contains(grandEst) })
        desk.pass(.seconds(30))
        #expect(desk.plans.contains { $0.regions.contains(grandEst) })
    }

    @Test("resume ends a pause, and says so when there is none")
    func resumeEndsAPause() throws {
        var desk = try Desk()
        let scope = HoldScope.everything
        #expect(desk.command(.resume(scope: scope)) == .alreadySo(text: "nothing was paused there"))
        _ = desk.command(.pause(scope: scope, reason: "work", until: desk.now + .seconds(600)))
        #expect(desk.state.pauses.count == 1)
        #expect(desk.command(.resume(scope: scope)) == .done(text: "resumed everything"))
        #expect(desk.state.pauses.isEmpty)
    }

    @Test("what a command names must be there, and the reply says what is")
    func unknownNamesAreRefused() throws {
        var desk = try Desk()
        let until = desk.now + .seconds(60)
        let misspelt = HoldScope.region(id: RegionID("grand-ets"))
        let reply = desk.command(.pause(scope: misspelt, reason: "", until: until))
        guard case .refused(let fault) = reply else {
            Issue.record("not refused")
            return
        }
        #expect(fault.what == "there is no region 'grand-ets' in the topology")
        #expect(fault.mend.hasPrefix("did you mean 'grand-est'? known are grand-est, "))
        let nowhere = FailureDomain("ovh/nowhere")
        let declared = desk.command(.declare(domain: nowhere, kind: .lost, reason: ""))
        #expect(refusal(declared) == "there is no failure domain 'ovh/nowhere' in the topology")
        #expect(refusal(desk.command(.approve(run: RunID(term: 9, number: 9)))) != nil)
        #expect(refusal(desk.command(.adopt(door: FrontDoorID("dns:no.example")))) != nil)
        let past = Command.pause(scope: .everything, reason: "", until: desk.now)
        #expect(refusal(desk.command(past)) == "the pause would have ended already")
        #expect(!desk.entries.contains { if case .commanded = $0.fact { true } else { false } })
    }

    @Test("a domain declared lost is left, though everything in it answers")
    func declaredLossIsLeft() throws {
        var desk = try Desk()
        let lost = Command.declare(domain: buildingSBG2, kind: .lost, reason: "smoke")
        #expect(desk.command(lost) == .done(text: "ovh/strasbourg/sbg2 is declared lost"))
        desk.pass(.seconds(60))
        #expect(desk.state.allocations[grandEst]?.percent(of: sbg2) == .zero)
        #expect(
            desk.command(lost) == .alreadySo(text: "ovh/strasbourg/sbg2 is declared lost already"))
        let back = Command.declare(domain: buildingSBG2, kind: nil, reason: "")
        #expect(desk.command(back) == .done(text: "ovh/strasbourg/sbg2 is declared as it is seen"))
        #expect(
            desk.command(back) == .alreadySo(text: "nothing was declared of ovh/strasbourg/sbg2"))
    }

    @Test("a plan is carried out while its premises hold; afterwards it is already so")
    func appliesAPlan() throws {
        var desk = try Desk()
        let plan = try desk.plan(for: .switchover(region: grandEst, to: gra1))
        guard case .began = desk.command(.apply(plan: plan)) else {
            Issue.record("it did not begin")
            return
        }
        desk.pass(.seconds(90), until: { $0.state.openRuns.isEmpty })
        #expect(desk.ends == [.succeeded])
        #expect(desk.state.allocations[grandEst] == Allocation(all: gra1))
        let again = refusal(desk.command(.apply(plan: plan)))
        #expect(again?.hasPrefix("this plan was carried out already: run r1-1 began") == true)
    }

    @Test("a plan whose premises moved is refused, naming what moved")
    func premisesAreChecked() throws {
        var desk = try Desk()
        let plan = try desk.plan(for: .switchover(region: grandEst, to: gra1))
        desk.failing[gra1] = .refused
        desk.pass(.seconds(8))
        guard case .premisesChanged(let faults) = desk.command(.apply(plan: plan)) else {
            Issue.record("it was not refused")
            return
        }
        #expect(faults.contains { $0.what.contains("ent-gra1") })
    }

    @Test("a topology that is the same in all that a plan relies on does not void it")
    func otherEditsOfTheTopologyVoidNothing() throws {
        var desk = try Desk()
        let plan = try desk.plan(for: .switchover(region: grandEst, to: gra1))
        let before = try Desk.configuration().topology
        let used = try #require(before.regions[grandEst]).hosts
        let other = before.with(
            hosts: before.hosts.values.map { host in
                used.contains(host.id) ? host : host.with(Capacity(users: 90_001))
            })
        #expect(other != before)
        desk.feed(.loaded(try Desk.configuration(other, digest: "d2")))
        guard case .began = desk.command(.apply(plan: plan)) else {
            Issue.record("it was refused")
            return
        }
    }

    @Test("a plan for a topology that differs in what it relies on is refused, and says in what")
    func otherTopologyIsRefused() throws {
        var desk = try Desk()
        let plan = try desk.plan(for: .switchover(region: grandEst, to: gra1))
        let before = try Desk.configuration().topology
        let other = before.with(
            hosts: before.hosts.values.map { host in
                host.id == gra1 ? host.with(Capacity(users: 90_000)) : host
            })
        desk.feed(.loaded(try Desk.configuration(other, digest: "d2")))
        guard case .premisesChanged(let faults) = desk.command(.apply(plan: plan)) else {
            Issue.record("it was not refused")
            return
        }
        #expect(
            faults.map(\.what) == [
                "the topology has changed since the plan was made: hosts.ent-gra1 is not the same"
            ])
    }

    @Test("a run that is going on for the region is in the way, and abort undoes it")
    func runInTheWay() throws {
        var desk = try Desk()
        let plan = try desk.plan(for: .switchover(region: grandEst, to: gra1))
        guard case .began(let run) = desk.command(.apply(plan: plan)) else { return }
        #expect(desk.doors[grandEstDoor]?.state == DoorState(all: gra1))
        let reply = refusal(desk.command(.apply(plan: plan)))
        #expect(reply == "run \(run) (\(plan.title)) is going on for the same region")
        let abort = Command.abort(run: run, reason: "wrong night")
        guard case .done = desk.command(abort) else {
            Issue.record("not aborted")
            return
        }
        desk.pass(.seconds(60), until: { $0.state.openRuns.isEmpty })
        #expect(desk.state.openRuns.isEmpty)
    }

    @Test("the way home waits for a person, and goes on when one approves")
    func homeWaitsForApproval() throws {
        var desk = try Desk()
        let until = { (desk: Desk) in desk.plans.contains { $0.playbook == "failback" } }
        desk.failing[gra1] = .refused
        desk.pass(.seconds(60))
        #expect(desk.state.allocations[hautsDeFrance]?.percent(of: gra1) == .zero)
        desk.failing = [:]
        desk.pass(.seconds(900), until: until)
        let run = try #require(desk.state.openRun(of: hautsDeFrance))
        #expect(run.plan.by == "row home")
        desk.pass(.seconds(30))
        #expect(desk.state.allocations[hautsDeFrance]?.percent(of: gra1) == .zero)
        #expect(desk.command(.approve(run: run.id)) == .done(text: "run \(run.id) is approved"))
        #expect(
            desk.command(.approve(run: run.id))
                == .alreadySo(text: "run \(run.id) waits for no approval"))
        desk.pass(.seconds(300), until: { $0.state.openRun(of: hautsDeFrance) == nil })
        #expect(desk.state.allocations[hautsDeFrance] == Allocation(all: gra1))
    }
}
