package import TopologyModel
package import Values

/// What a host, or its part for one region, bears at one moment.
package struct Load: Hashable, Codable, Sendable {
    /// Users who are in: with a session, or with a request in the last moments.
    package let users: Users
    /// Distinct visitors who wait to be let in, to the region or to the host as a whole; 0 where
    /// the source cannot tell.
    package let waiting: Users
    /// Requests that wait for their turn.
    package let queue: Int
    /// Logins in the last second; nil where the source cannot tell.
    package let loginsPerSecond: Int?
    /// How long answers take, as the source measures it (mean or p95); nil where it cannot tell.
    package let latency: Duration?
    /// The share of answers since the reading before that were errors; nil where it cannot tell.
    package let errors: PartsPerMillion?

    /// The same, with so many who wait.
    package func expecting(_ waiting: Users) -> Load {
        Load(
            users: users, waiting: waiting, queue: queue, loginsPerSecond: loginsPerSecond,
            latency: latency, errors: errors)
    }

    /// Of the capacity; more than a million where it is exceeded.
    package func share(of capacity: Users) -> PartsPerMillion {
        PartsPerMillion(users * 1_000_000 / max(1, capacity))
    }

    /// Whether at least this share of the capacity is used.
    func reaches(_ share: Percent, of capacity: Users) -> Bool {
        users * 100 >= capacity * share.value
    }

    /// Numbers below 0 count as 0, and above `Users.usersMax` as that.
    package init(
        users: Users, waiting: Users = 0, queue: Int = 0, loginsPerSecond: Int? = nil,
        latency: Duration? = nil, errors: PartsPerMillion? = nil
    ) {
        let bounded = { (number: Int) in min(max(number, 0), Users.usersMax) }
        (self.users, self.waiting, self.queue) = (bounded(users), bounded(waiting), bounded(queue))
        self.loginsPerSecond = loginsPerSecond.map(bounded)
        (self.latency, self.errors) = (latency, errors)
    }
}

/// One reading of a host's load, as one vantage point took it.
package struct LoadReading: Hashable, Codable, Sendable {
    /// What came of it: a source that does not answer is unknown, never zero.
    package enum Result: Hashable, Codable, Sendable {
        case read(load: Load)
        case silent(why: String)
    }

    package let vantage: ControllerID
    package let host: HostID
    /// Nil where the source only tells of the host as a whole.
    package let region: RegionID?
    package let at: Instant
    package let result: Result

    package init(
        vantage: ControllerID, host: HostID, region: RegionID?, at: Instant, result: Result
    ) {
        (self.vantage, self.host, self.region) = (vantage, host, region)
        (self.at, self.result) = (at, result)
    }
}
