import OrderedCollections
import Control
import Detection
import Playbooks
import Situations
import TopologyModel
import Values

// The person at the screen: what they answer by themselves, and what a seed makes them do.
extension World {
    /// How often the person looks at the screen.
    private static let lookEvery = Duration.seconds(20)

    /// What a person does who sees what the leader shows: approve, reassert, declare alive, bring
    /// home what was adopted elsewhere, lift quotas that are on a person's word.
    mutating func operate() {
        schedule(.operate, after: World.lookEvery)
        guard options.hasOperator, let leader, random.chance(perMille: 700) else { return }
        for run in leader.state.openRuns where !run.approval(by: "operator").isEmpty {
            command(.approve(run: run.id))
        }
        for door in leader.state.doors.values {
            if case .drifted = door.standing {
                let isRight = random.chance(perMille: 200)
                command(isRight ? .adopt(door: door.id) : .reassert(door: door.id))
            }
        }
        for region in topology.regions.values {
            guard let situation = leader.situation(at: now), isLeftToPeople(region, in: situation),
                case .plan(let plan) = options.configuration.plan(
                    for: .failback(region: region.id), by: "operator", in: situation)
            else { continue }
            command(.apply(plan: plan))
        }
        liftQuotas(of: leader)
        for closure in leader.state.closures where isToBeEnded(closure) {
            command(.undrain(place: closure.place))
        }
        for domain in topology.domains where needsDeclaring(domain, by: leader) {
            command(.declare(domain: domain, kind: .alive, reason: "everything in it serves"))
        }
    }

    /// Quotas that a person set, or adopted at a gate, stay until a person lifts them: here once no
    /// more come than on an ordinary day, and the hosts are calm.
    private mutating func liftQuotas(of leader: Controller) {
        guard let situation = leader.situation(at: now), situation.board.surge == 100 else {
            return
        }
        for (region, allocation) in situation.allocations
        where allocation.isRationed && situation.quotas[region]?.isByPerson == true {
            let loads = allocation.hosts.map { situation.board.loads[$0]?.verdict }
            guard situation.underway[region] == nil, loads.allSatisfy({ $0 == .up }) else {
                continue
            }
            apply(plan(.lift(region: region, classID: nil), in: situation))
        }
    }

    /// How long a drain without an end lasts at least, before the person thinks of it.
    private static let drainMin = Duration.seconds(60)

    private func isToBeEnded(_ closure: Closure) -> Bool {
        closure.kind == .drain && closure.until == nil && now - closure.since > World.drainMin
    }

    // MARK: - Deeds

    /// Does what a person takes into their head, as the leader's own plan for it says.
    mutating func carryOut(_ deed: Deed) {
        guard let leader, let situation = leader.situation(at: now) else { return }
        let runs = Array(leader.state.runs.values)
        switch deed {
        case .drain(let place, let length):
            let until = length.map { now + $0 }
            let answer = plan(.drain(place: place), in: situation)
            switch answer {
            case .plan(let plan):
                command(.drain(place: place, reason: "works", until: until, plan: plan))
            case .alreadySo:
                command(.drain(place: place, reason: "works", until: until, plan: nil))
            case .refused: return
            }
        case .maintain(let place, let length):
            command(
                .beginMaintenance(
                    place: place, owner: "operator", reason: "works", until: now + length))
        case .stepDown(let length):
            command(.stepDown(reason: "works", until: now + length))
        case .switchover(let region, let host):
            apply(plan(.switchover(region: region, to: host), in: situation))
        case .retryTheLast:
            guard let last = runs.last(where: { !$0.isOpen && $0.hasFailed }) else { return }
            apply(plan(.retry(run: last.id), in: situation, runs))
        case .rollBackTheLast:
            guard let last = runs.last(where: { !$0.isOpen }) else { return }
            apply(plan(.rollback(run: last.id, reason: "wrong"), in: situation, runs))
        }
    }

    private func plan(
        _ intent: PlanIntent, in situation: Situation, _ runs: [Run] = []
    ) -> PlanAnswer {
        options.configuration.plan(for: intent, by: "operator", in: situation, runs: runs)
    }

    private mutating func apply(_ answer: PlanAnswer) {
        if case .plan(let plan) = answer { command(.apply(plan: plan)) }
    }

    // MARK: - What a person sees

    /// Away at a door by a person's hand, so that the table leaves it there: what `status` shows.
    private func isLeftToPeople(_ region: Region, in situation: Situation) -> Bool {
        guard situation.underway[region.id] == nil else { return false }
        return switch RegionView(situation: situation, region: region).awayReason {
        case .movedByAPerson, .elsewhere: true
        case .primaryCannot, .dwell, nil: false
        }
    }

    /// Lost or doubted by the leader, though everything in it serves again and is held up.
    private func needsDeclaring(_ domain: FailureDomain, by leader: Controller) -> Bool {
        let board = leader.state.board
        let isInDoubt = board.doubts[domain].map { now < $0.until } ?? false
        guard board.isLost(domain) || isInDoubt else { return false }
        return topology.hosts(in: domain).allSatisfy {
            conditions[$0] == .serving && board.verdict(of: $0) == .up
        }
    }
}

extension Run {
    fileprivate var hasFailed: Bool {
        if case .ended(let end, _) = phase { end != .succeeded } else { false }
    }
}
