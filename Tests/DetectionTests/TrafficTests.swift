import Detection
import OrderedCollections
import Testing
import TopologyModel
import Values

private let second = String(repeating: "+", count: 10)
private let seconds2 = second + second

/// What live requests say of a host, whatever its probes say.
@Suite struct TrafficTests {
    @Test(arguments: [
        (why: "all fail: lost at the fourth failure", live: "----", verdicts: "UDDD"),
        (why: "refused connections too", live: "rrr", verdicts: "UDD"),
        (why: "one bad page is not the host", live: "-++++++", verdicts: "UUUUUUU"),
        (why: "an answer between ends the row", live: "-+-", verdicts: "UUU"),
        (why: "every second request", live: "hhhhhhhhhh", verdicts: "UUUUUUDDDD"),
        (why: "one in ten is trouble, not loss", live: "h++++h++++h++++", verdicts: nil),
        (why: "slowness is no loss at once", live: "bbbbbbbbbb+", verdicts: nil),
    ])
    func failuresTurnItDown(why: String, live: String, verdicts: String?) {
        var stand = TrafficStand()
        stand.run(seconds2)
        let expected = verdicts ?? String(repeating: "U", count: live.count)
        #expect(stand.run(live) == expected, "\(why)")
    }

    @Test func whatIsNeverAnsweredIsLostAfterTheTimeoutsOfItsProbes() {
        var stand = TrafficStand(probe: ProbeRules(lostAfterTimeouts: .seconds(2)))
        stand.run(seconds2)
        #expect(stand.run(String(repeating: "b", count: 19)).last == "U")
        #expect(stand.run("b") == "D")
        let unanswered = TrafficFailures(unanswered: 40)
        #expect(
            stand.evidence()?.detector
                == .traffic(failed: unanswered, requests: 40, heldFor: .seconds(60)))
    }

    @Test func withoutEnoughRequestsProbesDecide() {
        var stand = TrafficStand()
        stand.run("+    +    +    ")
        #expect(stand.run("-         -         -         -").last == "U")
        stand.failing = ["s": .refused]
        stand.wait(seconds: 3)
        #expect(stand.evidence()?.detector == .inARow(count: 3))
    }

    @Test func evidenceKeepsTheKindsApartAndShowsThatProbesPassed() throws {
        var stand = TrafficStand()
        stand.run(seconds2 + "-r")
        let evidence = try #require(stand.evidence())
        let failed = TrafficFailures(serverErrors: 2, retries: 2)
        #expect(
            evidence.detector == .traffic(failed: failed, requests: 22, heldFor: .seconds(60)))
        #expect(failed.description == "5xx*2, retry*2")
        #expect(evidence.outcomes.hasPrefix("+"))
        #expect(evidence.votes.map(\.verdict) == [.lost])
        #expect(stand.stand.lostDomains == [], "live requests say nothing of the machine")
    }

    @Test func anEdgeWhoseRequestsAreAnsweredSpeaksForTheHost() {
        var stand = TrafficStand()
        stand.run(seconds2, edges: ["e1", "e2"])
        for _ in 0..<20 {
            stand.stand.now = stand.stand.now + TrafficStand.step
            stand.read("-", at: TrafficStand.home, "e1")
            stand.read("+", at: TrafficStand.home, "e2")
            stand.stand.settle()
        }
        #expect(stand.verdict() == .up)
        #expect(stand.run("---", edges: ["e1", "e2"]).last == "D", "now both say so")
    }

    @Test func readingsOfLongSpansAndOfUnknownPlacesAreNoEvidence() {
        var stand = TrafficStand()
        stand.run(seconds2)
        let failed = TrafficFailures(serverErrors: 50)
        for _ in 0..<3 {
            stand.observe(
                TrafficStand.home, span: .seconds(3), began: 50, answered: 0, failed: failed)
            stand.observe(TrafficStand.home, "e9", began: 50, answered: 0, failed: failed)
        }
        stand.stand.settle()
        #expect(stand.verdict() == .up)
        #expect(stand.stand.detection.lateCount == 3)
        #expect(stand.stand.detection.strangeCount == 3)
    }

    @Test func manyReadingsFillNoMemoryAndLoseNoCount() {
        var stand = TrafficStand()
        for _ in 0..<1000 {
            stand.observe(
                TrafficStand.home, began: 2, answered: 2, failed: TrafficFailures())
        }
        #expect(stand.run("--").last == "D")
    }
}

/// Coming back: a health page that lied is not believed.
@Suite struct DistrustTests {
    @Test func probesThatSawNothingDoNotBringItBack() {
        var stand = TrafficStand()
        stand.run(seconds2 + "--")
        stand.wait(seconds: 58)
        #expect(stand.verdict() == .lost)
        stand.wait(seconds: 3)
        #expect(stand.verdict() == .up)
    }

    @Test func distrustDoublesUpToItsMost() {
        var stand = TrafficStand()
        var lengths: [Duration] = []
        for _ in 0..<4 {
            stand.run(seconds2 + "--")
            if case .traffic(_, _, let length)? = stand.evidence()?.detector {
                lengths.append(length)
            }
            stand.wait(seconds: 205)
            #expect(stand.verdict() == .up)
        }
        #expect(lengths == [60, 120, 200, 200].map { .seconds($0) })
    }

    @Test func probesThatSawTheFaultMayAlsoSeeItsEnd() {
        var stand = TrafficStand()
        stand.run(seconds2 + "rr")
        stand.failing = ["s": .refused]
        stand.wait(seconds: 4)
        stand.failing = [:]
        stand.wait(seconds: 4)
        #expect(stand.verdict() == .up)
    }

    @Test func liveRequestsThatSucceedBringItBack() {
        var stand = TrafficStand()
        stand.run(seconds2 + "--")
        #expect(stand.run("----------").last == "D")
        #expect(stand.run(seconds2).last == "U")
    }

    @Test func aPersonWhoVouchesForItBringsItBack() {
        var stand = TrafficStand()
        stand.run(seconds2 + "--")
        stand.wait(seconds: 1)
        stand.stand.declare(.alive, "p/s")
        #expect(stand.verdict() == .up)
    }

    @Test func aRestartRemembersWhomNotToBelieve() {
        var stand = TrafficStand()
        stand.run(seconds2 + "--")
        stand.stand.restart()
        stand.wait(seconds: 58)
        #expect(stand.verdict() == .lost)
        stand.wait(seconds: 4)
        #expect(stand.verdict() == .up)
    }

    @Test func aReloadRemembersItToo() {
        var stand = TrafficStand()
        stand.run(seconds2 + "--")
        let (topology, other) = (stand.stand.topology, Digest(hex: "d1"))
        stand.stand.detection.replace(topology: topology, digest: other)
        stand.wait(seconds: 5)
        #expect(stand.verdict() == .lost)
    }

    @Test func theEndOfDistrustIsAWake() {
        var stand = TrafficStand()
        stand.run(seconds2 + "--")
        let since = stand.stand.now
        let wake = stand.stand.detection.nextWake(after: since, board: stand.stand.board)
        #expect(wake == since + .seconds(60))
    }

    @Test func otherVantagePointsHearOfIt() {
        var stand = TrafficStand()
        stand.run(seconds2 + "--")
        let report = stand.stand.detection.report(at: stand.stand.now)
        let lost = report.opinions.filter { $0.verdict == .lost }
        #expect(lost.map { Stand.name(of: $0.target) } == ["s"])
    }
}

/// The panic threshold: what fails everywhere is the application, and no host.
@Suite struct PanicTests {
    @Test func hostsThatFailAlikeAllStay() {
        var stand = TrafficStand()
        let both = [TrafficStand.home, TrafficStand.refuge]
        stand.run(seconds2, at: both)
        #expect(!stand.run("----------", at: both).contains("D"))
        #expect(stand.verdict(of: TrafficStand.refuge) == .up)
    }

    @Test func theLastStandingHostStays() {
        var stand = TrafficStand()
        stand.failing = ["t": .refused]
        stand.run(seconds2 + seconds2 + second + second)
        #expect(stand.verdict(of: TrafficStand.refuge) == .lost)
        #expect(!stand.run("----------").contains("D"))
    }

    @Test func whatFailsAtTheRefugeTooStaysThere() {
        var stand = TrafficStand()
        stand.run(seconds2 + "--")
        stand.run(seconds2 + "----------", at: [TrafficStand.refuge])
        #expect(stand.verdict(of: TrafficStand.refuge) == .up, "nobody does better")
        #expect(stand.verdict() == .lost)
    }

    @Test func aHeldHostIsBetterThanNone() {
        var stand = TrafficStand()
        stand.run(seconds2 + "--")
        stand.failing = ["t": .refused]
        stand.wait(seconds: 5)
        #expect(stand.verdict() == .up)
    }

    @Test func theOnlyHostOfARegionIsJudgedByItsProbes() {
        var stand = TrafficStand(sites: [("p/s", [])])
        stand.run(seconds2)
        #expect(!stand.run("----------").contains("D"))
    }
}
