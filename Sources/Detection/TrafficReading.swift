package import TopologyModel
package import Values

/// How live requests failed at a host, as the HAProxy before it counts them; none counts twice.
///
/// An answer 503 or silence may be overload rather than loss: the kinds are kept apart, so that
/// who judges load can tell.
package struct TrafficFailures: Hashable, Codable, Sendable {
    /// Given up, for no connection came about.
    package var connects: Int
    /// No answer in time, or a broken one.
    package var responses: Int
    /// Answers 500 through 599 by the host itself.
    package var serverErrors: Int
    /// Connections that had to be tried again, here or at another host.
    package var retries: Int
    /// Requests without any answer yet, while none is answered at all.
    package var unanswered: Int

    package init(
        connects: Int = 0, responses: Int = 0, serverErrors: Int = 0, retries: Int = 0,
        unanswered: Int = 0
    ) {
        (self.connects, self.responses, self.serverErrors) = (connects, responses, serverErrors)
        (self.retries, self.unanswered) = (retries, unanswered)
    }

    package var count: Int { connects + responses + serverErrors + retries + unanswered }

    package static func + (left: TrafficFailures, right: TrafficFailures) -> TrafficFailures {
        TrafficFailures(
            connects: left.connects + right.connects, responses: left.responses + right.responses,
            serverErrors: left.serverErrors + right.serverErrors,
            retries: left.retries + right.retries, unanswered: left.unanswered + right.unanswered)
    }
}

extension TrafficFailures: CustomStringConvertible {
    /// `5xx*8, retry*2`.
    package var description: String {
        [
            ("5xx", serverErrors), ("retry", retries), ("no connection", connects),
            ("no response", responses), ("unanswered", unanswered),
        ].filter { $0.1 > 0 }.map { "\($0.0)*\($0.1)" }.joined(separator: ", ")
    }
}

/// What became of live requests of a region at a host since the reading before, as one edge
/// counted it.
package struct TrafficReading: Hashable, Codable, Sendable {
    package struct Key: Hashable, Sendable {
        package let edge: EdgeID
        package let region: RegionID
        package let host: HostID
    }

    /// A reading over more than this is no evidence: nobody knows when in it the failures were.
    package static let spanMax = Duration.seconds(2)

    package let vantage: ControllerID
    package let edge: EdgeID
    package let region: RegionID
    package let host: HostID
    package let at: Instant
    /// Since the reading before.
    package let span: Duration
    /// Requests that were sent there, again or for the first time.
    package let began: Int
    /// Answers below 500.
    package let answered: Int
    package let failed: TrafficFailures
    /// Requests that wait at the edge for their turn, now.
    package let queue: Int
    /// Requests that are at the host now.
    package let inFlight: Int

    package init(
        vantage: ControllerID, edge: EdgeID, region: RegionID, host: HostID, at: Instant,
        span: Duration, began: Int, answered: Int, failed: TrafficFailures = TrafficFailures(),
        queue: Int = 0, inFlight: Int = 0
    ) {
        (self.vantage, self.edge, self.region, self.host) = (vantage, edge, region, host)
        (self.at, self.span, self.began) = (at, span, began)
        (self.answered, self.failed) = (answered, failed)
        (self.queue, self.inFlight) = (queue, inFlight)
    }

    package var key: Key { Key(edge: edge, region: region, host: host) }

    /// Both as one reading.
    package func followed(by later: TrafficReading) -> TrafficReading {
        TrafficReading(
            vantage: vantage, edge: edge, region: region, host: host, at: later.at,
            span: span + later.span, began: began + later.began,
            answered: answered + later.answered, failed: failed + later.failed,
            queue: later.queue, inFlight: later.inFlight)
    }
}
