import Detection
import OrderedCollections
import Planning
import Situations
import TopologyModel
import Values

@testable import Playbooks

/// Doors in memory, and a controller's part reduced to the least: it journals what a run wants,
/// does it, and brings the answers back.
struct DoorWorld {
    /// What becomes of an order.
    enum Fate {
        case lands
        /// Nothing is changed, and the door says so.
        case refusedByDoor
        /// It lands, but the answer is lost: `unknown` comes back.
        case answerLost
        /// It lands as far as its first half, and reads so.
        case landsWrong
        /// Neither it nor an answer arrives.
        case vanishes
    }

    var situation: Situation
    var run: Run
    var epoch = firstEpoch
    var journal: [(event: RunEvent, at: Instant)] = []
    private(set) var doors: OrderedDictionary<FrontDoorID, DoorState> = [:]
    /// Changes of a door by each order, of an attempt; one at most.
    private(set) var changes: OrderedDictionary<String, Int> = [:]
    private(set) var notices: [String] = []
    var repeatsOrders = false
    var fate: @Sendable (StepKey, DoorOrder) -> Fate = { _, _ in .lands }
    /// Checks and approvals of this step fail.
    var failing: StepID?
    var approves = true
    /// Stops after so many entries, as a crash does, with the last turn's effects undone.
    var entriesMax = Int.max
    private(set) var late: [(key: StepKey, order: DoorOrder)] = []

    static let leaseLength = Duration.seconds(15)
    static let turnsMax = 2000

    init(_ plan: Plan, _ situation: Situation) {
        self.situation = situation
        run = Run(id: RunID(term: 7, number: 1), plan: plan, at: situation.now)
        for (id, door) in situation.doors { doors[id] = door.desired }
    }

    var view: RunView {
        RunView(
            situation: situation, epoch: epoch, leaseUntil: situation.now + DoorWorld.leaseLength,
            readsInFlight: [])
    }

    var hasCrashed: Bool { journal.count >= entriesMax }

    var end: RunEnd? {
        if case .ended(let end, _) = run.phase { end } else { nil }
    }

    /// Goes on until the run has ended, or the crash comes.
    mutating func settle() throws {
        for _ in 0..<DoorWorld.turnsMax where run.isOpen && !hasCrashed {
            let acts = run.acts(in: view)
            guard acts == run.acts(in: view) else { throw Surprise(what: "acts are not stable") }
            if acts.isEmpty {
                try passTime()
            } else {
                for act in acts where !hasCrashed { try carryOut(act) }
            }
        }
        if run.isOpen && !hasCrashed { throw Surprise(what: "it never ends: \(run.progress)") }
    }

    private mutating func passTime() throws {
        if approves, failing.map({ !isApproval($0) }) ?? true {
            let events = run.approval(by: "anna")
            for event in events { try record(event) }
            if !events.isEmpty { return }
        } else if case let events = run.refusal(by: "anna", of: failing), !events.isEmpty {
            for event in events { try record(event) }
            return
        }
        guard let wake = run.nextWake(after: situation.now) else {
            throw Surprise(what: "it waits for nothing: \(run.progress)")
        }
        situation.now = wake
    }

    private func isApproval(_ id: StepID) -> Bool {
        if case .approve? = run.plan.step(id)?.action { true } else { false }
    }

    private mutating func carryOut(_ act: RunAct) throws {
        switch act {
        case .record(let event): try record(event)
        case .notice(let event, let message):
            try record(event)
            notices.append(message)
        case .readBack(_, let door):
            for event in run.events(forReadBack: reading(of: door), of: door, at: situation.now) {
                try record(event)
            }
        case .order(let key, let event, let order, _):
            try record(event)
            if hasCrashed {
                late.append((key, order))
                return
            }
            try obey(key, order)
        }
    }

    private mutating func obey(_ key: StepKey, _ order: DoorOrder) throws {
        let fault = Fault(what: "the test says so", mend: "")
        var outcome: StepOutcome?
        switch fate(key, order) {
        case .lands: outcome = .done(readback: land(key, order))
        case .answerLost:
            _ = land(key, order)
            outcome = .unknown(fault: fault)
        case .refusedByDoor: outcome = .nothingChanged(fault: fault)
        case .landsWrong:
            doors[order.door] = DoorState(shares: allocation(["h3": 100]).shares)
            outcome = .done(
                readback: DoorReading(state: doors[order.door] ?? order.to, incarnation: "1"))
        case .vanishes: break
        }
        guard let outcome else { return }
        for _ in 0..<(repeatsOrders ? 2 : 1) {
            for event in run.events(for: outcome, key: key, at: situation.now) {
                try record(event)
            }
        }
    }

    private mutating func land(_ key: StepKey, _ order: DoorOrder) -> DoorReading {
        for _ in 0..<(repeatsOrders ? 2 : 1) where doors[order.door] != order.to {
            doors[order.door] = order.to
            changes[key.description, default: 0] += 1
        }
        return DoorReading(state: order.to, incarnation: "1")
    }

    private func reading(of door: FrontDoorID) -> FrontDoorState {
        .read(reading: DoorReading(state: doors[door] ?? DoorState(shares: []), incarnation: "1"))
    }

    /// Journals and applies, as the controller's state does for its doors.
    mutating func record(_ event: RunEvent) throws {
        guard !hasCrashed else { return }
        journal.append((event, situation.now))
        try run.apply(event, at: situation.now)
        guard case .step(let id, let stepEvent) = event, let step = run.plan.step(id) else {
            return
        }
        follow(stepEvent, step)
    }

    private mutating func follow(_ event: StepEvent, _ step: PlannedStep) {
        if case .started = event, step.id == failing { spoil(step) }
        guard let order = step.order else { return }
        switch event {
        case .started: situation.doors[order.door]?.desired = order.to
        case .undoStarted: situation.doors[order.door]?.desired = order.from
        case .finished, .undone: situation.doors[order.door]?.standing = .asDesired
        case .skipped, .awaited, .approved, .refused, .failed, .lostSight, .undoFailed: break
        }
    }

    /// Makes a check fail from now on.
    private mutating func spoil(_ step: PlannedStep) {
        guard case .check(let what, let region, let allocation) = step.action else { return }
        switch what {
        case .targetsServe:
            for host in allocation.hosts {
                situation.hold(region.name, at: host.name, .unknown)
            }
        case .doorsAgree:
            for (id, door) in situation.doors where door.region == region {
                situation.doors[id]?.standing = .drifted(at: situation.now)
            }
        }
    }

    /// What the next leader begins with: the run as the journal tells it, under a newer epoch.
    /// The last order of the dead one lands in between where the door compares nothing.
    func restarted(landing: Bool) throws -> DoorWorld {
        var next = self
        (next.epoch, next.entriesMax, next.late) = (secondEpoch, .max, [])
        next.run = Run(id: run.id, plan: run.plan, at: run.startedAt)
        for (event, at) in journal { try next.run.apply(event, at: at) }
        for (key, order) in late where landing { _ = next.land(key, order) }
        return next
    }

    struct Surprise: Error, CustomStringConvertible {
        let what: String
        var description: String { what }
    }
}
