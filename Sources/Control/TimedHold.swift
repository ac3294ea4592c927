package import Situations
package import TopologyModel
package import Values

/// What ends by itself, and is told before and at its end.
package enum TimedHold: Hashable, Codable, Sendable {
    case pause(scope: HoldScope)
    case closure(kind: Closure.Kind, place: HoldPlace)
}

/// What holds a person's plan back until `--force`.
package enum Obstacle: Hashable, Codable, Sendable {
    /// The verdicts that the plan relies on may be our own error.
    case isolation(since: Instant)
    case brake
    /// It goes back to a place that was left lately.
    case holdDown(host: HostID, until: Instant)
    /// It fits only without the head-room.
    case headroom(host: HostID)
}
