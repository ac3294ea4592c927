import Control
import Detection
import Documents
import OrderedCollections
import Planning
import Playbooks
import Simulation
import Situations
import Testing
import TopologyModel
import Values

@Suite("An evacuation, by hand-fed inputs")
struct EvacuationTests {
    /// SBG2 burns, its region moves, the building heals, and the region comes home.
    private func wholeDay() throws -> Desk {
        var desk = try Desk()
        desk.failing[sbg2] = .refused
        desk.pass(.seconds(120))
        desk.failing = [:]
        desk.pass(.seconds(30))
        for domain in [buildingSBG2, strasbourg, FailureDomain(fate: "power-sbg")] {
            _ = desk.command(.declare(domain: domain, kind: .alive, reason: "it serves"))
        }
        desk.pass(.seconds(900)) { $0.plans.contains { $0.playbook == "failback" } }
        if let run = desk.state.openRuns.first { _ = desk.command(.approve(run: run.id)) }
        desk.pass(.seconds(300), until: { $0.state.openRuns.isEmpty })
        return desk
    }

    @Test("a lost building is left for a host outside everything in doubt, then comes home")
    func leavesAndComesHome() throws {
        let desk = try wholeDay()
        #expect(desk.plans.map(\.playbook) == ["evacuate", "failback"])
        #expect(desk.plans.first?.title == "evacuate \(buildingSBG2)")
        let first = try #require(desk.plans.first?.placement.regions.first)
        #expect(first.region == grandEst && first.from == Allocation(all: sbg2))
        #expect(first.to == Allocation(all: gra1) || first.to == Allocation(all: par1))
        #expect(desk.ends == [.succeeded, .succeeded])
        #expect(desk.state.allocations[grandEst] == Allocation(all: sbg2))
        #expect(desk.doors[grandEstDoor]?.state == DoorState(all: sbg2))
    }

    @Test("the state is the sum of the journal's entries, read back from their written form")
    func stateIsTheReplayOfItsEntries() throws {
        let desk = try wholeDay()
        var replayed = ControllerState()
        for entry in desk.entries {
            let read = try JournalEntry(document: try entry.document())
            #expect(read == entry)
            try replayed.apply(read)
        }
        #expect(replayed == desk.state)
        #expect(desk.entries.count > 50)
    }

    @Test("every order's start is journaled in the same turn, before the effect")
    func journaledBeforeTheAct() throws {
        let desk = try wholeDay()
        #expect(desk.orders.count >= 2)
        for reaction in desk.reactions {
            for case .perform(let order) in reaction.effects {
                #expect(reaction.entries.contains { $0.starts(order) }, "\(order.key)")
            }
        }
    }

    @Test("a late answer, or the answer to another question, changes nothing")
    func strangeAnswersAreIgnored() throws {
        var desk = try Desk()
        desk.holdsSolves = true
        desk.failing[sbg2] = .refused
        desk.pass(.seconds(10))
        let asked = desk.effects.compactMap { effect -> (SolveID, PlanningRequest)? in
            if case .solve(let id, let request, _) = effect { (id, request) } else { nil }
        }
        let (id, request) = try #require(asked.last)
        let placement = Planner.placement(for: request, steps: Planner.stepsDefault)
        desk.feed(.solved(SolveID(id.number + 7), placement))
        #expect(desk.plans.isEmpty)
        // Nobody answers for so long that the question is put again: the first answer is late.
        desk.pass(Controller.solveMax + .seconds(2))
        desk.feed(.solved(id, placement))
        #expect(desk.plans.isEmpty)
        desk.holdsSolves = false
        desk.pass(Controller.solveMax + .seconds(5))
        #expect(desk.plans.count == 1)
    }

    @Test("an answer whose premises moved while it was made is not carried out")
    func premisesAreCheckedWhenTheAnswerComes() throws {
        var desk = try Desk()
        desk.holdsSolves = true
        desk.failing[sbg2] = .refused
        desk.pass(.seconds(10))
        let asked = desk.effects.compactMap { effect -> (SolveID, PlanningRequest)? in
            if case .solve(let id, let request, _) = effect { (id, request) } else { nil }
        }
        let (id, request) = try #require(asked.last)
        let placement = Planner.placement(for: request, steps: Planner.stepsDefault)
        let target = try #require(placement.regions.first?.to.hosts.first)
        let site = try #require(Topology.simulated(controllers: 1).site(of: target))
        let doubt = Doubt(since: desk.now, until: desk.now + .seconds(60), because: "smoke")
        try desk.controller.follow(
            JournalEntry(
                at: desk.now, epoch: Desk.epoch,
                fact: .board(change: .doubt(id: site.domain, doubt: doubt))))
        let reaction = desk.feed(.solved(id, placement))
        let isAskedAgain = reaction.effects.contains {
            if case .solve(let again, _, _) = $0 { again != id } else { false }
        }
        #expect(isAskedAgain)
        #expect(desk.plans.isEmpty)
    }

    @Test("the way home gives way to a loss")
    func failbackGivesWayToALoss() throws {
        var desk = try Desk()
        desk.failing[gra1] = .refused
        desk.pass(.seconds(60))
        let away = try #require(desk.state.allocations[hautsDeFrance]?.hosts.first)
        desk.failing = [:]
        desk.pass(.seconds(900)) { $0.plans.contains { $0.playbook == "failback" } }
        let run = try #require(desk.state.openRun(of: hautsDeFrance))
        desk.failing[away] = .refused
        desk.pass(.seconds(30))
        #expect(desk.state.runs[run.id]?.isOpen == false)
        #expect(desk.pages.contains { $0.contains("run \(run.id) turns back: \(away) is lost") })
        desk.pass(.seconds(60))
        #expect(desk.state.allocations[hautsDeFrance]?.percent(of: away) == .zero)
    }
}

extension JournalEntry {
    fileprivate func starts(_ order: StepOrder) -> Bool {
        guard case .run(order.key.run, .step(order.key.step, let event)) = fact else {
            return false
        }
        switch event {
        case .started(order.key.attempt, order.key.epoch, order.notAfter):
            return !order.key.isUndo
        case .undoStarted(order.key.attempt, order.key.epoch, order.notAfter):
            return order.key.isUndo
        default: return false
        }
    }
}
