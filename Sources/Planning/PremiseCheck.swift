import Detection
import OrderedCollections
package import Situations
package import TopologyModel
import Values

/// Looks whether premises still hold, in one situation; what each hour asks is worked out once.
private struct PremiseCheck {
    let situation: Situation
    private let demands: DemandHours
    private let counted: CountedUsers

    /// - Parameter horizon: The one that the plan was made for.
    init(_ situation: Situation, horizon: Duration) {
        self.situation = situation
        demands = DemandHours(situation, horizon: horizon)
        counted = CountedUsers(demands, in: situation)
    }

    /// What moved, in words, or nil when the premise still holds.
    func objection(to premise: Premise) -> String? {
        switch premise {
        case .serves(let region, let host): serving(region, at: host)
        case .sound(let host): soundness(of: host)
        case .allocation(let region, let expected): allocation(of: region, expected: expected)
        case .room(let host, let needed): room(on: host, needed: needed)
        case .demand(let region, let planned): demand(of: region, planned: planned)
        }
    }

    private func serving(_ region: RegionID, at host: HostID) -> String? {
        let verdict = situation.board.verdict(of: region, at: host)
        switch verdict {
        case .up, .degraded, .saturated: return nil
        case .unknown, .doubted, .lost:
            return "\(region) at \(host) is no longer held up: it is \(verdict.rawValue)"
        }
    }

    private func soundness(of host: HostID) -> String? {
        guard let site = situation.topology.site(of: host) else {
            return "\(host) is no longer declared"
        }
        if let domain = situation.board.lostDomain(of: site) {
            return "\(host) stands in \(domain), which is held lost"
        }
        if let domain = situation.board.doubtedDomain(of: site, at: situation.now) {
            return "\(host) stands in \(domain), which is doubted"
        }
        if situation.board.verdict(of: host) == .lost { return "\(host) is held lost" }
        return situation.closure(of: host).map { "\(host) \($0.objection.words)" }
    }

    private func allocation(of region: RegionID, expected: Allocation) -> String? {
        let found = situation.allocations[region] ?? .nothing
        guard found != expected else { return nil }
        return "\(region) is at \(found.words), not at \(expected.words)"
    }

    private func room(on host: HostID, needed: Users) -> String? {
        guard situation.topology.hosts[host] != nil else { return "\(host) is no longer declared" }
        let room = max(0, counted.room(on: host, in: situation))
        return room >= needed ? nil : "\(host) has room for \(room) users, not for \(needed)"
    }

    private func demand(of id: RegionID, planned: Users) -> String? {
        guard situation.topology.regions[id] != nil else { return "\(id) is no longer declared" }
        let users = demands.users(of: id).max() ?? 0
        return users <= planned ? nil : "\(id) asks for \(users) users, not for \(planned)"
    }
}

extension Premise {
    /// What moved, in words, or nil when the premise still holds.
    package func objection(
        in situation: Situation, horizon: Duration = PlanningRequest.horizonDefault
    ) -> String? {
        PremiseCheck(situation, horizon: horizon).objection(to: self)
    }
}

extension Placement {
    /// The premises that no longer hold, as faults for people.
    package func violations(
        in situation: Situation, horizon: Duration = PlanningRequest.horizonDefault
    ) -> [Fault] {
        violated(in: situation, horizon: horizon).map {
            Fault(what: $0.words, mend: "plan again from what is so now")
        }
    }

    /// Hosts that have not the room that the plan counts on.
    package func hostsWithoutRoom(in situation: Situation) -> [HostID] {
        violated(in: situation, horizon: PlanningRequest.horizonDefault).compactMap {
            if case .room(let host, _) = $0.premise { host } else { nil }
        }
    }

    private func violated(
        in situation: Situation, horizon: Duration
    ) -> [(premise: Premise, words: String)] {
        guard !premises.isEmpty else { return [] }
        let check = PremiseCheck(situation, horizon: horizon)
        return premises.compactMap { premise in
            check.objection(to: premise).map { (premise, $0) }
        }
    }
}
