import Planning
import OrderedCollections
import Playbooks
import Situations
import TopologyModel
import Values

extension Controller {
    /// Lets every open run do what it can now.
    mutating func advanceRuns(in turn: inout Turn) {
        for id in state.openRuns.map(\.id) {
            var rounds = 0
            while let run = state.runs[id], run.isOpen, let view = runView(at: turn.now) {
                let acts = run.acts(in: view)
                if acts.isEmpty { break }
                rounds += 1
                precondition(rounds < Controller.actRoundsMax, "run \(id) never comes to rest")
                for act in acts { carryOut(act, of: id, in: &turn) }
            }
        }
    }

    private func runView(at now: Instant) -> RunView? {
        situation(at: now).map {
            RunView(
                situation: $0, epoch: lease.epoch(at: now), leaseUntil: lease.lastSend,
                readsInFlight: doorReads.inFlight(at: now))
        }
    }

    private mutating func carryOut(_ act: RunAct, of id: RunID, in turn: inout Turn) {
        switch act {
        case .record(let event):
            record(.run(id: id, event: event), in: &turn)
        case .order(let key, let event, let order, let notAfter):
            record(.run(id: id, event: event), in: &turn)
            turn.reaction.effects.append(
                .perform(StepOrder(key: key, order: order, notAfter: notAfter)))
        case .readBack(_, let door): read(door, in: &turn)
        case .notice(let event, let message):
            record(.run(id: id, event: event), in: &turn)
            turn.say(.info, nil, message)
        }
    }

    mutating func take(_ outcome: StepOutcome, of key: StepKey, in turn: inout Turn) {
        guard lease.epoch(at: turn.now) != nil, let run = state.runs[key.run] else { return }
        for event in run.events(for: outcome, key: key, at: turn.now) {
            record(.run(id: run.id, event: event), in: &turn)
        }
        guard case .refused(let other?) = outcome, other > key.epoch else { return }
        giveWay(to: other, at: "the door of \(key)", in: &turn)
    }

    /// Another controller leads from another journal: this one acts no more.
    mutating func giveWay(to other: Epoch, at place: String, in turn: inout Turn) {
        turn.say(
            .page, nil, "a newer epoch \(other) stands at \(place); leadership is given up")
        turn.reaction.effects.append(.yieldLease(until: nil))
        lease = .notHeld(leader: other.owner)
    }

    /// What follows from an event of a run beyond its own state.
    mutating func follow(_ event: RunEvent, of id: RunID, in turn: inout Turn) {
        guard let run = state.runs[id] else { return }
        announce(event, of: run, in: &turn)
        guard case .ended(let end) = event else { return }
        attempts.ended(id, end, at: turn.now)
        guard let topology = configuration?.topology else { return }
        for placement in run.plan.placement.regions where !hasMovedOn(placement.region, run) {
            guard let region = topology.regions[placement.region] else { continue }
            let there = state.allocations[region.id]?.ordered(for: region).shares
            let goal = placement.to.ordered(for: region).shares
            let returned = ReturnRules(region: region, history: state.history, now: turn.now)
            if there == goal, placement.from.shares != placement.to.shares {
                record(returned.fact(for: placement, cause: run.plan.cause), in: &turn)
            } else if end == .rolledBack, run.plan.cause != .asked,
                placement.to.percent(of: region.primary) == .all
            {
                record(returned.factForFailedReturn(placement), in: &turn)
            }
        }
    }

    /// Whether another run has shifted the region since this one began, which was stuck there.
    private func hasMovedOn(_ region: RegionID, _ run: Run) -> Bool {
        !state.history.shifts(of: region, since: run.startedAt).isEmpty
    }

    private func announce(_ event: RunEvent, of run: Run, in turn: inout Turn) {
        switch event {
        case .began: break
        case .turned(let because):
            turn.say(.page, nil, "run \(run.id) turns back: \(because)", run: run.id)
        case .ended(let end):
            let level: Notice.Level = end == .succeeded ? .info : .page
            let fault = end == .succeeded ? nil : run.lastFault
            let because = fault.map { ": \($0)" } ?? ""
            turn.say(
                level, nil, "run \(run.id) (\(run.plan.title)): \(end.rawValue)\(because)",
                run: run.id)
        case .step(let step, let event): announce(event, of: step, in: run, turn: &turn)
        }
    }

    private func announce(
        _ event: StepEvent, of id: StepID, in run: Run, turn: inout Turn
    ) {
        guard let step = run.plan.step(id) else { return }
        switch event {
        case .awaited(let until):
            turn.say(
                .page, step.region,
                "run \(run.id) (\(run.plan.title)) waits for approval until \(until.text): "
                    + "bascule run approve \(run.id)", run: run.id)
        case .failed(let attempt, let fault), .lostSight(let attempt, let fault):
            turn.say(
                .warning, step.region, "\(step.title), attempt \(attempt): \(fault)", run: run.id)
        case .undoFailed(_, let fault):
            turn.say(.page, step.region, "\(step.title) could not be undone: \(fault)", run: run.id)
        case .finished:
            if case .setDoor = step.action {
                turn.say(.info, step.region, "done: \(step.title)", run: run.id)
            }
        case .undone: turn.say(.warning, step.region, "undone: \(step.title)", run: run.id)
        case .skipped, .approved, .refused, .started, .undoStarted: break
        }
    }
}
