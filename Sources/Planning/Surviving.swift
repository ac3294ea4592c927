import Detection
import OrderedCollections
package import Situations
package import TopologyModel
package import Values

/// Asks of a situation which regions outlive which losses: plans each loss as the controller would,
/// once it has seen it, and says what the plan leaves.
package struct Surviving: Sendable {
    /// How far ahead the worst hour is looked for: two school weeks, with their events.
    private static let horizon = DemandHours.horizonMax
    /// Options looked at for all losses of a question together: some seconds on two cores.
    private static let stepsMax = 10_000_000
    /// What each loss may use of them: enough for ten thousand losses to find nearly all that fits.
    private static let stepsPerLoss = 2000...Planner.stepsDefault
    /// The most domains that are asked about at once.
    package static let atOnceMax = 2

    private let situation: Situation
    private let demands: DemandHours
    /// What comes under doubt when each domain is lost.
    private let doubts: OrderedDictionary<FailureDomain, [FailureDomain]>
    /// Each domain that is asked about, and where it holds something.
    private let domains: [FailureDomain]
    private let same: [Survivability.SameDomain]
    private let sites: OrderedDictionary<FailureDomain, OrderedSet<SiteID>>
    private let reach: SiteReach
    private let counted: CountedUsers

    /// - Parameter at: The one instant that the answers hold for; nil for the worst hours of
    ///   `horizon`.
    package init(_ situation: Situation, at: Instant? = nil) {
        self.situation = situation
        demands =
            at.map { DemandHours(situation, at: [$0]) }
            ?? DemandHours(situation, horizon: Surviving.horizon)
        let topology = situation.topology
        let sites = OrderedDictionary(
            uniqueKeysWithValues: topology.domains.map { domain in
                (domain, OrderedSet(topology.sites.values.filter { $0.isIn(domain) }.map(\.id)))
            })
        var known: OrderedDictionary<OrderedSet<SiteID>, FailureDomain> = [:]
        var same: [Survivability.SameDomain] = []
        for (domain, held) in sites {
            if let first = known[held] {
                same.append(Survivability.SameDomain(domain: domain, fallsWith: first))
            } else {
                known[held] = domain
            }
        }
        (domains, self.same, self.sites) = (Array(known.values), same, sites)
        doubts = doubtedWith(each: topology.domains, in: topology)
        reach = SiteReach(situation)
        counted = CountedUsers(demands, in: situation)
    }

    /// The loss of all of `lost` at once; without any, each domain alone, then, for `atOnce` 2,
    /// every two of which none holds the other.
    package func losses(losing lost: [FailureDomain], atOnce: Int) -> [[FailureDomain]] {
        guard lost.isEmpty else { return [lost] }
        let singles = domains.map { [$0] }
        guard atOnce > 1 else { return singles }
        let pairs = domains.indices.flatMap { first in
            domains[(first + 1)...].compactMap { second -> [FailureDomain]? in
                let one = domains[first]
                return one.contains(second) || second.contains(one) ? nil : [one, second]
            }
        }
        return singles + pairs
    }

    /// What some of `count` losses make of the regions; each may use its part of the budget.
    package func survivals(
        of losses: some Sequence<[FailureDomain]>, among count: Int
    ) -> [LossSurvival] {
        let fair = Surviving.stepsMax / max(1, count)
        let bounds = Surviving.stepsPerLoss
        let steps = min(max(fair, bounds.lowerBound), bounds.upperBound)
        return losses.map { survival(losing: $0, steps: steps) }
    }

    package func survivability(_ losses: [LossSurvival]) -> Survivability {
        Survivability(at: situation.now, hours: demands.instants, losses: losses, same: same)
    }

    package func survivability(losing lost: [FailureDomain], atOnce: Int) -> Survivability {
        let all = losses(losing: lost, atOnce: atOnce)
        return survivability(survivals(of: all, among: all.count))
    }

    /// What losing all of these at once makes of the regions.
    private func survival(losing lost: [FailureDomain], steps: Int) -> LossSurvival {
        let after = situation.losing(lost, doubting: lost.flatMap { doubts[$0] ?? [] })
        let gone = lost.reduce(into: reach.lost) { $0.formUnion(sites[$1] ?? []) }
        let regions = reach.regions(at: gone)
        let hit = regions.compactMap { region -> WantedChange? in
            let hosts = reach.hosts(of: region.id, at: gone)
            return hosts.isEmpty
                ? nil : .leave(region: region.id, hosts: hosts, cause: .lost, domain: nil)
        }
        var placed: OrderedDictionary<RegionID, RegionPlacement> = [:]
        if !hit.isEmpty {
            let placement = Planner.placement(
                for: PlanningRequest(situation: after, changes: hit), demands, counted: counted,
                levels: false, steps: steps)
            for region in placement.regions { placed[region.region] = region }
        }
        let topology = situation.topology
        return LossSurvival(
            lost: lost,
            regions: regions.compactMap { region in
                let ways = Ways(of: region, losing: gone, in: topology)
                if !reach.hosts(of: region.id, at: gone).isEmpty {
                    return survival(of: region, placed: placed[region.id], ways)
                }
                return ways.isHit ? survival(of: region, ways) : nil
            },
            hasController: topology.controllers.contains { place in
                place.site.map { !gone.contains($0) } ?? true
            })
    }

    /// Of a region that keeps its hosts.
    private func survival(of region: Region, _ ways: Ways) -> RegionSurvival {
        RegionSurvival(
            region: region.id, outcome: ways.loss.map { .lost(because: $0) } ?? .fits,
            to: situation.allocations[region.id] ?? .nothing, explanation: [],
            recovery: ways.loss == nil && !ways.repointed.isEmpty
                ? region.recovery(changing: ways.repointed) : nil)
    }

    /// Of a region that must leave hosts; nil is a plan that has no place for it.
    private func survival(
        of region: Region, placed: RegionPlacement?, _ ways: Ways
    ) -> RegionSurvival {
        let outcome =
            ways.loss.map { RegionSurvival.Outcome.lost(because: $0) }
            ?? outcome(of: region, placed, ways)
        let changed = region.shiftedDoors + ways.repointed
        return RegionSurvival(
            region: region.id, outcome: outcome, to: placed?.to ?? .nothing,
            explanation: placed?.explanation ?? [],
            recovery: outcome.grade == .lost ? nil : region.recovery(changing: changed))
    }

    private func outcome(
        of region: Region, _ placed: RegionPlacement?, _ ways: Ways
    ) -> RegionSurvival.Outcome {
        guard let placed, !placed.to.shares.isEmpty else { return .lost(because: .noHost) }
        if let zone = ways.stuck { return .lost(because: .noUpdate(zone: zone)) }
        if let users = placed.overcommitted { return .overloaded(by: users) }
        let most = demands.users(of: region.id).max() ?? 0
        let part = 100 - placed.to.unserved.value
        let served = Percent.served(placed.to.admitted(of: region, among: most), of: most, part)
        guard served < .all else { return .fits }
        let classes = region.demand.shares.map { share in
            let users = share.share.roundedUp(of: most)
            let quota = placed.to.admission.first { $0.classID == share.classID }
            return RegionSurvival.ClassServed(
                classID: share.classID,
                served: .served(min(quota?.users ?? users, users), of: users, part))
        }
        return .rationed(served: served, classes: classes)
    }
}

extension Percent {
    /// So many of `all`, of whom only `part` percent have a host; rounded down.
    fileprivate static func served(_ users: Users, of all: Users, _ part: Int) -> Percent {
        Percent(checked: all == 0 ? 100 : min(100, users * 100 / all) * part / 100)
    }
}

extension Situation {
    /// The same once the domains are held lost, and what shares their fate is in doubt.
    fileprivate func losing(
        _ domains: [FailureDomain], doubting doubted: [FailureDomain]
    ) -> Situation {
        var after = self
        let evidence = Evidence(detector: .declared(by: "assumption", reason: "what if"))
        for domain in domains {
            after.board.apply(
                .domain(
                    id: domain, standing: Standing(verdict: .lost, since: now, evidence: evidence)))
        }
        for domain in doubted {
            let doubt = Doubt(
                since: now, until: now + topology.rules.doubtedFor, because: domains[0].name)
            after.board.apply(.doubt(id: domain, doubt: doubt))
        }
        return after
    }
}
