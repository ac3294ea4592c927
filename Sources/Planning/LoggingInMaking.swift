import Detection
import OrderedCollections
import Situations
import TopologyModel
import Values

/// How long until everybody whom a plan moves is logged in again, by region.
///
/// All who come to a host, or log in by a dependency, share what it bears: a plan of four regions
/// is four times the wait.
struct LoggingInMaking {
    /// One a planned region.
    private let regions: [Part]
    private let situation: Situation
    /// Of all planned regions together.
    private let usersByHost: OrderedDictionary<HostID, Users>
    private let usersByDependency: OrderedDictionary<DependencyID, Users>

    /// Users of one region who must log in, and where.
    private struct Part {
        let hosts: OrderedDictionary<HostID, Users>
        let users: Users
        /// Those that bound its logins.
        let dependencies: [DependencyID]
        let entriesPerSecond: Int?
    }

    init(_ tasks: [RegionTask], to allocations: [Allocation], in situation: Situation) {
        self.situation = situation
        regions = zip(tasks, allocations).map { task, to in
            let paces = to.isRationed ? to.admission.map(\.entriesPerSecond) : nil
            let hosts = situation.logins(of: task, to: to)
            return Part(
                hosts: hosts, users: hosts.values.reduce(0, +),
                dependencies: situation.boundedDependencies(of: task.region),
                entriesPerSecond: paces.map { max(1, $0.reduce(0, +)) })
        }
        var byHost: OrderedDictionary<HostID, Users> = [:]
        var byDependency: OrderedDictionary<DependencyID, Users> = [:]
        for part in regions {
            for (host, users) in part.hosts { byHost[host, default: 0] += users }
            for id in part.dependencies { byDependency[id, default: 0] += part.users }
        }
        (usersByHost, usersByDependency) = (byHost, byDependency)
    }

    /// In the order of the tasks.
    var all: [LoggingIn?] {
        regions.map { part in
            part.users == 0 ? nil : LoggingIn(users: part.users, pace: pace(of: part))
        }
    }

    private func pace(of part: Part) -> LoggingIn.Pace? {
        let hosts = part.hosts.keys.compactMap { id -> LoggingIn.Pace? in
            guard let capacity = situation.topology.hosts[id]?.capacity,
                let most = HostRoom(capacity, headroom: situation.headroom).logins
            else { return nil }
            return LoggingIn.Pace(.host(id: id), most, for: usersByHost[id] ?? 0)
        }
        let dependencies = part.dependencies.compactMap { id in
            situation.loginsBearable(by: id).map {
                LoggingIn.Pace(.dependency(id: id), $0, for: usersByDependency[id] ?? 0)
            }
        }
        let quotas = part.entriesPerSecond.map { LoggingIn.Pace(.quotas, $0, for: part.users) }
        let bounds = hosts + dependencies + [quotas].compactMap(\.self)
        return bounds.max { $0.time < $1.time }
    }
}

extension LoggingIn.Pace {
    fileprivate init(_ bound: LoggingIn.Bound, _ perSecond: Int, for users: Users) {
        let most = max(1, perSecond)
        self.init(
            bound: bound, perSecond: most, time: .seconds(Int64((users + most - 1) / most)))
    }
}

extension Situation {
    /// Users of now who log in at each host that gains them: those who come from hosts that keep
    /// their sessions, and those who were served nowhere.
    fileprivate func logins(
        of task: RegionTask, to: Allocation
    ) -> OrderedDictionary<HostID, Users> {
        let from = task.from
        let losing = from.shares.filter { to.percent(of: $0.host) < $0.percent }
        let gaining = to.shares.filter { from.percent(of: $0.host) < $0.percent }
        func change(_ share: Share) -> Int {
            abs(to.percent(of: share.host).value - from.percent(of: share.host).value)
        }
        let gained = gaining.reduce(0) { $0 + change($1) }
        let lost = losing.reduce(0) { $0 + change($1) }
        let local = losing.filter { topology.hosts[$0.host]?.sessions != .replicated }
            .reduce(0) { $0 + change($1) }
        let anew = min(local, gained) + max(0, gained - lost)
        let users = to.admitted(of: task.region, among: demand(of: task.region, at: now))
        return OrderedDictionary(
            uniqueKeysWithValues: gaining.compactMap { share in
                let count = users * change(share) * anew / (100 * gained)
                return count > 0 ? (share.host, count) : nil
            })
    }
}
