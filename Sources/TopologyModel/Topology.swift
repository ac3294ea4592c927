package import OrderedCollections
package import Values

/// One controller, and the site where its vantage point stands.
package struct ControllerPlace: Hashable, Sendable {
    package let id: ControllerID
    /// Nil is outside every domain.
    package let site: SiteID?

    package init(id: ControllerID, site: SiteID?) { (self.id, self.site) = (id, site) }
}

/// Everything that a topology file declares, in declared order, checked as a whole (`faults`).
package struct Topology: Hashable, Sendable {
    package let calendar: Calendar
    package let rules: GlobalRules
    package let providers: OrderedDictionary<ProviderID, Provider>
    package let sites: OrderedDictionary<SiteID, Site>
    package let hosts: OrderedDictionary<HostID, Host>
    package let edges: OrderedDictionary<EdgeID, Edge>
    package let zones: OrderedDictionary<ZoneID, Zone>
    package let dependencies: OrderedDictionary<DependencyID, Dependency>
    package let classes: [UserClass]
    package let controllers: [ControllerPlace]
    /// What must be reachable if this controller is not the isolated one.
    package let references: [Endpoint]
    package let regions: OrderedDictionary<RegionID, Region>

    package init(
        calendar: Calendar = Calendar(), rules: GlobalRules = GlobalRules(),
        providers: [Provider], sites: [Site], hosts: [Host], edges: [Edge] = [],
        zones: [Zone] = [], dependencies: [Dependency] = [], classes: [UserClass] = [],
        controllers: [ControllerPlace] = [], references: [Endpoint] = [], regions: [Region]
    ) {
        (self.calendar, self.rules) = (calendar, rules)
        self.providers = OrderedDictionary(keyed: providers, by: \.id)
        self.sites = OrderedDictionary(keyed: sites, by: \.id)
        self.hosts = OrderedDictionary(keyed: hosts, by: \.id)
        self.edges = OrderedDictionary(keyed: edges, by: \.id)
        self.zones = OrderedDictionary(keyed: zones, by: \.id)
        self.dependencies = OrderedDictionary(keyed: dependencies, by: \.id)
        self.classes = classes
        self.controllers =
            controllers.isEmpty
            ? [ControllerPlace(id: Topology.onlyController, site: nil)]
            : controllers
        self.references = references
        self.regions = OrderedDictionary(keyed: regions, by: \.id)
    }

    /// The controller of a topology that declares none.
    package static let onlyController = ControllerID("c1")

    /// The site of a declared host; hosts and sites are checked when the file is read.
    package func site(of host: HostID) -> Site? { hosts[host].flatMap { sites[$0.site] } }

    package func hosts(in domain: FailureDomain) -> [HostID] {
        hosts.values.filter { sites[$0.site]?.isIn(domain) ?? false }.map(\.id)
    }

    /// Every failure domain of every site, widest first by path, then the fates, in declared order.
    package var domains: [FailureDomain] {
        let all = OrderedSet(sites.values.flatMap(\.domains))
        let paths = all.filter { !$0.isFate }
        return paths.sorted { ($0.depth, $0) < ($1.depth, $1) } + all.filter(\.isFate)
    }

    package func door(_ id: FrontDoorID) -> (region: Region, door: FrontDoor)? {
        for region in regions.values {
            if let door = region.frontDoors.first(where: { $0.id == id }) { return (region, door) }
        }
        return nil
    }

    /// What the region needs, and what that needs, each once, nearest first.
    package func dependencies(of region: Region) -> [DependencyID] {
        var found = OrderedSet(region.dependsOn)
        var index = 0
        while index < found.count {
            found.append(contentsOf: dependencies[found[index]]?.dependsOn ?? [])
            index += 1
        }
        return Array(found)
    }
}

extension OrderedDictionary {
    /// The first of two values with the same key stays; the reader reports the second.
    fileprivate init(keyed values: [Value], by key: (Value) -> Key) {
        self.init(values.map { (key($0), $0) }, uniquingKeysWith: { first, _ in first })
    }
}
