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

@Suite("Runs that are tried again, taken back, or forced")
struct RunAgainTests {
    /// Switches grand-est over to ent-gra1; returns the run that has ended.
    private func switchedOver(_ desk: inout Desk, to host: HostID = gra1) throws -> Run {
        // A run that starts in the very instant of a shift takes it for a later one.
        desk.pass(.seconds(1))
        let plan = try desk.plan(for: .switchover(region: grandEst, to: host))
        guard case .began(let id)? = desk.command(.apply(plan: plan)) else {
            throw NotBegun()
        }
        desk.pass(.seconds(120), until: { $0.state.openRuns.isEmpty })
        return try #require(desk.state.runs[id])
    }

    private struct NotBegun: Error {}

    private func answer(_ intent: PlanIntent, _ desk: Desk) throws -> PlanAnswer {
        let situation = try #require(desk.controller.situation(at: desk.now))
        return try #require(
            desk.controller.configuration?.plan(
                for: intent, by: "ada", in: situation, runs: Array(desk.state.runs.values)))
    }

    private func refusal(_ answer: PlanAnswer) -> String? {
        if case .refused(let faults) = answer { faults.first?.what } else { nil }
    }

    @Test("a run that succeeded is rolled back by a run of its own")
    func rollsBackAfterSuccess() throws {
        var desk = try Desk()
        let run = try switchedOver(&desk)
        let intent = PlanIntent.rollback(run: run.id, reason: "wrong host")
        guard case .plan(let plan) = try answer(intent, desk) else {
            Issue.record("no plan")
            return
        }
        #expect(plan.title == "roll back \(run.id) (switch grand-est over to ent-gra1): wrong host")
        guard case .began? = desk.command(.apply(plan: plan)) else {
            Issue.record("it did not begin")
            return
        }
        desk.pass(.seconds(120), until: { $0.state.openRuns.isEmpty })
        #expect(desk.ends == [.succeeded, .succeeded])
        #expect(desk.doors[grandEstDoor]?.state == DoorState(all: sbg2))
        #expect(desk.state.allocations[grandEst] == Allocation(all: sbg2))
    }

    @Test("what has no undo is not rolled back, and the way home is named")
    func evacuationsAreNotRolledBack() throws {
        var desk = try Desk()
        let plan = try desk.plan(for: .failover(region: grandEst))
        guard case .began(let id)? = desk.command(.apply(plan: plan)) else { throw NotBegun() }
        desk.pass(.seconds(120), until: { $0.state.openRuns.isEmpty })
        let found = try answer(.rollback(run: id, reason: "wrong"), desk)
        guard case .refused(let faults) = found else {
            Issue.record("\(found)")
            return
        }
        #expect(faults[0].what.contains("cannot be taken back: playbook evacuate has no undo"))
        #expect(faults[0].mend.contains("bascule failback grand-est"))
    }

    @Test("a region that was moved since is not rolled back")
    func movedSince() throws {
        var desk = try Desk()
        let run = try switchedOver(&desk)
        _ = try switchedOver(&desk, to: par1)
        let found = try answer(.rollback(run: run.id, reason: "wrong"), desk)
        #expect(refusal(found)?.contains("grand-est was moved since") ?? false)
    }

    @Test("the place that it goes back to must bear it")
    func rollbackHasPremises() throws {
        var desk = try Desk()
        let run = try switchedOver(&desk)
        desk.failing[sbg2] = .refused
        desk.pass(.seconds(20))
        let found = try answer(.rollback(run: run.id, reason: "wrong"), desk)
        #expect(refusal(found)?.contains("grand-est cannot go to ent-sbg2") ?? false)
    }

    @Test("a run that was rolled back by a failure is tried again, to the same end")
    func retriesARunThatTurned() throws {
        var desk = try Desk()
        desk.orderFate = .isRefused
        let run = try switchedOver(&desk)
        guard case .ended(let end, _) = run.phase else { throw NotBegun() }
        #expect(end != .succeeded)
        desk.orderFate = .lands
        guard case .plan(let plan) = try answer(.retry(run: run.id), desk) else {
            Issue.record("no plan")
            return
        }
        #expect(plan.title == "retry \(run.id): switch grand-est over to ent-gra1")
        _ = desk.command(.apply(plan: plan))
        desk.pass(.seconds(120), until: { $0.state.openRuns.isEmpty })
        #expect(desk.ends.last == .succeeded)
        #expect(desk.state.allocations[grandEst] == Allocation(all: gra1))
        let done = try answer(.retry(run: desk.state.runs.keys[1]), desk)
        guard case .alreadySo(let text) = done else {
            Issue.record("\(done)")
            return
        }
        #expect(text.contains("did all that it was to do"))
    }

    @Test("an open run is neither tried again nor taken back")
    func openRunsAreRefused() throws {
        var desk = try Desk()
        desk.orderFate = .isHeld
        let plan = try desk.plan(for: .switchover(region: grandEst, to: gra1))
        guard case .began(let id)? = desk.command(.apply(plan: plan)) else { throw NotBegun() }
        for intent in [PlanIntent.retry(run: id), .rollback(run: id, reason: "x")] {
            #expect(refusal(try answer(intent, desk)) == "run \(id) is still going on")
        }
        let unknown = RunID(term: 9, number: 9)
        #expect(refusal(try answer(.retry(run: unknown), desk)) == "there is no run r9-9")
    }

    @Test("who approved is kept with the step")
    func approvalsAreSigned() throws {
        var desk = try Desk()
        desk.failing[gra1] = .refused
        desk.pass(.seconds(60))
        desk.failing = [:]
        desk.pass(.seconds(900), until: { $0.plans.contains { $0.playbook == "failback" } })
        let run = try #require(desk.state.openRun(of: hautsDeFrance))
        _ = desk.command(.approve(run: run.id))
        let step = try #require(run.plan.steps.first { $0.id.name.hasPrefix("approve") })
        #expect(desk.state.runs[run.id]?.record(of: step.id)?.approvedBy == "ada")
    }

    @Test("a hold-down holds a person's return until it is forced, and that is journaled")
    func holdDownIsForced() throws {
        let long = HoldDownRules(
            lost: .seconds(900), saturated: .seconds(60), dampingMax: .seconds(900))
        let topology = Topology.simulated(controllers: 1).with { $0.with(holdDown: long) }
        var desk = try Desk(try Desk.configuration(topology))
        desk.failing[gra1] = .refused
        desk.pass(.seconds(60), until: { !$0.ends.isEmpty })
        desk.failing = [:]
        desk.pass(
            .seconds(200),
            until: { desk in
                desk.state.board.verdict(of: gra1) == .up && desk.state.openRuns.isEmpty
            })
        _ = desk.command(
            .declare(domain: FailureDomain("ovh/gravelines"), kind: .alive, reason: "seen"))
        desk.pass(.seconds(5))
        let plan = try desk.plan(for: .failback(region: hautsDeFrance))
        guard case .refused(let fault)? = desk.command(.apply(plan: plan)) else {
            Issue.record("not refused: \(desk.state.holdDowns)")
            return
        }
        #expect(fault.what.contains("held back by the hold-down of ent-gra1 until"))
        #expect(fault.mend.contains("--force --reason"))
        guard case .began(let run)? = desk.command(.force(plan: plan, reason: "exam")) else {
            Issue.record("not begun")
            return
        }
        let forced = desk.entries.compactMap { entry -> [Obstacle]? in
            guard case .forced(run, let skipped, Desk.ada, "exam") = entry.fact else { return nil }
            return skipped
        }
        #expect(forced.count == 1)
        guard case .holdDown(gra1, _)? = forced.first?.first else {
            Issue.record("\(forced)")
            return
        }
        #expect(desk.pages.contains { $0.contains("ada forces run \(run) past the hold-down") })
    }

    @Test("the brake holds a person's plan, but not of what they declared lost")
    func brakeIsAnObstacle() throws {
        let desk = try Desk()
        let plan = try desk.plan(for: .switchover(region: grandEst, to: gra1))
        var situation = try #require(desk.controller.situation(at: desk.now))
        situation.board.apply(
            .brake(reason: .everythingAtOnce(lost: 4, of: 5), at: desk.now))
        #expect(plan.obstacles(in: situation) == [.brake])
        situation.board.apply(
            .declaration(
                id: buildingSBG2,
                declaration: Declaration(kind: .lost, by: "ada", reason: "smoke", at: desk.now)))
        #expect(plan.obstacles(in: situation).isEmpty)
    }

    @Test("head-room is an obstacle that can be forced; capacity is not")
    func headroomCanBeForced() throws {
        let desk = try Desk()
        let situation = try #require(desk.controller.situation(at: desk.now))
        let crowded = situation.topology.with(regions: { region in
            region.with(peakUsers: region.id == grandEst ? 60_000 : 30_000)
        })
        var full = situation
        full.topology = crowded
        let configuration = try Desk.configuration(crowded)
        let intent = PlanIntent.switchover(region: grandEst, to: gra1)
        let plain = configuration.plan(for: intent, by: "ada", in: full)
        #expect(refusal(plain)?.contains("ent-gra1") ?? false)
        guard
            case .plan(let plan) = configuration.plan(
                for: intent, by: "ada", in: full, isForced: true)
        else {
            Issue.record("no plan")
            return
        }
        #expect(plan.obstacles(in: full) == [.headroom(host: gra1)])
    }

    @Test("a playbook that people wrote is run by hand, and an unknown one is suggested")
    func playbooksByHand() throws {
        let desk = try Desk()
        guard
            case .plan(let plan) = try answer(
                .playbook(name: "switchover", region: grandEst, to: gra1), desk)
        else {
            Issue.record("no plan")
            return
        }
        #expect(plan.playbook == "switchover" && plan.cause == .asked)
        let nowhere = PlanIntent.playbook(name: "switchover", region: grandEst, to: nil)
        #expect(refusal(try answer(nowhere, desk)) == "switchover does not say where to")
        guard
            case .refused(let faults) = try answer(
                .playbook(name: "evacuat", region: grandEst, to: nil), desk)
        else {
            Issue.record("it is known")
            return
        }
        #expect(faults[0].mend.hasPrefix("did you mean 'evacuate'?"))
    }
}

extension Region {
    fileprivate func with(holdDown: HoldDownRules) -> Region {
        Region(
            id: id, title: title, priority: priority, demand: demand, probes: probes,
            primary: primary, standbys: standbys, frontDoors: frontDoors,
            rules: RegionRules(
                probe: rules.probe, patience: rules.patience, holdDown: holdDown,
                failback: rules.failback))
    }

    fileprivate func with(peakUsers: Users) -> Region {
        Region(
            id: id, title: title, priority: priority,
            demand: Demand(peakUsers: peakUsers, curve: .flat), probes: probes, primary: primary,
            standbys: standbys, frontDoors: frontDoors, rules: rules)
    }
}
