package import OrderedCollections
package import TopologyModel
package import Values

/// Everything that is held to be true now: the sum of the journaled board changes.
package struct VerdictBoard: Hashable, Codable, Sendable {
    package struct Service: Hashable, Comparable, Codable, Sendable {
        package let region: RegionID
        package let host: HostID

        package init(region: RegionID, host: HostID) { (self.region, self.host) = (region, host) }

        package static func < (left: Service, right: Service) -> Bool {
            (left.region, left.host) < (right.region, right.host)
        }
    }

    /// One of a zone's servers.
    package struct NameServer: Hashable, Codable, Sendable {
        package let zone: ZoneID
        package let endpoint: Endpoint

        package init(zone: ZoneID, endpoint: Endpoint) {
            (self.zone, self.endpoint) = (zone, endpoint)
        }
    }

    package private(set) var services: OrderedDictionary<Service, Standing> = [:]
    package private(set) var hosts: OrderedDictionary<HostID, Standing> = [:]
    package private(set) var domains: OrderedDictionary<FailureDomain, Standing> = [:]
    package private(set) var doubts: OrderedDictionary<FailureDomain, Doubt> = [:]
    package private(set) var dependencies: OrderedDictionary<DependencyID, Standing> = [:]
    package private(set) var edges: OrderedDictionary<EdgeID, Standing> = [:]
    package private(set) var nameServers: OrderedDictionary<NameServer, Standing> = [:]
    /// Of hosts whose load is read.
    package private(set) var loads: OrderedDictionary<HostID, LoadStanding> = [:]
    /// Of dependencies whose logins a second are bounded.
    package private(set) var logins: OrderedDictionary<DependencyID, LoginStanding> = [:]
    /// How many users come, in percent of what the curves and the calendar say; never below 100.
    package private(set) var surge = 100
    package private(set) var declarations: OrderedDictionary<FailureDomain, Declaration> = [:]
    /// Since when the references are gone: this controller may be the isolated one.
    package private(set) var isolatedSince: Instant?
    package private(set) var brake: BrakeReason?
    package private(set) var brakeSince: Instant?

    package init() {}

    /// A snapshot from before edges, name servers, loads, logins and the surge were judged lacks
    /// them.
    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        services = try fields.decode(type(of: services), forKey: .services)
        hosts = try fields.decode(type(of: hosts), forKey: .hosts)
        domains = try fields.decode(type(of: domains), forKey: .domains)
        doubts = try fields.decode(type(of: doubts), forKey: .doubts)
        dependencies = try fields.decode(type(of: dependencies), forKey: .dependencies)
        edges = try fields.decodeIfPresent(type(of: edges), forKey: .edges) ?? [:]
        nameServers =
            try fields.decodeIfPresent(type(of: nameServers), forKey: .nameServers) ?? [:]
        loads = try fields.decodeIfPresent(type(of: loads), forKey: .loads) ?? [:]
        logins = try fields.decodeIfPresent(type(of: logins), forKey: .logins) ?? [:]
        surge = max(100, try fields.decodeIfPresent(Int.self, forKey: .surge) ?? 100)
        declarations = try fields.decode(type(of: declarations), forKey: .declarations)
        isolatedSince = try fields.decodeIfPresent(Instant.self, forKey: .isolatedSince)
        brake = try fields.decodeIfPresent(BrakeReason.self, forKey: .brake)
        brakeSince = try fields.decodeIfPresent(Instant.self, forKey: .brakeSince)
    }

    package mutating func apply(_ change: BoardChange) {
        switch change {
        case .service(let region, let host, let standing):
            services[Service(region: region, host: host)] = standing
        case .host(let id, let standing): hosts[id] = standing
        case .domain(let id, let standing): domains[id] = standing
        case .doubt(let id, let doubt): doubts[id] = doubt
        case .dependency(let id, let standing): dependencies[id] = standing
        case .edge(let id, let standing): edges[id] = standing
        case .nameServer(let zone, let endpoint, let standing):
            nameServers[NameServer(zone: zone, endpoint: endpoint)] = standing
        case .load(let host, let standing): loads[host] = standing
        case .logins(let dependency, let standing): logins[dependency] = standing
        case .surge(let percent, _, _): surge = max(100, percent)
        case .isolation(let isIsolated, let at): isolatedSince = isIsolated ? at : nil
        case .brake(let reason, let at):
            (brake, brakeSince) = (reason, reason == nil ? nil : at)
        case .declaration(let id, let declaration): declarations[id] = declaration
        }
    }

    package func verdict(of host: HostID) -> Verdict { hosts[host]?.verdict ?? .unknown }

    package func verdict(of region: RegionID, at host: HostID) -> Verdict {
        services[Service(region: region, host: host)]?.verdict ?? .unknown
    }

    package func verdict(of edge: EdgeID) -> Verdict { edges[edge]?.verdict ?? .unknown }

    package func isLost(_ domain: FailureDomain) -> Bool { domains[domain]?.verdict == .lost }

    /// The widest domain of the site that is held lost, or nil.
    package func lostDomain(of site: Site) -> FailureDomain? {
        site.domains.first { isLost($0) }
    }

    /// The widest domain of the site that is in doubt at `now`, or nil.
    package func doubtedDomain(of site: Site, at now: Instant) -> FailureDomain? {
        site.domains.first { doubts[$0].map { now < $0.until } ?? false }
    }
}
