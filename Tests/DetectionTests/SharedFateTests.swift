import Detection
import OrderedCollections
import Testing
import TopologyModel
import Values

private let campus = "ovh/strasbourg"

private func burnt(_ sites: [String]) -> [String: FailureKind] {
    var failing: [String: FailureKind] = [:]
    for site in sites { failing[site] = .refused }
    return failing
}

private func burning(_ stages: [[String]], apart: Int = 20, _ global: GlobalRules) -> Stand {
    var stand = Stand(.strasbourg(global: global))
    stand.run(seconds: 20)
    for stage in stages { stand.run(seconds: apart, burnt(stage)) }
    return stand
}

@Test(arguments: [
    (
        why: "one site is itself, no more", stages: [["sbg2"]], lost: ["ovh/strasbourg/sbg2"]
    ),
    (
        why: "two that share a fate label are explained by it", stages: [["sbg1", "sbg2"]],
        lost: ["fate:power", "ovh/strasbourg/sbg1", "ovh/strasbourg/sbg2"]
    ),
    (
        why: "two of four share the campus", stages: [["sbg2", "sbg3"]],
        lost: [campus, "ovh/strasbourg/sbg2", "ovh/strasbourg/sbg3"]
    ),
    (
        why: "SBG2 burns, then the campus is cut", stages: [["sbg2"], ["sbg1", "sbg2", "sbg3"]],
        lost: [
            campus, "ovh/strasbourg/sbg1", "ovh/strasbourg/sbg2", "ovh/strasbourg/sbg3",
        ]
    ),
    (
        why: "two towns of a provider never make the provider", stages: [["sbg2", "gra1"]],
        lost: ["ovh/gravelines/gra1", "ovh/strasbourg/sbg2"]
    ),
    (
        why: "not even two whole towns", stages: [["sbg2", "sbg3", "gra1", "gra2"]],
        lost: [
            "ovh/gravelines", "ovh/gravelines/gra1", "ovh/gravelines/gra2", campus,
            "ovh/strasbourg/sbg2", "ovh/strasbourg/sbg3",
        ]
    ),
])
func sharedFateIsTheLeastThatCoversTheLosses(why: String, stages: [[String]], lost: [String]) {
    let stand = burning(stages, GlobalRules())
    #expect(stand.lostDomains == lost, "\(why)")
}

@Test func aShareBelowTheRuleInfersNothing() {
    let rules = GlobalRules(inferAt: Percent(checked: 60))
    #expect(!burning([["sbg2", "sbg3"]], rules).isLost(campus))
    #expect(burning([["sbg2", "sbg3", "sbg4"]], rules).isLost(campus))
}

@Test func lossesFarApartShareNothing() {
    let rules = GlobalRules(fateWindow: .seconds(60))
    #expect(!burning([["sbg2"], ["sbg2", "sbg3"]], apart: 90, rules).isLost(campus))
    #expect(burning([["sbg2"], ["sbg2", "sbg3"]], apart: 30, rules).isLost(campus))
}

@Test func aProviderIsInferredOnlyWhereTheFileSaysSo() {
    let stages = [["sbg2", "sbg3", "gra1", "gra2"]]
    #expect(!burning(stages, GlobalRules()).isLost("ovh"))
    #expect(!burning([["sbg2", "sbg3"]], GlobalRules(inferProviders: true)).isLost("ovh"))
    // Both towns are explained already; the provider would explain nothing more.
    #expect(!burning(stages, GlobalRules(inferProviders: true)).isLost("ovh"))
}

@Test(arguments: [true, false])
func townsOfOneSiteCountForTheirProviderWhereItMayBeInferred(may: Bool) {
    let sites = ["a/s", "b/t", "c/u"].map { (domain: "p/\($0)", fate: [String]()) }
    var stand = Stand(.of(sites, global: GlobalRules(inferProviders: may)))
    stand.run(seconds: 20)
    stand.run(seconds: 5, burnt(["s", "t"]))
    #expect(stand.lostDomains == (may ? ["p", "p/a/s", "p/b/t"] : ["p/a/s", "p/b/t"]))
}

@Test func aLostSiteBringsItsCampusAndFatesUnderDoubtButNotItsProvider() throws {
    var stand = burning([["sbg2"]], GlobalRules())
    #expect(stand.isDoubted(campus))
    #expect(stand.isDoubted("fate:power"))
    #expect(!stand.isDoubted("ovh"))
    #expect(!stand.isDoubted("ovh/gravelines"))
    #expect(stand.board.doubts[FailureDomain(campus)]?.because == "ovh/strasbourg/sbg2")
    stand.run(seconds: 30)
    #expect(stand.verdict("sbg2") == .up)
    #expect(!stand.isLost("ovh/strasbourg/sbg2"), "a site comes back by itself")
    #expect(stand.isDoubted(campus), "doubt lasts")
}

@Test func aDoubtEndsByTimeOnlyWhenNothingInItIsLost() throws {
    let rules = GlobalRules(doubtedFor: .seconds(100))
    var stand = burning([["sbg2"]], rules)
    let first = try #require(stand.board.doubts[FailureDomain(campus)])
    #expect(stand.detection.nextWake(after: stand.now, board: stand.board) == first.until)
    stand.now = first.until
    stand.settle()
    let longer = try #require(stand.board.doubts[FailureDomain(campus)])
    #expect(longer.since == first.since)
    #expect(longer.until == first.until + .seconds(100))
    stand.run(seconds: 30)
    stand.now = longer.until
    stand.settle()
    #expect(!stand.isDoubted(campus))
    #expect(stand.detection.nextWake(after: stand.now, board: stand.board) == nil)
}

@Test func anotherLossLengthensTheDoubt() throws {
    var stand = burning([["sbg2"]], GlobalRules(inferAt: .all))
    let first = try #require(stand.board.doubts[FailureDomain(campus)])
    stand.run(seconds: 20, burnt(["sbg2", "sbg3"]))
    let second = try #require(stand.board.doubts[FailureDomain(campus)])
    #expect(second.until > first.until)
    #expect(second.since == first.since)
}

@Test func anInferredDomainReturnsOnlyByAWord() {
    var stand = burning([["sbg2", "sbg3"]], GlobalRules())
    stand.run(seconds: 60)
    #expect(stand.lostDomains == [campus])
    stand.declare(.alive, campus)
    #expect(stand.lostDomains.isEmpty)
    #expect(!stand.isDoubted(campus))
    stand.run(seconds: 60)
    #expect(stand.lostDomains.isEmpty)
    stand.run(seconds: 10, burnt(["sbg2", "sbg3"]))
    #expect(stand.isLost(campus), "a word does not blind for the next time")
}

@Test func aWordClearsWhatIsStillSeenLost() {
    var stand = burning([["sbg2", "sbg3"]], GlobalRules())
    stand.declare(.alive, campus)
    stand.declare(.alive, "ovh/strasbourg/sbg2")
    stand.run(seconds: 60, burnt(["sbg2", "sbg3"]))
    #expect(!stand.isLost(campus))
    #expect(!stand.isDoubted(campus))
    #expect(!stand.isLost("ovh/strasbourg/sbg2"))
    #expect(stand.verdict("sbg2") == .lost, "the host is judged by its probes")
    #expect(stand.isLost("ovh/strasbourg/sbg3"))
}

@Test func declaredLostHoldsWhateverTheProbesSay() throws {
    var stand = burning([], GlobalRules())
    stand.declare(.lost, campus)
    stand.run(seconds: 60)
    #expect(stand.isLost(campus))
    #expect(stand.verdict("sbg1") == .up)
    #expect(
        stand.board.domains[FailureDomain(campus)]?.evidence.detector
            == .declared(by: "ada", reason: "seen"))
    let site = try #require(stand.topology.sites[SiteID("ovh/strasbourg/sbg1")])
    #expect(stand.board.lostDomain(of: site) == FailureDomain(campus))
    stand.now = stand.now + .seconds(1)
    stand.declare(.alive, campus)
    #expect(!stand.isLost(campus))
}

@Test func aBrokenServiceTakesNoSiteDownUntilTheMachineIsGoneToo() {
    var stand = burning([], GlobalRules())
    stand.run(seconds: 5, ["sbg2": .wrongStatus])
    #expect(stand.verdict("sbg2") == .lost)
    #expect(stand.lostDomains.isEmpty)
    let since = stand.board.hosts[HostID("sbg2")]?.since
    stand.run(seconds: 3, ["sbg2": .refused])
    #expect(stand.lostDomains == ["ovh/strasbourg/sbg2"])
    #expect(stand.board.hosts[HostID("sbg2")]?.since == since)
}

@Test func aSiteIsLostWithAllItsHostsAndBackWithAll() {
    var stand = Stand(.of([("p/a/s", []), ("p/b/t", [])], hostsPerSite: 2))
    stand.run(seconds: 20)
    stand.run(seconds: 5, burnt(["s"]))
    #expect(stand.lostDomains.isEmpty)
    stand.run(seconds: 5, burnt(["s", "s-1"]))
    #expect(stand.lostDomains == ["p/a/s"])
    stand.run(seconds: 30, burnt(["s"]))
    #expect(stand.lostDomains == ["p/a/s"])
    stand.run(seconds: 30)
    #expect(stand.lostDomains.isEmpty)
}
