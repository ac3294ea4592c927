import Testing
import TopologyModel
import Values
import Workload

@Suite struct TallyTests {
    private let start = Instant(unixSeconds: 1_615_366_800)

    /// One character a second: `+` served, `-` failed, a space nothing.
    private func tally(_ timeline: String) -> Tally {
        var tally = Tally(region: RegionID("grand-est"))
        for (second, character) in timeline.enumerated() {
            let now = start + .seconds(second)
            if character == "+" { tally.served(by: HostID("ent-sbg2"), at: now) }
            if character == "-" { tally.failed(sentAt: now, at: now) }
        }
        return tally
    }

    @Test(
        arguments: [
            (why: "nothing failed", timeline: "++ +    +", from: nil, until: nil, isServed: true),
            (
                why: "a pause is no outage", timeline: "+      ++", from: nil, until: nil,
                isServed: true
            ),
            (why: "from served to served", timeline: "+--- +", from: 0, until: 5, isServed: true),
            (why: "the longest counts", timeline: "+-+---+-+", from: 2, until: 6, isServed: true),
            (why: "the first of two as long", timeline: "+-+-+", from: 0, until: 2, isServed: true),
            (
                why: "never served: from the first failure", timeline: "  --", from: 2, until: 3,
                isServed: false
            ),
            (
                why: "still out: until the last failure", timeline: "+---", from: 0, until: 3,
                isServed: false
            ),
            (
                why: "still out, and longer than before", timeline: "+-+----", from: 2, until: 6,
                isServed: false
            ),
            (why: "nobody came", timeline: "", from: nil, until: nil, isServed: false),
        ] as [(why: String, timeline: String, from: Int?, until: Int?, isServed: Bool)])
    func longestOutage(why: String, timeline: String, from: Int?, until: Int?, isServed: Bool) {
        let tally = tally(timeline)
        #expect(tally.longestOutage?.from == from.map { start + .seconds($0) }, "\(why)")
        #expect(tally.longestOutage?.until == until.map { start + .seconds($0) }, "\(why)")
        #expect(tally.isServed == isServed, "\(why)")
    }

    @Test func requestsAreCountedByRegionAndHost() {
        var tally = tally("++-+")
        tally.served(by: HostID("ent-gra1"), at: start + .seconds(9))
        #expect(tally.served == 4)
        #expect(tally.failed == 1)
        #expect(
            tally.byHost == [
                Tally.ByHost(host: HostID("ent-sbg2"), served: 3),
                Tally.ByHost(host: HostID("ent-gra1"), served: 1),
            ])
        #expect(tally.firstFailure == start + .seconds(2))
        #expect(tally.lastFailure == start + .seconds(2))
        #expect(tally.lastServed == start + .seconds(9))
    }

    @Test func whoGivesUpLateIsNoOutageOfThoseWhoAreServed() {
        var tally = tally("+ ++")
        tally.failed(sentAt: start + .seconds(1), at: start + .seconds(6))
        #expect(tally.isServed)
        #expect(tally.longestOutage == nil)
        #expect(tally.failed == 1)
        tally.failed(sentAt: start + .seconds(4), at: start + .seconds(9))
        #expect(!tally.isServed)
        #expect(tally.longestOutage?.length == .seconds(6))
    }
}
