import OrderedCollections
import Planning
import Situations
import Testing
import TopologyModel
import Values

@testable import Playbooks

/// Every playbook, three ways: it unwinds, it repeats, it resumes.
@Suite struct EveryPlaybookTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let playbook: Playbook
        let from: String
        let to: String
        var testDescription: String { playbook.name }

        func world() -> DoorWorld {
            let (start, goal) = (Allocation(all: host(from)), Allocation(all: host(to)))
            let situation = Stage.situation(at: start)
            let plan = playbook.plan(
                for: Stage.placement(from: start, to: goal), title: "test", cause: .asked,
                by: "test", isAskedFor: false, situation: situation)
            return DoorWorld(plan, situation)
        }
    }

    static let all = [
        Case(playbook: .evacuate, from: "h1", to: "h2"),
        Case(playbook: .switchover, from: "h1", to: "h2"),
        Case(playbook: .failback, from: "h2", to: "h1"),
    ]

    @Test(arguments: all) func finishes(_ it: Case) throws {
        var world = it.world()
        try world.settle()
        #expect(world.end == .succeeded)
        #expect(world.doors.values.allSatisfy { $0 == DoorState(all: host(it.to)) })
        #expect(world.run.entries.allSatisfy { $0.record.state.isPassed })
        #expect(world.notices.count == 2)
    }

    @Test(arguments: all, [DoorWorld.Fate.refusedByDoor, .landsWrong, .vanishes])
    func unwindsFromEveryStep(_ it: Case, _ fate: DoorWorld.Fate) throws {
        let plan = it.world().run.plan
        for step in plan.steps {
            var world = it.world()
            switch step.action {
            case .setDoor:
                world.fate = { key, _ in
                    key.step == step.id && !key.isUndo ? fate : DoorWorld.Fate.lands
                }
            case .check, .approve: world.failing = step.id
            case .drain, .wait, .notify: continue
            }
            try world.settle()
            try expectUnwound(world, step, from: it.from, to: it.to)
        }
    }

    private func expectUnwound(
        _ world: DoorWorld, _ step: PlannedStep, from: String, to: String
    ) throws {
        let (before, after) = (
            DoorState(all: host(from)), DoorState(all: host(to))
        )
        if world.run.isPastPivot {
            #expect(world.end == .partial, "\(step.id)")
            for (id, door) in world.situation.doors where door.region != step.region {
                #expect(world.doors[id] == after, "\(id) was to go forward past \(step.id)")
            }
        } else {
            #expect(world.end == .rolledBack || world.end == .aborted, "\(step.id)")
            for (id, state) in world.doors {
                #expect(state == before, "\(step.id) failed and left \(id) changed")
            }
        }
    }

    @Test(arguments: all) func repeatsSafely(_ it: Case) throws {
        let last = it.world().run.plan.steps.last {
            if case .check = $0.action { true } else { false }
        }
        for failing in [nil, last?.id] {
            var (once, twice) = (it.world(), it.world())
            (once.failing, twice.failing) = (failing, failing)
            twice.repeatsOrders = true
            try once.settle()
            try twice.settle()
            #expect(twice.doors == once.doors)
            #expect(twice.journal.map(\.event) == once.journal.map(\.event))
            #expect(twice.changes.values.allSatisfy { $0 == 1 })
        }
    }

    @Test(arguments: all, [true, false]) func resumesFromEveryEntry(
        _ it: Case, landing: Bool
    ) throws {
        let start = it.world()
        let check = start.run.plan.steps.last { step in
            if case .check(.doorsAgree, _, _) = step.action { true } else { false }
        }
        for failing in [nil, check?.id] {
            var whole = start
            whole.failing = failing
            try whole.settle()
            for count in 1..<whole.journal.count {
                var first = start
                (first.failing, first.entriesMax) = (failing, count)
                try first.settle()
                var second = try first.restarted(landing: landing)
                try second.settle()
                let last = first.journal.last.map { "\($0.event)" } ?? ""
                #expect(second.end == whole.end, "after entry \(count): \(last)")
                #expect(second.doors == whole.doors, "after entry \(count): \(last)")
                #expect(second.changes.values.allSatisfy { $0 == 1 }, "after entry \(count)")
            }
        }
    }

    @Test(arguments: all) func hasNoFaults(_ it: Case) { #expect(it.playbook.faults() == []) }
}
