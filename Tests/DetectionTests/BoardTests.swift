import Detection
import OrderedCollections
import Testing
import TopologyModel
import Values

@Test func aRestartKeepsTheBoardUntilThereIsEvidence() {
    var stand = Stand(.strasbourg())
    stand.run(seconds: 20)
    stand.run(seconds: 10, ["sbg2": .refused])
    let board = stand.board
    stand.restart()
    stand.now = stand.now + .seconds(1)
    stand.settle()
    stand.wait(.seconds(60))
    stand.run(seconds: 1, ["sbg2": .refused])
    #expect(stand.board == board)
    stand.run(seconds: 30, ["sbg2": .refused])
    #expect(stand.board == board)
    stand.run(seconds: 30)
    #expect(stand.verdict("sbg2") == .up)
}

@Test func whatWasNotAppliedIsProposedAgain() {
    var stand = Stand(.of([("p/s", [])]))
    for _ in 0..<2 {
        stand.now = stand.now + .seconds(1)
        let target = probeTargets(of: stand.topology)[0].target
        stand.detection.observe(
            [
                Observation(
                    vantage: Stand.me, target: target, sentAt: stand.now, lateness: .zero,
                    result: .pass(latency: .milliseconds(1)))
            ], at: stand.now)
    }
    let first = stand.detection.changes(to: stand.board, at: stand.now)
    #expect(first.count == 2, "the service and its host")
    #expect(stand.detection.changes(to: stand.board, at: stand.now) == first)
    stand.settle()
    #expect(stand.detection.changes(to: stand.board, at: stand.now).isEmpty)
}

@Test func aReloadKeepsTheCountersOfWhatStays() {
    var stand = Stand(.of([("p/s", []), ("p/t", [])]))
    stand.run(seconds: 10)
    stand.run(seconds: 2, ["s": .refused])
    let smaller = Topology.of([("p/s", [])])
    stand.detection.replace(topology: smaller, digest: Digest(hex: "d1"))
    stand.now = stand.now + .seconds(1)
    stand.observe(probeTargets(of: smaller)[0].target, .fail(kind: .refused))
    #expect(stand.verdict("s") == .lost)
    #expect(stand.detection.report(at: stand.now).opinions.count == 1)
    #expect(stand.detection.report(at: stand.now).topology == Digest(hex: "d1"))
}

@Test func theBoardFollowsWhoeverElseChangedItWithinASweep() {
    var stand = Stand(.of([("p/s", [])]))
    stand.run(seconds: 20)
    stand.board = VerdictBoard()
    stand.run(seconds: 10)
    #expect(stand.verdict("s") == .up)
}

/// Random trouble in a random order: at any instant, applying what is proposed leaves nothing to
/// propose.
@Test(arguments: 0..<40 as Range<UInt64>)
func changesAreIdempotent(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var stand = Stand(.strasbourg(global: GlobalRules(doubtedFor: .seconds(40))))
    let hosts = stand.topology.hosts.keys.map(\.name)
    let domains = stand.topology.domains.map(\.name)
    let kinds = FailureKind.allCases
    var failing: [String: FailureKind] = [:]
    for _ in 0..<200 {
        stand.now = stand.now + .milliseconds(random.next(in: 1...3000))
        switch random.next(below: 20) {
        case 0..<3:
            failing[hosts[random.next(below: hosts.count)]] = kinds[random.next(below: kinds.count)]
        case 3..<6: failing[hosts[random.next(below: hosts.count)]] = nil
        case 6: stand.declare(.lost, domains[random.next(below: domains.count)])
        case 7: stand.declare(.alive, domains[random.next(below: domains.count)])
        case 8: stand.wait(.seconds(random.next(in: 1...100)))
        case 9: stand.restart()
        default: break
        }
        stand.probe(failing)
        let again = stand.detection.changes(to: stand.board, at: stand.now)
        #expect(again.isEmpty, "seed \(seed): \(again)")
    }
}
