import OrderedCollections
import Situations
import TopologyModel
import Values

/// From the percents of its demand that a search gives a region to the allocation that its doors
/// can hold: who is held back is held back by quotas, and shares then divide those who are let in.
struct AllocationMaking {
    /// Of the demand, one a host of `region`.
    let percents: [Int]
    let region: PlannedRegion
    let task: RegionTask
    let space: SearchSpace
    /// Users once all is done, at `host * hours + hour`.
    let loads: [Users]
    let situation: Situation

    var allocation: Allocation {
        if let wanted = task.wanted {
            return percents == region.hosts.map { task.wantedPercent(of: space.hosts[$0]) }
                ? wanted : task.from
        }
        let shares = zip(region.hosts, percents).map {
            Share(host: space.hosts[$0], percent: Percent(checked: $1))
        }
        let total = percents.reduce(0, +)
        guard total > 0, total < 100 || isRelief, task.rations,
            situation.canRation(task.region)
        else { return Allocation(shares: shares) }
        let whole = task.stays ? task.from.shares : shares.scaled(to: 100)
        let quotas = QuotaMaking(region: task.region, situation: situation).quotas(
            users: users(spread: whole), of: region.demandMax, logins: logins)
        return Allocation(shares: whole, admission: quotas)
    }

    /// Hosts that are too full get quotas even where everybody who is seen fits: more are coming.
    private var isRelief: Bool { task.cause == .saturated }

    /// The most users who may be in at once, at every hour: a quota does not fall with demand, as a
    /// percent of it does, so that it may take no more room than there is in a calmer hour either.
    private func users(spread: [Share]) -> Users {
        var most = isRelief ? Users.usersMax : region.demandMax * percents.reduce(0, +) / 100
        for (position, host) in region.hosts.enumerated() where percents[position] > 0 {
            let share = spread.first { $0.host == space.hosts[host] }?.percent.value ?? 0
            for (hour, demand) in region.demand.enumerated() where share > 0 {
                let own = (demand * percents[position] + 99) / 100
                let room = room(on: host, at: hour, beside: own)
                guard isRelief || demand * share / 100 > room else { continue }
                most = min(most, max(0, room) * 100 / share)
            }
        }
        return max(1, most)
    }

    /// What the region may have of a host where the search gave it `own` users: of what is left
    /// beside everybody, no more than its part by users, for other planned regions count on theirs.
    private func room(on host: Int, at hour: Int, beside own: Users) -> Users {
        let all = loads[host * space.hours + hour]
        let left = space.limits[host] - all
        let planned = all - space.base[host * space.hours + hour]
        return own + (left > 0 && planned > own ? left * own / planned : left)
    }

    /// What the hosts' logins leave the region: its part by users of each that it uses, in the hour
    /// in which that is least; nil where no host has a limit.
    private var logins: Int? {
        let bounds = zip(region.hosts, percents).compactMap { host, percent -> Int? in
            let declared = situation.topology.hosts[space.hosts[host]]
            guard percent > 0, let declared,
                let logins = HostRoom(declared.capacity, headroom: situation.headroom).logins
            else { return nil }
            return region.demand.enumerated().map { hour, demand in
                let all = loads[host * space.hours + hour]
                return all == 0 ? logins : logins * ((demand * percent + 99) / 100) / all
            }.min()
        }
        return bounds.isEmpty ? nil : bounds.reduce(0, +)
    }
}
