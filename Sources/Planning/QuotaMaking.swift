import Detection
import OrderedCollections
package import Situations
import TopologyModel
package import Values

/// The quotas by class that hold a region to what its hosts bear.
///
/// A class is let in as far as the classes before it leave room. One that is outside its hours is
/// shut out at once when hosts are too full, and let in again by the ramp where everybody fits.
struct QuotaMaking {
    enum Phase {
        /// A host is too full.
        case closing
        /// A login is too slow: the first class has all that it needs, whatever is left.
        case pacing
        /// A step of the ramp.
        case opening
        /// Everybody is in: what is not expected is held back, as late as may be.
        case armed
    }

    let region: Region
    let situation: Situation
    var phase = Phase.closing

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
        let hurry = isOpening && users >= demand ? 1 : 2
        let paces =
            phase == .armed
            ? widePaces(for: needy, within: logins)
            : paces(for: needy, within: logins, hurry: hurry)
        return zip(places, paces).map { place, pace in
            ClassQuota(classID: place.kind, users: place.users, entriesPerSecond: pace)
        }
    }

    /// Entries a second that keep the places of those classes filled which are not outside their
    /// hours.
    func openPace(of demand: Users) -> Int {
        situation.topology.classes.filter(isOpen).reduce(0) {
            $0 + ClassQuota.pace(for: asked(by: $1.id, of: demand))
        }
    }

    private var isOpening: Bool { phase == .opening || phase == .armed }

    /// Entries a second that keep the places filled, in the classes' order; `hurry` times as many
    /// for those who come first, who may wait already, but never all that can log in.
    private func paces(for places: [Users], within logins: Int, hurry: Int) -> [Int] {
        let last = places.lastIndex { $0 > 0 }
        let most = max(1, logins * Self.firstPercent / 100)
        var left = logins
        return places.enumerated().map { index, users in
            let need = ClassQuota.pace(for: users)
            let floor = phase == .pacing ? need : 0
            let pace = min(left, index == last ? need : max(floor, min(hurry * need, most)))
            left -= pace
            return pace
        }
    }

    /// All the logins that there are, in proportion to what keeps the places filled; no more in a
    /// second than there are places.
    private func widePaces(for places: [Users], within logins: Int) -> [Int] {
        let needs = paces(for: places, within: logins, hurry: 1)
        let all = needs.reduce(0, +)
        return zip(places, needs).map { places, need in
            let (product, overflow) = logins.multipliedReportingOverflow(by: need)
            let wide = overflow || all == 0 ? places : product / all
            // Who has places is not shut out, however few the logins are.
            return max(min(max(need, wide), max(need, places)), min(1, places))
        }
    }

    /// Places of each class in order; what the open classes do not ask for goes to the last of
    /// them, whose demand is only a guess.
    private func places(for users: Users, of demand: Users) -> [(kind: ClassID, users: Users)] {
        var left = users
        let everybodyFits = isOpening && users >= demand
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
    private func dependencyLogins(for places: Users) -> Int {
        let topology = situation.topology
        let users = min(places, situation.demand(of: region, at: situation.now))
        return situation.boundedDependencies(of: region).compactMap { id -> Int? in
            let others = topology.regions.values.filter {
                $0.id != region.id && topology.dependencies(of: $0).contains(id)
            }
            let all = others.reduce(users) {
                $0
                    + situation.admitted(
                        of: $1, among: situation.demand(of: $1, at: situation.now))
            }
            return situation.loginsBearable(by: id).map {
                all == 0 ? $0 : max(1, $0 * users / all)
            }
        }.min() ?? Users.usersMax
    }
}

extension ClassQuota {
    /// How many come in each second where as many leave after a visit each: 33 in a hundred more,
    /// so that a class that was shut out fills up, and a break does not empty it for long.
    private static let pacePercent = 133

    /// Entries a second that keep so many users' places filled; 0 for none.
    package static func pace(for users: Users) -> Int {
        let leaving = Situation.logins(of: users)
        return users == 0 ? 0 : max(1, leaving * pacePercent / 100)
    }
}
