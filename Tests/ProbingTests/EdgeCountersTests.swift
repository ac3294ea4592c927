import Detection
import Testing
import TopologyModel
import Values

@testable import HAProxyRuntime
@testable import Probing

/// Loads from the counters of edges.
@Suite struct EdgeCountersTests {
    private static let edges = [EdgeID("e1"), EdgeID("e2")]
    private static let part = ServedPart(
        host: HostID("h1"), region: RegionID("est"),
        doors: edges.map { HAProxyDoor(edge: $0, backend: "est", isGate: false) })

    /// A row of `h1`: sessions now, queue, sessions ever, answers 2xx and 5xx, no answer, rtime.
    private static func stats(
        _ sessions: Int, queue: Int = 0, ever: Int = 0, fine: Int? = 0, failed: Int = 0,
        without: Int = 0, rtime: Int = 0, server: String = "h1"
    ) throws -> Result<HAProxyStats, SilentSource> {
        let statuses = fine.map { "\($0),\(failed)" } ?? ","
        return .success(
            try HAProxyStats(
                answer: """
                    # pxname,svname,qcur,scur,stot,weight,bck,algo,hrsp_2xx,hrsp_5xx,econ,qtime,\
                    ctime,rtime
                    est,FRONTEND,,9,9,,,,1,1,,,,
                    est,\(server),\(queue),\(sessions),\(ever),100,0,,\(statuses),\(without),1,1,\
                    \(rtime)
                    """))
    }

    private static func both(
        _ first: Result<HAProxyStats, SilentSource>, _ second: Result<HAProxyStats, SilentSource>
    ) -> [EdgeID: Result<HAProxyStats, SilentSource>] {
        [edges[0]: first, edges[1]: second]
    }

    @Test func edgesAreSummed() throws {
        var counters = EdgeCounters()
        let results = counters.results(
            of: [Self.part],
            from: Self.both(try Self.stats(3, queue: 1), try Self.stats(4, queue: 2)))
        #expect(results == [.read(load: Load(users: 7, queue: 3))])
    }

    @Test func ratesAreDifferencesOverAllEdges() throws {
        var counters = EdgeCounters()
        _ = counters.results(
            of: [Self.part],
            from: Self.both(
                try Self.stats(0, ever: 100, fine: 100, failed: 50), try Self.stats(0)))
        let results = counters.results(
            of: [Self.part],
            from: Self.both(
                try Self.stats(0, ever: 130, fine: 128, failed: 51, without: 1, rtime: 8),
                try Self.stats(0, ever: 10, fine: 10, rtime: 48)))
        // 2 of 40 answers, and (30 * 10 + 10 * 50) / 40 milliseconds.
        let load = Load(
            users: 0, latency: .milliseconds(20), errors: PartsPerMillion(50_000))
        #expect(results == [.read(load: load)])
    }

    @Test func withoutNewRequestsTheOldMeanSaysNothing() throws {
        var counters = EdgeCounters()
        let idle = Self.both(
            try Self.stats(0, ever: 9, fine: 9, rtime: 5000), try Self.stats(0))
        _ = counters.results(of: [Self.part], from: idle)
        #expect(
            counters.results(of: [Self.part], from: idle) == [.read(load: Load(users: 0))])
    }

    @Test func countersThatWentBackGiveNoRate() throws {
        var counters = EdgeCounters()
        let fresh = Self.both(try Self.stats(1, ever: 2, fine: 2), try Self.stats(0))
        _ = counters.results(
            of: [Self.part],
            from: Self.both(try Self.stats(0, ever: 100, fine: 100), try Self.stats(0)))
        #expect(
            counters.results(of: [Self.part], from: fresh) == [.read(load: Load(users: 1))])
        let later = Self.both(
            try Self.stats(1, ever: 4, fine: 3, failed: 1), try Self.stats(0))
        let load = Load(
            users: 1, latency: .milliseconds(2), errors: PartsPerMillion(500_000))
        #expect(counters.results(of: [Self.part], from: later) == [.read(load: load)])
    }

    @Test func withoutHTTPThereIsNoShareOfErrors() throws {
        var counters = EdgeCounters()
        let tcp = { (ever: Int) throws in
            Self.both(try Self.stats(0, ever: ever, fine: nil), try Self.stats(0, fine: nil))
        }
        _ = counters.results(of: [Self.part], from: try tcp(1))
        #expect(
            counters.results(of: [Self.part], from: try tcp(2)) == [
                .read(load: Load(users: 0, latency: .milliseconds(2)))
            ])
    }

    @Test func anEdgeThatIsSilentMakesTheSumSilent() throws {
        var counters = EdgeCounters()
        let results = counters.results(
            of: [Self.part],
            from: Self.both(try Self.stats(3), .failure(SilentSource("edge e2: no answer"))))
        #expect(results == [.silent(why: "edge e2: no answer")])
    }

    @Test func aServerThatNoBackendHasIsSilent() throws {
        var counters = EdgeCounters()
        let other = try Self.stats(3, server: "h2")
        #expect(
            counters.results(of: [Self.part], from: Self.both(other, other)) == [
                .silent(why: "no backend of est has a server h1")
            ])
        #expect(
            counters.results(of: [Self.part], from: Self.both(try Self.stats(3), other)) == [
                .read(load: Load(users: 3))
            ])
    }

    @Test func numbersWithoutBoundsOverflowNothing() throws {
        var counters = EdgeCounters()
        let huge = try Self.stats(
            .max, queue: .max, ever: .max, fine: .max, failed: .max, without: .max, rtime: .max)
        _ = counters.results(of: [Self.part], from: Self.both(try Self.stats(0), huge))
        let load = Load(users: Users.usersMax, queue: Users.usersMax)
        #expect(
            counters.results(of: [Self.part], from: Self.both(huge, huge)) == [.read(load: load)])
    }
}
