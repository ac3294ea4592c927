import Detection
import OrderedCollections
import Planning
import Situations
import TopologyModel
import Values

/// An instance as a situation of ours, and as what a controller asks in it: every region with a
/// share on a lost host leaves it.
///
/// Users are counted in hundredths of a request per second, so that a whole percent of any demand
/// is a whole number and nothing is rounded. A region's hosts are all that its residency and its
/// forbidden domains leave it: the larger home first, then in the instance's order.
struct Conversion {
    /// Users of one request per second.
    static let usersPerRequest = 100

    let request: PlanningRequest
    let displaced: Int

    /// - Parameter least: What a region keeps at least: nothing in the shared instances, one
    ///   percent where a controller asks.
    init(_ instance: Instance, least: Percent) {
        var situation = Conversion.situation(instance)
        let survivors = Set(instance.survivors.map(\.id))
        var changes: [WantedChange] = []
        for site in instance.sites {
            let verdict: Verdict = survivors.contains(site.id) ? .up : .lost
            situation.board.apply(
                .host(id: HostID(site.id), standing: Conversion.standing(verdict)))
        }
        for region in instance.regions {
            let id = RegionID(region.id)
            situation.allocations[id] = Allocation(
                shares: region.homes.map {
                    Share(host: HostID($0.site), percent: Percent(checked: $0.weight))
                })
            let lost = region.homes.map(\.site).filter { !survivors.contains($0) }
            guard !lost.isEmpty, let hosts = situation.topology.regions[id]?.hosts else { continue }
            for host in hosts {
                situation.board.apply(
                    .service(region: id, host: host, standing: Conversion.standing(.up)))
            }
            changes.append(
                .leave(region: id, hosts: lost.map { HostID($0) }, cause: .lost, domain: nil))
        }
        displaced = changes.count
        request = PlanningRequest(situation: situation, changes: changes, least: least)
    }

    private static let now = Instant(unixSeconds: 1_773_102_900)

    private static func standing(_ verdict: Verdict) -> Standing {
        Standing(verdict: verdict, since: now, evidence: Evidence(detector: .none))
    }

    private static func situation(_ instance: Instance) -> Situation {
        let topology = Topology(
            rules: GlobalRules(headroom: .zero), providers: [],
            sites: instance.sites.map {
                Site(
                    id: SiteID($0.id), provider: ProviderID("p"),
                    domain: FailureDomain($0.domain + "/" + $0.id))
            },
            hosts: instance.sites.map {
                Host(
                    id: HostID($0.id), site: SiteID($0.id), addresses: Addresses(),
                    capacity: Capacity(users: $0.capacity * usersPerRequest))
            },
            regions: instance.regions.map { region($0, in: instance) })
        return Situation(now: now, topology: topology, digest: Digest(hex: "00"))
    }

    private static func region(_ region: Instance.Region, in instance: Instance) -> Region {
        let homes = region.homes.map(\.site)
        let others = instance.eligible(region).map(\.id).filter { !homes.contains($0) }
        let hosts = (homes + others).map { HostID($0) }
        return Region(
            id: RegionID(region.id), title: region.id, priority: 6 - region.priority,
            demand: Demand(peakUsers: region.demand * usersPerRequest, curve: .flat),
            probes: [.tcp], primary: hosts[0], standbys: Array(hosts.dropFirst()),
            frontDoors: [
                .haproxy(HAProxyDoor(edge: EdgeID("edge"), backend: region.id, isGate: true))
            ])
    }
}
