import OrderedCollections
import TopologyModel
import Values

/// How long a host's answers take while it is well: what tells of a gray failure long before
/// `LoadRules.latencyMax` does.
struct UsualLatency: Sendable {
    /// Slower than usual, and than its peers, from so many times on.
    static let timesSlower = 4
    /// Held slower while it is so many times.
    static let timesStillSlower = 2
    /// No host is slow that answers faster.
    static let latencyMin = Duration.milliseconds(200)
    /// Before so many readings nothing is usual yet.
    static let readingsMin = 60
    /// The share of a new reading, as one of so many: at one a second about the last hour counts.
    private static let memory = 3600

    private var smoothed = Duration.zero
    private var readings = 0

    /// In whole microseconds; nil until enough was read.
    var latency: Duration? {
        guard readings >= UsualLatency.readingsMin else { return nil }
        return .microseconds(Int64(smoothed / .microseconds(1)))
    }

    /// Counts an answer's time at a host that is well.
    mutating func note(_ latency: Duration) {
        let weight = min(readings, UsualLatency.memory - 1)
        smoothed = (smoothed * weight + latency) / (weight + 1)
        readings = weight + 1
    }

    /// Whether `latency` is so many times what `other` is.
    static func isSlow(_ latency: Duration, beside other: Duration, isHeld: Bool) -> Bool {
        let times = isHeld ? timesStillSlower : timesSlower
        return latency >= latencyMin && latency >= other * times
    }
}

extension LoadJudge {
    /// Why the host is slow beside its own past and its peers; nil where it is not, where its past
    /// is not known, or where they are as slow: then it is something that they share. Peers are the
    /// other hosts that have users, and room.
    ///
    /// - Parameter held: What its load is held to be; what was usual then still is after a restart.
    func slowness(
        of id: HostID, _ latency: Duration?, held: LoadStanding?, in topology: Topology,
        at now: Instant
    ) -> LoadStanding.Reason? {
        let isHeld = held?.verdict == .degraded
        guard let latency, let usual = held?.usualLatency ?? hosts[id]?.usual.latency,
            UsualLatency.isSlow(latency, beside: usual, isHeld: isHeld)
        else { return nil }
        let peers = hosts.compactMap { other, host -> Duration? in
            guard other != id, let capacity = topology.hosts[other]?.capacity.users,
                let load = LoadJudge.total(
                    of: host, at: now, freshFor: topology.rules.load.freshFor)?.load,
                load.users > 0, !load.reaches(LoadRules.busyAt, of: capacity)
            else { return nil }
            return load.latency
        }.sorted()
        guard !peers.isEmpty else { return .slower(latency: latency, usual: usual, peers: nil) }
        let median = peers[peers.count / 2]
        guard UsualLatency.isSlow(latency, beside: median, isHeld: isHeld) else { return nil }
        return .slower(latency: latency, usual: usual, peers: median)
    }
}

extension LoadStanding {
    /// What was usual when it was found slower; nil for every other reason.
    fileprivate var usualLatency: Duration? {
        if case .slower(_, let usual, _) = reason { usual } else { nil }
    }
}
