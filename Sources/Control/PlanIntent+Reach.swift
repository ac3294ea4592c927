import OrderedCollections
import Planning
import Situations
import TopologyModel

// What a plan for a person cannot reach: names that nobody could change, and what no plan moves.

extension PlanIntent {
    /// Whether regions that nothing asks to move may move for it: what leaves a place does not name
    /// whom it moves, nor where to.
    package var mayMoveOthers: Bool {
        switch self {
        case .evacuate, .failover(_, nil): true
        default: false
        }
    }
}

extension Situation {
    /// What stands in the domains that are evacuated, and that no plan moves: edges and name
    /// servers, as the end of a sentence; empty where there are none.
    func keptBehind(by changes: [WantedChange]) -> String {
        let sites = changes.flatMap { change -> [SiteID] in
            guard case .evacuate(let domain) = change else { return [] }
            return topology.sites.values.filter { $0.isIn(domain) }.map(\.id)
        }
        let edges = topology.edges.values.filter { sites.contains($0.site) }
            .map { "the edge \($0.id)" }
        let zones = topology.zones.values.filter { zone in
            zone.servers.contains { sites.contains($0.site) }
        }.map { "a name server of \($0.id)" }
        let all = edges + zones
        return all.isEmpty
            ? "" : "; what no plan moves stands there: \(all.joined(separator: ", "))"
    }
}

extension Placement {
    /// Without the regions whose names no server is left to change, and with why; all of them where
    /// a person forces it.
    func carriedOut(in situation: Situation) -> Placement {
        let stuck = regions.compactMap { region -> Refusal? in
            guard region.from.hosts != region.to.hosts, !situation.skipsHeadroom,
                let declared = situation.topology.regions[region.region],
                let zone = situation.zoneThatIsStuck(for: declared)
            else { return nil }
            return Refusal(
                of: region.region,
                what: "too few name servers of \(zone) are left to change the name of "
                    + "\(region.region)",
                mend: "bring one back (`bascule readiness \(region.region)` says what each "
                    + "answers), or change the name by hand")
        }
        guard !stuck.isEmpty else { return self }
        return Placement(
            regions: regions.filter { region in !stuck.contains { $0.region == region.region } },
            premises: premises, optimality: optimality, steps: steps, refusals: refusals + stuck,
            ifOthersMove: ifOthersMove)
    }
}
