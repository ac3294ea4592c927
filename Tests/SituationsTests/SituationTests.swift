import Detection
import OrderedCollections
import Situations
import Testing
import TopologyModel
import Values

@Suite struct SituationTests {
    private static let now = Instant(unixSeconds: 1_615_334_400)

    private static let region = Region(
        id: RegionID("grand-est"), title: "Grand-Est", priority: 1,
        demand: Demand(peakUsers: 1000, curve: .flat), probes: [.tcp],
        primary: HostID("ent-sbg2"), standbys: [HostID("ent-gra1")], require: ["eu"],
        frontDoors: [])

    private static func situation(
        labels: [String] = ["eu"], _ changes: [BoardChange] = []
    ) -> Situation {
        let topology = Topology(
            providers: [Provider(id: ProviderID("ovh"), title: "OVHcloud")],
            sites: [
                Site(
                    id: SiteID("gra1"), provider: ProviderID("ovh"),
                    domain: FailureDomain("ovh/gravelines/gra1"), labels: labels)
            ],
            hosts: [
                Host(
                    id: HostID("ent-gra1"), site: SiteID("gra1"), addresses: Addresses(),
                    capacity: Capacity(users: 1000))
            ], regions: [region])
        var board = VerdictBoard()
        for change in changes { board.apply(change) }
        return Situation(now: now, topology: topology, digest: Digest(hex: "0"), board: board)
    }

    private static func standing(_ verdict: Verdict) -> Standing {
        Standing(verdict: verdict, since: now, evidence: Evidence(detector: .inARow(count: 3)))
    }

    private static let up = BoardChange.service(
        region: region.id, host: HostID("ent-gra1"), standing: standing(.up))

    @Test(
        arguments: [
            (why: "nothing was seen", changes: [], objection: Objection.unknown),
            (
                why: "its probe fails",
                changes: [
                    .service(
                        region: region.id, host: HostID("ent-gra1"), standing: standing(.lost))
                ], objection: .serviceLost
            ),
            (
                why: "the host is lost",
                changes: [up, .host(id: HostID("ent-gra1"), standing: standing(.lost))],
                objection: .lost
            ),
            (
                why: "a domain is lost",
                changes: [
                    up, .domain(id: FailureDomain("ovh/gravelines"), standing: standing(.lost)),
                ],
                objection: .inLostDomain(FailureDomain("ovh/gravelines"))
            ),
            (
                why: "a domain is in doubt",
                changes: [
                    up,
                    .doubt(
                        id: FailureDomain("ovh/gravelines"),
                        doubt: Doubt(since: now, until: now + .seconds(60), because: "gra2")),
                ], objection: .inDoubtedDomain(FailureDomain("ovh/gravelines"))
            ),
        ] as [(why: String, changes: [BoardChange], objection: Objection)])
    func whatMakesAHostNoTarget(why: String, changes: [BoardChange], objection: Objection) {
        let situation = SituationTests.situation(changes)
        #expect(
            situation.objection(to: HostID("ent-gra1"), for: SituationTests.region) == objection,
            "\(why)")
    }

    @Test func aSoundHostThatServesIsATarget() {
        let situation = SituationTests.situation([SituationTests.up])
        #expect(situation.objection(to: HostID("ent-gra1"), for: SituationTests.region) == nil)
    }

    @Test func aMissingLabelAndAnUndeclaredHostAreNoTargets() {
        let situation = SituationTests.situation(labels: [], [SituationTests.up])
        let region = SituationTests.region
        #expect(
            situation.objection(to: HostID("ent-gra1"), for: region) == .labelsMissing(["eu"]))
        #expect(situation.objection(to: HostID("ent-par1"), for: region) == .notDeclared)
    }

    @Test func aDoubtThatHasEndedIsNone() {
        let doubt = Doubt(
            since: SituationTests.now - .seconds(60), until: SituationTests.now, because: "gra2")
        let situation = SituationTests.situation([
            SituationTests.up, .doubt(id: FailureDomain("ovh/gravelines"), doubt: doubt),
        ])
        #expect(situation.objection(to: HostID("ent-gra1"), for: SituationTests.region) == nil)
    }

    @Test func anAllocationDropsNothingsAndCountsTheUnserved() {
        let allocation = Allocation(shares: [
            Share(host: HostID("b"), percent: Percent(checked: 60)),
            Share(host: HostID("a"), percent: .zero),
        ])
        #expect(allocation.hosts == [HostID("b")])
        #expect(allocation.unserved == Percent(40))
        #expect(allocation.percent(of: HostID("a")) == .zero)
    }

    @Test func aDoorThatHoldsAForeignTargetIsNotEmpty() {
        #expect(DoorState(shares: []).isEmpty)
        #expect(!DoorState(shares: [], foreign: ["192.0.2.1"]).isEmpty)
    }

    @Test func historyForgetsTheOldestShift() {
        var history = History()
        for second in 0...History.shiftsMax {
            history.record(
                ShiftRecord(
                    region: SituationTests.region.id,
                    at: SituationTests.now + .seconds(second), cause: .lost,
                    from: .nothing, to: Allocation(all: HostID("a"))))
        }
        #expect(history.shifts.count == History.shiftsMax)
        #expect(history.shifts.first?.at == SituationTests.now + .seconds(1))
    }
}
