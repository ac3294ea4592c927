import Detection
import OrderedCollections
package import Situations
import TopologyModel
import Values

extension Premise {
    /// What moved, in words, or nil when the premise still holds.
    ///
    /// `horizon` is the one that the plan was made for.
    package func objection(
        in situation: Situation, horizon: Duration = PlanningRequest.horizonDefault
    ) -> String? {
        switch self {
        case .serves(let region, let host):
            Premise.serving(region, at: host, in: situation)
        case .sound(let host):
            Premise.soundness(of: host, in: situation)
        case .allocation(let region, let expected):
            Premise.allocation(of: region, expected: expected, in: situation)
        case .room(let host, let needed):
            Premise.room(on: host, needed: needed, in: situation, horizon: horizon)
        case .demand(let region, let planned):
            Premise.demand(of: region, planned: planned, in: situation, horizon: horizon)
        }
    }

    private static func serving(
        _ region: RegionID, at host: HostID, in situation: Situation
    ) -> String? {
        let verdict = situation.board.verdict(of: region, at: host)
        switch verdict {
        case .up, .degraded, .saturated: return nil
        case .unknown, .doubted, .lost:
            return "\(region) at \(host) is no longer held up: it is \(verdict.rawValue)"
        }
    }

    private static func soundness(of host: HostID, in situation: Situation) -> String? {
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

    private static func allocation(
        of region: RegionID, expected: Allocation, in situation: Situation
    ) -> String? {
        let found = situation.allocations[region] ?? .nothing
        guard found != expected else { return nil }
        return "\(region) is at \(found.words), not at \(expected.words)"
    }

    private static func room(
        on host: HostID, needed: Users, in situation: Situation, horizon: Duration
    ) -> String? {
        guard situation.topology.hosts[host] != nil else { return "\(host) is no longer declared" }
        let room = HostRoom.least(on: host, in: situation, horizon: horizon)
        return room >= needed ? nil : "\(host) has room for \(room) users, not for \(needed)"
    }

    private static func demand(
        of id: RegionID, planned: Users, in situation: Situation, horizon: Duration
    ) -> String? {
        guard let region = situation.topology.regions[id] else {
            return "\(id) is no longer declared"
        }
        let users = DemandHours.most(of: region, in: situation, horizon: horizon)
        return users <= planned ? nil : "\(id) asks for \(users) users, not for \(planned)"
    }
}

extension Placement {
    /// The premises that no longer hold, as faults for people.
    package func violations(
        in situation: Situation, horizon: Duration = PlanningRequest.horizonDefault
    ) -> [Fault] {
        premises.compactMap { premise in
            premise.objection(in: situation, horizon: horizon).map {
                Fault(what: $0, mend: "plan again from what is so now")
            }
        }
    }
}
