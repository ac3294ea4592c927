import Detection
import OrderedCollections
import Testing
import TopologyModel
import Values

private func apart(
    _ count: Int, brake: BrakeRules = BrakeRules(), references: [Endpoint] = []
) -> Stand {
    let sites = (1...count).map { (domain: "p\($0)/t\($0)/s\($0)", fate: [String]()) }
    var stand = Stand(
        .of(sites, global: GlobalRules(brake: brake), references: references))
    stand.run(seconds: 20)
    return stand
}

private func failing(_ names: [String]) -> [String: FailureKind] {
    var failing: [String: FailureKind] = [:]
    for name in names { failing[name] = .refused }
    return failing
}

private let references = [Endpoint(text: "127.0.50.1:53"), Endpoint(text: "127.0.50.2:53")]
    .compactMap(\.self)

@Test func aControllerThatSeesNoReferenceCallsNothingLost() {
    var stand = apart(2, references: references)
    stand.run(seconds: 30, failing(["s1", "reference"]))
    #expect(stand.board.isolatedSince != nil)
    #expect(stand.verdict("s1") == .up)
    stand.run(seconds: 3, failing(["s1"]))
    #expect(stand.board.isolatedSince != nil, "the references have not risen yet")
    stand.run(seconds: 30, failing(["s1"]))
    #expect(stand.board.isolatedSince == nil)
    #expect(stand.verdict("s1") == .lost)
}

@Test func nothingIsLostBeforeAReferenceAnsweredSinceTheFirstFailure() {
    var stand = apart(2, references: references)
    let targets = probeTargets(of: stand.topology).map(\.target)
    for _ in 0..<5 {
        stand.now = stand.now + .milliseconds(200)
        stand.observe(targets[0], .fail(kind: .refused))
    }
    #expect(stand.verdict("s1") == .up)
    stand.observe(targets[2], .pass(latency: .milliseconds(1)))
    #expect(stand.verdict("s1") == .lost)
}

@Test func oneReferenceIsEnough() {
    var stand = apart(2, references: references)
    let targets = probeTargets(of: stand.topology).map(\.target)
    for _ in 0..<5 {
        stand.now = stand.now + .seconds(1)
        stand.observe(targets[3], .fail(kind: .refused))
        stand.observe(targets[2], .pass(latency: .milliseconds(1)))
        stand.observe(targets[0], .fail(kind: .refused))
    }
    #expect(stand.board.isolatedSince == nil)
    #expect(stand.verdict("s1") == .lost)
}

@Test(arguments: [
    (sites: 5, lost: 2, braked: false), (sites: 5, lost: 3, braked: true),
    (sites: 2, lost: 2, braked: false), (sites: 3, lost: 3, braked: true),
])
func moreIndependentLossesThanTheRuleHoldTheHand(sites: Int, lost: Int, braked: Bool) {
    var stand = apart(sites)
    stand.run(seconds: 5, failing((1...lost).map { "s\($0)" }))
    #expect((stand.board.brake != nil) == braked)
    #expect(stand.lostDomains.count == lost, "verdicts are still journaled")
}

@Test func theBrakeNamesItsReason() {
    var stand = apart(5)
    stand.run(seconds: 5, failing(["s1", "s2", "s3"]))
    let domains = ["p1/t1/s1", "p2/t2/s2", "p3/t3/s3"].map { FailureDomain($0) }
    #expect(stand.board.brake == .domainsAtOnce(domains: domains))
    var all = apart(3)
    all.run(seconds: 5, failing(["s1", "s2", "s3"]))
    #expect(all.board.brake == .everythingAtOnce(lost: 3, of: 3))
}

@Test func aCampusIsOneLossNotFour() {
    var stand = Stand(.strasbourg())
    stand.run(seconds: 20)
    stand.run(seconds: 20, failing(["sbg1", "sbg2", "sbg3", "sbg4"]))
    #expect(stand.isLost("ovh/strasbourg"))
    #expect(stand.board.brake == nil)
}

@Test func lossesApartInTimeDoNotAddUp() {
    var stand = apart(5, brake: BrakeRules(domainsMax: 2, within: .seconds(60)))
    stand.run(seconds: 61, failing(["s1"]))
    stand.run(seconds: 61, failing(["s1", "s2"]))
    stand.run(seconds: 61, failing(["s1", "s2", "s3"]))
    #expect(stand.board.brake == nil)
}

@Test func theBrakeIsReleasedWhenItsReasonHasBeenGoneForAsLong() throws {
    var stand = apart(5, brake: BrakeRules(domainsMax: 2, within: .seconds(60)))
    stand.run(seconds: 5, failing(["s1", "s2", "s3"]))
    let since = try #require(stand.board.brakeSince)
    while stand.board.brake != nil, stand.now < since + .seconds(600) {
        let wake = try #require(stand.detection.nextWake(after: stand.now, board: stand.board))
        stand.now = wake
        stand.settle()
    }
    #expect(stand.now == since + .seconds(120))
}

@Test func declaringOneLossReleasesTheBrake() {
    var stand = apart(5)
    stand.run(seconds: 5, failing(["s1", "s2", "s3", "s4"]))
    #expect(stand.board.brake != nil)
    stand.declare(.lost, "p1/t1/s1")
    #expect(stand.board.brake == nil)
    stand.run(seconds: 30, failing(["s1", "s2", "s3", "s4"]))
    #expect(stand.board.brake == nil, "what a person has seen does not brake again")
}
