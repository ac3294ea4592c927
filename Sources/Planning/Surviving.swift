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
    /// Options looked at that the losses of a question share evenly: some seconds on two cores.
    private static let stepsShared = 10_000_000
    /// What each loss may use at least, and at most: enough for ten thousand losses to find nearly
    /// all that fits.
    private static let stepsPerLoss = 5000...Planner.stepsDefault
    /// The most domains that are asked about at once.
    package static let atOnceMax = 2
    /// The most losses of one question: every two of about two hundred domains.
    package static let lossesMax = 25_000

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
    /// By which ways users come now.
    private let waysNow: OrderedDictionary<RegionID, Ways>
    private let brakes: BrakeForecast

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
        waysNow = topology.regions.mapValues { Ways(of: $0, in: situation) }
        brakes = BrakeForecast(of: topology)
    }

    /// The loss of all of `lost` at once; without any, each domain alone, then, for `atOnce` 2,
    /// every two of which none holds the other.
    ///
    /// - Throws: What to ask instead, where there are more than `lossesMax`.
    package func losses(
        losing lost: [FailureDomain], atOnce: Int
    ) throws(Fault) -> [[FailureDomain]] {
        guard lost.isEmpty else { return [OrderedSet(lost).elements] }
        let singles = domains.map { [$0] }
        guard atOnce > 1 else { return singles }
        let pairs = domains.indices.flatMap { first in
            domains[(first + 1)...].compactMap { second -> [FailureDomain]? in
                let one = domains[first]
                return one.contains(second) || second.contains(one) ? nil : [one, second]
            }
        }
        guard singles.count + pairs.count <= Surviving.lossesMax else {
            throw Fault(
                what: "\(domains.count) failure domains make \(pairs.count) pairs, more than "
                    + "\(Surviving.lossesMax) losses",
                mend: "ask with --depth 1, or about some with --lose")
        }
        return singles + pairs
    }

    /// What some of `count` losses make of the regions; each may use its part of the budget.
    package func survivals(
        of losses: some Sequence<[FailureDomain]>, among count: Int
    ) -> [LossSurvival] {
        let fair = Surviving.stepsShared / max(1, count)
        let bounds = Surviving.stepsPerLoss
        let steps = min(max(fair, bounds.lowerBound), bounds.upperBound)
        return losses.map { survival(losing: $0, steps: steps) }
    }

    package func survivability(_ losses: [LossSurvival]) -> Survivability {
        Survivability(
            at: situation.now, hours: demands.instants, before: before, losses: losses, same: same)
    }

    package func survivability(
        losing lost: [FailureDomain], atOnce: Int
    ) throws(Fault) -> Survivability {
        let all = try losses(losing: lost, atOnce: atOnce)
        return survivability(survivals(of: all, among: all.count))
    }

    // MARK: - Before any loss

    /// Who is not served as it is, whatever is lost beside, and what explains losses that surprise.
    private var before: Survivability.Before {
        let topology = situation.topology
        return Survivability.Before(
            lost: topology.domains.filter { situation.board.isLost($0) },
            doubted: topology.domains.filter { domain in
                situation.board.doubts[domain].map { situation.now < $0.until } ?? false
            },
            closed: situation.closures.filter { $0.isInForce(at: situation.now) }.map(\.place),
            regions: topology.regions.values.compactMap(standing))
    }

    /// A region that is not fully served where it is; nil for one that is.
    private func standing(of region: Region) -> RegionSurvival? {
        let present = situation.allocations[region.id] ?? Allocation(all: region.primary)
        let outcome = outcome(ofStaying: present, region)
        return outcome.grade == .fits
            ? nil
            : RegionSurvival(
                region: region.id, outcome: outcome, to: present, explanation: [], recovery: nil)
    }

    private func outcome(
        ofStaying present: Allocation, _ region: Region
    ) -> RegionSurvival.Outcome {
        if let loss = waysNow[region.id]?.loss { return .lost(because: loss) }
        let serving = present.hosts.filter { host in
            !(situation.objection(to: host, for: region)?.isLoss ?? false)
        }
        guard !serving.isEmpty else { return .lost(because: .noHost) }
        let over = serving.map { -counted.room(on: $0, in: situation) }.max() ?? 0
        return over > 0 ? .overloaded(by: over) : served(of: region, by: present)
    }

    // MARK: - One loss

    /// What losing all of these at once makes of the regions.
    private func survival(losing lost: [FailureDomain], steps: Int) -> LossSurvival {
        let after = situation.losing(lost, doubting: lost.flatMap { doubts[$0] ?? [] })
        let fallen = lost.reduce(into: OrderedSet<SiteID>()) { $0.formUnion(sites[$1] ?? []) }
        // What was lost before takes room as well, and is told apart.
        let gone = fallen.union(reach.lost)
        let hit = reach.regions(at: gone).compactMap { region -> WantedChange? in
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
        let acting = acting(gone, losing: lost)
        let regions = reach.regions(at: fallen).compactMap { region -> RegionSurvival? in
            let ways = Ways(of: region, in: after)
            if !reach.hosts(of: region.id, at: fallen).isEmpty {
                return survival(of: region, placed: placed[region.id], ways, in: after, acting)
            }
            return ways.isAlike(waysNow[region.id]) ? nil : survival(of: region, ways, acting)
        }
        return LossSurvival(lost: lost, regions: regions, acting: acting)
    }

    private func acting(
        _ gone: OrderedSet<SiteID>, losing lost: [FailureDomain]
    ) -> LossSurvival.Acting {
        let isLeft = situation.topology.controllers.contains { place in
            place.site.map { !gone.contains($0) } ?? true
        }
        guard isLeft else { return .nobody }
        return brakes.isPulled(byLosing: lost) ? .person : .byItself
    }

    /// Of a region that keeps its hosts.
    private func survival(
        of region: Region, _ ways: Ways, _ acting: LossSurvival.Acting
    ) -> RegionSurvival {
        let present = situation.allocations[region.id] ?? .nothing
        return RegionSurvival(
            region: region.id,
            outcome: ways.loss.map { .lost(because: $0) } ?? served(of: region, by: present),
            to: present, explanation: [],
            recovery: ways.repointed.isEmpty || acting != .byItself
                ? nil : region.recovery(changing: ways.repointed))
    }

    /// Of a region that must leave hosts; nil is a plan that has no place for it.
    private func survival(
        of region: Region, placed: RegionPlacement?, _ ways: Ways, in after: Situation,
        _ acting: LossSurvival.Acting
    ) -> RegionSurvival {
        let outcome =
            ways.loss.map { RegionSurvival.Outcome.lost(because: $0) }
            ?? outcome(of: region, placed, ways)
        let changed = region.shiftedDoors + ways.repointed
        return RegionSurvival(
            region: region.id, outcome: outcome, to: placed?.to ?? .nothing,
            explanation: placed?.explanation ?? after.objections(of: region),
            recovery: outcome.grade == .lost || acting != .byItself
                ? nil : region.recovery(changing: changed))
    }

    private func outcome(
        of region: Region, _ placed: RegionPlacement?, _ ways: Ways
    ) -> RegionSurvival.Outcome {
        guard let placed, !placed.to.shares.isEmpty else { return .lost(because: .noHost) }
        if let zone = ways.stuck { return .lost(because: .noUpdate(zone: zone)) }
        if let users = placed.overcommitted { return .overloaded(by: users) }
        return served(of: region, by: placed.to)
    }

    /// How much of the worst hour's demand is let in: a class uses no more places than it has
    /// users.
    private func served(of region: Region, by allocation: Allocation) -> RegionSurvival.Outcome {
        let most = demands.users(of: region.id).max() ?? 0
        let part = 100 - allocation.unserved.value
        guard allocation.isRationed else {
            return part < 100 ? .rationed(served: Percent(checked: part), classes: []) : .fits
        }
        let classes = region.demand.shares.map { share in
            let users = share.share.roundedUp(of: most)
            let quota = allocation.admission.first { $0.classID == share.classID }
            return (share.classID, users, served: min(quota?.users ?? users, users))
        }
        let all = classes.reduce(0) { $0 + $1.1 }
        let served = Percent.served(classes.reduce(0) { $0 + $1.served }, of: all, part)
        guard served < .all else { return .fits }
        return .rationed(
            served: served,
            classes: classes.map { id, users, served in
                RegionSurvival.ClassServed(
                    classID: id, served: .served(served, of: users, part))
            })
    }
}

extension Percent {
    /// So many of `all`, of whom only `part` percent have a host; rounded down.
    fileprivate static func served(_ users: Users, of all: Users, _ part: Int) -> Percent {
        Percent(checked: all == 0 ? 100 : min(100, users * 100 / all) * part / 100)
    }
}

extension Situation {
    /// Why each of the region's hosts may not take it.
    fileprivate func objections(of region: Region) -> [HostExplanation] {
        region.hosts.map {
            HostExplanation(host: $0, percent: .zero, objection: objection(to: $0, for: region))
        }
    }

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
