package import Values

/// What a controller knows of leadership.
package enum Lease: Hashable, Codable, Sendable {
    /// This controller leads under the epoch, until then unless it renews.
    case held(epoch: Epoch, until: Instant)
    case notHeld(leader: ControllerID?)
    /// The lease store does not answer.
    case unknown

    /// How long before its end a lease is no longer relied on: what clocks and sends may differ by.
    package static let margin = Duration.milliseconds(500)

    /// The epoch to act under at `now`, or nil when this controller may not act.
    package func epoch(at now: Instant) -> Epoch? {
        guard case .held(let epoch, let until) = self, now + Lease.margin < until else {
            return nil
        }
        return epoch
    }

    /// When the last order under it may be sent.
    package var lastSend: Instant? {
        guard case .held(_, let until) = self else { return nil }
        return until - Lease.margin
    }
}
