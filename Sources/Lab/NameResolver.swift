package import TopologyModel
package import Values

/// What a name server says about a name.
package struct NameAnswer: Hashable, Sendable {
    package let addresses: [IPAddress]
    package let ttl: Duration

    package init(addresses: [IPAddress], ttl: Duration) {
        (self.addresses, self.ttl) = (addresses, ttl)
    }
}

/// Looks a front door's name up, as a school's resolver does when what it kept has run out.
package protocol NameResolver: Sendable {
    /// Throws when no server of the zone answers; no address is an answer too.
    func answer(
        to name: String, in zone: ZoneID, family: IPAddress.Family
    ) async throws -> NameAnswer
}
