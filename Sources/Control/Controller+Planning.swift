import OrderedCollections
package import Planning
import Playbooks
import Situations
package import TopologyModel
import Values

// Deciding asks the planner, off the loop; its answer is checked again before it is carried out.
extension Controller {
    mutating func decide(in turn: inout Turn) {
        guard !turn.reaction.entries.isEmpty || turn.now - evaluatedAt >= Controller.tick else {
            return
        }
        evaluatedAt = turn.now
        if turn.boardChanged { attempts.forgetBarren() }
        guard let situation = situation(at: turn.now) else { return }
        var wanted: [WantedChange] = []
        for region in situation.topology.regions.values {
            let decision = DecisionTable.decision(for: region, in: situation)
            if state.decisions[region.id]?.decision != decision {
                conclude(decision, in: situation, turn: &turn)
            }
            switch decision.outcome {
            case .wanted(let change):
                if !attempts.isResting(change, at: turn.now) { wanted.append(change) }
            case .proposed(let change, .run): supersede(for: change, of: region, in: &turn)
            case .stay, .proposed, .ask: break
            }
        }
        for region in situation.topology.regions.values {
            steerNames(of: region, in: situation, turn: &turn)
        }
        restore(wanted, in: situation, turn: &turn)
        ask(for: wanted.filter { !$0.isRestore }, in: situation, turn: &turn)
    }

    private mutating func conclude(
        _ decision: Decision, in situation: Situation, turn: inout Turn
    ) {
        record(.decided(decision: decision), in: &turn)
        tellIfHeld(decision, in: &turn)
    }

    private func tellIfHeld(_ decision: Decision, in turn: inout Turn) {
        guard case .proposed(let change, let holding) = decision.outcome, holding != .run else {
            return
        }
        let isUsual = holding == .holdDown || holding == .window
        turn.say(
            isUsual ? .info : .page, decision.region,
            "\(decision.row): would \(change), but \(words(for: holding, decision.region, turn)) "
                + "holds it back; where it would go: bascule plan held \(decision.region)")
    }

    /// The guard, and for a pause also whose it is and until when.
    private func words(for holding: Guard, _ region: RegionID, _ turn: Turn) -> String {
        guard holding == .pause, let situation = situation(at: turn.now),
            let declared = situation.topology.regions[region],
            let pause = RegionView(situation: situation, region: declared).pause
        else { return holding.rawValue }
        return "pause (by \(pause.owner) until \(pause.until.text): \(pause.reason))"
    }

    /// A run that is not itself leaving what was lost gives way to one that does.
    private mutating func supersede(
        for change: WantedChange, of region: Region, in turn: inout Turn
    ) {
        guard case .leave(_, let hosts, .lost, _) = change,
            let run = state.openRun(of: region.id), run.plan.cause != .lost
        else { return }
        let because = "\(hosts.map(\.name).joined(separator: ", ")) is lost"
        for event in run.abort(because: because) {
            record(.run(id: run.id, event: event), in: &turn)
        }
    }

    /// Where the region's names point is decided beside where the region is: hosts stay.
    private mutating func steerNames(
        of region: Region, in situation: Situation, turn: inout Turn
    ) {
        guard let decision = DecisionTable.edgeDecision(for: region, in: situation) else { return }
        if state.edgeDecision(of: region.id)?.decision != decision {
            record(.decidedEdges(decision: decision), in: &turn)
            tellIfHeld(decision, in: &turn)
        }
        guard case .wanted(let change) = decision.outcome,
            case .repoint(let door, _, let edges) = change,
            !attempts.isResting(change, at: turn.now),
            !state.openRuns.contains(where: { $0.isAbout(door) })
        else { return }
        begin(
            .repointing(
                door, of: region.id, at: edges, in: situation, by: "row \(decision.row)"),
            for: [change], in: &turn)
    }

    private mutating func restore(
        _ wanted: [WantedChange], in situation: Situation, turn: inout Turn
    ) {
        for case .restore(let door, let region) in wanted {
            begin(
                .restoring(door, of: region, in: situation, by: "row door-forgot"),
                for: [.restore(door: door, region: region)], in: &turn)
        }
    }

    private mutating func ask(
        for changes: [WantedChange], in situation: Situation, turn: inout Turn
    ) {
        let candidates = Controller.requests(for: changes)
        guard let next = candidates.first(where: { !attempts.isBarren($0, at: turn.now) }) else {
            if changes.isEmpty { attempts.dropQuestion() }
            return
        }
        if let asked = attempts.question, asked.changes == next, turn.now < asked.deadline {
            return
        }
        let id = attempts.ask(
            next, above: state.solvesAsked, until: turn.now + Controller.solveMax)
        let request = PlanningRequest(situation: situation, changes: next)
        let steps =
            next.allSatisfy(\.isRelief) ? Controller.reliefSteps : Planner.stepsDefault
        turn.reaction.effects.append(.solve(id, request, steps: steps))
    }

    /// What is planned as one: everything that leaves, then everything that is too full, then each
    /// return by itself, since returns are runs of their own and no run may count on room that
    /// another has yet to free.
    private static func requests(for changes: [WantedChange]) -> [[WantedChange]] {
        let leaving = changes.filter { !$0.isHomeward && !$0.isRelief }
        let relief = changes.filter(\.isRelief)
        let returns = changes.filter(\.isHomeward).map { [$0] }
        return [leaving, relief].filter { !$0.isEmpty } + returns
    }

    mutating func take(_ placement: Placement, of id: SolveID, in turn: inout Turn) {
        guard let asked = attempts.answered(id), let situation = situation(at: turn.now) else {
            return
        }
        let violations = placement.violations(in: situation)
        if !violations.isEmpty, attempts.isToBeAskedAgain() {
            evaluatedAt = .distantPast
            return
        }
        let moves = placement.regions.filter {
            situation.underway[$0.region] == nil && $0.isChange(in: situation)
                && !isIdleCrowding($0, asked.changes, in: situation)
        }
        guard violations.isEmpty, !moves.isEmpty else {
            let changed = violations.map { Refusal(of: nil, what: $0.what, mend: $0.mend) }
            return giveUp(on: asked, because: placement.refusals + changed, in: &turn)
        }
        attempts.found()
        record(.placed(id: id, changes: asked.changes, steps: placement.steps), in: &turn)
        carryOut(
            placement.only(moves.map(\.region)), for: asked.changes, in: situation, turn: &turn)
    }

    private mutating func giveUp(
        on asked: Attempts.Question, because refusals: [Refusal], in turn: inout Turn
    ) {
        guard attempts.foundNothing(for: asked.changes, refusals, at: turn.now) else { return }
        let faults = refusals.isEmpty ? [Fault.nothingBetter] : refusals.map(\.fault)
        record(.notPlaced(id: asked.id, changes: asked.changes, faults: faults), in: &turn)
        for change in asked.changes {
            guard let region = change.region else { continue }
            // A ramp that has come as far as the hosts bear is as it should be.
            let isFull = state.allocations[region]?.isRationed ?? false && refusals.isEmpty
            guard !(isFull && change.isRelief) else { continue }
            turn.say(.page, region, "no plan for \(region): \(refusals.faults(about: region)[0])")
        }
    }

    /// Whether it would crowd a host to leave one that serves, and is only in doubt.
    private func isIdleCrowding(
        _ placement: RegionPlacement, _ changes: [WantedChange], in situation: Situation
    ) -> Bool {
        guard placement.overcommitted != nil,
            let region = situation.topology.regions[placement.region]
        else { return false }
        return changes.contains { change in
            guard case .leave(region.id, let hosts, _, _) = change else { return false }
            return !hosts.contains {
                situation.objection(to: $0, for: region)?.isLoss ?? false
            }
        }
    }

    /// One run for everything that leaves together; one for each region that comes home.
    private mutating func carryOut(
        _ placement: Placement, for changes: [WantedChange], in situation: Situation,
        turn: inout Turn
    ) {
        guard let playbooks = configuration?.playbooks else { return }
        let homeward = changes.filter(\.isHomeward)
        for move in placement.regions where homeward.contains(where: { $0.region == move.region }) {
            begin(
                playbooks.failback.plan(
                    for: placement.only([move.region]), title: "bring \(move.region) home",
                    cause: .unaffected, by: "row home", isAskedFor: false, situation: situation),
                for: homeward.filter { $0.region == move.region }, in: &turn)
        }
        let away = changes.filter { !$0.isHomeward }
        let regions = placement.regions.map(\.region).filter { region in
            away.contains { $0.region == region }
        }
        guard !regions.isEmpty else { return }
        let about = away.filter { $0.region.map(regions.contains) ?? false }
        let only = placement.only(regions)
        let isShift = only.regions.contains { $0.from.shares != $0.to.shares }
        let playbook =
            about.allSatisfy(\.isRelief)
            ? (isShift ? playbooks.spill : playbooks.ration) : playbooks.evacuate
        begin(
            playbook.plan(
                for: only, title: about.planTitle, cause: about.cause,
                by: "row \(state.decisions[regions[0]]?.decision.row ?? "unserved")",
                isAskedFor: false, situation: situation), for: about, in: &turn)
    }

    /// Journals the run's beginning; its steps follow in the same turn. `changes` rest for a while
    /// when it does not succeed.
    @discardableResult
    mutating func begin(
        _ plan: Plan, for changes: [WantedChange] = [], in turn: inout Turn
    ) -> RunID? {
        guard let epoch = lease.epoch(at: turn.now) else { return nil }
        let id = RunID(term: epoch.term, number: state.runsBegun + 1)
        attempts.began(id, for: changes)
        let level: Notice.Level = plan.cause == .asked || isStep(plan) ? .info : .page
        record(.run(id: id, event: .began(plan: plan)), in: &turn)
        turn.say(
            level, plan.regions.count == 1 ? plan.regions[0] : nil, "run \(id): \(plan.title)",
            run: id)
        return id
    }

    /// Whether the plan only changes quotas that are there already: nobody is called for each step
    /// of a ramp.
    private func isStep(_ plan: Plan) -> Bool {
        plan.placement.regions.allSatisfy { $0.from.isRationed && $0.from.shares == $0.to.shares }
            && !plan.placement.regions.isEmpty
    }
}

extension Fault {
    /// There is a placement, and it is the one that stands.
    fileprivate static let nothingBetter = Fault(
        what: "the planner found nothing better", mend: "")
}

extension [Refusal] {
    /// What concerns the region: its own, else what concerns the request as a whole; never empty.
    func faults(about region: RegionID?) -> [Fault] {
        let own = filter { $0.region == region && region != nil }
        let general = filter { $0.region == nil }
        let faults = (own.isEmpty ? general : own).map(\.fault)
        return faults.isEmpty ? [.nothingBetter] : faults
    }
}

extension WantedChange {
    /// Whom it is about; nil where it is about a place.
    package var region: RegionID? {
        switch self {
        case .leave(let region, _, _, _), .switchover(let region, _), .comeHome(let region, _),
            .serveMore(let region), .relieve(let region, _), .admit(let region, _),
            .pace(let region, _, _), .settle(let region, _, _), .restore(_, let region):
            region
        case .repoint(_, let region, _): region
        case .evacuate: nil
        }
    }
}

extension [WantedChange] {
    /// Lost where something is left, for that is what holds down and damps.
    fileprivate var cause: Cause {
        if contains(where: { if case .leave = $0 { true } else { false } }) { return .lost }
        let isTooFull = contains {
            switch $0 {
            case .relieve, .admit: true
            default: false
            }
        }
        if isTooFull { return .saturated }
        return contains { if case .pace = $0 { true } else { false } } ? .dependency : .unaffected
    }

    /// `evacuate ovh/strasbourg`, `leave ent-sbg2`, `serve more of grand-est`.
    fileprivate var planTitle: String {
        var names: [String] = []
        for case .leave(_, let hosts, _, let domain) in self {
            let name =
                domain.map { "evacuate \($0)" }
                ?? "leave \(hosts.map(\.name).joined(separator: ", "))"
            if !names.contains(name) { names.append(name) }
        }
        names += filter(\.isRelief).map(\.description)
        return names.joined(separator: "; ")
    }
}

extension Placement {
    /// The part of the placement that concerns these regions; the premises are shared.
    package func only(_ regions: [RegionID]) -> Placement {
        Placement(
            regions: self.regions.filter { regions.contains($0.region) }, premises: premises,
            optimality: optimality, steps: steps, refusals: refusals)
    }
}
