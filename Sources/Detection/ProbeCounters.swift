package import Values

/// What this controller has made of its probes since it started, for people.
package struct ProbeCounters: Hashable, Codable, Sendable {
    package var sent = 0
    /// Ticks that could not start a probe, for too many were open or this machine was too busy.
    package var shed = 0
    /// Outcomes dropped because this machine was too late to send or read them.
    package var late = 0
    /// Outcomes that no target of the topology explains.
    package var strange = 0
    /// Outcomes that a newer one of the same target replaced before the loop took them.
    package var coalesced = 0
    /// Probes open now.
    package var open = 0
    package var targets = 0
    /// When something was last shed or late; nil when nothing ever was.
    package var troubledAt: Instant?

    /// Trouble counts as of late for so long.
    package static let lately = Duration.seconds(60)

    package init() {}

    package init(sent: Int, shed: Int, open: Int, targets: Int) {
        (self.sent, self.shed, self.open, self.targets) = (sent, shed, open, targets)
    }

    package func isTroubled(at now: Instant) -> Bool {
        troubledAt.map { now - $0 < ProbeCounters.lately } ?? false
    }
}
