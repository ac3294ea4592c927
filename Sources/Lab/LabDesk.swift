import Synchronization
import TopologyModel
import Values
import Workload

/// Answers a lab's commands.
struct LabDesk: Sendable {
    let world: LabWorld
    let sites: LabSites
    let users: [any LabUsers]
    /// Since when users are counted: since the lab stood, at first.
    let from: CountingSince

    /// Throws `LabError.refused` with what is wrong and how to mend it.
    func answer(_ line: String) async throws -> String {
        let targets = FaultTargets(world.topology)
        let limits = world.options.limits
        switch try LabCommand(line: line, targets: targets, limits: limits) {
        case .strike(let condition, let hosts, let name):
            try await sites.strike(condition, on: hosts)
            let names = hosts.map(\.name).joined(separator: ", ")
            return "\(name) is \(condition.text): \(names)"
        case .surge(let factor, let over, let regions, let text):
            for users in try byClass(regions) { await users.surge(to: factor, over: over) }
            return "\(names(regions)): demand grows to \(text) times over \(over.text)"
        case .attack(let rate, let region):
            for users in try byClass([region]) { await users.attack(perSecond: rate) }
            return rate == 0
                ? "\(region) is not attacked"
                : "\(region) is attacked: \(rate) requests a second that never log in"
        case .loadSource(let source, let host):
            await sites.set(source, of: host)
            return "the load source of \(host) \(source.text)"
        case .status: return await sites.status
        case .users: return await report.text
        case .countAnew:
            for users in users { await users.countAnew() }
            from.reset(to: world.now())
            return "users are counted from now on"
        case .report: return try await report.json()
        }
    }

    /// Throws `LabError.refused` where a region's users have no classes, or there are none.
    private func byClass(_ regions: [RegionID]) throws(LabError) -> [ClassUsers] {
        var found: [ClassUsers] = []
        for region in regions {
            let users = users.first { $0.region.id == region }
            guard let users = users as? ClassUsers else {
                throw .refused(
                    """
                    region '\(region)' has no users by class here
                      mend: declare classes, and shares and a front door of the region
                    """)
            }
            found.append(users)
        }
        return found
    }

    private func names(_ regions: [RegionID]) -> String {
        regions.map(\.name).joined(separator: ", ")
    }

    var report: LabReport {
        get async {
            var regions: [LabReport.Region] = []
            for users in users { regions.append(await users.report) }
            return LabReport(from: from.instant, until: world.now(), regions: regions)
        }
    }
}

/// Since when a lab's users are counted.
final class CountingSince: Sendable {
    private let since: Mutex<Instant>

    init(_ instant: Instant) { since = Mutex(instant) }

    var instant: Instant { since.withLock(\.self) }

    func reset(to instant: Instant) { since.withLock { $0 = instant } }
}
