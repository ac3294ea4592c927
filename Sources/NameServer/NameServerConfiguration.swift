package import DNSMessages
package import Values

/// What `bascule dns` serves, where, and whose changes it takes.
package struct NameServerConfiguration: Sendable {
    /// UDP and TCP; port 0 takes a free one.
    package let endpoint: Endpoint
    package let zones: [ZoneConfiguration]
    package let limits: NameServerLimits
    /// Reads the wall clock, which signatures are checked against.
    package let now: @Sendable () -> Instant

    package init(
        endpoint: Endpoint, zones: [ZoneConfiguration],
        limits: NameServerLimits = NameServerLimits(), now: @escaping @Sendable () -> Instant
    ) {
        (self.endpoint, self.zones, self.limits) = (endpoint, zones, limits)
        self.now = now
    }
}

/// One zone of a name server.
package struct ZoneConfiguration: Sendable {
    package let name: DNSName
    /// The master file that the zone is kept in, in a folder that the server may write to.
    package let file: String
    /// Whose updates are taken; without a key, the zone never changes.
    package let keys: [TSIGKey]
    /// The records that the file is made from when there is none.
    package let seed: [DNSRecord]

    package init(name: DNSName, file: String, keys: [TSIGKey], seed: [DNSRecord]) {
        (self.name, self.file, self.keys, self.seed) = (name, file, keys, seed)
    }

    /// The records of a new zone: SOA and NS, the servers' addresses, and what it begins with.
    ///
    /// - Parameters:
    ///   - servers: Below the zone, as `ns1.ent.example`; at least one.
    ///   - ttl: Of SOA, NS and the servers, in seconds; also how long absence may be cached.
    package static func seed(
        zone: DNSName, servers: [NamedAddresses], ttl: UInt32 = 30, names: [NamedAddresses] = []
    ) -> [DNSRecord] {
        guard let first = servers.first else { return names.flatMap(\.records) }
        let keeper = zone.child("hostmaster") ?? zone
        let start = StartOfAuthority(server: first.name, keeper: keeper, serial: 1, minimum: ttl)
        return [DNSRecord(zone, ttl: ttl, .soa(start))]
            + servers.map { DNSRecord(zone, ttl: ttl, .ns($0.name)) }
            + (servers + names).flatMap(\.records)
    }
}

/// How much a name server takes on at once.
package struct NameServerLimits: Hashable, Sendable {
    /// Of answers over UDP.
    package var rate = RateLimits()
    /// Of TCP connections.
    package var tcp = ConnectionLimits()
    /// The longest request over UDP (bytes); what is longer arrives cut, and is malformed.
    package var datagramBytesMax = 4096
    /// Updates that wait for the disk or are being written; one more is answered SERVFAIL.
    package var updatesMax = 64
    /// The longest zone file that is read (bytes).
    package var zoneFileBytesMax = 67_108_864

    package init() {}
}
