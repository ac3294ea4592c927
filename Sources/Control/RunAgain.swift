import OrderedCollections
import Planning
import Playbooks
import Situations
import TopologyModel
import Values

// A run that has ended is never opened again: to try it again, or to take it back, is a plan and a
// run of its own (docs/adr/0009).
extension Configuration {
    func run(_ id: RunID, among runs: [Run]) throws(NoWish) -> Run {
        if let run = runs.first(where: { $0.id == id }) { return run }
        throw .refused(
            Fault(what: "there is no run \(id)", mend: "list them with `bascule run list`"))
    }

    /// What is left to do: a run that went forward goes on to where it was going, one that turned
    /// back finishes its way back.
    func retry(_ run: Run, in situation: Situation) throws(NoWish) -> Wish {
        let end = try end(of: run, in: situation)
        if end == .succeeded { throw .alreadySo("run \(run.id) did all that it was to do") }
        guard let playbook = playbooks.named(run.plan.playbook) else { throw run.noPlaybook }
        let isWayBack = end == .partial && run.turnedBack
        let changes = run.plan.placement.regions.map {
            WantedChange.settle(
                region: $0.region, allocation: isWayBack ? $0.from : $0.to, cause: $0.cause)
        }
        return Wish(
            changes: changes, playbook: isWayBack ? playbooks.switchover : playbook,
            title: "retry \(run.id): \(run.plan.title)", cause: run.plan.cause)
    }

    /// Back to where each region came from, where the playbook's steps have an undo.
    func rollback(_ run: Run, reason: String, in situation: Situation) throws(NoWish) -> Wish {
        switch try end(of: run, in: situation) {
        case .succeeded, .partial: break
        case .rolledBack, .aborted: throw .alreadySo("nothing of run \(run.id) stands")
        }
        if reason.allSatisfy(\.isWhitespace) {
            throw .refused(Fault(what: "a reason is missing", mend: "say why: --reason \"...\""))
        }
        if let step = run.stepWithoutUndo {
            let regions = run.plan.regions.map { "bascule failback \($0)" }
            throw .refused(
                Fault(
                    what:
                        "run \(run.id) cannot be taken back: playbook \(run.plan.playbook) has no "
                        + "undo for '\(step)'",
                    mend: "bring its regions home: \(regions.joined(separator: "; "))"))
        }
        let changes = run.plan.placement.regions.filter { $0.from != $0.to }.map {
            WantedChange.settle(region: $0.region, allocation: $0.from, cause: .asked)
        }
        return Wish(
            changes: changes, playbook: playbooks.switchover,
            title: "roll back \(run.id) (\(run.plan.title)): \(reason)")
    }

    /// How the run ended; nothing may have moved its regions since.
    private func end(of run: Run, in situation: Situation) throws(NoWish) -> RunEnd {
        guard case .ended(let end, let at) = run.phase else {
            throw .refused(
                Fault(
                    what: "run \(run.id) is still going on",
                    mend: "wait for its end, or turn it back: bascule run abort \(run.id)"))
        }
        for region in run.plan.regions {
            guard
                let later = situation.history.shifts(of: region, since: at)
                    .last(where: { $0.at > at })
            else { continue }
            throw .refused(
                Fault(
                    what: "\(region) was moved since, at \(later.at.text)",
                    mend: "plan anew: bascule plan switchover \(region) --to HOST"))
        }
        return end
    }
}

extension Run {
    /// Whether something of it was undone, or was to be.
    fileprivate var turnedBack: Bool {
        plan.steps.contains { step in
            switch record(of: step.id)?.state {
            case .undoing, .undoUnknown, .undone, .undoFailed: true
            case .pending, .skipped, .waiting, .started, .unknown, .done, .failed, nil: false
            }
        }
    }

    /// The title of a step that changed a door and has no undo, or nil.
    fileprivate var stepWithoutUndo: String? {
        plan.steps.first { step in
            step.order != nil && !step.isUndone && record(of: step.id)?.isTouched == true
        }?.title
    }

    fileprivate var noPlaybook: NoWish {
        let doors = plan.steps.compactMap(\.order?.door)
        let mend =
            doors.first.map { "set the door again: bascule reassert \($0)" }
            ?? "plan what is wanted anew"
        return .refused(
            Fault(what: "run \(id) has no playbook '\(plan.playbook)' to try again", mend: mend))
    }
}
