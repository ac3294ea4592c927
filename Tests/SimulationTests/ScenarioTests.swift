import Control
import Foundation
import Manifests
import Playbooks
import Simulation
import TestSupport
import Testing
import TopologyModel
import Values

@Suite("Scenarios")
struct ScenarioTests {
    /// The shipped topology and playbooks, as a checkout has them.
    private func shipped() throws -> Configuration {
        let root = try packageRoot()
        let bytes = try bytes(of: root.appendingPathComponent("topology.yaml").path)
        let file = try TopologyFile(
            bytes: bytes, file: "topology.yaml",
            today: try #require(CivilDate(year: 2026, month: 11, day: 23)))
        let playbooks = root.appendingPathComponent("playbooks").path
        return Configuration(
            topology: file.topology, playbooks: try PlaybookFolder(path: playbooks).playbooks(),
            digest: digest(of: [bytes]))
    }

    private func scenario(_ name: String) throws -> Scenario {
        let path = try packageRoot().appendingPathComponent("scenarios/\(name)").path
        return try ScenarioFile(bytes: try bytes(of: path), file: name).scenario
    }

    @Test("on the night of Strasbourg every expectation is kept")
    func strasbourgIsKept() throws {
        let report = try scenario("sbg-2021-03-10.yaml").report(with: try shipped())
        #expect(report.violation == nil)
        #expect(report.checks.count >= 10)
        for check in report.checks {
            #expect(check.isMet, "\(check.expectation.sentence): \(check.seen)")
        }
        #expect(report.isGood)
    }

    @Test("a scenario that expects too much says what was seen instead")
    func brokenExpectationsAreSeen() throws {
        let domain = FailureDomain("ovh/strasbourg/sbg2")
        let scenario = Scenario(
            title: "SBG2 burns", start: Instant(unixSeconds: 1_615_334_400), length: .seconds(120),
            events: [Timed(after: .zero, .domain(domain, is: .burnt))],
            expectations: [
                .servedOutside(region: grandEst, domain: domain, by: .milliseconds(1)),
                .servedBy(region: grandEst, host: sbg2, at: .seconds(100)),
                .neverShiftedInto(domain: FailureDomain("scw")), .neverLost(host: sbg2),
                .shiftsAtMost(region: grandEst, count: 0),
                .paged(text: "no page says this", by: .seconds(60)),
            ])
        let report = scenario.report(with: try configuration())
        #expect(report.violation == nil)
        #expect(report.checks.map(\.isMet) == [false, false, false, false, false, false])
        #expect(!report.isGood)
    }

    @Test("the same scenario gives the same digest")
    func sameScenarioSameDigest() throws {
        let scenario = Scenario(
            title: "nothing", start: Instant(unixSeconds: 1_615_334_400), length: .seconds(60),
            events: [], expectations: [])
        let configuration = try configuration()
        let digests = (0..<2).map { _ in scenario.report(with: configuration).digest }
        #expect(digests[0] == digests[1])
    }
}
