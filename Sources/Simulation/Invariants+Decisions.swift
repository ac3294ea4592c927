import OrderedCollections
import Control
import Detection
import Planning
import Playbooks
import Situations
import TopologyModel
import Values

// Promises about decisions, in the controller's own view when they are taken.
extension Invariant {
    /// The plans that these entries begin, with the situation of the controller that began them.
    private static func plansBegun(
        by change: Change, in world: World
    ) -> [(plan: Plan, situation: Situation)] {
        guard case .entries(let entries, let controller) = change,
            let situation = controller.situation(at: world.now)
        else { return [] }
        return entries.compactMap {
            guard case .run(_, .began(let plan)) = $0.fact else { return nil }
            return (plan, situation)
        }
    }

    /// Hosts that a placement gives more users of its region.
    private static func gaining(_ placement: RegionPlacement) -> [HostID] {
        placement.to.shares
            .filter { $0.percent > placement.from.percent(of: $0.host) }.map(\.host)
    }

    static let noTargetInALostOrDoubtedDomain = Invariant(
        "noTargetInALostOrDoubtedDomain"
    ) { world, change in
        for (plan, situation) in plansBegun(by: change, in: world) {
            for placement in plan.placement.regions {
                for host in gaining(placement) {
                    guard let site = world.topology.site(of: host) else { continue }
                    let lost = situation.board.lostDomain(of: site)
                    let doubted = situation.board.doubtedDomain(of: site, at: world.now)
                    if let domain = lost ?? doubted {
                        return Violation(
                            "noTargetInALostOrDoubtedDomain",
                            "\(plan.title) sends \(placement.region) to \(host) in \(domain)",
                            at: world.now)
                    }
                }
            }
        }
        return nil
    }

    static let noTargetInAClosedPlace = Invariant("noTargetInAClosedPlace") { world, change in
        for (plan, situation) in plansBegun(by: change, in: world) {
            for placement in plan.placement.regions {
                let closed = gaining(placement).first { host in
                    situation.closures.contains {
                        $0.isInForce(at: world.now) && $0.covers(host, in: world.topology)
                    }
                }
                if let closed {
                    return Violation(
                        "noTargetInAClosedPlace",
                        "\(plan.title) sends \(placement.region) to \(closed), which is closed",
                        at: world.now)
                }
            }
        }
        return nil
    }

    /// Counted anew, by the dumbest sum there is: every region's users on the host in every hour,
    /// no more than its quotas let in, and those whom another run is bringing there.
    static let noHostPlannedOverCapacity = Invariant("noHostPlannedOverCapacity") { world, change in
        for (plan, situation) in plansBegun(by: change, in: world) {
            var after = situation.allocations
            for placement in plan.placement.regions { after[placement.region] = placement.to }
            for placement in plan.placement.regions where placement.overcommitted == nil {
                for host in gaining(placement) {
                    guard let capacity = world.topology.hosts[host]?.capacity.users else {
                        continue
                    }
                    let headroom = world.topology.rules.headroom
                    let limit = capacity - headroom.roundedUp(of: capacity)
                    for hour in 0..<24 {
                        let then = world.now + .seconds(3600) * hour
                        var users = 0
                        for region in world.topology.regions.values {
                            let all = situation.demand(of: region, at: then)
                            let demand =
                                after[region.id]?.admitted(of: region, among: all) ?? all
                            let share = max(
                                after[region.id]?.percent(of: host) ?? .zero,
                                situation.underway[region.id]?.percent(of: host) ?? .zero)
                            users += share.roundedUp(of: demand)
                        }
                        if users > limit {
                            return Violation(
                                "noHostPlannedOverCapacity",
                                "\(plan.title) puts \(users) users on \(host), limit \(limit)",
                                at: world.now)
                        }
                    }
                }
            }
        }
        return nil
    }

    static let noLostWithoutQuorum = Invariant("noLostWithoutQuorum") { world, change in
        guard case .entries(let entries, _) = change else { return nil }
        for entry in entries {
            guard case .board(.service(let region, let host, let standing)) = entry.fact,
                standing.verdict == .lost
            else { continue }
            let votes = standing.evidence.votes.count { $0.verdict == .lost }
            if votes < standing.evidence.quorum || standing.evidence.quorum == 0 {
                return Violation(
                    "noLostWithoutQuorum",
                    "\(region) at \(host) is lost by \(votes) of \(standing.evidence.quorum) votes",
                    at: world.now)
            }
        }
        return nil
    }

    static let holdDownHolds = Invariant("holdDownHolds") { world, change in
        for (plan, situation) in plansBegun(by: change, in: world) where plan.by == "row home" {
            for placement in plan.placement.regions {
                let held = situation.holdDowns.first { hold in
                    hold.region == placement.region && world.now < hold.until
                        && gaining(placement).contains(hold.left)
                }
                if let held {
                    return Violation(
                        "holdDownHolds",
                        "\(plan.title) while \(held.left) is held down until \(held.until.rfc3339)",
                        at: world.now)
                }
            }
        }
        return nil
    }

    /// How long a region may stand on a lost host that it could leave: its run's retries and undo.
    private static let strandedMax = Duration.seconds(600)

    static let neverHeldOnALostHost = Invariant("neverHeldOnALostHost") { world, _ in
        let old = world.watch.stranded.elements.first { world.now - $0.value > strandedMax }
        return old.map {
            Violation(
                "neverHeldOnALostHost",
                "\($0.key) stands on a lost host since \($0.value.rfc3339)", at: world.now)
        }
    }

    static let noFlapping = Invariant("noFlapping") { world, change in
        guard case .entries(let entries, let controller) = change else { return nil }
        let max = world.topology.rules.shiftsPerRegionPerHourMax
        for entry in entries {
            guard case .shifted(let shift, _, _) = entry.fact, shift.cause != .asked else {
                continue
            }
            let count = controller.state.history.shifts(
                of: shift.region, since: world.now - .seconds(3600)
            ).count { $0.cause != .asked && $0.from != $0.to }
            if count > max {
                return Violation(
                    "noFlapping", "\(shift.region) was shifted \(count) times in an hour",
                    at: world.now)
            }
        }
        return nil
    }
}
