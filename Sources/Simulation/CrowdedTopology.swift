import OrderedCollections
package import TopologyModel
import Values

extension Topology {
    /// The topology of the seeds for worlds with users: the same places and doors, with classes,
    /// loads that are read, hosts that bear twice a region's peak, and a login that two regions
    /// share.
    ///
    /// Two regions can be rationed: one behind two gates that a name publishes, one behind a single
    /// gate. The others have a name that publishes hosts, so that for them overload is a move or
    /// nothing.
    package static func crowded(controllers: Int) -> Topology {
        let plain = simulated(controllers: controllers)
        let rules = GlobalRules(
            probe: plain.rules.probe, load: LoadRules(interval: .seconds(2)),
            doorReadInterval: plain.rules.doorReadInterval, doubtedFor: plain.rules.doubtedFor,
            brake: plain.rules.brake, approvalMax: plain.rules.approvalMax)
        return Topology(
            calendar: Calendar(schoolHours: schoolHours), rules: rules,
            providers: Array(plain.providers.values), sites: Array(plain.sites.values),
            hosts: plain.hosts.values.map(crowded), edges: Array(plain.edges.values),
            zones: Array(plain.zones.values), dependencies: [sharedLogin], classes: classes,
            controllers: plain.controllers, references: plain.references,
            regions: plain.regions.values.map(crowded))
    }

    private static let schoolHours = [Weekday.monday, .tuesday, .wednesday, .thursday, .friday].map
    {
        SchoolHours(weekday: $0, hours: TimeOfDayRange(from: 27_000, until: 63_000))
    }

    private static let classes = [
        UserClass(id: ClassID("staff"), knownBy: .cookie),
        UserClass(id: ClassID("pupils"), knownBy: .cookie),
        UserClass(
            id: ClassID("parents"), knownBy: .cookie,
            hours: TimeOfDayRange(from: 63_000, until: 27_000)),
    ]

    /// Twice the logins of its two regions at their peak: one in 720 users logs in each second.
    private static let sharedLogin = Dependency(
        id: DependencyID("educonnect"),
        probes: [
            DependencyProbe(endpoint: Endpoint(.v4(0x7f00_3c01), port: 8080), kind: .tcp)
        ], loginsPerSecond: 170)

    private static func crowded(_ host: Host) -> Host {
        Host(
            id: host.id, site: host.site, addresses: host.addresses,
            capacity: Capacity(users: 75_000, loginsPerSecond: 140), load: .http(path: "/load"))
    }

    private static func crowded(_ region: Region) -> Region {
        let isRationed = region.hasGate && region.granularity == .percent
        return Region(
            id: region.id, title: region.title, priority: region.priority,
            demand: Demand(
                peakUsers: region.demand.peakUsers, curve: region.demand.curve,
                shares: [("staff", 10), ("pupils", 60), ("parents", 30)].map {
                    ClassShare(classID: ClassID($0.0), share: Percent(checked: $0.1))
                }),
            probes: region.probes, primary: region.primary, standbys: region.standbys,
            dependsOn: isRationed ? [sharedLogin.id] : [], frontDoors: region.frontDoors,
            rules: RegionRules(
                probe: region.rules.probe, holdDown: region.rules.holdDown,
                failback: region.rules.failback,
                ramp: RampRules(
                    step: Percent(checked: 20), dwell: .seconds(60), armedFor: .seconds(300))))
    }
}
