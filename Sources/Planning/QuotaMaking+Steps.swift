import Detection
import OrderedCollections
package import Situations
package import TopologyModel
import Values

// From the quotas that a region has to the next ones, at the same hosts.

extension Situation {
    /// Whether a step of the ramp would let more of a rationed region in, arm it, or lift its
    /// quotas.
    package func canAdmitMore(of region: Region) -> Bool {
        guard let allocation = allocations[region.id], allocation.isRationed else { return false }
        let demands = DemandHours(self, horizon: PlanningRequest.horizonDefault)
        let next = allocation.admittingMore(of: region, demands, in: self)
        return next.allocation != allocation || next.armedUntil != nil
    }
}

extension Allocation {
    /// One step of the ramp more, at the same hosts, as far as they bear it at every hour. Once
    /// everybody who is expected fits and nobody waits, all that the hosts bear, for as long as
    /// the rules keep the gate armed; then no quotas.
    func admittingMore(
        of region: Region, _ demands: DemandHours, in situation: Situation
    ) -> NextQuotas {
        let demand = demands.users(of: region.id).max() ?? 0
        let present = admitted(of: region, among: Users.usersMax)
        let step = region.rules.ramp.step.roundedUp(of: demand)
        let places = places(of: region, demands, in: situation)
        let most = min(present + step, places)
        let isPaced = situation.isPaced(region)
        let users = isPaced ? max(present, most) : most
        let isAwaited = hosts.contains { situation.board.loads[$0]?.reason.isWaiting ?? false }
        let logins = logins(of: region, in: situation)
        var making = QuotaMaking(region: region, situation: situation, phase: .opening)
        let isFast = !isPaced || entries >= min(making.openPace(of: demand), logins ?? .max)
        if users >= demand, !isAwaited, isFast {
            return opened(region, places: max(users, places), of: demand, logins, in: situation)
        }
        // A class that was shut out comes in where everybody fits, in the same places, and where
        // those that are open have all the pace they need.
        guard users > present || users >= demand || !isFast else {
            return NextQuotas(allocation: self)
        }
        if !isFast { making.phase = .pacing }
        let faster = isPaced ? entries + max(1, ClassQuota.pace(for: step)) : Users.usersMax
        let admission = making.quotas(
            users: users, of: demand, logins: min(logins ?? faster, faster))
        return NextQuotas(allocation: Allocation(shares: shares, admission: admission))
    }

    /// Everybody is let in: armed first, and without quotas when that is over.
    private func opened(
        _ region: Region, places: Users, of demand: Users, _ logins: Int?, in situation: Situation
    ) -> NextQuotas {
        let isOver = situation.quotas[region.id]?.armedUntil.map { $0 <= situation.now } ?? false
        guard !isOver, region.rules.ramp.armedFor > .zero else {
            return NextQuotas(allocation: Allocation(shares: shares))
        }
        return armed(region, users: places, of: demand, logins, in: situation)
    }

    private func armed(
        _ region: Region, users: Users, of demand: Users, _ logins: Int?, in situation: Situation
    ) -> NextQuotas {
        let making = QuotaMaking(region: region, situation: situation, phase: .armed)
        return NextQuotas(
            allocation: Allocation(
                shares: shares,
                admission: making.quotas(users: users, of: demand, logins: logins)),
            armedUntil: situation.now + region.rules.ramp.armedFor)
    }

    /// Let in each second, of all classes together.
    private var entries: Int { admission.entries }

    /// Users whom its hosts can take of the region in these shares, beside the others who are there
    /// or on their way, in the worst hour.
    private func places(
        of region: Region, _ demands: DemandHours, in situation: Situation
    ) -> Users {
        let own = demands.users(of: region.id).map { admitted(of: region, among: $0) }
        let counted = CountedUsers(demands, in: situation)
        return shares.map { share in
            let rooms = counted.rooms(on: share.host, in: situation)
            let places = zip(rooms, own).map { $0 + share.percent.roundedUp(of: $1) }
            return max(0, places.min() ?? 0) * 100 / share.percent.value
        }.min() ?? 0
    }

    /// What its hosts' logins leave the region: all, less the pace at which others may come in.
    private func logins(of region: Region, in situation: Situation) -> Int? {
        let bounds = shares.compactMap { share -> Int? in
            guard let host = situation.topology.hosts[share.host],
                let most = HostRoom(host.capacity, headroom: situation.headroom).logins
            else { return nil }
            let others = situation.allocations.filter { $0.key != region.id }.values
            let taken = others.reduce(0) { sum, other in
                let pace = other.admission.reduce(0) { $0 + $1.entriesPerSecond }
                return sum + other.percent(of: share.host).roundedUp(of: pace)
            }
            return max(1, most - taken) * 100 / share.percent.value
        }
        return bounds.min()
    }

    /// The same hosts with so many percent of the users who are let in now; armed anew where
    /// everybody still fits.
    func admitting(
        percent: Int, of region: Region, _ demands: DemandHours, in situation: Situation
    ) -> NextQuotas {
        let demand = situation.demand(of: region, at: situation.now)
        let users = admitted(of: region, among: Users.usersMax) * percent / 100
        if percent == 100, users >= demand, situation.quotas[region.id]?.armedUntil != nil {
            let logins = logins(of: region, in: situation)
            return armed(region, users: users, of: demand, logins, in: situation)
        }
        // Where a login is short no pace is kept for those who may come yet.
        let worst = demands.users(of: region.id).max() ?? demand
        let asked = situation.isPaced(region) ? worst : max(demand, users)
        return NextQuotas(
            allocation: Allocation(
                shares: shares,
                admission: QuotaMaking(region: region, situation: situation).quotas(
                    users: max(1, users), of: asked,
                    logins: entries == 0 ? nil : max(1, entries * percent / 100))))
    }

    /// The same hosts with all the users whom they bear, or who are let in now, and no more entries
    /// a second than the region's dependencies bear, nor than so many percent of those now.
    func paced(
        percent: Int, of region: Region, _ demands: DemandHours, in situation: Situation
    ) -> Allocation {
        let users =
            isRationed
            ? admitted(of: region, among: Users.usersMax)
            : places(of: region, demands, in: situation)
        let present = isRationed && entries > 0 ? max(1, entries * percent / 100) : nil
        let bounds = [logins(of: region, in: situation), present].compactMap(\.self)
        return Allocation(
            shares: shares,
            admission: QuotaMaking(region: region, situation: situation, phase: .pacing).quotas(
                users: max(1, users), of: demands.users(of: region.id).max() ?? 0,
                logins: bounds.min()))
    }
}

/// The quotas that a region is to have next.
struct NextQuotas {
    let allocation: Allocation
    /// They let everybody in who is expected, and stay until then; nil where they ration, and where
    /// there are none.
    var armedUntil: Instant?
}

extension [ClassQuota] {
    fileprivate var entries: Int { reduce(0) { $0 + $1.entriesPerSecond } }
}
