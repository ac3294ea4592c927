package import Detection
import OrderedCollections
import Planning
package import Playbooks
package import Situations
import TopologyModel
package import Values

/// The controller: a value that takes inputs and returns what to journal, then what to do.
///
/// It decides only while it leads; otherwise it observes, and publishes what it sees. What survives
/// a crash is `state`, which only journal entries change; the rest is volatile, and made anew.
package struct Controller: Sendable {
    package let id: ControllerID
    package internal(set) var state: ControllerState
    package internal(set) var configuration: Configuration?
    package internal(set) var lease: Lease = .unknown
    var detection: Detection?
    var doorReads = DoorReads()
    var solving: Solving?
    /// Changes to which the planner had no answer; asked again after a while or a board change.
    var barren: [(changes: [WantedChange], until: Instant)] = []
    var evaluatedAt = Instant.distantPast
    var publishedAt = Instant.distantPast
    var announcedWake = Instant.distantPast

    /// How often everything is looked at when nothing happens.
    package static let tick = Duration.seconds(1)
    /// How long a planner may take; then it is asked again.
    package static let solveMax = Duration.seconds(30)
    /// After how long a plan that found nothing is tried again.
    package static let replanAfter = Duration.seconds(30)
    /// Rounds of `Run.acts` in one turn; more is a broken promise of ours.
    static let actRoundsMax = 1000

    struct Solving: Sendable {
        let id: SolveID
        let changes: [WantedChange]
        let deadline: Instant
    }

    package init(id: ControllerID, state: ControllerState = ControllerState()) {
        (self.id, self.state) = (id, state)
    }

    /// Takes one input and returns what to journal, then what to do, in order.
    package mutating func handle(_ input: Input, at now: Instant) -> Reaction {
        var turn = Turn(now: now)
        take(input, in: &turn)
        if lease.epoch(at: now) != nil, configuration != nil {
            judge(in: &turn)
            readDoors(in: &turn)
            advanceRuns(in: &turn)
            decide(in: &turn)
            advanceRuns(in: &turn)
        }
        publish(in: &turn)
        announceWake(in: &turn)
        return turn.reaction
    }

    /// Applies another controller's entry, so that this one can take over.
    ///
    /// - Throws: `IllegalTransition` when the entry cannot follow the state.
    package mutating func follow(_ entry: JournalEntry) throws(IllegalTransition) {
        try state.apply(entry)
    }

    /// The snapshot that deciding, planning and people read.
    package func situation(at now: Instant) -> Situation? {
        guard let configuration else { return nil }
        return Situation(
            now: now, topology: configuration.topology, digest: configuration.digest,
            board: state.board, allocations: state.allocations, doors: state.doors,
            holdDowns: state.holdDowns, pauses: state.pauses, history: state.history,
            underway: state.underway)
    }

    /// What this vantage point saw of a target lately; volatile.
    package func flightRecord(of target: ProbeTarget) -> FlightRecord? {
        detection?.flightRecord(of: target)
    }

    /// The turn of one input: what it has led to so far.
    struct Turn {
        let now: Instant
        var reaction = Reaction()
        var boardChanged = false

        mutating func say(_ level: Notice.Level, _ region: RegionID? = nil, _ text: String) {
            let notice = Notice(level, at: now, region: region, text: text)
            reaction.effects.append(.notify(notice))
        }
    }

    /// Journals a fact and applies it: the one way in which deciding changes state.
    mutating func record(_ fact: Fact, in turn: inout Turn) {
        guard let epoch = lease.epoch(at: turn.now) else { return }
        let entry = JournalEntry(at: turn.now, epoch: epoch, fact: fact)
        do {
            try state.apply(entry)
        } catch {
            preconditionFailure("the controller made an entry that its own state refuses: \(error)")
        }
        turn.reaction.entries.append(entry)
        switch fact {
        case .board: turn.boardChanged = true
        case .run(let id, let event): follow(event, of: id, in: &turn)
        default: break
        }
    }

    private mutating func take(_ input: Input, in turn: inout Turn) {
        switch input {
        case .observed(let observations): detection?.observe(observations, at: turn.now)
        case .vantage(let report): detection?.hear(report, at: turn.now)
        case .doorRead(let id, let read): take(read, of: id, in: &turn)
        case .lease(let lease): take(lease, in: &turn)
        case .step(let key, let outcome): take(outcome, of: key, in: &turn)
        case .solved(let id, let placement): take(placement, of: id, in: &turn)
        case .commanded(let command, let id, let principal):
            obey(command, id: id, by: principal, in: &turn)
        case .loaded(let configuration): load(configuration, in: &turn)
        case .clockStepped(let step):
            record(.clockStepped(by: step), in: &turn)
            turn.say(.warning, nil, "the wall clock was set by \(step.shortText)")
        case .woke: break
        }
    }

    private mutating func take(_ new: Lease, in turn: inout Turn) {
        let old = lease.epoch(at: turn.now)
        lease = new
        guard let epoch = lease.epoch(at: turn.now) else {
            if old != nil { turn.say(.page, nil, "leadership is lost; nothing is acted on") }
            return
        }
        guard epoch != state.epoch || old == nil else { return }
        doorReads = DoorReads()
        solving = nil
        record(.ledBy(controller: id), in: &turn)
        turn.say(.info, nil, "\(id) leads under epoch \(epoch)")
        recordLoaded(in: &turn)
    }

    /// Why this configuration may not take the place of the one in force, or nil.
    package func objection(toLoading new: Configuration) -> Fault? {
        for run in state.openRuns {
            for region in run.plan.placement.regions {
                let hosts = region.from.hosts + region.to.hosts
                guard let declared = new.topology.regions[region.region] else {
                    return Controller.inUse("region \(region.region)", by: run.id)
                }
                if let missing = hosts.first(where: { !declared.hosts.contains($0) }) {
                    return Controller.inUse("host \(missing) of \(region.region)", by: run.id)
                }
            }
            let doors = run.plan.steps.compactMap(\.order?.door)
            if let missing = doors.first(where: { new.topology.door($0) == nil }) {
                return Controller.inUse("door \(missing)", by: run.id)
            }
        }
        return nil
    }

    private static func inUse(_ what: String, by run: RunID) -> Fault {
        Fault(
            what: "the new topology has no \(what), which run \(run) uses",
            mend: "wait for the run to end or abort it (bascule run abort \(run)), then reload")
    }

    private mutating func load(_ new: Configuration, in turn: inout Turn) {
        if let objection = objection(toLoading: new) {
            turn.say(.warning, nil, "reload refused: \(objection)")
            return
        }
        configuration = new
        if detection == nil {
            detection = Detection(topology: new.topology, digest: new.digest, vantage: id)
        } else {
            detection?.replace(topology: new.topology, digest: new.digest)
        }
        solving = nil
        recordLoaded(in: &turn)
    }

    private mutating func recordLoaded(in turn: inout Turn) {
        guard let digest = configuration?.digest, state.digest != digest else { return }
        record(.loaded(digest: digest), in: &turn)
        if lease.epoch(at: turn.now) != nil {
            turn.say(.info, nil, "topology \(digest.short) is in force")
        }
    }

    private mutating func judge(in turn: inout Turn) {
        guard let changes = detection?.changes(to: state.board, at: turn.now) else { return }
        for change in changes {
            record(.board(change: change), in: &turn)
            if let notice = change.notice(at: turn.now) {
                turn.reaction.effects.append(.notify(notice))
            }
        }
    }

    private mutating func publish(in turn: inout Turn) {
        guard let configuration, configuration.topology.controllers.count > 1,
            turn.now - publishedAt >= Controller.tick,
            let report = detection?.report(at: turn.now)
        else { return }
        publishedAt = turn.now
        turn.reaction.effects.append(.publish(report))
    }

    private mutating func announceWake(in turn: inout Turn) {
        let now = turn.now
        let wakes =
            [now + Controller.tick, detection?.nextWake(after: now, board: state.board)]
            + state.openRuns.map { $0.nextWake(after: now) }
        let next = max(wakes.compactMap(\.self).min() ?? now + Controller.tick, now)
        guard announcedWake <= now || next < announcedWake else { return }
        announcedWake = next
        turn.reaction.effects.append(.wake(next))
    }
}
