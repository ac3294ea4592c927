import Detection
package import OrderedCollections
package import TopologyModel
package import Values

// How many users a region has and how many of them its quotas let in: what plans, decisions and
// people count with.

extension Situation {
    /// Of a host's users, those who log in each second: one login a visit, and a visit of 12
    /// minutes.
    ///
    /// Source: Auvergne-Rhone-Alpes in the first week of lessons at home, March 2020, mean visit
    /// (enviscope.com, "26 millions de pages consultées").
    package static let loginsPerUserSecond = PartsPerMillion(1389)

    /// Logins a second of so many users who are in, rounded up.
    package static func logins(of users: Users) -> Int { loginsPerUserSecond.roundedUp(of: users) }

    /// For how long a surge is taken to last when a plan looks ahead; after that the curves count
    /// again, and a longer surge is seen again.
    package static let surgeFor = Duration.seconds(3600)

    /// Users that the region asks for at `instant`: by its curve and the calendar; while a surge
    /// lasts times that, and no fewer than it brought to a host that is saturated.
    ///
    /// - Parameter seen: Of `usersSeen`, where that is known already.
    package func demand(of region: Region, at instant: Instant, seen: Users? = nil) -> Users {
        let usual = region.demand.users(at: instant, in: topology.calendar)
        guard instant - now < Situation.surgeFor else { return usual }
        let seen = seen ?? usersSeen[region.id] ?? 0
        guard board.surge > 100 else { return max(usual, seen) }
        let near = region.demand.usersExpected(about: instant, in: topology.calendar)
        let (product, overflow) = near.multipliedReportingOverflow(by: board.surge)
        return max(seen, overflow ? Users.usersMax : min(product / 100, Users.usersMax))
    }

    /// What each region's part of the users on a saturated host says of all its users, from the
    /// host of which that says most; only of regions that had a part of one. Regions that share a
    /// host are taken to bring users as their curves say. Who was moved away since counts as
    /// there, for so it was read.
    package var usersSeen: OrderedDictionary<RegionID, Users> {
        var seen: OrderedDictionary<RegionID, Users> = [:]
        for (host, standing) in board.loads where standing.verdict == .saturated {
            guard let load = standing.load else { continue }
            let moved = movedAway(since: standing.since)
            let shares = topology.regions.values.map { region in
                let percent = (moved[region.id] ?? allocations[region.id])?.percent(of: host)
                return percent ?? .zero
            }
            let users = zip(topology.regions.values, shares).map { expected(of: $0, $1) }
            let all = users.reduce(0, +)
            for (index, percent) in shares.enumerated() where percent > .zero && all > 0 {
                let here = (load.users + load.waiting) * users[index] / all
                let region = topology.regions.keys[index]
                seen[region] = max(
                    seen[region] ?? 0, min(here * 100 / percent.value, Users.usersMax))
            }
        }
        return seen
    }

    /// Where regions were that were shifted since, as far as shifts are remembered.
    private func movedAway(since: Instant) -> OrderedDictionary<RegionID, Allocation> {
        OrderedDictionary(
            history.shifts.lazy.filter { $0.at > since }.map { ($0.region, $0.from) },
            uniquingKeysWith: { first, _ in first })
    }

    private func expected(of region: Region, _ percent: Percent) -> Users {
        guard percent > .zero else { return 0 }
        return percent.roundedUp(
            of: region.demand.usersExpected(about: now, in: topology.calendar))
    }

    /// Of so many users of the region, those whom its quotas let in at the same time.
    package func admitted(of region: Region, among users: Users) -> Users {
        allocations[region.id]?.admitted(of: region, among: users) ?? users
    }

    /// A gate that holds none lets everybody in, whatever the others hold: such a region is not
    /// rationed.
    package mutating func dropQuotasBesideOpenGates() {
        for (id, allocation) in allocations where allocation.isRationed {
            guard let gates = topology.regions[id]?.shiftedDoors.filter(\.isGate) else { continue }
            let isOpen = gates.contains { gate in
                let door = doors[gate.id]
                return (door?.missed ?? door?.desired).map { $0.admission == nil } ?? false
            }
            if isOpen { allocations[id] = Allocation(shares: allocation.shares) }
        }
    }

    /// Whether quotas by class can be planned for the region: it has a gate that splits its users,
    /// the topology says in which order they are let in, and each class its share of them.
    package func canRation(_ region: Region) -> Bool {
        region.hasGate && region.granularity != .whole && !topology.classes.isEmpty
            && !region.demand.shares.isEmpty
    }

    /// Whether the controller may do so by itself.
    package func mayRation(_ region: Region) -> Bool {
        region.rules.overload.rations && canRation(region)
    }
}

extension Allocation {
    /// Of so many users of the region, those whom these quotas let in at the same time. A class
    /// without a quota is let in whole.
    package func admitted(of region: Region, among users: Users) -> Users {
        guard isRationed else { return users }
        let open = region.demand.shares.filter { share in
            !admission.contains { $0.classID == share.classID }
        }
        let free = open.reduce(0) { $0 + $1.share.roundedUp(of: users) }
        return min(users, admission.reduce(free) { $0 + $1.users })
    }
}
