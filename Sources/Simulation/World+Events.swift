import OrderedCollections
import Control
import Detection
import Playbooks
import Situations
import TopologyModel
import Values

extension World {
    /// Lets something happen to the world.
    mutating func befall(_ event: WorldEvent) {
        note(.event(event))
        switch event {
        case .condition(let host, let condition): conditions[host] = condition
        case .domain(let domain, let condition):
            for host in topology.hosts(in: domain) { conditions[host] = condition }
            for edge in topology.edges.values
            where topology.sites[edge.site]?.isIn(domain) ?? false {
                edgeConditions[edge.id] = condition
            }
        case .edge(let edge, let condition): edgeConditions[edge] = condition
        case .crash(let index): crash(index)
        case .restart(let index): restart(index)
        case .isolate(let index, let isIsolated): processes[index].isIsolated = isIsolated
        case .blind(let index, let domain, let isBlind):
            processes[index].blind.removeAll { $0 == domain }
            if isBlind { processes[index].blind.append(domain) }
        case .references(let areUp): referencesAreUp = areUp
        case .mood(let door, let mood): doors[door]?.mood = mood
        case .forget(let door):
            doors[door]?.forget()
            note(.door(door, by: nil))
        case .meddle(let door, let state):
            doors[door]?.meddle(state)
            note(.door(door, by: nil))
        case .command(let command): self.command(command)
        }
    }

    private mutating func crash(_ index: Int) {
        processes[index].isAlive = false
        processes[index].life += 1
    }

    private mutating func restart(_ index: Int) {
        guard !processes[index].isAlive else { return }
        let place = processes[index].controller.id
        processes[index].controller = Controller(id: place)
        processes[index].schedule = ProbeSchedule(topology: topology, at: now)
        processes[index].followed = 0
        processes[index].isAlive = true
        start(index)
    }

    // MARK: - The operator

    /// How often the person looks at the screen.
    private static let lookEvery = Duration.seconds(20)

    /// What a person does who sees what the leader shows: approve, reassert, declare alive, bring
    /// home what was adopted elsewhere.
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
        for region in topology.regions.values where isLeftToPeople(region, by: leader) {
            guard let situation = leader.situation(at: now),
                case .plan(let plan) = options.configuration.plan(
                    for: .failback(region: region.id), by: "operator", in: situation)
            else { continue }
            command(.apply(plan: plan))
        }
        for domain in topology.domains where needsDeclaring(domain, by: leader) {
            command(.declare(domain: domain, kind: .alive, reason: "everything in it serves"))
        }
    }

    /// Away by a person's hand, so that the table leaves it there.
    private func isLeftToPeople(_ region: Region, by leader: Controller) -> Bool {
        let last = leader.state.history.shifts.last { $0.region == region.id }
        return last?.cause == .asked && leader.state.openRun(of: region.id) == nil
            && leader.state.allocations[region.id]?.percent(of: region.primary) != .all
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
