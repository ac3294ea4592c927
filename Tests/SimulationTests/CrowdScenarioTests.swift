import Control
import Foundation
import Manifests
import OrderedCollections
import Playbooks
import Simulation
import Situations
import TestSupport
import Testing
import TopologyModel
import Values
import Workload

/// The shipped days are replayed in release by `scripts/test seeds`: in debug each takes minutes.
@Suite("Scenarios with users")
struct CrowdScenarioTests {
    /// A day of an hour on the small topology, with users.
    private func day(
        _ events: [WorldEvent], expecting expectations: [CrowdExpectation],
        policy: OverloadPolicy? = nil
    ) -> Scenario {
        Scenario(
            title: "a day", start: Instant(unixSeconds: 1_617_692_400), length: .seconds(600),
            crowd: CrowdHabits(), policy: policy, events: events.map { Timed(after: .zero, $0) },
            expectations: expectations.map { .crowd($0) })
    }

    @Test("an expectation that is not kept says the worst that was seen")
    func brokenExpectationsAreSeen() throws {
        let span = Duration.zero...Duration.seconds(600)
        let region = hautsDeFrance
        let scenario = day(
            [.crowd(.capacity(host: gra1, percent: 5))],
            expecting: [
                .neverOver(percent: 50),
                .servedAtLeast(region: region, kind: nil, Percent(checked: 99), span),
                .servedAtMost(region: region, kind: nil, .zero, span),
                .noRelapse(after: .zero), .overloaded(host: lyo1, span),
                .refusedAtMost(region: region, .zero),
            ])
        let report = scenario.report(with: try configuration())
        #expect(report.checks.map(\.isMet) == Array(repeating: false, count: 6))
        #expect(report.checks.allSatisfy { !$0.seen.isEmpty })
    }

    /// The topology of 6 April 2021, on its morning.
    private func april() throws -> Configuration {
        let path = "scenarios/topologies/ent-2021.yaml"
        let bytes = try bytes(of: try packageRoot().appendingPathComponent(path).path)
        let today = try #require(CivilDate(year: 2026, month: 11, day: 23))
        let playbooks = try packageRoot().appendingPathComponent("playbooks").path
        return Configuration(
            topology: try TopologyFile(bytes: bytes, file: path, today: today).topology,
            playbooks: try PlaybookFolder(path: playbooks).playbooks(),
            digest: digest(of: [bytes]))
    }

    @Test("a surge without any quota holds no host lost and moves nobody")
    func fullHostsAreNotLost() throws {
        let configuration = try april()
        let regions = Array(configuration.topology.regions.values)
        let surge = CrowdEvent.surge(
            regions: regions.map(\.id), factor: PartsPerMillion(10_000_000), over: .seconds(180),
            from: nil)
        let scenario = Scenario(
            title: "open gates", start: Instant(unixSeconds: 1_617_692_400), length: .seconds(900),
            crowd: CrowdHabits(), policy: OverloadPolicy(spills: false, rations: false),
            events: [Timed(after: .seconds(60), .crowd(surge))],
            expectations: regions.flatMap { region -> [Simulation.Expectation] in
                [
                    .neverLost(host: region.primary), .shiftsAtMost(region: region.id, count: 0),
                    .crowd(
                        .overloaded(host: region.primary, .seconds(600)...Duration.seconds(900))),
                ]
            })
        let report = scenario.report(with: configuration)
        for check in report.checks {
            #expect(check.isMet, "\(check.expectation.sentence): \(check.seen)")
        }
        #expect(report.violation == nil)
        let told = report.timeline.map(\.notice.text)
        #expect(told.contains { $0.hasPrefix("host ent-ge is saturated: its probes fail") })
        #expect(told.contains { $0.hasPrefix("more users come than expected") })
    }

    @Test("a host that burns while it is full is lost all the same")
    func fullHostsBurn() throws {
        let configuration = try april()
        let full = HostID("ent-ge")
        let scenario = Scenario(
            title: "full, then gone", start: Instant(unixSeconds: 1_617_692_400),
            length: .seconds(240), crowd: CrowdHabits(),
            events: [
                Timed(after: .zero, .crowd(.capacity(host: full, percent: 30))),
                Timed(after: .seconds(120), .domain(FailureDomain("ovh/gravelines"), is: .burnt)),
            ],
            expectations: [
                .paged(text: "host ent-ge is lost", by: .seconds(140)), .neverLost(host: full),
            ])
        let checks = scenario.report(with: configuration).checks
        #expect(checks.map(\.isMet) == [true, false])
        #expect(checks[1].seen.hasPrefix("it was after 2m"), "\(checks[1].seen)")
    }

    @Test("one seed gives one digest, and users change nothing for a world without them")
    func oneDayOneDigest() throws {
        let configuration = try configuration()
        let scenario = day(
            [.crowd(.slow(host: gra1, by: .seconds(1)))], expecting: [.neverOver(percent: 100)])
        let digests = (0..<2).map { _ in scenario.report(with: configuration).digest }
        #expect(digests[0] == digests[1])
        #expect(World(World.Options(configuration: configuration)).crowd == nil)
    }

    @Test("what a scenario says about users needs users, names and gates that are there")
    func faultsAreSaid() throws {
        let topology = try configuration().topology
        let without = Scenario(
            title: "t", start: .distantPast, length: .seconds(1),
            events: [Timed(after: .zero, .crowd(.capacity(host: gra1, percent: 1)))],
            expectations: [])
        #expect(without.fault(in: topology)?.mend == "add 'crowd: {visit: 12m}'")
        let strangers: [CrowdEvent] = [
            .surge(regions: [RegionID("gran-est")], factor: .one, over: .zero, from: nil),
            .attack(.dependency(DependencyID("login")), rate: 1),
            .slow(host: HostID("ent-gra9"), by: .zero),
            .quota(
                region: grandEst,
                ClassQuota(classID: ClassID("staff"), users: 1, entriesPerSecond: 1)),
        ]
        for event in strangers {
            #expect(day([.crowd(event)], expecting: []).fault(in: topology) != nil, "\(event)")
        }
    }
}
