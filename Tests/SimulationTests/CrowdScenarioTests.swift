import Control
import Foundation
import Manifests
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
