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
        case .person(let deed): carryOut(deed)
        case .crowd(let event): befall(event)
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
}
