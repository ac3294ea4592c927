import Detection
import OrderedCollections
import Situations
import TopologyModel

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

/// The ways that a region's users come by, once something is lost.
struct Ways {
    /// Whether users notice: a name server that others stand in for, they do not.
    var isHit: Bool { loss != nil || hasLostEdge }
    private let hasLostEdge: Bool
    /// Why nobody comes in any more, or nil.
    let loss: RegionSurvival.Loss?
    /// Names that point at an edge which is gone, while another is left.
    let repointed: [FrontDoor]
    /// A zone that has too few servers left to be changed, of a name that a shift sets.
    let stuck: ZoneID?

    init(of region: Region, losing gone: OrderedSet<SiteID>, in topology: Topology) {
        let edges = region.edges
        let out = edges.filter { topology.edges[$0].map { gone.contains($0.site) } ?? false }
        var (stuck, silent): (ZoneID?, ZoneID?) = (nil, nil)
        for case .dns(let door) in region.frontDoors {
            guard let zone = topology.zones[door.zone] else { continue }
            let left = zone.servers.filter { !gone.contains($0.site) }
            if left.isEmpty, !zone.servers.isEmpty { silent = silent ?? zone.id }
            let isChanged = door.points == .hosts || !out.isEmpty
            if isChanged, left.count(where: \.takesUpdates) < max(1, zone.serversMin) {
                stuck = stuck ?? zone.id
            }
        }
        hasLostEdge = !out.isEmpty
        let hasNoEdge = !edges.isEmpty && out.count == edges.count
        loss = silent.map { .noAnswer(zone: $0) } ?? (hasNoEdge ? .noEdge : nil)
        self.stuck = stuck
        repointed = out.isEmpty || hasNoEdge ? [] : region.frontDoors.filter(\.pointsAtEdges)
    }
}
