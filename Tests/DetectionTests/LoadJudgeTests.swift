import Detection
import OrderedCollections
import Testing
import TopologyModel
import Values

private let host = HostID("h")
private let north = RegionID("north")
private let south = RegionID("south")
private let start = Instant(unixSeconds: 1_617_692_400)

/// One host of 1,000 users, judged by the shipped rules (saturated at 95 %, calm below 90 %, 3 s of
/// dwell, a reading fresh for 10 s), a reading a second.
private struct Bench {
    var judge = LoadJudge()
    var board = VerdictBoard()
    var now = start
    let topology = Topology(
        providers: [], sites: [],
        hosts: [
            Host(
                id: host, site: SiteID("s"), addresses: Addresses(),
                capacity: Capacity(users: 1000), load: .http(path: "/load"))
        ], regions: [])

    mutating func read(_ load: Load?, of region: RegionID? = nil) {
        let result: LoadReading.Result =
            load.map { .read(load: $0) } ?? .silent(why: "no answer in 1s")
        let reading = LoadReading(
            vantage: ControllerID("c1"), host: host, region: region, at: now, result: result)
        judge.note([reading], under: topology.rules.load)
    }

    mutating func settle() {
        for change in judge.changes(to: board, in: topology, at: now) { board.apply(change) }
    }

    mutating func second() { now = now + .seconds(1) }

    var verdict: Verdict { board.loads[host]?.verdict ?? .unknown }
    var letter: Character {
        switch verdict {
        case .unknown, .doubted, .lost: "?"
        case .up: "c"
        case .saturated: "S"
        case .degraded: "D"
        }
    }
}

/// One character a second: a digit is so many tenths of the capacity, `f` 96 %, `n` 92 %, `q` 85 %
/// with a queue, `s` 30 % and slow, `l` 85 % and slow, `e` 30 % with errors, `w` 30 %
/// while 9 wait, `.` silent.
private func load(_ character: Character) -> Load? {
    switch character {
    case "f": Load(users: 960)
    case "w": Load(users: 300, waiting: 9)
    case "n": Load(users: 920)
    case "q": Load(users: 850, queue: 4)
    case "s": Load(users: 300, latency: .seconds(3))
    case "l": Load(users: 850, latency: .seconds(3))
    case "e": Load(users: 300, errors: PartsPerMillion(60_000))
    case ".": nil
    default: Load(users: (character.wholeNumberValue ?? 0) * 100)
    }
}

@Test(arguments: [
    (why: "calm at once, when nothing was known", loads: "3333", verdicts: "cccc"),
    (why: "full for its dwell is saturated", loads: "3ffffff", verdicts: "cccc" + "SSS"),
    (why: "a peak of two seconds is none", loads: "3ff3ff3", verdicts: "ccccccc"),
    (why: "a queue with much of it used is full", loads: "3qqqqq", verdicts: "cccc" + "SS"),
    (why: "slow with much of it used is full, not sick", loads: "3lllll", verdicts: "ccccSS"),
    (why: "slow with room is sick", loads: "3sssss", verdicts: "ccccDD"),
    (why: "errors with room are sick", loads: "3eeeee", verdicts: "ccccDD"),
    (why: "between the limits it stays saturated", loads: "fffffnnnnn", verdicts: "SSSSSSSSSS"),
    (why: "below them, for its dwell, it is calm", loads: "fffff77777", verdicts: "SSSSSSSScc"),
    (
        why: "silence keeps what was known for 10 s", loads: "fff..........",
        verdicts: "SSSSSSSSSSSS?"
    ),
    (why: "silence from the start is unknown, never zero", loads: "...", verdicts: "???"),
])
func loadBecomesVerdicts(why: String, loads: String, verdicts: String) {
    var bench = Bench()
    var seen = ""
    for character in loads {
        bench.second()
        // A silent source says so only when nothing fresh is known any more.
        if let load = load(character) { bench.read(load) }
        bench.settle()
        seen.append(bench.letter)
    }
    #expect(seen == verdicts, "\(why)")
}

@Test func whoWaitsOutsideACalmHostIsKnown() {
    var bench = Bench()
    func pass(_ loads: String) {
        for character in loads {
            bench.second()
            bench.read(load(character) ?? Load(users: 0))
            bench.settle()
        }
    }
    pass("fffffwww")
    #expect(bench.verdict == .saturated, "not before its dwell")
    pass("www")
    #expect(bench.board.loads[host]?.reason == .waiting(users: 9))
    let since = bench.board.loads[host]?.since
    pass("333333")
    #expect(bench.board.loads[host]?.reason == .calm)
    #expect(bench.board.loads[host]?.since == since, "it was calm all the time")
}

@Test func aSilentPartMayHideMoreUsersAndNeverFewer() {
    var bench = Bench()
    for _ in 0..<5 {
        bench.second()
        bench.read(Load(users: 480), of: north)
        bench.read(Load(users: 480), of: south)
        bench.settle()
    }
    #expect(bench.verdict == .saturated, "the regions' users add up")
    for _ in 0..<30 {
        bench.second()
        bench.read(Load(users: 300), of: north)
        bench.read(nil, of: south)
        bench.settle()
    }
    #expect(bench.verdict == .saturated, "half of it is not known to be calm")
    #expect(bench.judge.picture(of: host, in: bench.topology, at: bench.now)?.isPartial == true)
    for _ in 0..<5 {
        bench.second()
        bench.read(Load(users: 300), of: north)
        bench.read(Load(users: 100), of: south)
        bench.settle()
    }
    #expect(bench.verdict == .up)
}

@Test func theRiseTellsWhenItIsFull() throws {
    var bench = Bench()
    for second in 0..<40 {
        bench.second()
        bench.read(Load(users: 400 + second * 5))
    }
    let picture = try #require(
        bench.judge.picture(of: host, in: bench.topology, at: bench.now))
    #expect(picture.usersPerMinute == 300)
    #expect(picture.left == 405)
    #expect(picture.fullIn == .seconds(81))
    for second in 0..<90 {
        bench.second()
        bench.read(Load(users: 595 - second))
    }
    let falling = try #require(
        bench.judge.picture(of: host, in: bench.topology, at: bench.now))
    #expect(falling.usersPerMinute < 0 && falling.fullIn == nil)
}

@Test func whatIsOutOfOrderOrOfNoHostChangesNothing() {
    var bench = Bench()
    bench.second()
    bench.read(Load(users: 300))
    let late = LoadReading(
        vantage: ControllerID("c1"), host: host, region: nil, at: start,
        result: .read(load: Load(users: 990)))
    let strange = LoadReading(
        vantage: ControllerID("c1"), host: HostID("gone"), region: nil, at: bench.now,
        result: .read(load: Load(users: 990)))
    bench.judge.note([late, strange], under: bench.topology.rules.load)
    bench.settle()
    #expect(bench.verdict == .up)
    #expect(bench.board.loads.count == 1)
}
