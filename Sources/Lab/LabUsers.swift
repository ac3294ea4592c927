import TopologyModel
import Values

/// The users of one region, as the lab lets them come.
protocol LabUsers: Sendable {
    nonisolated var region: Region { get }

    /// Lets them come and ask until it is cancelled.
    func run() async

    /// What they met since the lab stood, or since they were last counted anew.
    var report: LabReport.Region { get async }

    /// Forgets what they met so far; who is in or waits stays so.
    func countAnew() async
}

extension LabWorld {
    /// False when cancelled, which alone ends a sleep early. Wakes at least once a second.
    func pause(until due: Instant) async -> Bool {
        let wait = min(max(due - now(), .milliseconds(1)), .seconds(1))
        do {
            try await Task.sleep(for: wait)
            return true
        } catch {
            return false
        }
    }
}

extension PortalClient.Page {
    /// The host that served the region's page; throws why it is not that.
    func servingHost(for region: Region) throws(UserFailure) -> HostID {
        if status == 503 { throw .busy }
        guard status == 200, body.contains(region.id.name), let host else { throw .wrongPage }
        return host
    }
}
