import Detection
import OrderedCollections
import Testing
import TopologyModel
import Values

private func controllers(_ count: Int, at site: String? = nil) -> [ControllerPlace] {
    (1...count).map {
        ControllerPlace(id: ControllerID("c\($0)"), site: $0 == 1 ? site.map(SiteID.init) : nil)
    }
}

/// One character a vantage point, this one first: `D` it says lost, `U` up, `.` it abstains.
@Test(arguments: [
    (votes: "D", lost: true), (votes: ".", lost: false),
    (votes: "D..", lost: false), (votes: "DD.", lost: true), (votes: "DU.", lost: false),
    (votes: ".DD", lost: true), (votes: "UDD", lost: true), (votes: "DUU", lost: false),
    (votes: "DD...", lost: false), (votes: "DDD..", lost: true), (votes: "DDUU.", lost: false),
    (votes: "UUDDD", lost: true), (votes: "..DDD", lost: true),
])
func lostWantsAMajorityOfTheConfiguredVantagePoints(votes: String, lost: Bool) {
    let topology = Topology.of([("p/s", [])], controllers: controllers(votes.count))
    var stand = Stand(topology)
    for (place, vote) in votes.enumerated() {
        switch (place, vote) {
        case (_, "."): continue
        case (0, "D"): stand.run(seconds: 3, ["s": .refused])
        case (0, _): stand.run(seconds: 3)
        default: stand.hear("c\(place + 1)", lost: vote == "D" ? ["s"] : [])
        }
    }
    #expect((stand.verdict("s") == .lost) == lost)
}

@Test func aStaleReportIsAnAbstention() {
    var stand = Stand(.of([("p/s", [])], controllers: controllers(3)))
    stand.hear("c2", lost: ["s"])
    stand.now = stand.now + Quorum.staleAfter
    stand.run(seconds: 3, ["s": .refused])
    #expect(stand.verdict("s") == .unknown)
    stand.hear("c2", lost: ["s"])
    #expect(stand.verdict("s") == .lost)
}

@Test func anOpinionThatIsHeardAgainCountsAtOnce() {
    var stand = Stand(.of([("p/s", [])], controllers: controllers(3)))
    stand.run(seconds: 3, ["s": .refused])
    stand.now = stand.now + .seconds(10)
    stand.hear("c2", lost: ["s"])
    #expect(stand.verdict("s") == .unknown, "our own opinion is stale")
    stand.run(seconds: 1, ["s": .refused])
    #expect(stand.verdict("s") == .lost)
}

@Test func anOlderReportNeverReplacesANewerOne() {
    var stand = Stand(.of([("p/s", [])], controllers: controllers(3)))
    stand.run(seconds: 3, ["s": .refused])
    stand.hear("c2", lost: [])
    stand.hear("c2", lost: ["s"], at: stand.now - .seconds(1))
    #expect(stand.verdict("s") == .unknown)
}

@Test func strangersDoNotVote() {
    var stand = Stand(.of([("p/s", [])], controllers: controllers(3)))
    stand.run(seconds: 3, ["s": .refused])
    stand.hear("c9", lost: ["s"])
    stand.hear("c8", lost: ["s"])
    #expect(stand.verdict("s") == .unknown)
    #expect(stand.detection.strangeCount == 2)
}

@Test func vantagePointsInTheSiteJudgedDoNotVoteOnIt() {
    let topology = Topology.of([("p/s", []), ("p/t", [])], controllers: controllers(3, at: "p/s"))
    var stand = Stand(topology)
    stand.run(seconds: 3, ["s": .refused, "t": .refused])
    stand.hear("c2", lost: ["s", "t"])
    #expect(stand.verdict("s") == .unknown, "one of the two that may vote")
    #expect(stand.verdict("t") == .lost, "two of three")
    stand.hear("c3", lost: ["s", "t"])
    #expect(stand.verdict("s") == .lost)
    #expect(stand.board.hosts[HostID("s")]?.evidence.quorum == 2)
}

@Test func whereAllVantagePointsAreInsideAllVote() {
    let topology = Topology.of([("p/s", [])], controllers: controllers(1, at: "p/s"))
    var stand = Stand(topology)
    stand.run(seconds: 3, ["s": .refused])
    #expect(stand.verdict("s") == .lost)
}

@Test func aReportCarriesFreshOpinionsOnly() {
    var stand = Stand(.of([("p/s", []), ("p/t", [])]))
    stand.run(seconds: 3, ["s": .refused])
    let report = stand.detection.report(at: stand.now)
    #expect(report.opinions.map(\.verdict) == [.lost, .up])
    #expect(report.opinions.map(\.kind) == [.refused, nil])
    #expect(stand.detection.report(at: stand.now + .seconds(60)).opinions.isEmpty)
}

@Test func aReportOfOneIsAVoteOfAnother() {
    let topology = Topology.of([("p/s", [])], controllers: controllers(3))
    var (first, second) = (Stand(topology), Stand(topology, vantage: ControllerID("c2")))
    first.run(seconds: 3, ["s": .refused])
    second.run(seconds: 3, ["s": .refused])
    first.detection.hear(second.detection.report(at: first.now), at: first.now)
    first.settle()
    #expect(first.verdict("s") == .lost)
}

/// One character a region at the one host: `D` its probe is refused, `U` it passes.
@Test(arguments: [
    (regions: "D", lost: true), (regions: "DU", lost: false), (regions: "DD", lost: true),
    (regions: "DDU", lost: true), (regions: "DUU", lost: false), (regions: "DDUU", lost: false),
    (regions: "DDDU", lost: true),
])
func aHostIsLostWhenMostOfItsRegionsAre(regions: String, lost: Bool) {
    var stand = Stand(.of([("p/s", [])], regions: regions.count))
    stand.run(seconds: 2)
    for _ in 0..<3 {
        stand.now = stand.now + .seconds(1)
        for (region, declared) in zip(regions, probeTargets(of: stand.topology)) {
            stand.observe(
                declared.target,
                region == "D" ? .fail(kind: .wrongStatus) : .pass(latency: .milliseconds(1)))
        }
    }
    #expect((stand.verdict("s") == .lost) == lost)
    #expect(stand.lostDomains.isEmpty, "wrong answers do not take the site down")
}

@Test func familiesAreJudgedApart() {
    var stand = Stand(.of([("p/s", [])], families: 2))
    let targets = probeTargets(of: stand.topology).map(\.target)
    stand.run(seconds: 2)
    for second in 1...6 {
        stand.now = stand.now + .seconds(1)
        stand.observe(targets[0], .fail(kind: .refused))
        stand.observe(
            targets[1], second <= 3 ? .pass(latency: .milliseconds(1)) : .fail(kind: .refused))
        #expect(stand.verdict("s") == (second < 6 ? .up : .lost))
    }
}

@Test func oneOfSeveralDeclaredProbesIsEnoughToFailAFamily() {
    var stand = Stand(.of([("p/s", [])], probes: [.tcp, .tcp]))
    let targets = probeTargets(of: stand.topology).map(\.target)
    stand.run(seconds: 2)
    for _ in 1...3 {
        stand.now = stand.now + .seconds(1)
        stand.observe(targets[0], .pass(latency: .milliseconds(1)))
        stand.observe(targets[1], .fail(kind: .wrongBody))
    }
    #expect(stand.verdict("s") == .lost)
}

@Test func dependenciesStandForThemselves() throws {
    let login = Dependency(
        id: DependencyID("login"),
        probes: [
            DependencyProbe(endpoint: try #require(Endpoint(text: "127.0.9.1:80")), kind: .tcp),
            DependencyProbe(endpoint: try #require(Endpoint(text: "127.0.9.2:80")), kind: .tcp),
        ])
    var stand = Stand(.of([("p/s", [])], dependencies: [login]))
    stand.run(seconds: 20)
    stand.run(seconds: 3, ["login": .refused])
    #expect(stand.board.dependencies[DependencyID("login")]?.verdict == .lost)
    #expect(stand.verdict("s") == .up)
    stand.run(seconds: 25)
    #expect(stand.board.dependencies[DependencyID("login")]?.verdict == .up)
}
