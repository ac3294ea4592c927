import Detection
import OrderedCollections
package import Situations
package import TopologyModel
import Values

/// How many users a host may be planned for.
struct HostRoom {
    /// Capacity less head-room.
    let users: Users
    /// Logins per second less head-room; nil is no limit.
    let logins: Int?
    let capacity: Capacity
    let headroom: Percent

    init(_ capacity: Capacity, headroom: Percent) {
        (self.capacity, self.headroom) = (capacity, headroom)
        users = capacity.users * (100 - headroom.value) / 100
        logins = capacity.loginsPerSecond.map { $0 * (100 - headroom.value) / 100 }
    }

    /// The most users within both limits.
    var limit: Users {
        guard let logins else { return users }
        let (product, overflow) = logins.multipliedReportingOverflow(by: 1_000_000)
        return overflow ? users : min(users, product / Situation.loginsPerUserSecond.value)
    }

    /// What to say when `need` users are wanted beside `others`.
    func objection(need: Users, others: Users) -> Objection? {
        guard need > limit - others else { return nil }
        if let logins, limit < users {
            let room = max(0, logins - Situation.logins(of: others))
            return .noLoginRoom(need: Situation.logins(of: need), room: room)
        }
        return .noRoom(need: need, room: max(0, users - others))
    }
}

extension Situation {
    /// Users that the host may be planned for.
    func limit(of host: Host) -> Users {
        let limit = HostRoom(host.capacity, headroom: headroom).limit
        guard let standing = board.loads[host.id], standing.verdict == .saturated,
            let load = standing.load
        else { return limit }
        // Who logs in is held back by the pace of entries, not by places.
        if case .logins = standing.reason { return limit }
        return min(limit, load.users * (100 - Situation.saturatedBackOff.value) / 100)
    }

    /// Whether the region's primary has room for everybody who is expected, whatever its quotas let
    /// in now, in every hour ahead.
    package func hasRoomAtHome(for region: Region) -> Bool {
        let demands = DemandHours(self, horizon: PlanningRequest.horizonDefault)
        let rooms = CountedUsers(demands, in: self).rooms(on: region.primary, in: self)
        let there = countedShares(of: region).first { $0.host == region.primary }?.percent ?? .zero
        return zip(rooms, demands.users(of: region.id)).allSatisfy { room, users in
            room + there.roundedUp(of: admitted(of: region, among: users)) >= users
        }
    }

    /// Where the region's users are counted, so that no room is promised twice: where they are and
    /// where an open run takes them, which may be more than all of them. A region that was never
    /// read counts at its primary.
    func countedShares(of region: Region) -> [Share] {
        let present = allocations[region.id] ?? Allocation(all: region.primary)
        let coming = underway[region.id] ?? .nothing
        return OrderedSet(present.hosts + coming.hosts).map {
            Share(host: $0, percent: max(present.percent(of: $0), coming.percent(of: $0)))
        }
    }
}
