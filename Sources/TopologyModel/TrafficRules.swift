package import Values

/// When live requests, as HAProxy counts them, turn a host down, and for how long that stands
/// against probes that pass.
package struct TrafficRules: Hashable, Sendable {
    /// Whether live requests are read at all.
    package let observe: Bool
    /// From reading to reading of an edge's counters.
    package let interval: Duration
    /// How far back is looked.
    package let window: Duration
    /// With fewer requests in the window an edge says nothing of a host, and probes decide.
    package let requestsMin: Int
    /// With fewer failures, too.
    package let failuresMin: Int
    /// A host is lost at this share of failures, or when all of the last `failuresMin` failed.
    package let share: Percent
    /// For how long a host that live requests turned down is not believed its probes, when these
    /// saw nothing of it; twice as long each time that it happens again.
    package let distrust: Duration
    package let distrustMax: Duration

    package init(
        observe: Bool = true, interval: Duration = .milliseconds(100),
        window: Duration = .seconds(1), requestsMin: Int = 10, failuresMin: Int = 4,
        share: Percent = Percent(checked: 30), distrust: Duration = .seconds(300),
        distrustMax: Duration = .seconds(3600)
    ) {
        (self.observe, self.interval, self.window) = (observe, interval, window)
        (self.requestsMin, self.failuresMin, self.share) = (requestsMin, failuresMin, share)
        (self.distrust, self.distrustMax) = (distrust, distrustMax)
    }
}
