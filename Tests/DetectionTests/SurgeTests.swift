import Detection
import OrderedCollections
import Testing
import TopologyModel
import Values

private let start = Instant(unixSeconds: 1_617_692_400)

/// Hosts a, b and c, each proven for 2,000 users and expected to have 1,000, read once a second.
private struct Bench {
    var judge = LoadJudge()
    var board = VerdictBoard()
    var now = start
    var expected: OrderedDictionary<HostID, Users> = [:]
    var changes: [Int] = []
    let topology = Topology(
        providers: [], sites: [],
        hosts: ["a", "b", "c"].map {
            Host(
                id: HostID($0), site: SiteID("s"), addresses: Addresses(),
                capacity: Capacity(users: 2000), load: .http(path: "/load"))
        }, regions: [])

    init() { for host in topology.hosts.keys { expected[host] = 1000 } }

    mutating func pass(_ seconds: Int, _ loads: [String: Load]) {
        for _ in 0..<seconds {
            now = now + .seconds(1)
            let readings = loads.sorted { $0.key < $1.key }.map { host, load in
                LoadReading(
                    vantage: ControllerID("c1"), host: HostID(host), region: nil, at: now,
                    result: .read(load: load))
            }
            judge.note(readings, under: topology.rules.load)
            if judge.wantsExpectations(at: now) {
                judge.compare(with: expected, in: topology, at: now)
            }
            for change in judge.changes(to: board, in: topology, at: now) {
                board.apply(change)
                if case .surge(let percent, _, _) = change { changes.append(percent) }
            }
        }
    }
}

@Test(arguments: [
    (why: "as expected", a: 1000, b: 1000, c: 1000, is: 100),
    (why: "a tenth more is what a curve misses", a: 1100, b: 1000, c: 1000, is: 100),
    (why: "a little more is rounded up", a: 1110, b: 1000, c: 1000, is: 125),
    (why: "the largest counts for all", a: 900, b: 1900, c: 1000, is: 200),
    (why: "a source that lies low lowers nothing", a: 0, b: 2600, c: 0, is: 300),
    (why: "one alone counts up to twice its capacity", a: 1000, b: 90_000, c: 1000, is: 400),
    (why: "two that say so are believed", a: 1000, b: 90_000, c: 9500, is: 1000),
    (why: "beyond the last step it is the last", a: 90_000, b: 90_000, c: 90_000, is: 5000),
])
func theSurgeIsTheLargestRatio(why: String, a: Int, b: Int, c: Int, is percent: Int) {
    var bench = Bench()
    bench.pass(3, ["a": Load(users: a), "b": Load(users: b), "c": Load(users: c)])
    #expect(bench.board.surge == percent, "\(why)")
}

@Test func thoseWhoWaitCount() {
    var bench = Bench()
    bench.pass(2, ["a": Load(users: 1900, waiting: 1000), "b": Load(users: 1000)])
    #expect(bench.board.surge == 300)
}

@Test func itIsRaisedAtOnceAndLoweredAfterAWindow() {
    var bench = Bench()
    bench.pass(60, ["a": Load(users: 1000)])
    bench.pass(1, ["a": Load(users: 1900)])
    #expect(bench.changes == [200])
    bench.pass(13 * 60, ["a": Load(users: 1000)])
    #expect(bench.changes == [200], "a quiet while proves nothing")
    bench.pass(3 * 60, ["a": Load(users: 1000)])
    #expect(bench.changes == [200, 100])
}

@Test func whoHasJustStartedLowersNothing() {
    var bench = Bench()
    bench.board.apply(.surge(percent: 400, host: nil, at: start))
    bench.pass(14 * 60, ["a": Load(users: 1900)])
    #expect(bench.board.surge == 400)
    bench.pass(2 * 60, ["a": Load(users: 1900)])
    #expect(bench.board.surge == 200)
}

@Test func silenceKeepsItForAnHour() {
    var bench = Bench()
    bench.pass(20 * 60, ["a": Load(users: 1900)])
    bench.pass(50 * 60, [:])
    #expect(bench.board.surge == 200)
    bench.pass(15 * 60, [:])
    #expect(bench.board.surge == 100)
}

@Test func whoLingersAfterAShiftIsNoSurge() {
    var bench = Bench()
    bench.pass(60, ["a": Load(users: 1000), "b": Load(users: 1000)])
    (bench.expected[HostID("a")], bench.expected[HostID("b")]) = (100, 1900)
    bench.pass(60, ["a": Load(users: 900), "b": Load(users: 1100)])
    #expect(bench.board.surge == 100)
    bench.expected[HostID("a")] = nil
    bench.pass(60, ["a": Load(users: 500), "b": Load(users: 1500)])
    #expect(bench.board.surge == 100, "nobody is sent there: who is left says nothing")
}
