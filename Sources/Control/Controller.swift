package import Detection
package import OrderedCollections
import Planning
package import Playbooks
package import Situations
package import TopologyModel
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
    /// What load sources said lately; volatile, as what probes saw.
    var loads = LoadJudge()
    /// What people are told of besides verdicts: certificates that end, families that are lost.
    package internal(set) var watch = ProbeWatch()
    var doorReads = DoorReads()
    var attempts = Attempts()
    var evaluatedAt = Instant.distantPast
    var publishedAt = Instant.distantPast
    var announcedWake = Instant.distantPast
    var reminders = Reminders()
    /// A person made this controller step down: it takes no lease before then.
    package internal(set) var steppedDownUntil = Instant.distantPast

    /// How often everything is looked at when nothing happens.
    package static let tick = Duration.seconds(1)
    /// How long a planner may take; then it is asked again.
    package static let solveMax = Duration.seconds(120)
    /// After how long a plan that found nothing is tried again.
    package static let replanAfter = Duration.seconds(30)
    /// The planner's budget for hosts that are too full: a good answer at once is worth more than
    /// the best one, for the next reading of the load changes the question.
    static let reliefSteps = 10_000
    /// Rounds of `Run.acts` in one turn; more is a broken promise of ours.
    static let actRoundsMax = 1000

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
            remind(in: &turn)
            advanceRuns(in: &turn)
            decide(in: &turn)
            advanceRuns(in: &turn)
            warn(in: &turn)
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
        var situation = Situation(
            now: now, topology: configuration.topology, digest: configuration.digest,
            board: state.board, allocations: state.allocations, doors: state.doors,
            quotas: state.quotas, holdDowns: state.holdDowns, pauses: state.pauses,
            closures: state.closures, history: state.history, underway: state.underway)
        situation.dropQuotasBesideOpenGates()
        return situation
    }

    /// A copy without what was counted of probes: cheap to keep beside one that goes on counting,
    /// which would else copy ten thousand targets' counters at its next observation.
    package var withoutCounts: Controller {
        var copy = self
        copy.detection = nil
        return copy
    }

    /// Forgets everything concluded since `before` was taken, and keeps what was counted: what is
    /// not settled is proposed again.
    package mutating func goBack(to before: Controller) {
        let (counted, read) = (detection, loads)
        self = before
        (detection, loads) = (counted, read)
    }

    /// Observations that were no evidence: too late, or of no target.
    package var droppedObservations: (late: Int, strange: Int) {
        (detection?.lateCount ?? 0, detection?.strangeCount ?? 0)
    }

    /// The load of each host of which something fresh was read; volatile.
    package func loads(at now: Instant) -> OrderedDictionary<HostID, LoadPicture> {
        guard let topology = configuration?.topology else { return [:] }
        let pictures = topology.hosts.keys.compactMap { id in
            loads.picture(of: id, in: topology, at: now).map { (id, $0) }
        }
        return OrderedDictionary(uniqueKeysWithValues: pictures)
    }

    /// What this vantage point saw of a target lately; volatile.
    package func flightRecord(of target: ProbeTarget) -> FlightRecord? {
        detection?.flightRecord(of: target)
    }

    /// Why the target's probe cannot be run on this machine, or nil; volatile.
    package func hindrance(of target: ProbeTarget) -> String? {
        detection?.hindrance(of: target)
    }

    /// The turn of one input: what it has led to so far.
    struct Turn {
        let now: Instant
        var reaction = Reaction()
        var boardChanged = false

        mutating func say(
            _ level: Notice.Level, _ region: RegionID? = nil, _ text: String, run: RunID? = nil
        ) {
            let notice = Notice(level, at: now, region: region, run: run, text: text)
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
        case .observed(let observations):
            detection?.observe(observations, at: turn.now)
            watch.note(observations)
        case .loadRead(let readings): take(readings, at: turn.now)
        case .trafficRead(let readings): detection?.observe(readings, at: turn.now)
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

    private mutating func take(_ readings: [LoadReading], at now: Instant) {
        let parts = readings.map { $0.partWaiting(under: state.allocations) }
        loads.note(parts, under: configuration?.topology.rules.load ?? LoadRules())
        guard loads.wantsExpectations(at: now), let situation = situation(at: now) else { return }
        loads.compare(with: situation.expectedUsers, in: situation.topology, at: now)
    }

    private mutating func take(_ new: Lease, in turn: inout Turn) {
        let old = lease.epoch(at: turn.now)
        lease = turn.now < steppedDownUntil ? .notHeld(leader: nil) : new
        guard let epoch = lease.epoch(at: turn.now) else {
            if old != nil { turn.say(.page, nil, "leadership is lost; nothing is acted on") }
            return
        }
        guard epoch != state.epoch || old == nil else { return }
        doorReads = DoorReads()
        attempts = Attempts()
        record(.ledBy(controller: id), in: &turn)
        turn.say(.info, nil, "\(id) leads under epoch \(epoch)")
        recordLoaded(in: &turn)
        turnWhatLacks(in: &turn)
    }

    /// Why this configuration may not take the place of the one in force, or nil.
    ///
    /// The first one is taken as it is: runs that it has no place for turn back.
    package func objection(toLoading new: Configuration) -> Fault? {
        guard configuration != nil else { return nil }
        for run in state.openRuns {
            guard let missing = run.plan.missing(in: new.topology) else { continue }
            return Fault(
                what: "the new topology has no \(missing), which run \(run.id) uses",
                mend: "wait for the run to end or abort it (bascule run abort \(run.id)), then "
                    + "reload")
        }
        for (id, allocation) in state.allocations {
            guard let region = new.topology.regions[id],
                let host = allocation.hosts.first(where: { !region.hosts.contains($0) })
            else { continue }
            return Fault(
                what: "the new topology has no host \(host) of \(id), where \(id) is now",
                mend: "move it first (bascule plan switchover \(id) --to HOST), then reload")
        }
        return nil
    }

    private mutating func turnWhatLacks(in turn: inout Turn) {
        guard let topology = configuration?.topology else { return }
        for run in state.openRuns {
            guard let missing = run.plan.missing(in: topology) else { continue }
            for event in run.abort(because: "the topology in force has no \(missing)") {
                record(.run(id: run.id, event: event), in: &turn)
            }
        }
    }

    private mutating func load(_ new: Configuration, in turn: inout Turn) {
        if let objection = objection(toLoading: new) {
            turn.say(.warning, nil, "reload refused: \(objection)")
            return
        }
        for gone in configuration?.topology.regions.values.map(\.id) ?? []
        where new.topology.regions[gone] == nil {
            let there = state.allocations[gone]?.hosts.map(\.name).joined(separator: ", ") ?? ""
            turn.say(
                .page, gone,
                "the new topology has no region \(gone): it is no longer watched or steered, and "
                    + "its users stay at \(there.isEmpty ? "where they are" : there)")
        }
        configuration = new
        if detection == nil {
            detection = Detection(topology: new.topology, digest: new.digest, vantage: id)
        } else {
            detection?.replace(topology: new.topology, digest: new.digest)
        }
        attempts.dropQuestion()
        recordLoaded(in: &turn)
        turnWhatLacks(in: &turn)
    }

    private mutating func recordLoaded(in turn: inout Turn) {
        guard let digest = configuration?.digest, state.digest != digest else { return }
        record(.loaded(digest: digest), in: &turn)
        if lease.epoch(at: turn.now) != nil {
            turn.say(.info, nil, "topology \(digest.short) is in force")
        }
    }

    private mutating func judge(in turn: inout Turn) {
        let situation = situation(at: turn.now)
        guard
            let changes = detection?.changes(
                to: state.board, excusing: situation?.hostsUnderMaintenance ?? [], under: loads,
                at: turn.now),
            let topology = situation?.topology
        else { return }
        for change in changes + loads.changes(to: state.board, in: topology, at: turn.now) {
            let before = state.board
            record(.board(change: change), in: &turn)
            if let notice = change.notice(at: turn.now, before: before) {
                let told = situation?.maintenance(explaining: change).map { notice.excused(by: $0) }
                turn.reaction.effects.append(.notify(told ?? notice))
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

extension Plan {
    /// A region, host or door of the plan that the topology does not have, or nil.
    fileprivate func missing(in topology: Topology) -> String? {
        for move in placement.regions {
            guard let declared = topology.regions[move.region] else {
                return "region \(move.region)"
            }
            let hosts = move.from.hosts + move.to.hosts
            if let host = hosts.first(where: { !declared.hosts.contains($0) }) {
                return "host \(host) of \(move.region)"
            }
        }
        let edges = steps.flatMap { $0.order?.to.edges ?? [] }
        if let edge = edges.first(where: { topology.edges[$0] == nil }) { return "edge \(edge)" }
        let doors = steps.compactMap(\.order?.door)
        return doors.first { topology.door($0) == nil }.map { "door \($0)" }
    }
}
