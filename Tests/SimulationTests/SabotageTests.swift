import Control
import Detection
import HeapModule
import OrderedCollections
import Planning
import Playbooks
import Situations
import TestSupport
import Testing
import TopologyModel
import Values
import Workload

@testable import Simulation

/// One way to break one promise.
struct Sabotage: Sendable, CustomTestStringConvertible {
    let invariant: Invariant
    let how: String
    let commit: @Sendable (inout World) throws -> Void

    var testDescription: String { "\(invariant.name): \(how)" }

    init(
        _ invariant: Invariant, _ how: String,
        commit: @escaping @Sendable (inout World) throws -> Void
    ) {
        (self.invariant, self.how, self.commit) = (invariant, how, commit)
    }

    static let all = world + decisions

    private static let world = [
        Sabotage(.neverAnEmptyAnswer, "a hand empties a door") {
            $0.befall(.meddle(grandEstDoor, DoorState(shares: [])))
        },
        Sabotage(.staleEpochRefused, "a comparing door takes an older epoch") {
            $0.note(.door(grandEstDoor, by: order(grandEstDoor, term: 5, at: $0.now)))
            $0.note(.door(grandEstDoor, by: order(grandEstDoor, term: 4, at: $0.now)))
        },
        Sabotage(.staleEpochUndone, "nobody's reading of the door ever answers") {
            $0.takeStaleOrder()
            try $0.idle(for: .seconds(300))
        },
        Sabotage(.journaledBeforeDone, "a door takes an order that no journal has") {
            $0.note(.door(grandEstDoor, by: order(grandEstDoor, term: 1, at: $0.now)))
        },
        Sabotage(.oneChangePerStepKey, "one order changes a door twice") {
            let order = order(hautsDeFranceDoor, term: 9, at: $0.now)
            for _ in 0..<2 {
                $0.doors[hautsDeFranceDoor]?.meddle(DoorState(all: gra1))
                _ = $0.doors[hautsDeFranceDoor]?.take(order)
            }
            $0.note(.door(hautsDeFranceDoor, by: order))
        },
        Sabotage(.noOrderWithoutLease, "a controller without a lease sends") {
            let order = order(grandEstDoor, term: 1, at: $0.now)
            $0.note(.sent(order, by: Controller(id: ControllerID("c1"))))
        },
        Sabotage(.noOrderWithoutLease, "an order is sent after its time") {
            let leader = try #require($0.leader)
            let epoch = try #require($0.store.leader)
            let order = order(grandEstDoor, epoch: epoch, at: $0.now - .seconds(60))
            $0.note(.sent(order, by: leader))
        },
    ]

    private static let decisions = [
        Sabotage(.noHostPlannedOverCapacity, "everybody is sent to one host") {
            let regions = Array($0.topology.regions.keys)
            try $0.begin(plan(regions, to: lyo1, by: "row host-lost", at: $0.now))
        },
        Sabotage(.noHostPlannedOverCapacity, "quotas let in more than the host bears") {
            $0 = try schoolMorning(checking: $0.invariants)
            _ = $0.run(for: .seconds(30), checking: $0.invariants)
            try $0.follow(.board(change: .surge(percent: 400, host: nil, at: $0.now)))
            try $0.begin(
                rationing(hautsDeFrance, at: lyo1, staff: 10_000, pupils: 60_000, at: $0.now))
        },
        Sabotage(.noTargetInALostOrDoubtedDomain, "a plan leads into a lost domain") {
            let lost = standing(.lost, at: $0.now)
            let gravelines = FailureDomain("ovh/gravelines")
            try $0.follow(.board(change: .domain(id: gravelines, standing: lost)))
            try $0.begin(plan([grandEst], to: gra1, by: "row host-lost", at: $0.now))
        },
        Sabotage(.noTargetInALostOrDoubtedDomain, "a plan leads into a domain in doubt") {
            let doubt = Doubt(since: $0.now, until: $0.now + .seconds(60), because: "ovh/x")
            let change = BoardChange.doubt(id: FailureDomain("ovh/gravelines"), doubt: doubt)
            try $0.follow(.board(change: change))
            try $0.begin(plan([grandEst], to: gra1, by: "row host-lost", at: $0.now))
        },
        Sabotage(.noTargetInAClosedPlace, "a plan leads to a host under maintenance") {
            let begin = Command.beginMaintenance(
                place: .host(id: gra1), owner: "bo", reason: "disks",
                until: $0.now + .seconds(60))
            try $0.follow(
                .commanded(command: begin, id: CommandID("k1"), by: Principal("ada")))
            try $0.begin(plan([grandEst], to: gra1, by: "row host-lost", at: $0.now))
        },
        Sabotage(.noLostWithoutQuorum, "a host is called lost without a vote") {
            let lost = Standing(
                verdict: .lost, since: $0.now, evidence: Evidence(detector: .none, quorum: 1))
            let change = BoardChange.service(region: grandEst, host: sbg2, standing: lost)
            $0.note(.entries([$0.entry(.board(change: change))], by: try #require($0.leader)))
        },
        Sabotage(.holdDownHolds, "a region comes home while home is held down") {
            let hold = HoldDown(
                region: grandEst, cause: .lost, left: gra1, until: $0.now + .seconds(60))
            try $0.follow(shifted(at: $0.now, holdDowns: [hold]))
            try $0.begin(plan([grandEst], to: gra1, by: "row home", at: $0.now))
        },
        Sabotage(.neverHeldOnALostHost, "the planner never answers") {
            $0.befall(.condition(host: sbg2, is: .burnt))
            $0.runWithoutAnswers {
                $0.leader?.state.board.verdict(of: sbg2) == .lost
            }
            try $0.idle(for: .seconds(700))
        },
        Sabotage(.noFlapping, "a region is shifted over and over") {
            for _ in 0...$0.topology.rules.shiftsPerRegionPerHourMax + 1 {
                try $0.follow(shifted(at: $0.now))
            }
            $0.note(.entries([$0.entry(shifted(at: $0.now))], by: try #require($0.leader)))
        },
        Sabotage(.noFlapping, "a full region is spilled over and over") {
            for _ in 0...$0.topology.rules.shiftsPerRegionPerHourMax + 1 {
                try $0.follow(shifted(at: $0.now, because: .saturated))
            }
            $0.note(
                .entries(
                    [$0.entry(shifted(at: $0.now, because: .saturated))],
                    by: try #require($0.leader)))
        },
        Sabotage(.classesInOrder, "a plan lets pupils in while staff get less than they ask for") {
            $0 = try schoolMorning(checking: $0.invariants)
            try $0.begin(
                rationing(hautsDeFrance, at: gra1, staff: 100, pupils: 5000, at: $0.now))
        },
        Sabotage(.classesInOrder, "a gate lets parents in while no pupil is") {
            $0 = try schoolMorning(checking: $0.invariants)
            let shares = [Share(host: gra1, percent: .all)]
            let quotas = [
                ClassQuota(classID: ClassID("pupils"), users: 0, entriesPerSecond: 0),
                ClassQuota(classID: ClassID("parents"), users: 9, entriesPerSecond: 1),
            ]
            $0.doors[hautsDeFranceDoor]?.meddle(DoorState(shares: shares, admission: quotas))
            $0.note(
                .door(hautsDeFranceDoor, by: order(hautsDeFranceDoor, term: 1, at: $0.now)))
        },
    ]

    /// The world of seeds with users, in the middle of a lesson of Wednesday, 10 March 2021.
    private static func schoolMorning(checking invariants: [Invariant]) throws -> World {
        var options = World.Options(configuration: try configuration(isCrowded: true))
        (options.hasBadNetwork, options.hasOperator) = (false, false)
        options.start = Instant(unixSeconds: 1_615_363_200)
        options.crowd = CrowdHabits()
        var world = World(options)
        world.invariants = invariants
        return world
    }

    private static func rationing(
        _ region: RegionID, at host: HostID, staff: Users, pupils: Users, at now: Instant
    ) -> Plan {
        let quotas = [("staff", staff), ("pupils", pupils), ("parents", 0)].map {
            ClassQuota(
                classID: ClassID($0.0), users: $0.1, entriesPerSecond: ClassQuota.pace(for: $0.1))
        }
        let to = Allocation(shares: [Share(host: host, percent: .all)], admission: quotas)
        let move = RegionPlacement(
            region: region, cause: .saturated, from: .nothing, to: to, explanation: [])
        return plan([move], by: "row saturated", at: now)
    }

    private static func shifted(
        at now: Instant, because cause: Cause = .lost, holdDowns: [HoldDown] = []
    ) -> Fact {
        let shift = ShiftRecord(
            region: grandEst, at: now, cause: cause, from: Allocation(all: sbg2),
            to: Allocation(all: gra1))
        return .shifted(shift: shift, holdDowns: holdDowns, failedReturns: 0)
    }

    private static func standing(_ verdict: Verdict, at now: Instant) -> Standing {
        Standing(verdict: verdict, since: now, evidence: Evidence(detector: .none))
    }

    private static func plan(
        _ regions: [RegionID], to host: HostID, by: String, at now: Instant
    ) -> Plan {
        let moves = regions.map {
            RegionPlacement(
                region: $0, cause: .lost, from: .nothing, to: Allocation(all: host),
                explanation: [])
        }
        return plan(moves, by: by, at: now)
    }

    private static func plan(_ moves: [RegionPlacement], by: String, at now: Instant) -> Plan {
        Plan(
            playbook: "evacuate", title: "sabotage", cause: .lost, madeAt: now, by: by,
            topology: Digest(hex: "5eed"),
            placement: Placement(regions: moves, premises: [], optimality: .exact, steps: 0),
            steps: [])
    }

    fileprivate static func order(
        _ door: FrontDoorID, term: UInt64, at now: Instant
    ) -> StepOrder {
        order(
            door, epoch: Epoch(term: term, revision: 0, owner: ControllerID("c0")), at: now)
    }

    private static func order(_ door: FrontDoorID, epoch: Epoch, at now: Instant) -> StepOrder {
        StepOrder(
            key: StepKey(
                run: RunID(term: 1, number: 9), step: StepID("shift"), attempt: 1, epoch: epoch),
            order: DoorOrder(
                door: door, region: door == grandEstDoor ? grandEst : hautsDeFrance,
                from: DoorState(all: gra1), to: DoorState(all: lyo1),
                existing: .keep),
            notAfter: now + .seconds(5))
    }
}

extension World {
    /// A write of a leader that is long gone lands at a door that compares nothing.
    fileprivate mutating func takeStaleOrder() {
        let order = Sabotage.order(hautsDeFranceDoor, term: 0, at: now)
        _ = doors[hautsDeFranceDoor]?.take(order)
        note(.door(hautsDeFranceDoor, by: order))
    }

    /// Runs until `isDone`, for a minute at most, while every answer of the planner is lost.
    fileprivate mutating func runWithoutAnswers(until isDone: (World) -> Bool) {
        // A planner takes 5 ms at least: none of its answers slips through.
        for _ in 0..<15_000 where !isDone(self) {
            _ = run(for: .milliseconds(4), checking: invariants)
            queue = Heap(
                queue.unordered.filter {
                    if case .input(_, _, .solved) = $0.happening { false } else { true }
                })
        }
    }

    /// Time in which the leader keeps its lease, and nothing that it asks for ever answers.
    fileprivate mutating func idle(for span: Duration) throws {
        let end = now + span
        while now < end {
            now = now + .seconds(2)
            renewLease(of: 0)
            note(.event(.references(areUp: true)))
        }
        _ = try #require(leader)
    }

    fileprivate func entry(_ fact: Fact) -> JournalEntry {
        JournalEntry(
            at: now, epoch: Epoch(term: 1, revision: 1, owner: ControllerID("c1")), fact: fact)
    }

    /// The leader's state takes a fact that it never concluded.
    fileprivate mutating func follow(_ fact: Fact) throws {
        let entry = entry(fact)
        try processes[0].controller.follow(entry)
    }

    fileprivate mutating func begin(_ plan: Plan) throws {
        let began = Fact.run(id: RunID(term: 1, number: 9), event: .began(plan: plan))
        note(.entries([entry(began)], by: processes[0].controller))
    }
}

@Suite("Invariants can fail: a check that cannot is a defect")
struct SabotageTests {
    @Test("every invariant has its sabotage")
    func everyInvariantIsSabotaged() {
        let names = Sabotage.all.map(\.invariant.name)
        for invariant in Invariant.all { #expect(names.contains(invariant.name)) }
    }

    @Test("a broken promise is seen", arguments: Sabotage.all)
    func brokenPromiseIsSeen(sabotage: Sabotage) throws {
        var world = try quietWorld()
        world.invariants = [sabotage.invariant]
        try sabotage.commit(&world)
        let seen = world.violation
        let violation = try #require(seen)
        #expect(violation.invariant == sabotage.invariant.name)
        #expect(!violation.what.isEmpty)
    }

    @Test("an hour in which nothing happens breaks nothing and moves nobody")
    func quietHourIsQuiet() throws {
        var world = try quietWorld()
        #expect(world.run(for: .seconds(3600), checking: Invariant.all) == nil)
        let (isSettled, runs, notices) = (
            world.isSettled, world.leader?.state.runsBegun, world.notices
        )
        #expect(isSettled)
        #expect(runs == 0)
        #expect(notices.filter { $0.level != .info } == [])
    }

    @Test("a stale write at a door that compares nothing is put right by somebody")
    func staleWriteIsUndone() throws {
        var world = try quietWorld(hasOperator: true)
        world.takeStaleOrder()
        #expect(world.doors[hautsDeFranceDoor]?.state == DoorState(all: lyo1))
        let isRight = { (world: World) in
            let held = world.doors[hautsDeFranceDoor]?.state
            return world.leader?.state.doors[hautsDeFranceDoor]?.desired == held
        }
        let invariants = Invariant.all.filter { $0.name != "journaledBeforeDone" }
        #expect(world.run(for: .seconds(240), checking: invariants, until: isRight) == nil)
        let isPutRight = isRight(world)
        #expect(isPutRight)
    }
}
