import Detection
import OrderedCollections
import Planning
package import Playbooks
package import Situations
package import TopologyModel
import Values

// Whether a person's plan may be carried out now, and what `--force` skips.
extension Controller {
    /// What stands in the way of a command that carries a plan out, or nil.
    func objection(to command: Command, in situation: Situation) -> Reply? {
        switch command {
        case .apply(let plan):
            return objection(toApplying: plan, in: situation)
                ?? refusal(by: plan.obstacles(in: situation), of: plan)
        case .force(let plan, _):
            return objection(toApplying: plan, in: situation.withoutHeadroom)
        case .drain(let place, _, _, let plan):
            guard let plan else { return objection(toLeavingNobodyAt: place, in: situation) }
            return objection(toApplying: plan, in: situation)
                ?? refusal(by: plan.obstacles(in: situation, isLeaving: true), of: plan)
        case .adopt(let door), .reassert(let door): return objection(toDecidingOf: door)
        case .pause, .resume, .declare, .approve, .abort, .undrain, .beginMaintenance,
            .endMaintenance, .stepDown:
            return nil
        }
    }

    private func objection(toApplying plan: Plan, in situation: Situation) -> Reply? {
        if let run = plan.regions.compactMap({ state.openRun(of: $0) }).first {
            return .refused(
                fault: Fault(
                    what: "run \(run.id) (\(run.plan.title)) is going on for the same region",
                    mend: "wait for it, or stop it with `bascule run abort \(run.id)`"))
        }
        if let run = state.runs.values.first(where: { $0.plan == plan }) {
            return .refused(
                fault: Fault(
                    what: "this plan was carried out already: run \(run.id) began with it at "
                        + run.startedAt.rfc3339,
                    mend: "make another from what is so now; what a run left undone is in "
                        + "`bascule run retry \(run.id)`"))
        }
        if let fault = plan.topologyFault(in: situation) {
            return .premisesChanged(faults: [fault])
        }
        let violations = plan.placement.violations(in: situation)
        if !violations.isEmpty { return .premisesChanged(faults: violations) }
        if !plan.placement.regions.contains(where: { $0.isChange(in: situation) }),
            !plan.setsSomeDoor(in: situation)
        {
            return .alreadySo(text: "every region is where the plan wants it")
        }
        return nil
    }

    private func refusal(by obstacles: [Obstacle], of plan: Plan) -> Reply? {
        guard let first = obstacles.first else { return nil }
        return .refused(
            fault: Fault(
                what: "\(plan.title): held back by "
                    + obstacles.map(\.description).joined(separator: ", and by "),
                mend: first.mend))
    }

    private func objection(toLeavingNobodyAt place: HoldPlace, in situation: Situation) -> Reply? {
        let served = situation.regionsServed(at: place)
        guard !served.isEmpty else { return nil }
        return .premisesChanged(faults: [
            Fault(
                what: "\(served.map(\.name).joined(separator: ", ")) is served there by now",
                mend: "drain it again: the plan then moves it away")
        ])
    }

    /// Begins the plan, and journals what was skipped, by whom and why.
    mutating func force(
        _ plan: Plan, reason: String, by principal: Principal, in situation: Situation,
        turn: inout Turn
    ) -> Reply {
        let skipped = plan.obstacles(in: situation)
        guard let run = begin(plan, in: &turn) else { return .notLeading(leader: nil) }
        if !skipped.isEmpty {
            record(
                .forced(run: run, skipped: skipped, by: principal, reason: reason), in: &turn)
            let names = skipped.map(\.description).joined(separator: ", ")
            turn.say(.page, nil, "\(principal) forces run \(run) past \(names): \(reason)")
        }
        return .began(run: run)
    }
}

extension Situation {
    var withoutHeadroom: Situation {
        var copy = self
        copy.skipsHeadroom = true
        return copy
    }

    /// Regions whose users are sent to a host of the place, in declared order.
    package func regionsServed(at place: HoldPlace) -> [RegionID] {
        topology.regions.values.filter { region in
            RegionView(situation: self, region: region).hostsInUse
                .contains { hosts(at: place).contains($0) }
        }.map(\.id)
    }

    package func hosts(at place: HoldPlace) -> [HostID] {
        switch place {
        case .host(let id): topology.hosts[id] == nil ? [] : [id]
        case .domain(let id): topology.hosts(in: id)
        case .edge: []
        }
    }
}

extension Plan {
    /// Whether a door holds something else than a step would set.
    fileprivate func setsSomeDoor(in situation: Situation) -> Bool {
        steps.contains { step in
            guard case .setDoor(let order) = step.action else { return false }
            return situation.doors[order.door]?.observed?.state != order.to
        }
    }

    /// That the topology in force is not the one that the plan was made for, as far as the plan
    /// relies on it.
    fileprivate func topologyFault(in situation: Situation) -> Fault? {
        guard topology != situation.digest else { return nil }
        let mend = "make the plan again, or apply it with --replan"
        guard let entities else {
            return Fault(
                what: "the plan was made for topology \(topology.short), in force is "
                    + situation.digest.short, mend: mend)
        }
        let now = situation.topology.digests(for: regionsTouched)
        let (known, found) = (entities.byName, now.byName)
        let gone = entities.filter { found[$0.name] == nil }
        let changed = entities.filter { $0.digest != found[$0.name] ?? $0.digest }
        let new = now.filter { known[$0.name] == nil }
        let parts = [
            ("is no longer declared", gone), ("is not the same", changed), ("is new", new),
        ]
        .filter { !$0.1.isEmpty }
        .map { words, list in list.map(\.name).joined(separator: ", ") + " \(words)" }
        guard !parts.isEmpty else { return nil }
        return Fault(
            what: "the topology has changed since the plan was made: "
                + parts.joined(separator: "; "), mend: mend)
    }

    /// What holds a person's plan back now; none of it is a premise. A plan that leaves a place
    /// (`isLeaving`, or the playbook of evacuations) is not held down.
    package func obstacles(in situation: Situation, isLeaving: Bool = false) -> [Obstacle] {
        var found: [Obstacle] = []
        if let since = situation.board.isolatedSince { found.append(.isolation(since: since)) }
        if situation.board.brake != nil, !leavesDeclaredLoss(in: situation) {
            found.append(.brake)
        }
        if !isLeaving, playbook != Playbook.evacuateName {
            found += placement.regions.flatMap { heldDown($0, in: situation) }
        }
        let short = placement.hostsWithoutRoom(in: situation)
        if !short.isEmpty, placement.violations(in: situation.withoutHeadroom).isEmpty {
            found += short.map { .headroom(host: $0) }
        }
        return found
    }

    private func heldDown(_ move: RegionPlacement, in situation: Situation) -> [Obstacle] {
        situation.holdDowns.filter { hold in
            hold.region == move.region && situation.now < hold.until
                && move.to.percent(of: hold.left) > move.from.percent(of: hold.left)
        }.map { .holdDown(host: $0.left, until: $0.until) }
    }

    /// A person has looked: `declare lost` overrides the brake.
    private func leavesDeclaredLoss(in situation: Situation) -> Bool {
        let left = placement.regions.flatMap { move in
            move.from.hosts.filter { move.to.percent(of: $0) < move.from.percent(of: $0) }
        }
        return left.contains { host in
            let domains = situation.topology.site(of: host)?.domains ?? []
            return domains.contains { situation.board.declarations[$0]?.kind == .lost }
        }
    }
}

extension [EntityDigest] {
    fileprivate var byName: OrderedDictionary<String, String> {
        OrderedDictionary(map { ($0.name, $0.digest) }, uniquingKeysWith: { first, _ in first })
    }
}

extension Playbook {
    /// The playbook whose plans leave what is lost, or soon will be.
    static let evacuateName = "evacuate"
}

extension Obstacle: CustomStringConvertible {
    package var description: String {
        switch self {
        case .isolation(let since):
            "isolation (no reference has answered since \(since.text))"
        case .brake: "the brake"
        case .holdDown(let host, let until): "the hold-down of \(host) until \(until.text)"
        case .headroom(let host): "the head-room of \(host)"
        }
    }

    var mend: String {
        let force = "or skip it with --force --reason \"...\""
        return switch self {
        case .isolation: "look whether this controller is cut off, \(force)"
        case .brake: "say what is lost (bascule declare lost DOMAIN), \(force)"
        case .holdDown: "wait until then, \(force)"
        case .headroom: "choose another host, \(force)"
        }
    }
}
