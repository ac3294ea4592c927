import Detection
import Testing
import TopologyModel
import Values

@Test func aFamilyThatIsLostAloneIsNamedAndTheHostServes() {
    var stand = Stand(.of([("p/s", [])], families: 2))
    for _ in 0..<5 {
        stand.now = stand.now + .seconds(1)
        for declared in probeTargets(of: stand.topology) {
            let isLost = declared.target.family == .ipv6
            stand.observe(
                declared.target,
                isLost ? .fail(kind: .unreachable) : .pass(latency: .milliseconds(1)))
        }
    }
    #expect(stand.verdict("s") == .up)
    let lost = stand.detection.lostFamilies(at: stand.now)
    #expect(lost.map(\.lost) == [.ipv6])
    #expect(lost.map(\.serving) == [.ipv4])
    stand.run(seconds: 30)
    #expect(stand.detection.lostFamilies(at: stand.now).isEmpty)
}

@Test func aHostThatIsLostOverBothFamiliesIsNoLostFamily() {
    var stand = Stand(.of([("p/s", [])], families: 2))
    stand.run(seconds: 5, ["s": .refused])
    #expect(stand.verdict("s") == .lost)
    #expect(stand.detection.lostFamilies(at: stand.now).isEmpty)
}
