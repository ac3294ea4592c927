package import Values

/// What explains that probes fail at a host that is full rather than lost: evidence of `saturated`.
package enum Overload: Hashable, Codable, Sendable {
    /// So much of its capacity is used, or will be at its present rise.
    case load(share: PartsPerMillion)
    /// So much of it was, when its load source was last heard.
    case lastLoad(share: PartsPerMillion)
    /// Other users are answered there.
    case usersServed
    /// Its own load page answers, though its probes find no answer in time.
    case pageAnswers
    /// A dependency answers 503 or 429: it is there, and turns away.
    case turnedAway
    /// So many go on logging in by a dependency each second.
    case logins(perSecond: Int)
}

/// What a host bears, as a witness of its probes' failures; volatile.
package struct Strain: Hashable, Sendable {
    /// Whether its load explains that it is slow, or turns probes away.
    package let isHigh: Bool
    package let share: PartsPerMillion
    /// When it was last read.
    package let at: Instant
    /// Whether that is fresh, and the source has not been silent since.
    package let isFresh: Bool
    /// Whether the host itself answered, and not counters that are kept elsewhere.
    package let isOwnAnswer: Bool
}
