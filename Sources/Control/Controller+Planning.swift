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
        if turn.boardChanged { barren = [] }
        guard let situation = situation(at: turn.now) else { return }
        var wanted: [WantedChange] = []
        for region in situation.topology.regions.values {
            let decision = DecisionTable.decision(for: region, in: situation)
            if state.decisions[region.id]?.decision != decision {
                conclude(decision, in: situation, turn: &turn)
            }
            switch decision.outcome {
            case .wanted(let change): wanted.append(change)
            case .proposed(let change, .run): supersede(for: change, of: region, in: &turn)
            case .stay, .proposed, .ask: break
            }
        }
        restore(wanted, in: situation, turn: &turn)
        ask(for: wanted.filter { !$0.isRestore }, in: situation, turn: &turn)
    }

    private mutating func conclude(
        _ decision: Decision, in situation: Situation, turn: inout Turn
    ) {
        record(.decided(decision: decision), in: &turn)
        guard case .proposed(let change, let holding) = decision.outcome, holding != .run else {
            return
        }
        turn.say(
            holding == .holdDown || holding == .window ? .info : .page, decision.region,
            "\(decision.row): would \(change), but \(holding.rawValue) holds it back")
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

    private mutating func restore(
        _ wanted: [WantedChange], in situation: Situation, turn: inout Turn
    ) {
        for case .restore(let door, let region) in wanted {
            begin(
                .restoring(door, of: region, in: situation, by: "row door-forgot"), in: &turn)
        }
    }

    private mutating func ask(
        for changes: [WantedChange], in situation: Situation, turn: inout Turn
    ) {
        let candidates = Controller.requests(for: changes)
        guard let next = candidates.first(where: { !isBarren($0, at: turn.now) }) else {
            if changes.isEmpty { solving = nil }
            return
        }
        if let solving, solving.changes == next, turn.now < solving.deadline { return }
        let id = SolveID(max(state.solvesAsked, solving?.id.number ?? 0) + 1)
        solving = Solving(
            id: id, changes: next, deadline: turn.now + Controller.solveMax)
        let request = PlanningRequest(situation: situation, changes: next)
        turn.reaction.effects.append(.solve(id, request, steps: Planner.stepsDefault))
    }

    /// What is planned as one: everything that leaves, then each return by itself, since returns
    /// are runs of their own and no run may count on room that another has yet to free.
    private static func requests(for changes: [WantedChange]) -> [[WantedChange]] {
        let leaving = changes.filter { !$0.isHomeward }
        let returns = changes.filter(\.isHomeward).map { [$0] }
        return leaving.isEmpty ? returns : [leaving] + returns
    }

    private func isBarren(_ changes: [WantedChange], at now: Instant) -> Bool {
        barren.contains { $0.changes == changes && now < $0.until }
    }

    mutating func take(_ placement: Placement, of id: SolveID, in turn: inout Turn) {
        guard let asked = solving, asked.id == id, let situation = situation(at: turn.now) else {
            return
        }
        solving = nil
        let moves = placement.regions.filter { needsShift($0, in: situation) }
        var faults = placement.refusals
        if faults.isEmpty, moves.isEmpty {
            faults = [Fault(what: "the planner found nothing better", mend: "")]
        }
        faults += placement.violations(in: situation)
        guard !moves.isEmpty, placement.violations(in: situation).isEmpty else {
            record(.notPlaced(id: id, changes: asked.changes, faults: faults), in: &turn)
            barren.removeAll { $0.until <= turn.now || $0.changes == asked.changes }
            barren.append((asked.changes, turn.now + Controller.replanAfter))
            for region in asked.changes.compactMap(\.region) {
                turn.say(.page, region, "no plan for \(region): \(faults[0])")
            }
            return
        }
        record(.placed(id: id, changes: asked.changes, steps: placement.steps), in: &turn)
        carryOut(placement, for: asked.changes, in: situation, turn: &turn)
    }

    /// Whether the placement differs from what the region has, at any of its doors.
    private func needsShift(_ placement: RegionPlacement, in situation: Situation) -> Bool {
        guard situation.underway[placement.region] == nil,
            let region = situation.topology.regions[placement.region]
        else { return false }
        let wanted = DoorState(placement.to)
        let doors = region.frontDoors.filter { $0.granularity != .none }
        return placement.from != placement.to
            || doors.contains { situation.doors[$0.id]?.desired != wanted }
    }

    /// One run for everything that leaves together; one for each region that comes home.
    private mutating func carryOut(
        _ placement: Placement, for changes: [WantedChange], in situation: Situation,
        turn: inout Turn
    ) {
        guard let playbooks = configuration?.playbooks else { return }
        let moves = placement.regions.filter { needsShift($0, in: situation) }
        let homeward = changes.filter(\.isHomeward).compactMap(\.region)
        for move in moves where homeward.contains(move.region) {
            begin(
                playbooks.failback.plan(
                    for: placement.only([move.region]), title: "bring \(move.region) home",
                    cause: .asked, by: "row home", isAskedFor: false, situation: situation),
                in: &turn)
        }
        let leaving = moves.map(\.region).filter { !homeward.contains($0) }
        guard !leaving.isEmpty else { return }
        let about = changes.filter { $0.region.map(leaving.contains) ?? false }
        begin(
            playbooks.evacuate.plan(
                for: placement.only(leaving), title: about.planTitle, cause: .lost,
                by: "row \(state.decisions[leaving[0]]?.decision.row ?? "unserved")",
                isAskedFor: false, situation: situation), in: &turn)
    }

    /// Journals the run's beginning; its steps follow in the same turn.
    @discardableResult
    mutating func begin(_ plan: Plan, in turn: inout Turn) -> RunID? {
        guard let epoch = lease.epoch(at: turn.now) else { return nil }
        let id = RunID(term: epoch.term, number: state.runsBegun + 1)
        record(.run(id: id, event: .began(plan: plan)), in: &turn)
        turn.say(.page, plan.regions.count == 1 ? plan.regions[0] : nil, "run \(id): \(plan.title)")
        return id
    }
}

extension WantedChange {
    fileprivate var isRestore: Bool { if case .restore = self { true } else { false } }

    fileprivate var isHomeward: Bool { if case .comeHome = self { true } else { false } }

    fileprivate var region: RegionID? {
        switch self {
        case .leave(let region, _, _, _), .switchover(let region, _), .comeHome(let region, _),
            .serveMore(let region), .restore(_, let region):
            region
        case .evacuate: nil
        }
    }
}

extension [WantedChange] {
    /// `evacuate ovh/strasbourg`, `leave ent-sbg2`, `serve more of grand-est`.
    fileprivate var planTitle: String {
        var names: [String] = []
        for case .leave(_, let hosts, _, let domain) in self {
            let name =
                domain.map { "evacuate \($0)" }
                ?? "leave \(hosts.map(\.name).joined(separator: ", "))"
            if !names.contains(name) { names.append(name) }
        }
        for case .serveMore(let region) in self { names.append("serve more of \(region)") }
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
