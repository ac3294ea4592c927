import Control
import Foundation
import Manifests
import Simulation
import TopologyModel
import Values

/// Scenario files as tests: each is replayed, and each expectation that is not kept is told.
struct Days {
    let files: [String]

    /// How many were not as expected.
    func failures() async throws -> Int {
        let reports = try await withThrowingTaskGroup(of: (String, ScenarioReport).self) { group in
            for file in files {
                group.addTask { (file, try Days.report(of: file)) }
            }
            return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }
        }
        for (file, report) in reports { tell(file, report) }
        return reports.count { !$0.1.isGood }
    }

    private static func report(of path: String) throws -> ScenarioReport {
        let file = try ScenarioFile(bytes: try bytes(of: path), file: path)
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        let topology = folder.appendingPathComponent(file.topologyPath).path
        let playbooks =
            file.playbooksPath.map { folder.appendingPathComponent($0).path }
            ?? URL(fileURLWithPath: topology).deletingLastPathComponent().path + "/playbooks"
        let read = try TopologyFile(
            bytes: try bytes(of: topology), file: topology,
            today: CivilTime(file.scenario.start).date)
        let configuration = Configuration(
            topology: read.topology, playbooks: try PlaybookFolder(path: playbooks).playbooks(),
            digest: Digest(hex: "da75"))
        return file.scenario.report(with: configuration)
    }

    private func tell(_ file: String, _ report: ScenarioReport) {
        print("\(file): \(report.isGood ? "as expected" : "NOT as expected")")
        if let violation = report.violation { print("  \(violation)") }
        for check in report.checks where !check.isMet {
            print("  missed: \(check.expectation.sentence): \(check.seen)")
        }
    }

    private static func bytes(of path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }
}
