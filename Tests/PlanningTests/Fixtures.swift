import Detection
import OrderedCollections
import Situations
import TopologyModel
import Values

@testable import Planning

/// A host by one line: its name is also its site's; capacity in users.
struct HostSpec {
    let name: String
    let domain: String
    var users: Int
    var logins: Int?
    var labels: [String] = []

    init(_ name: String, _ domain: String, users: Int, logins: Int? = nil, labels: [String] = []) {
        (self.name, self.domain, self.users) = (name, domain, users)
        (self.logins, self.labels) = (logins, labels)
    }
}

enum DoorSpec: CaseIterable {
    case whole, split, gated
}

/// A region by one line; the first host is its primary.
struct RegionSpec {
    let name: String
    var hosts: [String]
    var peak: Int
    var door: DoorSpec
    var priority: Int
    var curve: DemandCurve
    var require: [String]
    var rpo: Duration?

    init(
        _ name: String, _ hosts: [String], peak: Int, door: DoorSpec = .gated, priority: Int = 1,
        curve: DemandCurve = .flat, require: [String] = []
    ) {
        (self.name, self.hosts, self.peak, self.door) = (name, hosts, peak, door)
        (self.priority, self.curve, self.require) = (priority, curve, require)
    }

    var region: Region {
        let door: FrontDoor =
            switch self.door {
            case .whole:
                .dns(
                    DNSDoor(
                        name: "\(name).example", zone: ZoneID("example"), ttl: .seconds(30),
                        points: .hosts)
                )
            case .split, .gated:
                .haproxy(
                    HAProxyDoor(edge: EdgeID("edge"), backend: name, isGate: self.door == .gated))
            }
        return Region(
            id: RegionID(name), title: name, priority: priority,
            demand: Demand(peakUsers: peak, curve: curve), probes: [.tcp],
            primary: HostID(hosts[0]), standbys: hosts.dropFirst().map { HostID($0) },
            require: require, frontDoors: [door], rules: RegionRules(rpo: rpo))
    }
}

/// Tuesday, 10 March 2026, 00:35 UTC.
let night = Instant(unixSeconds: 1_773_102_900)

/// A situation in which every host serves every region that names it.
func situation(
    hosts: [HostSpec], regions: [RegionSpec], headroom: Int = 0, at now: Instant = night
) -> Situation {
    let address = Addresses()
    let topology = Topology(
        rules: GlobalRules(headroom: Percent(checked: headroom)), providers: [],
        sites: hosts.map {
            Site(
                id: SiteID($0.name), provider: ProviderID("p"), domain: FailureDomain($0.domain),
                labels: $0.labels)
        },
        hosts: hosts.map {
            Host(
                id: HostID($0.name), site: SiteID($0.name), addresses: address,
                capacity: Capacity(users: $0.users, loginsPerSecond: $0.logins))
        },
        regions: regions.map(\.region))
    var situation = Situation(now: now, topology: topology, digest: Digest(hex: "00"))
    for spec in hosts { situation.hold(spec.name, .up) }
    for region in regions {
        for host in region.hosts { situation.hold(region.name, at: host, .up) }
        situation.allocations[RegionID(region.name)] = Allocation(all: HostID(region.hosts[0]))
    }
    return situation
}

extension Situation {
    private func standing(_ verdict: Verdict) -> Standing {
        Standing(verdict: verdict, since: now, evidence: Evidence(detector: .none))
    }

    mutating func hold(_ host: String, _ verdict: Verdict) {
        board.apply(.host(id: HostID(host), standing: standing(verdict)))
    }

    mutating func hold(_ region: String, at host: String, _ verdict: Verdict) {
        board.apply(
            .service(
                region: RegionID(region), host: HostID(host), standing: standing(verdict)))
    }

    mutating func hold(domain: String, _ verdict: Verdict) {
        board.apply(.domain(id: FailureDomain(domain), standing: standing(verdict)))
    }

    mutating func doubt(_ domain: String) {
        let doubt = Doubt(since: now, until: now + .seconds(7200), because: "test")
        board.apply(.doubt(id: FailureDomain(domain), doubt: doubt))
    }

    mutating func place(_ region: String, _ shares: [(String, Int)]) {
        allocations[RegionID(region)] = allocation(shares)
    }
}

func allocation(_ shares: [(String, Int)]) -> Allocation {
    Allocation(shares: shares.map { Share(host: HostID($0.0), percent: Percent(checked: $0.1)) })
}

func leave(_ region: String, _ hosts: String...) -> WantedChange {
    .leave(region: RegionID(region), hosts: hosts.map { HostID($0) }, cause: .lost, domain: nil)
}

func plan(
    _ situation: Situation, _ changes: [WantedChange], horizon: Duration = .seconds(24 * 3600),
    steps: Int = Planner.stepsDefault, ready: OrderedDictionary<RegionID, Allocation> = [:]
) -> Placement {
    Planner.placement(
        for: PlanningRequest(situation: situation, changes: changes, horizon: horizon),
        steps: steps, ready: ready)
}

extension Placement {
    /// `a: gra 60%, par 40%`, one region a line, for tables.
    var text: String {
        regions.map { "\($0.region): \($0.to.words)" }.joined(separator: "\n")
    }

    subscript(region: String) -> RegionPlacement? {
        regions.first { $0.region.name == region }
    }
}
