import Control
import Detection
import OrderedCollections
import Planning
import Playbooks
import Simulation
import Situations
import TestSupport
import TopologyModel
import Values

/// The real controller between doors in memory, in virtual time: what `Runtime` does, without a
/// journal of its own, so that a test may stop it after any entry.
struct Bench {
    /// What one turn wrote, and the world as it stood before the turn's effects.
    struct Turn {
        let at: Instant
        let entries: [JournalEntry]
        let doors: OrderedDictionary<FrontDoorID, SimulatedDoor>
        let orders: [StepOrder]
    }

    private enum Coming {
        case input(Input)
        case reading(FrontDoorID)
        case lateOrder(StepOrder)
    }

    let configuration: Configuration
    let epoch: Epoch
    private(set) var now: Instant
    private(set) var controller: Controller
    var doors: OrderedDictionary<FrontDoorID, SimulatedDoor>
    private(set) var turns: [Turn] = []
    private(set) var refusals: [Reply] = []
    private var coming: [(at: Instant, what: Coming)] = []
    private var commands = 0
    private var steps = 0

    static let stepsMax = 5000

    /// A controller that takes leadership, on what the journal gave back and the doors hold.
    init(
        _ configuration: Configuration, term: UInt64, at now: Instant,
        state: ControllerState = ControllerState(),
        doors: OrderedDictionary<FrontDoorID, SimulatedDoor>? = nil
    ) {
        (self.configuration, self.now) = (configuration, now)
        epoch = Epoch(term: term, revision: 0, owner: Topology.onlyController)
        controller = Controller(id: Topology.onlyController, state: state)
        self.doors = doors ?? Bench.doorsAtHome(in: configuration.topology)
        feed(.lease(.held(epoch: epoch, until: .distantFuture)))
        feed(.loaded(configuration))
    }

    private static func doorsAtHome(
        in topology: Topology
    ) -> OrderedDictionary<FrontDoorID, SimulatedDoor> {
        var doors: OrderedDictionary<FrontDoorID, SimulatedDoor> = [:]
        for region in topology.regions.values {
            for door in region.frontDoors where door.granularity != .none {
                doors[door.id] = SimulatedDoor(
                    id: door.id, region: region.id, fencing: door.fencing,
                    initial: DoorState(all: region.primary))
            }
        }
        return doors
    }

    var entries: [JournalEntry] { turns.flatMap(\.entries) }

    /// How often each door was changed by an order.
    var changes: [Int] { doors.values.map { $0.changes.values.reduce(0, +) } }

    // MARK: - Going on

    /// Does what a person asks for, one after the other; what is journaled already is only
    /// finished.
    mutating func finish(_ intents: [PlanIntent]) throws {
        while true {
            try settle()
            let done = controller.state.runsBegun
            guard done < intents.count else { return }
            command(try plan(for: intents[done]))
            guard controller.state.runsBegun > done else {
                throw TestSupportError("\(intents[done].title) is refused: \(refusals)")
            }
        }
    }

    private func plan(for intent: PlanIntent) throws -> Command {
        guard let situation = controller.situation(at: now) else {
            throw TestSupportError("no topology is in force")
        }
        guard case .plan(let plan) = configuration.plan(for: intent, by: "anna", in: situation)
        else { throw TestSupportError("there is no plan to \(intent.title)") }
        return .apply(plan: plan)
    }

    /// Until everything is seen, every door read, and no run open.
    private mutating func settle() throws {
        while !isSettled {
            steps += 1
            guard steps < Bench.stepsMax else {
                throw TestSupportError("it never comes to rest: \(controller.state.openRuns)")
            }
            for run in controller.state.openRuns where !run.approval(by: "anna").isEmpty {
                command(.approve(run: run.id))
            }
            if coming.isEmpty { passTime() } else { takeNext() }
        }
    }

    private var isSettled: Bool {
        let regions = configuration.topology.regions.values
        let isSeen = regions.allSatisfy { region in
            region.hosts.allSatisfy {
                controller.state.board.verdict(of: region.id, at: $0) == .up
            }
        }
        return isSeen && coming.isEmpty && controller.state.openRuns.isEmpty
            && controller.state.doors.values.allSatisfy { $0.standing == .asDesired }
            && controller.state.doors.count == doors.count
    }

    private mutating func command(_ command: Command) {
        commands += 1
        feed(.commanded(command, CommandID("k\(commands)"), by: Principal("anna")))
    }

    /// Nothing is on its way: to when a run wants something, or one second on.
    private mutating func passTime() {
        let wakes = controller.state.openRuns.compactMap { $0.nextWake(after: now) }
        now = max(now + .seconds(1), wakes.min() ?? now)
        let seen = probeTargets(of: configuration.topology).map { probe in
            Observation(
                vantage: Topology.onlyController, target: probe.target, sentAt: now,
                lateness: .zero, result: .pass(latency: .milliseconds(2)))
        }
        feed(.observed(seen))
    }

    private mutating func takeNext() {
        guard let index = coming.indices.min(by: { coming[$0].at < coming[$1].at }) else { return }
        let (at, what) = coming.remove(at: index)
        now = max(now, at)
        switch what {
        case .input(let input): feed(input)
        case .reading(let door):
            if let reading = doors[door]?.reading { feed(.doorRead(door, .read(reading: reading))) }
        case .lateOrder(let order): _ = doors[order.order.door]?.take(order)
        }
    }

    /// An order of the controller before, which is still on its way.
    mutating func expect(_ orders: [StepOrder], after delay: Duration) {
        coming += orders.map { (now + delay, .lateOrder($0)) }
    }

    // MARK: - One turn

    private mutating func feed(_ input: Input) {
        let reaction = controller.handle(input, at: now)
        let orders = reaction.effects.compactMap { effect -> StepOrder? in
            if case .perform(let order) = effect { order } else { nil }
        }
        if !reaction.entries.isEmpty {
            turns.append(Turn(at: now, entries: reaction.entries, doors: doors, orders: orders))
        }
        for effect in reaction.effects { obey(effect) }
    }

    private mutating func obey(_ effect: Effect) {
        switch effect {
        case .perform(let order):
            guard let outcome = doors[order.order.door]?.take(order) else { return }
            coming.append((now + .milliseconds(30), .input(.step(order.key, outcome))))
        case .readDoor(let door): coming.append((now + .milliseconds(10), .reading(door)))
        case .solve(let id, let request, let steps):
            let placement = Planner.placement(for: request, steps: steps)
            coming.append((now + .milliseconds(50), .input(.solved(id, placement))))
        case .reply(_, let reply):
            switch reply {
            case .done, .began, .alreadySo: break
            case .refused, .premisesChanged, .notLeading: refusals.append(reply)
            }
        case .publish, .notify, .yieldLease, .wake: break
        }
    }
}
