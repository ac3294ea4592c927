import Detection
import OrderedCollections
package import Situations
package import TopologyModel

/// Which regions a site's loss touches, and where.
struct SiteReach: Sendable {
    /// Sites in what is held lost already.
    let lost: OrderedSet<SiteID>
    private let topology: Topology
    /// Places in the topology's regions, of those that have users, an edge or a name server there.
    private let touched: OrderedDictionary<SiteID, OrderedSet<Int>>
    private let hosts: OrderedDictionary<RegionID, [(site: SiteID, host: HostID)]>

    init(_ situation: Situation) {
        let topology = situation.topology
        self.topology = topology
        lost = OrderedSet(
            topology.sites.values.filter { situation.board.lostDomain(of: $0) != nil }.map(\.id))
        var touched: OrderedDictionary<SiteID, OrderedSet<Int>> = [:]
        var hosts: OrderedDictionary<RegionID, [(site: SiteID, host: HostID)]> = [:]
        for (index, region) in topology.regions.values.enumerated() {
            let own = (situation.allocations[region.id]?.hosts ?? []).compactMap { host in
                topology.hosts[host].map { (site: $0.site, host: host) }
            }
            hosts[region.id] = own
            let edges = region.edges.compactMap { topology.edges[$0]?.site }
            let servers = region.zones.flatMap { topology.zones[$0]?.servers.map(\.site) ?? [] }
            for site in own.map(\.site) + edges + servers {
                touched[site, default: []].append(index)
            }
        }
        (self.touched, self.hosts) = (touched, hosts)
    }

    /// In declared order.
    func regions(at sites: OrderedSet<SiteID>) -> [Region] {
        let all = sites.reduce(into: OrderedSet<Int>()) { $0.formUnion(touched[$1] ?? []) }
        return all.sorted().map { topology.regions.values[$0] }
    }

    /// Hosts at those sites that have users of the region.
    func hosts(of region: RegionID, at sites: OrderedSet<SiteID>) -> [HostID] {
        (hosts[region] ?? []).filter { sites.contains($0.site) }.map(\.host)
    }
}

/// The ways that a region's users come by, as they are in a situation.
struct Ways: Sendable {
    /// Why nobody comes in any more, though hosts would serve; nil where somebody does.
    let loss: RegionSurvival.Loss?
    /// Names that point at an edge which is out, and must be changed.
    let repointed: [FrontDoor]
    /// Why no host could be left for another: a zone that has too few servers left to be changed,
    /// of a name that points at hosts.
    let stuck: ZoneID?
    /// Edges that are out, whose users come in elsewhere.
    private let out: [EdgeID]

    /// Whether users come in alike; a name that could not be changed any more they do not notice.
    func isAlike(_ other: Ways?) -> Bool {
        other.map { loss == $0.loss && repointed == $0.repointed && out == $0.out } ?? false
    }

    init(of region: Region, in situation: Situation) {
        let topology = situation.topology
        // Closures and not methods: a method would copy the situation.
        out = region.edges.filter { situation.isOut($0) }
        var loss: RegionSurvival.Loss?
        var repointed: [FrontDoor] = []
        var stuck: ZoneID?
        for case .dns(let door) in region.frontDoors {
            guard let zone = topology.zones[door.zone] else { continue }
            let left = zone.servers.filter { situation.isLeft($0, of: zone.id) }
            if left.isEmpty, !zone.servers.isEmpty { loss = loss ?? .noAnswer(zone: zone.id) }
            let isFixed = left.count(where: \.takesUpdates) < max(1, zone.serversMin)
            if door.points == .hosts {
                if isFixed { stuck = stuck ?? zone.id }
                continue
            }
            let pointed = situation.edges(of: .dns(door), in: region)
            guard pointed.contains(where: { situation.isOut($0) }) else { continue }
            repointed.append(.dns(door))
            let hasNone = pointed.allSatisfy { situation.isOut($0) }
            if hasNone, !region.edges.contains(where: { situation.isSound($0) }) {
                loss = loss ?? .noEdge
            } else if isFixed {
                loss = loss ?? .noUpdate(zone: zone.id)
            }
        }
        if !out.isEmpty, out.count == region.edges.count { loss = loss ?? .noEdge }
        (self.loss, self.repointed, self.stuck) = (loss, loss == nil ? repointed : [], stuck)
    }
}

extension Situation {
    /// The zone of a name of the region that points at hosts, where too few of its declared servers
    /// are left that take a change.
    package func zoneThatIsStuck(for region: Region) -> ZoneID? {
        let zone = Ways(of: region, in: self).stuck.flatMap { topology.zones[$0] }
        return zone.flatMap { $0.servers.isEmpty ? nil : $0.id }
    }

    /// Where a name should point, of the region's edges.
    fileprivate func edges(of door: FrontDoor, in region: Region) -> [EdgeID] {
        doors[door.id]?.desired?.edges ?? region.edges
    }

    fileprivate func isLeft(_ server: ZoneServer, of zone: ZoneID) -> Bool {
        let known = VerdictBoard.NameServer(zone: zone, endpoint: server.endpoint)
        let isGone = topology.sites[server.site].map { board.lostDomain(of: $0) != nil } ?? false
        return !isGone && board.nameServers[known]?.verdict != .lost
    }
}
