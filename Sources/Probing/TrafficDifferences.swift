import Detection
import HAProxyRuntime
import TopologyModel
import Values

/// From counters that only grow to what happened between two readings.
///
/// Counters that went back are those of a process that started anew, or were cleared: what was
/// before says nothing of them, and the first reading after is only a beginning.
struct TrafficDifferences {
    private struct Server: Hashable {
        let backend: String
        let name: String
    }

    private let edge: WatchedEdge
    private let vantage: ControllerID
    private var before: [Server: RequestCounters] = [:]
    private var readAt: Instant?

    init(edge: WatchedEdge, vantage: ControllerID) { (self.edge, self.vantage) = (edge, vantage) }

    /// After an exchange that failed: failures of an unknown past are no evidence.
    mutating func forget() { (before, readAt) = ([:], nil) }

    /// What is worth telling: where nothing moves and nothing waits, there is nothing.
    mutating func readings(of rows: [RequestCounters], at now: Instant) -> [TrafficReading] {
        let span = readAt.map { now - $0 } ?? .zero
        readAt = now
        var readings: [TrafficReading] = []
        for row in rows {
            let host = HostID(row.server)
            guard let region = edge.regions[row.backend], region.hosts.contains(host) else {
                continue
            }
            let server = Server(backend: row.backend, name: row.server)
            guard let earlier = before.updateValue(row, forKey: server), row.follows(earlier),
                let reading = reading(from: earlier, to: row, region.id, host, over: span, now)
            else { continue }
            readings.append(reading)
        }
        return readings
    }

    private func reading(
        from earlier: RequestCounters, to row: RequestCounters, _ region: RegionID, _ host: HostID,
        over span: Duration, _ now: Instant
    ) -> TrafficReading? {
        let failed = TrafficFailures(
            connects: row.connectErrors - earlier.connectErrors,
            responses: row.responseErrors - earlier.responseErrors,
            serverErrors: row.serverErrors - earlier.serverErrors,
            retries: row.retries - earlier.retries)
        let reading = TrafficReading(
            vantage: vantage, edge: edge.id, region: region, host: host, at: now, span: span,
            began: row.began - earlier.began, answered: row.answered - earlier.answered,
            failed: failed, queue: row.queued, inFlight: row.inFlight)
        let isIdle =
            reading.began == 0 && reading.answered == 0 && failed.count == 0
            && row.inFlight == 0 && row.queued == 0
        return isIdle ? nil : reading
    }
}
