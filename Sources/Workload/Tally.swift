package import TopologyModel
package import Values

/// What the users of one region met, from the first request to the last.
package struct Tally: Hashable, Codable, Sendable {
    /// A stretch without one served request and with at least one that failed.
    package struct Outage: Hashable, Codable, Sendable {
        /// The last request that was served before it, or the first failure where none was.
        package let from: Instant
        /// The first request that was served after it, or the last failure while none was.
        package let until: Instant

        package init(from: Instant, until: Instant) { (self.from, self.until) = (from, until) }

        package var length: Duration { until - from }
    }

    /// Requests that one host served.
    package struct ByHost: Hashable, Codable, Sendable {
        package let host: HostID
        package var served: Int

        package init(host: HostID, served: Int) { (self.host, self.served) = (host, served) }
    }

    package let region: RegionID
    package private(set) var served = 0
    package private(set) var failed = 0
    /// In the order in which they first served.
    package private(set) var byHost: [ByHost] = []
    package private(set) var firstFailure: Instant?
    package private(set) var lastFailure: Instant?
    package private(set) var lastServed: Instant?
    private var failingSince: Instant?
    private var longestEnded: Outage?

    package init(region: RegionID) { self.region = region }

    package mutating func served(by host: HostID, at now: Instant) {
        served += 1
        if let outage = running(until: now) { longestEnded = longer(outage, longestEnded) }
        (failingSince, lastServed) = (nil, now)
        if let index = byHost.firstIndex(where: { $0.host == host }) {
            byHost[index].served += 1
        } else {
            byHost.append(ByHost(host: host, served: 1))
        }
    }

    /// A request that was sent at `sentAt` was given up at `now`.
    ///
    /// It begins no outage when another was served since it was sent: a user who waits for a silent
    /// host gives up long after the others are served elsewhere.
    package mutating func failed(sentAt: Instant, at now: Instant) {
        failed += 1
        firstFailure = firstFailure ?? now
        lastFailure = now
        guard failingSince != nil || lastServed.map({ $0 < sentAt }) ?? true else { return }
        failingSince = failingSince ?? now
    }

    /// The longest outage, the one that still lasts included; nil when nothing ever failed.
    package var longestOutage: Outage? {
        guard let lastFailure, let still = running(until: lastFailure) else { return longestEnded }
        return longer(still, longestEnded)
    }

    /// Whether users are served now: no request failed that was sent after the last one served.
    package var isServed: Bool { lastServed != nil && failingSince == nil }

    private func running(until end: Instant) -> Outage? {
        failingSince.map { Outage(from: lastServed ?? $0, until: end) }
    }

    private func longer(_ one: Outage, _ other: Outage?) -> Outage {
        guard let other, other.length >= one.length else { return one }
        return other
    }
}
