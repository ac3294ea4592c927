import Control
import OrderedCollections
package import Situations
package import TopologyModel
package import Values
package import Workload

/// What users meet, or do, beside the faults of places. Only a world with a crowd knows these.
package enum CrowdEvent: Hashable, Sendable {
    /// Demand grows to the factor in a straight line, from the factor now or from another.
    case surge(
        regions: [RegionID], factor: PartsPerMillion, over: Duration, from: PartsPerMillion?)
    /// Requests a second that never log in; 0 ends it.
    case attack(AttackTarget, rate: Int)
    /// Each answer of the host is so much later.
    case slow(host: HostID, by: Duration)
    /// The host bears so much of its proven capacity: 30 is a third of it, 200 twice as much.
    case capacity(host: HostID, percent: Int)
    /// A load test has proven so much of the capacity that the file says, and somebody loads the
    /// file that says so.
    case proven(host: HostID, percent: Int)
    case loadSource(host: HostID, is: LoadSourceState)
    case dependency(DependencyID, is: CrowdDependency.State)
    /// A person sets a class's quota by hand at every gate of the region.
    case quota(region: RegionID, ClassQuota)
    /// And takes it away again.
    case lift(region: RegionID, ClassID)

    /// The rate of an attack, in requests per second, is bounded by this.
    package static let attackMax = 10_000_000
    /// The most that a host's capacity can grow to, in percent of what was proven.
    package static let percentMax = 1000
}

package enum AttackTarget: Hashable, Sendable {
    case region(RegionID)
    case dependency(DependencyID)
}

package enum LoadSourceState: String, CaseIterable, Hashable, Sendable {
    case well
    /// It does not answer.
    case silent
    /// It tells of a tenth of the users, and of no wait.
    case lies
}

extension World {
    /// Lets something happen to the crowd; nothing where there is none.
    mutating func befall(_ event: CrowdEvent) {
        switch event {
        case .surge(let regions, let factor, let over, let from):
            for region in regions {
                let before = crowd?[region]?.surge.factor(at: now) ?? .one
                crowd?[region]?.surge = Surge(
                    since: now, over: over, from: from ?? before, to: factor)
            }
        case .attack(.region(let region), let rate): crowd?[region]?.attack = rate
        case .attack(.dependency(let id), let rate): crowd?[id]?.attack = rate
        case .slow(let host, let by): crowd?[host]?.slowness = by
        case .capacity(let host, let percent): crowd?[host]?.percent = percent
        case .proven(let host, let percent): prove(percent, of: host)
        case .loadSource(let host, let state): loadSources[host] = state
        case .dependency(let id, let state): crowd?[id]?.state = state
        case .quota(let region, let quota):
            quotasByHand[region, default: []].removeAll { $0.classID == quota.classID }
            quotasByHand[region, default: []].append(quota)
        case .lift(let region, let kind):
            quotasByHand[region]?.removeAll { $0.classID == kind }
        }
    }

    private mutating func prove(_ percent: Int, of host: HostID) {
        options.configuration = options.configuration.proving(percent, of: host)
        for index in processes.indices where processes[index].isAlive {
            let input = Input.loaded(options.configuration)
            schedule(.input(process: index, life: processes[index].life, input), after: .zero)
        }
    }
}
