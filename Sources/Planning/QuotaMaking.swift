import Detection
import OrderedCollections
package import Situations
package import TopologyModel
package import Values

/// The quotas by class that hold a region to what its hosts bear.
///
/// A class is let in as far as the classes before it leave room. One that is outside its hours is
/// shut out at once when hosts are too full, and let in again by the ramp where everybody fits.
struct QuotaMaking {
    let region: Region
    let situation: Situation
    /// Whether it is a step of the ramp, and not a host that is too full.
    var isRamp = false

    /// The demand that classes are kept places for is at most so many times what the hosts bear,
    /// or an ordinary day's: who waits for long is counted as demand again and again, and places
    /// that the first class does not fill are lost to the next.
    private static let overloadMax = 4

    /// The most of all logins that one class takes while another comes after it, in percent.
    private static let firstPercent = 75

    /// What the classes before the last that is let in get of what they are expected to ask for, in
    /// percent: the surge is seen a little after it comes, and the first must not wait for that.
    private static let askedPercent = 125

    /// - Parameters:
    ///   - users: Who may be in at the same time, of all classes.
    ///   - demand: Who would come, by all classes.
    ///   - logins: The most who may log in each second; nil where nothing limits it.
    func quotas(users: Users, of demand: Users, logins: Int?) -> [ClassQuota] {
        let ordinary = region.demand.usersExpected(
            about: situation.now, in: situation.topology.calendar)
        let demand = min(demand, max(users * Self.overloadMax, ordinary))
        let places = places(for: users, of: demand)
        let logins = min(logins ?? Users.usersMax, dependencyLogins(for: users))
        // Places that the last class gets beyond what it asks for need no pace of their own.
        let needy = places.map { min($0.users, asked(by: $0.kind, of: demand)) }
        let hurry = isRamp && users >= demand ? 1 : 2
        let paces = paces(for: needy, within: logins, hurry: hurry)
        return zip(places, paces).map { place, pace in
            ClassQuota(classID: place.kind, users: place.users, entriesPerSecond: pace)
        }
    }

    /// Entries a second that keep the places filled, in the classes' order; `hurry` times as many
    /// for those who come first, who may wait already, but never all that can log in.
    private func paces(for places: [Users], within logins: Int, hurry: Int) -> [Int] {
        let last = places.lastIndex { $0 > 0 }
        let most = max(1, logins * Self.firstPercent / 100)
        var left = logins
        return places.enumerated().map { index, users in
            let need = ClassQuota.pace(for: users)
            let pace = min(left, index == last ? need : min(hurry * need, most))
            left -= pace
            return pace
        }
    }

    /// Places of each class in order; what the open classes do not ask for goes to the last of
    /// them, whose demand is only a guess.
    private func places(for users: Users, of demand: Users) -> [(kind: ClassID, users: Users)] {
        var left = users
        let everybodyFits = isRamp && users >= demand
        var places = situation.topology.classes.map { kind -> (kind: ClassID, users: Users) in
            let asks = asked(by: kind.id, of: demand)
            let asked = everybodyFits || isOpen(kind) ? min(left, asks) : 0
            left -= asked
            return (kind.id, asked)
        }
        if let last = places.lastIndex(where: { $0.users > 0 }) { places[last].users += left }
        return places
    }

    private func asked(by kind: ClassID, of demand: Users) -> Users {
        let share = region.demand.shares.first { $0.classID == kind }?.share ?? .zero
        return share.roundedUp(of: demand) * Self.askedPercent / 100
    }

    private func isOpen(_ kind: UserClass) -> Bool {
        guard let hours = kind.hours else { return true }
        let local = situation.topology.calendar.localTime(at: situation.now)
        return hours.contains(secondOfDay: local.secondOfDay)
    }

    /// The region's part, by users, of the logins that the dependencies it shares can bear.
    private func dependencyLogins(for users: Users) -> Int {
        let topology = situation.topology
        return region.dependsOn.compactMap { id -> Int? in
            guard let most = topology.dependencies[id]?.loginsPerSecond else { return nil }
            let others = topology.regions.values.filter {
                $0.id != region.id && $0.dependsOn.contains(id)
            }
            let all = others.reduce(users) {
                $0
                    + situation.admitted(
                        of: $1, among: situation.demand(of: $1, at: situation.now))
            }
            let bearable = most * (100 - situation.headroom.value) / 100
            return all == 0 ? bearable : bearable * users / all
        }.min() ?? Users.usersMax
    }
}

extension ClassQuota {
    /// How many come in each second where as many leave after a visit each: 33 in a hundred more,
    /// so that a class that was shut out fills up, and a break does not empty it for long.
    private static let pacePercent = 133

    /// Entries a second that keep so many users' places filled; 0 for none.
    package static func pace(for users: Users) -> Int {
        let leaving = Situation.loginsPerUserSecond.roundedUp(of: users)
        return users == 0 ? 0 : max(1, leaving * pacePercent / 100)
    }
}

extension Situation {
    /// Whether a step of the ramp would let more of a rationed region in, or lift its quotas.
    package func canAdmitMore(of region: Region) -> Bool {
        guard let allocation = allocations[region.id], allocation.isRationed else { return false }
        let demands = DemandHours(self, horizon: PlanningRequest.horizonDefault)
        return allocation.admittingMore(of: region, demands, in: self) != allocation
    }
}

extension Allocation {
    /// One step of the ramp more, at the same hosts, as far as they bear it at every hour; without
    /// quotas once everybody who is expected fits and nobody waits, or all of them would log in at
    /// once.
    func admittingMore(
        of region: Region, _ demands: DemandHours, in situation: Situation
    ) -> Allocation {
        let demand = demands.users(of: region.id).max() ?? 0
        let present = admitted(of: region, among: Users.usersMax)
        let step = region.rules.ramp.step.roundedUp(of: demand)
        let users = min(present + step, places(of: region, demands, in: situation))
        let isAwaited = hosts.contains { situation.board.loads[$0]?.reason.isWaiting ?? false }
        if users >= demand, !isAwaited { return Allocation(shares: shares) }
        // Where everybody fits, a class that was shut out comes in, in the same places.
        guard users > present || users >= demand else { return self }
        return Allocation(
            shares: shares,
            admission: QuotaMaking(region: region, situation: situation, isRamp: true).quotas(
                users: users, of: demand, logins: logins(of: region, in: situation)))
    }

    /// Users whom its hosts can take of the region in these shares, beside the others who are there
    /// or on their way, in the worst hour.
    private func places(
        of region: Region, _ demands: DemandHours, in situation: Situation
    ) -> Users {
        let own = demands.users(of: region.id).map { admitted(of: region, among: $0) }
        return shares.map { share in
            let rooms = HostRoom.rooms(on: share.host, in: situation, demands)
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

    /// The same hosts with so many percent of the users who are let in now.
    func admitting(percent: Int, of region: Region, in situation: Situation) -> Allocation {
        let demand = situation.demand(of: region, at: situation.now)
        let users = admitted(of: region, among: Users.usersMax) * percent / 100
        let logins = admission.reduce(0) { $0 + $1.entriesPerSecond }
        return Allocation(
            shares: shares,
            admission: QuotaMaking(region: region, situation: situation).quotas(
                users: max(1, users), of: max(demand, users),
                logins: logins == 0 ? nil : max(1, logins * percent / 100)))
    }
}
