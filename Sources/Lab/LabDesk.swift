import TopologyModel
import Values
import Workload

/// Answers a lab's commands.
struct LabDesk: Sendable {
    let world: LabWorld
    let sites: LabSites
    let users: [RegionUsers]
    /// When the lab stood.
    let from: Instant

    /// Throws `LabError.refused` with what is wrong and how to mend it.
    func answer(_ line: String) async throws -> String {
        let targets = FaultTargets(world.topology)
        let slowMax = world.options.limits.slowMax
        switch try LabCommand(line: line, targets: targets, slowMax: slowMax) {
        case .strike(let condition, let hosts, let name):
            try await sites.strike(condition, on: hosts)
            let names = hosts.map(\.name).joined(separator: ", ")
            return "\(name) is \(condition.text): \(names)"
        case .status: return await sites.status
        case .users: return await report.text
        case .report: return try await report.json()
        }
    }

    var report: LabReport {
        get async {
            var regions: [LabReport.Region] = []
            for users in users { regions.append(await users.report) }
            return LabReport(from: from, until: world.now(), regions: regions)
        }
    }
}
