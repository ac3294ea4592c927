package import Values

/// What a host's load is held to be, since when, and on what evidence: kept in the journal, and
/// shown by `explain`.
///
/// The verdict is `up` (calm), `saturated`, `degraded` or `unknown`; whether the host is lost is
/// its probes' to say.
package struct LoadStanding: Hashable, Codable, Sendable {
    /// Which rule made the verdict.
    package enum Reason: Hashable, Codable, Sendable {
        /// Below its limits.
        case calm
        /// The same, and so many wait to be let in.
        case waiting(users: Users)
        /// So much of the capacity is used.
        case users(share: PartsPerMillion)
        /// So many log in each second, of those who were proven to be able to.
        case logins(perSecond: Int, of: Int)
        /// Requests wait, and much of the capacity is used.
        case queue(length: Int)
        /// Answers take so long, though there is room: sickness, not load.
        case latency(Duration)
        /// Answers take several times as long as they usually do there, and as they do at its
        /// peers now (their median; nil without any), though there is room.
        case slower(latency: Duration, usual: Duration, peers: Duration?)
        /// So many answers are errors, though there is room.
        case errors(PartsPerMillion)
        /// The source says nothing: unknown, never zero.
        case silent(why: String)
    }

    package let verdict: Verdict
    /// Of the verdict.
    package let since: Instant
    package let reason: Reason
    /// As it was read when the verdict was reached; nil where the source was silent.
    package let load: Load?
    package let capacity: Users

    package init(
        verdict: Verdict, since: Instant, reason: Reason, load: Load?, capacity: Users
    ) {
        (self.verdict, self.since, self.reason) = (verdict, since, reason)
        (self.load, self.capacity) = (load, capacity)
    }
}

extension LoadStanding.Reason {
    /// Whether somebody waits to be let in while the host has room.
    package var isWaiting: Bool { if case .waiting = self { true } else { false } }
}

/// A host's load as it was last read, with where it is going; volatile.
package struct LoadPicture: Hashable, Codable, Sendable {
    package let at: Instant
    package let load: Load
    package let capacity: Users
    /// Users more than a minute ago; below 0 when they leave.
    package let usersPerMinute: Int
    /// Whether the source was silent about a part of it, so that there may be more.
    package let isPartial: Bool

    package init(
        at: Instant, load: Load, capacity: Users, usersPerMinute: Int, isPartial: Bool
    ) {
        (self.at, self.load, self.capacity) = (at, load, capacity)
        (self.usersPerMinute, self.isPartial) = (usersPerMinute, isPartial)
    }

    /// Users whom it could still take.
    package var left: Users { max(0, capacity - load.users) }

    /// Of the capacity; more than a million where it is exceeded.
    package var share: PartsPerMillion { load.share(of: capacity) }

    /// The time until it is full at the present rise; nil when it does not fill, or not within
    /// `fullMax`.
    package var fullIn: Duration? {
        guard usersPerMinute > 0, left > 0 else { return nil }
        let time = Duration.seconds(Int64(left) * 60 / Int64(usersPerMinute))
        return time <= LoadPicture.fullMax ? time : nil
    }

    /// A rise that fills a host later than this says nothing.
    package static let fullMax = Duration.seconds(3600)
}
