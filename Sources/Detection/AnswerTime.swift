import Values

/// How long a target's answers usually take, and from when on one is late.
///
/// The estimator of RFC 6298, section 2 (TCP's retransmission timer): the smoothed time plus four
/// times its smoothed deviation. So a host that always takes a second is not asked five times a
/// second for that.
struct AnswerTime: Sendable {
    private var smoothed: Duration?
    private var deviation = Duration.zero

    /// An answer that takes longer than this is late; zero before the first answer.
    var bound: Duration { smoothed.map { $0 + deviation * 4 } ?? .zero }

    /// Counts one answer's time; shares of an eighth and a quarter, as in RFC 6298.
    mutating func note(_ latency: Duration) {
        guard let known = smoothed else {
            (smoothed, deviation) = (latency, latency / 2)
            return
        }
        let off = latency > known ? latency - known : known - latency
        deviation = (deviation * 3 + off) / 4
        smoothed = (known * 7 + latency) / 8
    }
}
