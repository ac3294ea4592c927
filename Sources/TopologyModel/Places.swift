package import Values

// Where users are served: providers run sites, sites hold hosts and edges.

/// A company that runs sites.
package struct Provider: Hashable, Sendable {
    package let id: ProviderID
    /// As people know it: `OVHcloud`.
    package let title: String

    package init(id: ProviderID, title: String) { (self.id, self.title) = (id, title) }
}

/// A position on the globe, in thousandths of a degree, north and east positive.
package struct Position: Hashable, Sendable {
    package let milliLatitude: Int
    package let milliLongitude: Int

    package init(milliLatitude: Int, milliLongitude: Int) {
        (self.milliLatitude, self.milliLongitude) = (milliLatitude, milliLongitude)
    }
}

/// One building or zone of a provider.
package struct Site: Hashable, Sendable {
    package let id: SiteID
    package let provider: ProviderID
    /// Its path, from the provider down to itself: `ovh/strasbourg/sbg2`.
    package let domain: FailureDomain
    /// Fates that it shares with sites beside its path.
    package let fate: [FailureDomain]
    package let position: Position?
    /// What a region may require of it: `eu`, `secnumcloud`.
    package let labels: [String]
    /// Every failure domain that it falls with: its path's prefixes, widest first, then its fates.
    package let domains: [FailureDomain]

    package init(
        id: SiteID, provider: ProviderID, domain: FailureDomain, fate: [FailureDomain] = [],
        position: Position? = nil, labels: [String] = []
    ) {
        (self.id, self.provider, self.domain) = (id, provider, domain)
        (self.fate, self.position, self.labels) = (fate, position, labels)
        domains = domain.prefixes + fate
    }

    package func isIn(_ other: FailureDomain) -> Bool {
        other.contains(domain) || fate.contains(other)
    }
}

/// Where something listens, one endpoint a family; the families are judged apart.
package struct Addresses: Hashable, Sendable {
    package let ipv4: Endpoint?
    package let ipv6: Endpoint?

    package init(ipv4: Endpoint? = nil, ipv6: Endpoint? = nil) {
        (self.ipv4, self.ipv6) = (ipv4, ipv6)
    }

    package subscript(family: IPAddress.Family) -> Endpoint? {
        switch family {
        case .ipv4: ipv4
        case .ipv6: ipv6
        }
    }

    package var all: [Endpoint] { [ipv4, ipv6].compactMap(\.self) }
    package var families: [IPAddress.Family] { all.map(\.address.family) }
}

/// What a host or edge can bear, as a load test proved it.
package struct Capacity: Hashable, Sendable {
    package let users: Users
    /// Logins per second; nil where it was not measured, and then it is no limit.
    package let loginsPerSecond: Int?
    /// When it was proven.
    package let measured: CivilDate?

    package init(users: Users, loginsPerSecond: Int? = nil, measured: CivilDate? = nil) {
        (self.users, self.loginsPerSecond, self.measured) = (users, loginsPerSecond, measured)
    }
}

/// Whether a user who is moved must log in again.
package enum Sessions: String, CaseIterable, Hashable, Sendable {
    case local, replicated
}

/// Where a host's load is read.
package enum LoadSource: Hashable, Sendable {
    /// GET `path` at the host's own address, once for each region, with its name as `Host`.
    case http(path: String)
    /// The counters of the edges whose backends have it as a server.
    case haproxy
    /// An instant query of the HTTP API of Prometheus.
    case prometheus(PrometheusQuery)
}

/// A query whose answer is users: one number, or one for each region by the label `region`.
package struct PrometheusQuery: Hashable, Sendable {
    package let endpoint: Endpoint
    /// As PromQL, at most 4096 bytes; `${host}` stands for the host's name.
    package let users: String
    /// The same, for how long answers take, in seconds; nil where it is not asked.
    package let latency: String?
    /// The same, for how far the data there is behind, in seconds; nil where it is not asked.
    package let dataLag: String?

    package init(
        endpoint: Endpoint, users: String, latency: String? = nil, dataLag: String? = nil
    ) {
        (self.endpoint, self.users) = (endpoint, users)
        (self.latency, self.dataLag) = (latency, dataLag)
    }
}

/// What serves users at a site: a region's primary or one of its standbys.
package struct Host: Hashable, Sendable {
    package let id: HostID
    package let site: SiteID
    package let addresses: Addresses
    package let capacity: Capacity
    package let load: LoadSource?
    package let sessions: Sessions

    package init(
        id: HostID, site: SiteID, addresses: Addresses, capacity: Capacity,
        load: LoadSource? = nil, sessions: Sessions = .local
    ) {
        (self.id, self.site, self.addresses) = (id, site, addresses)
        (self.capacity, self.load, self.sessions) = (capacity, load, sessions)
    }
}

/// How HAProxy's runtime API is reached.
package enum RuntimeSocket: Hashable, Sendable {
    case unix(path: String)
    case tcp(Endpoint)
}

/// An HAProxy that splits regions over hosts.
package struct Edge: Hashable, Sendable {
    package let id: EdgeID
    package let site: SiteID
    package let addresses: Addresses
    package let socket: RuntimeSocket
    /// What must pass at each of its addresses for it to be up.
    package let probes: [ProbeKind]
    package let capacity: Capacity?

    package init(
        id: EdgeID, site: SiteID, addresses: Addresses, socket: RuntimeSocket,
        probes: [ProbeKind] = [.tcp], capacity: Capacity? = nil
    ) {
        (self.id, self.site, self.addresses) = (id, site, addresses)
        (self.socket, self.probes, self.capacity) = (socket, probes, capacity)
    }
}

/// An authoritative name server of a zone.
package struct ZoneServer: Hashable, Sendable {
    package let endpoint: Endpoint
    package let site: SiteID
    /// Whether Bascule changes the zone there (RFC 2136); otherwise it is a secondary.
    package let takesUpdates: Bool
    /// The file with the TSIG key, relative to the topology file's folder.
    package let tsigKeyFile: String?

    package init(endpoint: Endpoint, site: SiteID, takesUpdates: Bool, tsigKeyFile: String?) {
        (self.endpoint, self.site) = (endpoint, site)
        (self.takesUpdates, self.tsigKeyFile) = (takesUpdates, tsigKeyFile)
    }
}

/// A DNS zone that holds front doors.
package struct Zone: Hashable, Sendable {
    package let id: ZoneID
    package let servers: [ZoneServer]
    /// The least number of servers that must take a change before it counts as made.
    package let serversMin: Int
    /// The shortest TTL that its servers accept.
    package let ttlMin: Duration

    package init(
        id: ZoneID, servers: [ZoneServer], serversMin: Int, ttlMin: Duration = .zero
    ) {
        (self.id, self.servers, self.serversMin) = (id, servers, serversMin)
        self.ttlMin = ttlMin
    }
}
