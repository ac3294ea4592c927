import Detection
import Values

/// What became of one probe.
struct ProbeEnd: Sendable {
    let order: ProbeOrder
    /// When its connection was really asked for.
    let sentAt: Instant
    /// By how much its end was read after its deadline: this machine was too busy to judge. The
    /// whole timeout where it could not even send: that says nothing of the host.
    let lateness: Duration
    let result: ProbeResult
    /// When the certificate that was shown ends.
    let certificateEnd: Instant?

    init(
        _ order: ProbeOrder, sentAt: Instant, lateness: Duration = .zero, result: ProbeResult,
        certificateEnd: Instant? = nil
    ) {
        (self.order, self.sentAt, self.lateness) = (order, sentAt, lateness)
        (self.result, self.certificateEnd) = (result, certificateEnd)
    }

    /// This machine had no descriptor, port or memory for it.
    init(_ order: ProbeOrder, ownFaultAt sentAt: Instant) {
        self.init(
            order, sentAt: sentAt, lateness: order.timeout, result: .fail(kind: .unreachable))
    }
}
