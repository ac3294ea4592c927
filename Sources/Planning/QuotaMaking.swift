import OrderedCollections
package import Situations
import TopologyModel
package import Values

/// The quotas by class that hold a region to what its hosts bear.
///
/// A class is let in as far as the classes before it leave room; one that is outside its hours is
/// shut out while the region is rationed at all.
struct QuotaMaking {
    let region: Region
    let situation: Situation

    /// - Parameters:
    ///   - users: Who may be in at the same time, of all classes.
    ///   - demand: Who would come, by all classes.
    ///   - logins: The most who may log in each second; nil where nothing limits it.
    func quotas(users: Users, of demand: Users, logins: Int?) -> [ClassQuota] {
        let most = places(for: users, of: demand)
        var left = min(logins ?? Users.usersMax, dependencyLogins(for: users))
        return most.map { kind, users in
            let pace = min(left, ClassQuota.pace(for: users))
            left -= pace
            return ClassQuota(classID: kind, users: users, entriesPerSecond: pace)
        }
    }

    /// Places of each class in order; what the open classes do not ask for goes to the last of
    /// them, whose demand is only a guess.
    private func places(for users: Users, of demand: Users) -> [(kind: ClassID, users: Users)] {
        var left = users
        var places = situation.topology.classes.map { kind -> (kind: ClassID, users: Users) in
            let share = region.demand.shares.first { $0.classID == kind.id }?.share ?? .zero
            let asked = isOpen(kind) ? min(left, share.roundedUp(of: demand)) : 0
            left -= asked
            return (kind.id, asked)
        }
        if let last = places.lastIndex(where: { $0.users > 0 }) { places[last].users += left }
        return places
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
                $0 + situation.admitted(
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
        let leaving = HostRoom.loginsPerUserSecond.roundedUp(of: users)
        return users == 0 ? 0 : max(1, leaving * pacePercent / 100)
    }
}

extension Allocation {
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
