import OrderedCollections
import Detection
import Planning
import Playbooks
import Situations
import TopologyModel
import Values

extension Controller {
    mutating func obey(
        _ command: Command, id: CommandID, by principal: Principal, in turn: inout Turn
    ) {
        let reply: Reply
        if lease.epoch(at: turn.now) == nil {
            reply = .notLeading(leader: knownLeader)
        } else if let situation = situation(at: turn.now) {
            reply = carryOut(command, id: id, by: principal, in: situation, turn: &turn)
        } else {
            reply = .refused(fault: Fault(what: "no topology is in force yet", mend: "try again"))
        }
        turn.reaction.effects.append(.reply(id, reply))
    }

    private var knownLeader: ControllerID? {
        if case .notHeld(let leader) = lease { leader } else { nil }
    }

    private mutating func carryOut(
        _ command: Command, id: CommandID, by principal: Principal, in situation: Situation,
        turn: inout Turn
    ) -> Reply {
        if let fault = fault(in: command, situation: situation) { return .refused(fault: fault) }
        if command.lacksReason {
            let why = "say why: --reason \"...\""
            return .refused(fault: Fault(what: "a reason is missing", mend: why))
        }
        if let already = alreadySo(command, situation: situation) { return already }
        if case .apply(let plan) = command, let reply = objection(toApplying: plan, in: situation) {
            return reply
        }
        record(.commanded(command: command, id: id, by: principal), in: &turn)
        return effect(of: command, by: principal, in: situation, turn: &turn)
    }

    /// What the command names that is not there, or a rule that forbids it.
    private func fault(in command: Command, situation: Situation) -> Fault? {
        let topology = situation.topology
        switch command {
        case .pause(let scope, _, let until):
            if until <= situation.now {
                return Fault(what: "the pause would have ended already", mend: "give a later end")
            }
            if until - situation.now > Pause.lengthMax {
                return Fault(
                    what: "the pause would last until \(until.text)",
                    mend: "pause for at most \(Pause.lengthMax.text), and again when it ends")
            }
            return scope.fault(in: topology)
        case .resume(let scope): return scope.fault(in: topology)
        case .declare(let domain, _, _): return HoldScope.domain(id: domain).fault(in: topology)
        case .apply: return nil
        case .approve(let run), .abort(let run, _):
            if state.runs[run]?.isOpen ?? false { return nil }
            return Fault(
                what: "there is no open run \(run)", mend: "list them with `bascule run list`")
        case .adopt(let door), .reassert(let door):
            if state.doors[door]?.observed != nil { return nil }
            return Fault(
                what: "door '\(door)' was never read",
                mend: "known are \(state.doors.keys.map(\.name).joined(separator: ", "))")
        }
    }

    private func alreadySo(_ command: Command, situation: Situation) -> Reply? {
        switch command {
        case .resume(let scope):
            let isPaused = state.pauses.contains { $0.scope == scope && situation.now < $0.until }
            return isPaused ? nil : .alreadySo(text: "nothing was paused there")
        case .declare(let domain, nil, _):
            return situation.board.declarations[domain] == nil
                ? .alreadySo(text: "nothing was declared of \(domain)") : nil
        case .declare(let domain, .lost, _):
            return situation.board.declarations[domain]?.kind == .lost
                ? .alreadySo(text: "\(domain) is declared lost already") : nil
        case .adopt(let door), .reassert(let door):
            let known = state.doors[door]
            return known?.observed?.state == known?.desired
                ? .alreadySo(text: "\(door) holds what is desired") : nil
        case .abort(let run, _):
            guard case .turned(let because)? = state.runs[run]?.phase else { return nil }
            return .alreadySo(text: "run \(run) turned back already: \(because)")
        case .pause, .declare, .apply, .approve: return nil
        }
    }

    private func objection(toApplying plan: Plan, in situation: Situation) -> Reply? {
        if plan.topology != situation.digest {
            return .premisesChanged(faults: [
                Fault(
                    what: "the plan was made for topology \(plan.topology.short), in force is "
                        + situation.digest.short, mend: "make the plan again")
            ])
        }
        if let run = plan.regions.compactMap({ state.openRun(of: $0) }).first {
            return .refused(
                fault: Fault(
                    what: "run \(run.id) (\(run.plan.title)) is going on for the same region",
                    mend: "wait for it, or stop it with `bascule run abort \(run.id)`"))
        }
        let violations = plan.placement.violations(in: situation)
        if !violations.isEmpty { return .premisesChanged(faults: violations) }
        if !plan.placement.regions.contains(where: { $0.isChange(in: situation) }) {
            return .alreadySo(text: "every region is where the plan wants it")
        }
        return nil
    }

    private mutating func effect(
        of command: Command, by principal: Principal, in situation: Situation, turn: inout Turn
    ) -> Reply {
        switch command {
        case .pause(let scope, let reason, let until):
            turn.say(
                .warning, nil, "\(principal) pauses \(scope): \(reason), until \(until.text)")
            let old = situation.pauses.first { $0.scope == scope && situation.now < $0.until }
            let instead = old.map { ", instead of until \($0.until.text)" } ?? ""
            return .done(text: "paused \(scope) until \(until.text)\(instead)")
        case .resume(let scope):
            turn.say(.info, nil, "\(principal) resumes \(scope)")
            return .done(text: "resumed \(scope)")
        case .declare(let domain, let kind, let reason):
            let word = kind?.rawValue ?? "as it is seen"
            turn.boardChanged = true
            turn.say(.warning, nil, "\(principal) declares \(domain) \(word): \(reason)")
            let rest = kind == .alive ? situation.doubts(besides: domain) : []
            let more = rest.map { "; \($0) is still in doubt (bascule declare alive \($0))" }
            return .done(text: "\(domain) is declared \(word)" + more.joined())
        case .apply(let plan):
            return begin(plan, in: &turn).map { .began(run: $0) } ?? .notLeading(leader: nil)
        case .approve(let run): return approve(run, by: principal, in: &turn)
        case .abort(let run, let reason):
            for event in state.runs[run]?.abort(because: "\(principal): \(reason)") ?? [] {
                record(.run(id: run, event: event), in: &turn)
            }
            let rest = attempts.abandoned(run, at: turn.now)
            return .done(
                text: rest.map {
                    "run \(run) turns back; it is not begun again for \($0.text), and for longer "
                        + "under a pause"
                } ?? "run \(run) turns back")
        case .adopt(let door):
            if let known = state.doors[door], let reading = known.observed,
                let region = situation.topology.regions[known.region]
            {
                let before = state.allocations[region.id] ?? .nothing
                adopt(reading, of: door, in: region, by: principal.name, turn: &turn)
                let shift = ShiftRecord(
                    region: region.id, at: turn.now, cause: .asked, from: before,
                    to: state.allocations[region.id] ?? .nothing)
                let returns = state.history.failedReturns(of: region.id)
                record(.shifted(shift: shift, holdDowns: [], failedReturns: returns), in: &turn)
            }
            return .done(text: "\(door) is right as it stands")
        case .reassert(let door): return reassert(door, by: principal, in: situation, turn: &turn)
        }
    }

    private mutating func approve(
        _ id: RunID, by principal: Principal, in turn: inout Turn
    ) -> Reply {
        let events = state.runs[id]?.approval(by: principal.name) ?? []
        guard !events.isEmpty else { return .alreadySo(text: "run \(id) waits for no approval") }
        for event in events { record(.run(id: id, event: event), in: &turn) }
        return .done(text: "run \(id) is approved")
    }

    private mutating func reassert(
        _ door: FrontDoorID, by principal: Principal, in situation: Situation, turn: inout Turn
    ) -> Reply {
        guard let region = state.doors[door]?.region else { return .alreadySo(text: "\(door)") }
        if let run = state.openRun(of: region) {
            return .refused(
                fault: Fault(what: "run \(run.id) is going on for \(region)", mend: "wait for it"))
        }
        let plan = Plan.restoring(door, of: region, in: situation, by: principal.name)
        return begin(plan, in: &turn).map { .began(run: $0) } ?? .notLeading(leader: nil)
    }
}

extension HoldScope: CustomStringConvertible {
    package var description: String {
        switch self {
        case .everything: "everything"
        case .region(let id): "region \(id)"
        case .domain(let id): "domain \(id)"
        }
    }

    func fault(in topology: Topology) -> Fault? {
        switch self {
        case .everything: nil
        case .region(let id):
            topology.regions[id] != nil
                ? nil
                : HoldScope.unknown("region", id.name, among: topology.regions.keys.map(\.name))
        case .domain(let id):
            topology.domains.contains(id)
                ? nil
                : HoldScope.unknown("failure domain", id.name, among: topology.domains.map(\.name))
        }
    }

    private static func unknown(_ kind: String, _ name: String, among all: [String]) -> Fault {
        Fault(
            what: "there is no \(kind) '\(name)' in the topology",
            mend: nameMend(for: name, among: all))
    }
}

extension Command {
    fileprivate var lacksReason: Bool {
        switch self {
        case .pause(_, let reason, _), .declare(_, _?, let reason), .abort(_, let reason):
            reason.allSatisfy(\.isWhitespace)
        case .declare, .resume, .apply, .approve, .adopt, .reassert: false
        }
    }
}

extension Situation {
    /// Domains in doubt, other than this one, that hold hosts of it.
    fileprivate func doubts(besides domain: FailureDomain) -> [FailureDomain] {
        let hosts = topology.hosts(in: domain)
        return board.doubts.keys.filter { doubted in
            doubted != domain && !domain.contains(doubted)
                && topology.hosts(in: doubted).contains(where: hosts.contains)
        }
    }
}
