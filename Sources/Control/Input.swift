package import Detection
package import Planning
package import Playbooks
package import Situations
package import TopologyModel
package import Values

/// What the controller works from: a checked topology, the playbooks, and the digest of both.
package struct Configuration: Hashable, Sendable {
    package let topology: Topology
    package let playbooks: Playbooks
    package let digest: Digest

    package init(topology: Topology, playbooks: Playbooks, digest: Digest) {
        (self.topology, self.playbooks, self.digest) = (topology, playbooks, digest)
    }

    /// The playbooks that decisions name.
    package struct Playbooks: Hashable, Sendable {
        package let evacuate: Playbook
        package let switchover: Playbook
        package let failback: Playbook
        package let spill: Playbook
        package let ration: Playbook

        /// What people run by hand, in the order of their names.
        package let others: [Playbook]

        package init(
            evacuate: Playbook, switchover: Playbook, failback: Playbook, spill: Playbook,
            ration: Playbook, others: [Playbook] = []
        ) {
            (self.evacuate, self.switchover, self.failback) = (evacuate, switchover, failback)
            (self.spill, self.ration) = (spill, ration)
            self.others = others
        }

        package var all: [Playbook] { [evacuate, switchover, failback, spill, ration] + others }

        package func named(_ name: String) -> Playbook? { all.first { $0.name == name } }
    }
}

/// Everything that the controller can be told; one at a time, in order.
package enum Input: Hashable, Sendable {
    case observed([Observation])
    /// What the load sources of hosts say; one that is silent says so.
    case loadRead([LoadReading])
    /// What edges counted of live requests since their last reading.
    case trafficRead([TrafficReading])
    /// Another controller's compact record.
    case vantage(VantageReport)
    /// At every `doorReadInterval`, not only after an act.
    case doorRead(FrontDoorID, FrontDoorState)
    case lease(Lease)
    case step(StepKey, StepOutcome)
    case solved(SolveID, Placement)
    case commanded(Command, CommandID, by: Principal)
    case loaded(Configuration)
    /// The wall clock was set; our own time goes on without a step.
    case clockStepped(Duration)
    case woke
}
