import OrderedCollections
import Planning
import Situations
import TopologyModel
import Values

extension Run {
    /// What it wants now, in order; nothing when it waits.
    ///
    /// The same run in the same view wants the same. The caller carries all of it out (journals an
    /// event, then acts), asks again, and goes on until nothing is wanted.
    package func acts(in view: RunView) -> [RunAct] {
        Acting(run: self, view: view)?.acts ?? []
    }
}

/// A run that may act: it is open, and somebody leads.
struct Acting {
    let run: Run
    let situation: Situation
    let epoch: Epoch
    let leaseUntil: Instant
    let readsInFlight: [FrontDoorID]
    let entries: [(step: PlannedStep, record: StepRecord)]
    let isPastPivot: Bool

    init?(run: Run, view: RunView) {
        guard run.isOpen, let epoch = view.epoch, let leaseUntil = view.leaseUntil,
            view.situation.now < leaseUntil
        else { return nil }
        (self.run, situation, self.epoch) = (run, view.situation, epoch)
        (self.leaseUntil, readsInFlight) = (leaseUntil, view.readsInFlight)
        (entries, isPastPivot) = (run.entries, run.isPastPivot)
    }

    var now: Instant { situation.now }
    var hasTurned: Bool { run.phase != .forward }

    var acts: [RunAct] {
        if let because = reasonToTurn { return [.record(event: .turned(because: because))] }
        var acts = entries.compactMap { settling($0.step, $0.record) }
        if !hasTurned {
            acts += starting
        } else if !isPastPivot {
            acts += unwinding
        }
        return acts.isEmpty && isAtRest ? [.record(event: .ended(end: end))] : acts
    }

    /// Why the run turns now: a target that fell, or a failure before the pivot; nil to go on.
    private var reasonToTurn: String? {
        guard !hasTurned else { return nil }
        if let fallen = fallenTarget { return fallen }
        guard !isPastPivot,
            let failed = entries.first(where: {
                isGivenUp($0.step, $0.record) && !isLeftOut($0.step, $0.record)
            })
        else { return nil }
        return "\(failed.step.title): \(failed.record.fault?.description ?? "it failed")"
    }

    /// A host that is to take more users of a region and cannot any more.
    private var fallenTarget: String? {
        for move in run.plan.placement.regions {
            let gaining = move.to.hosts.filter {
                move.to.percent(of: $0) > move.from.percent(of: $0)
            }
            for host in gaining where isFallen(host, for: move.region) {
                return "\(host), where \(move.region) was going, is lost"
            }
        }
        return nil
    }

    /// Whether nobody of the region would be served at the host.
    func isFallen(_ host: HostID, for region: RegionID) -> Bool {
        guard let region = situation.topology.regions[region] else { return false }
        return switch situation.objection(to: host, for: region) {
        case .lost, .serviceLost, .inLostDomain, .notDeclared: true
        case nil, .unknown, .inDoubtedDomain, .saturated, .labelsMissing, .noRoom, .noLoginRoom,
            .heldDown, .left, .drained, .underMaintenance:
            false
        }
    }

    /// Whether the step failed and is not tried again.
    func isGivenUp(_ step: PlannedStep, _ record: StepRecord) -> Bool {
        guard case .failed = record.state else { return false }
        return !hasAttemptsLeft(step, record)
    }

    /// Each leadership has its own attempts, so that a crash costs none. Attempt 0 is a refusal.
    func hasAttemptsLeft(_ step: PlannedStep, _ record: StepRecord) -> Bool {
        switch record.state {
        case .failed(let last), .undoFailed(let last):
            last > 0 && (record.epoch == epoch ? record.attemptsInEpoch : 0) < step.attemptsMax
        case .pending, .skipped, .waiting, .started, .unknown, .done, .undoing, .undoUnknown,
            .undone:
            false
        }
    }

    func isRested(_ step: PlannedStep, _ record: StepRecord) -> Bool {
        now >= (record.endedAt ?? now) + step.retryAfter
    }

    /// How many door steps may still be put on their way.
    var roomInFlight: Int {
        let inFlight = entries.count { $0.step.order != nil && $0.record.state.isInFlight }
        return max(0, Run.stepsInFlightMax - inFlight)
    }

    /// Until when an order that starts now may be sent.
    func notAfter(_ step: PlannedStep) -> Instant { min(now + step.timeout, leaseUntil) }

    /// A step of the run, as an event.
    func event(_ step: PlannedStep, _ event: StepEvent) -> RunEvent {
        .step(id: step.id, event: event)
    }
}

// MARK: - The end

extension Acting {
    /// Whether nothing is on its way and nothing will be tried again.
    private var isAtRest: Bool {
        !entries.contains { step, record in
            if record.state.isInFlight { return true }
            switch record.state {
            case .failed:
                return !hasTurned && hasAttemptsLeft(step, record) || isToBeUndone(step, record)
            case .undoFailed: return mayUndoAgain(step, record)
            case .done: return isToBeUndone(step, record)
            case .pending, .skipped, .waiting, .started, .unknown, .undoing, .undoUnknown, .undone:
                return false
            }
        }
    }

    private var end: RunEnd {
        if entries.allSatisfy(\.record.state.isPassed) { return .succeeded }
        if isPastPivot || entries.contains(where: { stands($0.step, $0.record) }) {
            return .partial
        }
        return entries.contains { $0.record.isTouched && $0.step.order != nil }
            ? .rolledBack : .aborted
    }

    /// Whether the step may have left something behind.
    private func stands(_ step: PlannedStep, _ record: StepRecord) -> Bool {
        guard step.order != nil else { return false }
        switch record.state {
        case .done, .undoFailed, .unknown: return true
        case .failed: return record.isTouched
        case .pending, .skipped, .waiting, .started, .undoing, .undoUnknown, .undone: return false
        }
    }
}
