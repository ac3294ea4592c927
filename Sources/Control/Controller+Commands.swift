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
        if let reply = objection(to: command, in: situation) { return reply }
        record(.commanded(command: command, id: id, by: principal), in: &turn)
        return effect(of: command, by: principal, in: situation, turn: &turn)
    }

    /// What the command names that is not there, or a rule that forbids it.
    private func fault(in command: Command, situation: Situation) -> Fault? {
        let topology = situation.topology
        switch command {
        case .pause(let scope, _, let until):
            return situation.fault(inEnd: until, of: "pause", lengthMax: Pause.lengthMax)
                ?? scope.fault(in: topology)
        case .resume(let scope): return scope.fault(in: topology)
        case .declare(let domain, _, _): return HoldScope.domain(id: domain).fault(in: topology)
        case .apply, .force: return nil
        case .drain, .undrain, .beginMaintenance, .endMaintenance, .stepDown:
            return faultInHolding(command, in: situation)
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
            guard known?.observed?.state == known?.desired else { return nil }
            if case .reassert = command, !(known?.desired?.foreign.isEmpty ?? true) { return nil }
            return .alreadySo(text: "\(door) holds what is desired")
        case .abort(let run, _):
            guard case .turned(let because)? = state.runs[run]?.phase else { return nil }
            return .alreadySo(text: "run \(run) turned back already: \(because)")
        case .drain, .undrain, .beginMaintenance, .endMaintenance:
            return alreadyHeld(command, in: situation)
        case .pause, .declare, .apply, .force, .approve, .stepDown: return nil
        }
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
        case .force(let plan, let reason):
            return force(plan, reason: reason, by: principal, in: situation, turn: &turn)
        case .drain, .undrain, .beginMaintenance, .endMaintenance:
            return hold(command, by: principal, in: situation, turn: &turn)
        case .stepDown(let reason, let until):
            return stepDown(until: until, reason: reason, by: principal, in: &turn)
        case .approve(let run): return approve(run, by: principal, in: &turn)
        case .abort(let run, let reason):
            return abort(run, reason: reason, by: principal, in: &turn)
        case .adopt(let door): return adopt(door, by: principal, in: situation, turn: &turn)
        case .reassert(let door): return reassert(door, by: principal, in: situation, turn: &turn)
        }
    }

    private mutating func abort(
        _ run: RunID, reason: String, by principal: Principal, in turn: inout Turn
    ) -> Reply {
        for event in state.runs[run]?.abort(because: "\(principal): \(reason)") ?? [] {
            record(.run(id: run, event: event), in: &turn)
        }
        let rest = attempts.abandoned(run, at: turn.now)
        return .done(
            text: rest.map {
                "run \(run) turns back; it is not begun again for \($0.text), and for longer "
                    + "under a pause"
            } ?? "run \(run) turns back")
    }

    /// Why it cannot be decided now what the door is to hold, or nil: a run is deciding it.
    func objection(toDecidingOf door: FrontDoorID) -> Reply? {
        guard let region = state.doors[door]?.region else { return nil }
        let run =
            state.openRun(of: region)
            ?? state.openRuns.first {
                $0.isAbout(door) && !$0.isStuck(with: region, under: state.epoch)
            }
        return run.map { run in
            .refused(
                fault: Fault(
                    what: "run \(run.id) (\(run.plan.title)) is going on for \(region)",
                    mend: "wait for it, or stop it with `bascule run abort \(run.id)`"))
        }
    }

    private mutating func adopt(
        _ door: FrontDoorID, by principal: Principal, in situation: Situation,
        turn: inout Turn
    ) -> Reply {
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

    static func unknown(_ kind: String, _ name: String, among all: [String]) -> Fault {
        Fault(
            what: "there is no \(kind) '\(name)' in the topology",
            mend: nameMend(for: name, among: all))
    }
}

extension Command {
    fileprivate var lacksReason: Bool {
        switch self {
        case .pause(_, let reason, _), .declare(_, _?, let reason), .abort(_, let reason),
            .force(_, let reason), .drain(_, let reason, _, _),
            .beginMaintenance(_, _, let reason, _), .stepDown(let reason, _):
            reason.allSatisfy(\.isWhitespace)
        case .declare, .resume, .apply, .approve, .adopt, .reassert, .undrain, .endMaintenance:
            false
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
