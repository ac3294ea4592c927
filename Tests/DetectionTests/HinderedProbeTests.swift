import Detection
import OrderedCollections
import Testing
import TopologyModel
import Values

/// A probe that this machine cannot run is no evidence: it neither holds a verdict nor makes one.
@Suite struct HinderedProbeTests {
    private static let why = "/nowhere/check cannot be started: No such file or directory"
    private static let exec = ProbeKind.exec(ExecCheck(command: ["/nowhere/check"]))

    /// One host, probed over TCP and by a program, or by the program alone.
    private func stand(_ probes: [ProbeKind]) -> Stand { Stand(.of([("p/s", [])], probes: probes)) }

    @Test("a host is up, and lost, by the probes that can be run")
    func verdictsRestOnTheOthers() {
        var stand = stand([.tcp, Self.exec])
        stand.probe(seconds: 5, tcp: .fail(kind: .refused), program: .pass(latency: .zero))
        #expect(stand.verdict("s") == .lost)
        stand.probe(seconds: 5, tcp: .pass(latency: .zero), program: .notRun(because: Self.why))
        #expect(stand.verdict("s") == .up)
        stand.probe(seconds: 5, tcp: .fail(kind: .refused), program: .notRun(because: Self.why))
        #expect(stand.verdict("s") == .lost)
        #expect(stand.detection.lateCount == 0)
    }

    @Test("what only such a probe judges is unknown, until the program runs again")
    func aloneItLeavesNothingKnown() throws {
        var stand = stand([Self.exec])
        stand.probe(seconds: 5, program: .pass(latency: .zero))
        #expect(stand.verdict("s") == .up)
        stand.probe(seconds: 2, program: .notRun(because: Self.why))
        #expect(stand.verdict("s") == .up, "once is noise")
        stand.probe(seconds: 3, program: .notRun(because: Self.why))
        #expect(stand.verdict("s") == .unknown)
        let service = try #require(stand.board.services.values.first)
        #expect(service.evidence.detector == .notRun(because: Self.why))
        #expect(stand.detection.hindrances.map(\.why) == [Self.why])
        stand.probe(seconds: 5, program: .fail(kind: .wrongStatus))
        #expect(stand.verdict("s") == .lost)
        #expect(stand.detection.hindrances.isEmpty)
    }

    @Test("a dependency falls with its other probe alone")
    func aDependencyRestsOnItsOtherProbe() throws {
        let endpoint = try #require(Endpoint(text: "127.0.9.1:80"))
        let login = Dependency(
            id: DependencyID("login"),
            probes: [.tcp, Self.exec].map { DependencyProbe(endpoint: endpoint, kind: $0) })
        var stand = Stand(.of([("p/s", [])], dependencies: [login]))
        let verdict = { (stand: Stand) in stand.board.dependencies[login.id]?.verdict }
        stand.probe(seconds: 5, program: .pass(latency: .zero))
        #expect(verdict(stand) == .up)
        stand.probe(seconds: 5, program: .notRun(because: Self.why))
        #expect(verdict(stand) == .up)
        stand.probe(seconds: 5, tcp: .fail(kind: .refused), program: .notRun(because: Self.why))
        #expect(verdict(stand) == .lost)
    }

    @Test("the others are told that it cannot be known here")
    func itIsReportedAsUnknown() {
        var stand = stand([Self.exec])
        stand.probe(seconds: 5, program: .notRun(because: Self.why))
        #expect(stand.detection.report(at: stand.now).opinions.map(\.verdict) == [.unknown])
    }
}

extension Stand {
    /// So many seconds, every TCP probe and every program once in each.
    fileprivate mutating func probe(
        seconds: Int, tcp: ProbeResult = .pass(latency: .zero), program: ProbeResult
    ) {
        for _ in 0..<seconds {
            now = now + .seconds(1)
            for declared in probeTargets(of: topology) {
                observe(declared.target, declared.kind == .tcp ? tcp : program)
            }
        }
    }
}
