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

    package private(set) var services: OrderedDictionary<Service, Standing> = [:]
    package private(set) var hosts: OrderedDictionary<HostID, Standing> = [:]
    package private(set) var domains: OrderedDictionary<FailureDomain, Standing> = [:]
    package private(set) var doubts: OrderedDictionary<FailureDomain, Doubt> = [:]
    package private(set) var dependencies: OrderedDictionary<DependencyID, Standing> = [:]
    package private(set) var declarations: OrderedDictionary<FailureDomain, Declaration> = [:]
    /// Since when the references are gone: this controller may be the isolated one.
    package private(set) var isolatedSince: Instant?
    package private(set) var brake: BrakeReason?
    package private(set) var brakeSince: Instant?

    package init() {}

    package mutating func apply(_ change: BoardChange) {
        switch change {
        case .service(let region, let host, let standing):
            services[Service(region: region, host: host)] = standing
        case .host(let id, let standing): hosts[id] = standing
        case .domain(let id, let standing): domains[id] = standing
        case .doubt(let id, let doubt): doubts[id] = doubt
        case .dependency(let id, let standing): dependencies[id] = standing
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
