import Detection
import OrderedCollections
import Situations
import Testing
import TopologyModel
import Values

@Suite struct ExpectationTests {
    /// Tuesday, 6 April 2021, 00:00 UTC, which is local time here.
    private static let midnight = Instant(unixSeconds: 1_617_667_200)

    private static func region(_ name: String, peak: Users, hosts: [String]) -> Region {
        Region(
            id: RegionID(name), title: name, priority: 1,
            demand: Demand(peakUsers: peak, curve: .schoolDay), probes: [.tcp],
            primary: HostID(hosts[0]), standbys: hosts.dropFirst().map { HostID($0) },
            frontDoors: [])
    }

    private static func situation(
        at time: Duration, calendar: Calendar = Calendar()
    ) -> Situation {
        let topology = Topology(
            calendar: calendar, providers: [], sites: [], hosts: [],
            regions: [
                region("north", peak: 1000, hosts: ["a", "b"]),
                region("south", peak: 2000, hosts: ["b", "a"]),
            ])
        return Situation(
            now: midnight + time, topology: topology, digest: Digest(hex: "0"),
            allocations: [
                RegionID("north"): Allocation(shares: [
                    Share(host: HostID("a"), percent: Percent(checked: 75)),
                    Share(host: HostID("b"), percent: Percent(checked: 25)),
                ]),
                RegionID("south"): Allocation(all: HostID("b")),
            ])
    }

    @Test(
        arguments: [
            (why: "the busiest hour", minute: 8 * 60 + 30, a: 750, b: 250 + 2000),
            (why: "those who come before it", minute: 7 * 60 + 50, a: 750, b: 250 + 2000),
            (why: "those who stay after it", minute: 9 * 60 + 10, a: 750, b: 250 + 2000),
            (why: "the hour after it", minute: 9 * 60 + 30, a: 525, b: 175 + 1400),
            (why: "at night a floor", minute: 2 * 60 + 30, a: 38, b: 13 + 100),
        ])
    func byTheCurveAndTheShares(why: String, minute: Int, a: Int, b: Int) {
        let situation = ExpectationTests.situation(at: .seconds(minute * 60))
        #expect(situation.expectedUsers == [HostID("a"): a, HostID("b"): b], "\(why)")
    }

    @Test func anEventOfTheCalendarIsExpected() {
        let event = DemandEvent(
            from: ExpectationTests.midnight, until: ExpectationTests.midnight + .seconds(86_400),
            factor: PartsPerMillion(3_000_000), reason: "everybody learns at home")
        let situation = ExpectationTests.situation(
            at: .seconds(10 * 3600 + 1800), calendar: Calendar(events: [event]))
        #expect(situation.expectedUsers == [HostID("a"): 1688, HostID("b"): 563 + 4500])
    }

    @Test func whereARegionWasNeverReadNothingIsExpected() {
        var situation = ExpectationTests.situation(at: .seconds(8 * 3600))
        situation.allocations[RegionID("south")] = nil
        #expect(situation.expectedUsers.isEmpty)
    }

    /// Found by seed 603: when one region was moved away, the other was taken for all users who
    /// were read at the host before.
    @Test func whoWasMovedAwayStillCountsInWhatWasReadBefore() throws {
        let saturated = HostID("b")
        var situation = ExpectationTests.situation(at: .seconds(8 * 3600 + 1800))
        situation.board.apply(
            .load(
                host: saturated,
                standing: LoadStanding(
                    verdict: .saturated, since: situation.now, reason: .users(share: .one),
                    load: Load(users: 9000), capacity: 9000)))
        let regions = situation.topology.regions.values
        let before = regions.map { situation.demand(of: $0, at: situation.now) }
        // Of 250 and 2,000 who are expected: a ninth is a quarter of one, the rest is the other.
        #expect(before == [4000, 8000])

        let (south, moved) = (RegionID("south"), Allocation(all: HostID("a")))
        situation.history.record(
            ShiftRecord(
                region: south, at: situation.now + .seconds(1), cause: .saturated,
                from: try #require(situation.allocations[south]), to: moved))
        situation.allocations[south] = moved
        #expect(regions.map { situation.demand(of: $0, at: situation.now) } == before)
    }

    /// Found by seed 682: 3 in a hundred of a region were expected at a host, everybody who waited
    /// at its gates was counted there, and the surge never ended.
    @Test(arguments: [
        (region: "north", host: "a", waiting: 75), ("north", "b", 25), ("south", "a", 0),
        ("west", "a", 100), (nil, "a", 100),
    ])
    func aHostExpectsItsShareOfThoseWhoWait(region: String?, host: String, waiting: Users) {
        let situation = ExpectationTests.situation(at: .zero)
        let reading = LoadReading(
            vantage: ControllerID("c1"), host: HostID(host), region: region.map { RegionID($0) },
            at: situation.now, result: .read(load: Load(users: 9, waiting: 100, queue: 3)))
        #expect(
            reading.partWaiting(under: situation.allocations).result
                == .read(load: Load(users: 9, waiting: waiting, queue: 3)))
    }
}
