import Detection
import OrderedCollections
import Testing
import TopologyModel
import Values

/// One character a probe, one a second: `+` pass, `-` refused, `w` wrong status, `s` timeout, `x`
/// reset, `o` 503, `L` a refusal read too late, blank none. One character a verdict: `?` unknown,
/// `U` up, `D` lost.
private func timeline(_ probes: String, rules: ProbeRules) -> String {
    var stand = Stand(.of([("p/s", [])], rules: rules))
    let target = probeTargets(of: stand.topology)[0].target
    var verdicts = ""
    for probe in probes {
        stand.now = stand.now + .seconds(1)
        let lateness: Duration = probe == "L" ? .milliseconds(501) : .zero
        if let result = result(of: probe) {
            stand.observe(target, result, lateness: lateness)
        } else {
            stand.settle()
        }
        switch stand.board.verdict(of: RegionID("r0"), at: HostID("s")) {
        case .up: verdicts += "U"
        case .lost: verdicts += "D"
        case .unknown, .doubted, .degraded, .saturated: verdicts += "?"
        }
    }
    return verdicts
}

private func result(of probe: Character) -> ProbeResult? {
    switch probe {
    case "+": .pass(latency: .milliseconds(1))
    case "-", "L": .fail(kind: .refused)
    case "w": .fail(kind: .wrongStatus)
    case "o": .fail(kind: .overloaded)
    case "s": .fail(kind: .timeout)
    case "c": .fail(kind: .connectTimeout)
    case "x": .fail(kind: .reset)
    default: nil
    }
}

@Test(arguments: [
    (why: "one lost probe is noise", probes: "+++-+++", verdicts: "?UUUUUU"),
    (why: "two in a row are not three", probes: "++--+--+", verdicts: "?UUUUUUU"),
    (why: "three in a row turn it down", probes: "++---+", verdicts: "?UUUDD"),
    (why: "two passes bring it up again", probes: "++---++", verdicts: "?UUUDDU"),
    (why: "a failure restarts the rise", probes: "++---+-++", verdicts: "?UUUDDDDU"),
    (why: "what was never seen up can be lost", probes: "---", verdicts: "??D"),
    (why: "no probe, no verdict", probes: "++       ", verdicts: "?UUUUUUUU"),
])
func failuresInARowTurnItDownAndPassesUp(why: String, probes: String, verdicts: String) {
    #expect(timeline(probes, rules: .quick) == verdicts, "\(why)")
}

@Test(arguments: [
    (why: "a wrong answer is lost for the service", probes: "++www", verdicts: "?UUUD"),
    (why: "503 is too, without load to explain it", probes: "++ooo", verdicts: "?UUUD"),
    (why: "silence is not lost at once", probes: "++sssss", verdicts: "?UUUUUU"),
    (why: "silence for 5 s is", probes: "++ssssss", verdicts: "?UUUUUUD"),
    (why: "no connection is silence too", probes: "++cccccc", verdicts: "?UUUUUUD"),
    (why: "resets may be overload", probes: "++xxxxxx", verdicts: "?UUUUUUD"),
    (why: "a live answer ends the silence", probes: "++sss+sss+ss", verdicts: "?UUUUUUUUUUU"),
    (why: "silence counts no refusals", probes: "++ss-s-", verdicts: "?UUUUUU"),
    (why: "refusals count across silence", probes: "++s-s--", verdicts: "?UUUUUD"),
    (why: "late probes are no evidence", probes: "++LLLLLL", verdicts: "?UUUUUUU"),
    (why: "late probes do not help others", probes: "++--LL-", verdicts: "?UUUUUD"),
])
func onlySomeKindsOfFailureMeanLost(why: String, probes: String, verdicts: String) {
    #expect(timeline(probes, rules: .quick) == verdicts, "\(why)")
}

@Test(arguments: [
    (why: "2 s up, 2 s down", up: 2, down: 2), (why: "5 s up, 5 s down", up: 5, down: 5),
    (why: "3 s up, 2 s down", up: 3, down: 2), (why: "1 s up, 1 s down", up: 1, down: 1),
])
func whatFlapsGoesDownOnceAndStaysDown(why: String, up: Int, down: Int) {
    let period = String(repeating: "-", count: down) + String(repeating: "+", count: up)
    let probes = String(repeating: "+", count: 30) + String(repeating: period, count: 30)
    let verdicts = timeline(probes, rules: ProbeRules())
    let flapping = verdicts.dropFirst(30)
    #expect(verdicts.prefix(30).dropFirst().allSatisfy { $0 == "U" })
    #expect(flapping.drop { $0 == "U" }.allSatisfy { $0 == "D" }, "\(why): \(verdicts)")
    #expect(flapping.prefix(24).contains("D"), "\(why): \(verdicts)")
}

@Test func whatFlappedComesUpWhenItsWindowIsCalm() {
    let flapping = String(repeating: "+", count: 30) + String(repeating: "--++", count: 10)
    let verdicts = timeline(flapping + String(repeating: "+", count: 25), rules: ProbeRules())
    #expect(verdicts.suffix(25).first == "D")
    #expect(verdicts.last == "U")
}

@Test func anAnswerOvertakenByALaterOneIsOldNews() {
    var stand = Stand(.of([("p/s", [])]))
    stand.run(seconds: 3)
    let target = probeTargets(of: stand.topology)[0].target
    let sent = (1...3).map { stand.now + .milliseconds(100 * $0) }
    stand.now = stand.now + .milliseconds(500)
    stand.observe(target, .pass(latency: .milliseconds(1)))
    let late = sent.map {
        Observation(
            vantage: Stand.me, target: target, sentAt: $0, lateness: .zero,
            result: .fail(kind: .refused))
    }
    stand.detection.observe(late, at: stand.now + .seconds(1))
    stand.settle()
    #expect(stand.verdict("s") == .up)
}

@Test func evidenceSaysHowAndSinceWhen() throws {
    var stand = Stand(.of([("p/s", [])]))
    stand.run(seconds: 12)
    stand.run(seconds: 3, ["s": .refused])
    let standing = try #require(stand.board.services.values.first)
    #expect(standing.verdict == .lost)
    #expect(standing.evidence.detector == .inARow(count: 3))
    #expect(standing.evidence.firstFailure == Stand.start + .seconds(13))
    #expect(standing.evidence.lastPass == Stand.start + .seconds(12) + .milliseconds(1))
    #expect(standing.evidence.outcomes == "+12 refused*3")
    #expect(standing.evidence.votes == [Vote(vantage: Stand.me, verdict: .lost, kind: .refused)])
    #expect(standing.evidence.quorum == 1)
}

@Test func flightRecordsAreBoundedInTimeAndRuns() {
    var record = FlightRecord()
    for second in 0..<3600 {
        let sentAt = Stand.start + .seconds(second)
        record.note(second % 2 == 0 ? nil : .refused, sentAt: sentAt)
    }
    #expect(record.runs.count == FlightRecord.runsMax)
    record.note(.reset, sentAt: Stand.start + .seconds(7200))
    #expect(record.runs.map(\.failure) == [.reset])
    #expect(record.text == "reset*1")
}
