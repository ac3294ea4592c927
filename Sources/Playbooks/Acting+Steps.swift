import Detection
import OrderedCollections
import Situations
import TopologyModel
import Values

// Going forward: what starts, and how what was started comes to rest.
extension Acting {
    /// Steps whose needs are met, and those that are tried again.
    var starting: [RunAct] {
        let halted = haltedRegions
        var room = roomInFlight
        var acts: [RunAct] = []
        for (step, record) in entries {
            if isLeftOut(step, record) {
                acts.append(.record(event: event(step, .skipped)))
                continue
            }
            guard let attempt = attempt(at: step, record, halted: halted) else { continue }
            guard step.isWanted else {
                acts.append(.record(event: event(step, .skipped)))
                continue
            }
            if step.order != nil {
                guard room > 0 else { continue }
                room -= 1
            }
            acts.append(start(step, attempt: attempt))
        }
        return acts
    }

    /// Whether a door is not waited for: its edge is out, so that nobody comes through it, and the
    /// region has another door in the plan. It is set right when its edge is back.
    func isLeftOut(_ step: PlannedStep, _ record: StepRecord) -> Bool {
        guard let door = step.order?.door, step.isWanted, situation.isOut(door),
            entries.contains(where: { other, _ in
                other.region == step.region && other.isWanted
                    && (other.order.map { $0.door != door && !situation.isOut($0.door) } ?? false)
            })
        else { return false }
        switch record.state {
        case .pending: return step.needs.allSatisfy { run.state(of: $0).isPassed }
        case .started, .unknown, .failed: return true
        case .skipped, .waiting, .done, .undoing, .undoUnknown, .undone, .undoFailed: return false
        }
    }

    /// Which attempt may start now, or nil.
    private func attempt(
        at step: PlannedStep, _ record: StepRecord, halted: [RegionID]
    ) -> Int? {
        switch record.state {
        case .pending:
            let isHalted = step.region.map(halted.contains) ?? false
            return !isHalted && step.needs.allSatisfy { run.state(of: $0).isPassed } ? 1 : nil
        case .failed(let last):
            return hasAttemptsLeft(step, record) && isRested(step, record) ? last + 1 : nil
        case .skipped, .waiting, .started, .unknown, .done, .undoing, .undoUnknown, .undone,
            .undoFailed:
            return nil
        }
    }

    /// Past the pivot a region stops where a step of it failed for good; the others go on.
    private var haltedRegions: [RegionID] {
        entries.filter { isGivenUp($0.step, $0.record) }.compactMap(\.step.region)
    }

    private func start(_ step: PlannedStep, attempt: Int) -> RunAct {
        let until = notAfter(step)
        let started = event(step, .started(attempt: attempt, epoch: epoch, notAfter: until))
        switch step.action {
        case .setDoor(let order):
            let key = StepKey(run: run.id, step: step.id, attempt: attempt, epoch: epoch)
            return .order(key: key, event: started, order: order, notAfter: until)
        case .approve(_, let within):
            return .record(event: event(step, .awaited(until: now + within)))
        case .drain, .check, .wait, .notify: return .record(event: started)
        }
    }

    /// What brings a step on its way to rest, or says that it is lost sight of; nil when it waits.
    func settling(_ step: PlannedStep, _ record: StepRecord) -> RunAct? {
        switch record.state {
        case .started(let attempt): return settlingStarted(step, record, attempt)
        case .unknown(let attempt): return settlingUnknown(step, attempt)
        case .waiting(let until):
            if hasTurned {
                return .record(event: event(step, .refused(by: "the run, which turned")))
            }
            let nobody = StepEvent.refused(by: "nobody: no answer came by \(until.rfc3339)")
            return now >= until ? .record(event: event(step, nobody)) : nil
        case .undoing(let attempt):
            return isOutOfSight(step, record) ? lostSight(of: step, record, attempt) : nil
        case .undoUnknown: return readBack(step)
        case .pending, .skipped, .done, .failed, .undone, .undoFailed: return nil
        }
    }

    private func settlingStarted(
        _ step: PlannedStep, _ record: StepRecord, _ attempt: Int
    ) -> RunAct? {
        let finished = event(step, .finished(attempt: attempt))
        if step.order == nil, hasTurned { return failed(step, attempt, "the run turned") }
        switch step.action {
        case .setDoor, .approve:
            return isOutOfSight(step, record) ? lostSight(of: step, record, attempt) : nil
        case .drain(_, let time), .wait(let time):
            return now >= (record.attemptAt ?? now) + time ? .record(event: finished) : nil
        case .check(let what, let region, let allocation):
            guard let objection = objection(what, region, allocation) else {
                return .record(event: finished)
            }
            return now >= deadline(step, record) ? failed(step, attempt, objection) : nil
        case .notify(let message):
            if record.epoch != epoch, step.onDoubt == .ask {
                return lostSight(of: step, record, attempt)
            }
            return .notice(event: finished, message: message)
        }
    }

    private func settlingUnknown(_ step: PlannedStep, _ attempt: Int) -> RunAct? {
        if step.order != nil { return isToBeUndone(step) ? nil : readBack(step) }
        if hasTurned { return failed(step, attempt, "the run turned") }
        let until = now + situation.topology.rules.approvalMax
        return .record(event: event(step, .awaited(until: until)))
    }

    private func failed(_ step: PlannedStep, _ attempt: Int, _ what: String) -> RunAct {
        let fault = Fault(what: what, mend: "")
        return .record(event: event(step, .failed(attempt: attempt, fault: fault)))
    }

    private func deadline(_ step: PlannedStep, _ record: StepRecord) -> Instant {
        (record.attemptAt ?? now) + step.timeout
    }
}

// MARK: - Doubt

extension Acting {
    /// Whether no answer to the last order can be waited for any more.
    ///
    /// Under another leadership nobody will bring it. Where the door itself refuses an older epoch
    /// that is enough; where it compares nothing, the old order may be sent until its `notAfter`.
    private func isOutOfSight(_ step: PlannedStep, _ record: StepRecord) -> Bool {
        if record.epoch == epoch { return now >= deadline(step, record) }
        return !mayStillLand(step, record)
    }

    /// Whether an order of the last attempt may still reach a door that compares nothing.
    func mayStillLand(_ step: PlannedStep, _ record: StepRecord) -> Bool {
        guard let order = step.order, let notAfter = record.notAfter, now <= notAfter else {
            return false
        }
        return switch situation.topology.door(order.door)?.door.fencing {
        case .compared?: false
        case .advisory?, nil: true
        }
    }

    private func lostSight(
        of step: PlannedStep, _ record: StepRecord, _ attempt: Int
    ) -> RunAct {
        let what =
            record.epoch == epoch
            ? "no answer within \(step.timeout.shortText)"
            : "it was started under epoch \(record.epoch?.description ?? "none")"
        let mend = step.order == nil ? "a person is asked" : "its door is read"
        let fault = Fault(what: what, mend: mend)
        return .record(event: event(step, .lostSight(attempt: attempt, fault: fault)))
    }

    private func readBack(_ step: PlannedStep) -> RunAct? {
        guard let door = step.order?.door, !readsInFlight.contains(door) else { return nil }
        return .readBack(step: step.id, door: door)
    }
}

// MARK: - Checks

extension Acting {
    /// Why the check does not hold now, or nil when it does.
    private func objection(
        _ what: CheckKind, _ region: RegionID, _ allocation: Allocation
    ) -> String? {
        switch what {
        case .targetsServe:
            let silent = allocation.hosts.filter {
                situation.board.verdict(of: region, at: $0) != .up
            }
            let names = silent.map(\.name).joined(separator: ", ")
            return silent.isEmpty ? nil : "\(names): not seen to serve \(region)"
        case .doorsAgree:
            guard let region = situation.topology.regions[region] else { return nil }
            let odd = region.shiftedDoors.first { door in
                let wanted = allocation.state(at: door, of: region)
                let known = situation.doors[door.id]
                if known?.missed == wanted { return false }
                return known?.desired != wanted || known?.standing != .asDesired
            }
            return odd.map { "\($0.id) does not read as planned" }
        }
    }
}
