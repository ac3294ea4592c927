import Detection
import OrderedCollections
import Testing
import TopologyModel
import Values

private let host = HostID("s")
private let ownPage = LoadSource.http(path: "/load")

/// A probe and a reading of the load a second. Probes: `+` pass, `-` refused, `w` a wrong status,
/// `o` 503, `s` timeout, `x` reset. Loads: so many tenths of the capacity, `f` 96 %, `.` the source
/// does not answer, blank nothing is read. Verdicts: `?` unknown, `U` up, `S` saturated, `D` lost.
private func timeline(_ probes: String, _ loads: String, source: LoadSource = ownPage) -> String {
    var stand = Stand(.of([("p/s", [])], load: source))
    let target = probeTargets(of: stand.topology)[0].target
    var verdicts = ""
    for (probe, load) in zip(probes, loads) {
        stand.now = stand.now + .seconds(1)
        switch load {
        case " ": break
        case ".": stand.read(nil, of: "s")
        case "f": stand.read(Load(users: 960), of: "s")
        default: stand.read(Load(users: (load.wholeNumberValue ?? 0) * 100), of: "s")
        }
        stand.observe(target, result(of: probe))
        let letters: [Verdict: Character] = [.up: "U", .saturated: "S", .lost: "D"]
        let service = stand.board.verdict(of: RegionID("r0"), at: host)
        #expect(service == stand.board.verdict(of: host))
        verdicts.append(letters[service] ?? "?")
    }
    return verdicts
}

private func result(of probe: Character) -> ProbeResult {
    switch probe {
    case "-": .fail(kind: .refused)
    case "w": .fail(kind: .wrongStatus)
    case "o": .fail(kind: .overloaded)
    case "s": .fail(kind: .timeout)
    case "x": .fail(kind: .reset)
    default: .pass(latency: .milliseconds(1))
    }
}

extension String {
    fileprivate static func * (text: String, count: Int) -> String {
        String(repeating: text, count: count)
    }
}

@Test(arguments: [
    (why: "503 of a full host", probes: "++ooooo", loads: "fffffff", verdicts: "?UUUSSS"),
    (why: "of one that is nearly full", probes: "++ooooo", loads: "8888888", verdicts: "?UUUSSS"),
    (why: "of one that fills", probes: "++ooooo", loads: "4566777", verdicts: "?UUUSSS"),
    (
        why: "silence of a full host, as long as its load page answers", probes: "++" + "s" * 60,
        loads: "ff" + "f" * 60, verdicts: "?UUUUUU" + "S" * 55
    ),
    (why: "resets of it", probes: "++xxxxxx", loads: "ffffffff", verdicts: "?UUUUUUS"),
    (
        why: "up again by passes, and not lost between", probes: "++ooo+o+oo++",
        loads: "fffff3333333", verdicts: "?UUUSSSSSSSU"
    ),
    (
        why: "also after it was held lost", probes: "++oooooo", loads: "     fff",
        verdicts: "?UUUDSSS"
    ),
])
func overloadIsSaturated(why: String, probes: String, loads: String, verdicts: String) {
    #expect(timeline(probes, loads) == verdicts, "\(why)")
}

@Test(arguments: [
    (why: "refusal, whatever the load", probes: "++---", loads: "fffff", verdicts: "?UUUD"),
    (why: "a wrong answer", probes: "++www", loads: "fffff", verdicts: "?UUUD"),
    (why: "503 with room", probes: "++ooo", loads: "33333", verdicts: "?UUUD"),
    (why: "503 without a reading", probes: "++ooo", loads: "     ", verdicts: "?UUUD"),
    (why: "503 with a silent source", probes: "++ooo", loads: ".....", verdicts: "?UUUD"),
    (why: "first full, then gone", probes: "++ooo---", loads: "ffffffff", verdicts: "?UUUSSSD"),
    (
        why: "refusals among answers of overload", probes: "++o-o-o-", loads: "ffffffff",
        verdicts: "?UUUSSSD"
    ),
])
func lossIsLostWhateverTheLoad(why: String, probes: String, loads: String, verdicts: String) {
    #expect(timeline(probes, loads) == verdicts, "\(why)")
}

/// `lostAfterTimeouts` is 5 s here, so that doubt lasts for 20 s.
@Test(arguments: [
    (
        why: "silent with its source, full when last read", probes: "++" + "s" * 30,
        loads: "ff" + "." * 30, verdicts: "?UUUUUU" + "S" * 14 + "D" * 11
    ),
    (
        why: "503, and its source silent since it was full", probes: "++" + "o" * 30,
        loads: "ff" + "." * 30, verdicts: "?UUU" + "S" * 17 + "D" * 11
    ),
    (
        why: "silent with room, and its load page answers", probes: "++" + "s" * 30,
        loads: "33" + "3" * 30, verdicts: "?UUUUUU" + "S" * 15 + "D" * 10
    ),
    (
        why: "silent with its source, with room when last read", probes: "++" + "s" * 30,
        loads: "33" + "." * 30, verdicts: "?UUUUUU" + "D" * 25
    ),
])
func doubtIsSaturatedAndNotForEver(why: String, probes: String, loads: String, verdicts: String) {
    #expect(timeline(probes, loads) == verdicts, "\(why)")
}

@Test func countersElsewhereAreNoAnswerOfTheHost() {
    let verdicts = timeline("++" + "s" * 30, "f" * 32, source: .haproxy)
    #expect(verdicts == "?UUUUUU" + "S" * 15 + "D" * 10)
}

@Test func aQuorumOfRefusalsIsWanted() {
    let places = ["c1", "c2", "c3"].map { ControllerPlace(id: ControllerID($0), site: nil) }
    var stand = Stand(.of([("p/s", [])], controllers: places, load: ownPage))
    for second in 0..<12 {
        stand.now = stand.now + .seconds(1)
        stand.read(Load(users: 960), of: "s")
        if second > 4 { stand.hear("c2", lost: ["s"]) } else { stand.hear("c2", lost: []) }
        stand.probe(second > 1 ? ["s": .overloaded] : [:])
    }
    #expect(stand.verdict("s") == .saturated, "one of three saw it refuse")
    stand.hear("c3", lost: ["s"])
    #expect(stand.verdict("s") == .lost)
}

@Test func usersWhoAreServedExplain503WithoutALoad() {
    var busy = TrafficStand()
    busy.failing = ["s": .overloaded]
    #expect(!busy.run(String(repeating: "+", count: 100)).contains("D"))
    #expect(busy.verdict() == .saturated)
    #expect(busy.evidence()?.detector == .overload(because: .usersServed))
    busy.wait(seconds: 8)
    #expect(busy.verdict() == .lost, "nobody is served any more")
}

@Test func lateAnswersOfAFullHostTurnItNotDown() {
    var full = TrafficStand(load: ownPage)
    var empty = TrafficStand(load: ownPage)
    for _ in 0..<5 {
        full.stand.read(Load(users: 960), of: "s")
        empty.stand.read(Load(users: 100), of: "s")
        full.run("++++++++++")
        empty.run("++++++++++")
    }
    full.run("----------")
    empty.run("----------")
    #expect(full.verdict() == .up, "its probes pass")
    #expect(empty.verdict() == .lost)
    full.run("rrrrrrrrrr")
    #expect(full.verdict() == .lost, "connections that come to nothing are no overload")
}

@Test func whatFailsForUsersIsLostThoughSomeAreServed() {
    var half = TrafficStand()
    half.run(String(repeating: "+", count: 50))
    half.failing = ["s": .overloaded]
    let verdicts = half.run(String(repeating: "h", count: 100))
    #expect(verdicts.hasSuffix(String(repeating: "D", count: 60)))
}

@Test func aSilentPartHidesNoOverload() {
    var stand = Stand(.of([("p/s", [])], regions: 2, load: ownPage))
    let regions = [RegionID("r0"), RegionID("r1")]
    for second in 0..<12 {
        stand.now = stand.now + .seconds(1)
        // Both parts together are full; first one falls silent, then the other.
        stand.read(second < 4 ? Load(users: 480) : nil, of: "s", for: regions[0])
        stand.read(second < 6 ? Load(users: 480) : nil, of: "s", for: regions[1])
        stand.probe(second > 3 ? ["s": .overloaded] : [:])
    }
    #expect(stand.verdict("s") == .saturated)
}

@Test func aSecondPartIsNoRise() {
    var stand = Stand(.of([("p/s", [])], regions: 2, load: ownPage))
    stand.read(Load(users: 50), of: "s", for: RegionID("r0"))
    for second in 0..<8 {
        stand.now = stand.now + .seconds(1)
        stand.read(Load(users: 50), of: "s", for: RegionID("r0"))
        if second > 0 { stand.read(Load(users: 300), of: "s", for: RegionID("r1")) }
        stand.probe(second > 2 ? ["s": .overloaded] : [:])
    }
    #expect(stand.verdict("s") == .lost)
}
