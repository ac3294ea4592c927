import Detection
import OrderedCollections
import Testing
import TopologyModel
import Values

private let login = DependencyID("login")
private let host = HostID("h")
private let start = Instant(unixSeconds: 1_617_692_400)

/// One host whose region logs in by one dependency of 100 a second, a reading and a probe a second.
private struct Bench {
    private let topology: Topology
    private var detection: Detection
    private var loads = LoadJudge()
    private(set) var board = VerdictBoard()
    private var now = start

    init() throws {
        let endpoint = try #require(Endpoint(text: "127.0.9.1:80"))
        let region = Region(
            id: RegionID("r"), title: "R", priority: 1,
            demand: Demand(peakUsers: 1, curve: .flat), probes: [.tcp], primary: host,
            standbys: [], dependsOn: [login], frontDoors: [])
        topology = Topology(
            rules: GlobalRules(
                probe: ProbeRules(window: .seconds(1), lostAfterTimeouts: .seconds(5))),
            providers: [], sites: [],
            hosts: [
                Host(
                    id: host, site: SiteID("s"), addresses: Addresses(),
                    capacity: Capacity(users: 1000), load: .http(path: "/load"))
            ],
            dependencies: [
                Dependency(
                    id: login, probes: [DependencyProbe(endpoint: endpoint, kind: .tcp)],
                    loginsPerSecond: 100)
            ], regions: [region])
        detection = Detection(
            topology: topology, digest: Digest(hex: "d0"), vantage: ControllerID("c1"))
    }

    /// Nil for a load source that does not answer, and one that does not tell of logins.
    mutating func second(_ probe: ProbeResult, logins: Int?, isSilent: Bool = false) {
        now = now + .seconds(1)
        let result: LoadReading.Result =
            isSilent
            ? .silent(why: "no answer in 1s")
            : .read(load: Load(users: 10, loginsPerSecond: logins))
        loads.note(
            [
                LoadReading(
                    vantage: detection.vantage, host: host, region: nil, at: now, result: result)
            ], under: topology.rules.load)
        let targets = probeTargets(of: topology).map(\.target).filter {
            $0.subject == .dependency(id: login)
        }
        detection.observe(
            targets.map {
                Observation(
                    vantage: detection.vantage, target: $0, sentAt: now, lateness: .zero,
                    result: probe)
            }, at: now)
        let found =
            detection.changes(to: board, under: loads, at: now)
            + loads.changes(to: board, in: topology, at: now)
        found.forEach { board.apply($0) }
    }

    var letters: (probes: Character, logins: Character) {
        let letters: [Verdict: Character] = [.up: "U", .saturated: "S", .lost: "D"]
        return (
            letters[board.dependencies[login]?.verdict ?? .unknown] ?? "?",
            letters[board.logins[login]?.verdict ?? .unknown] ?? "?"
        )
    }
}

/// A probe a second as in `OverloadTests`; logins: so many tens, `f` 97, `.` the source is silent.
private func timeline(_ probes: String, _ logins: String) throws -> (String, String) {
    var bench = try Bench()
    var seen = ("", "")
    for (probe, count) in zip(probes, logins) {
        let result: ProbeResult =
            switch probe {
            case "-": .fail(kind: .refused)
            case "o": .fail(kind: .overloaded)
            case "s": .fail(kind: .timeout)
            default: .pass(latency: .milliseconds(1))
            }
        let number = count == "f" ? 97 : (count.wholeNumberValue ?? 0) * 10
        bench.second(result, logins: number, isSilent: count == ".")
        seen.0.append(bench.letters.probes)
        seen.1.append(bench.letters.logins)
    }
    return seen
}

@Test(arguments: [
    (
        why: "503 is saturated, and its logins then are what it bears", probes: "++oooooooo",
        logins: "4444444444", verdicts: "?UUUSSSSSS", load: "UUUUUUUUSS"
    ),
    (
        why: "refused is lost", probes: "++---", logins: "44000", verdicts: "?UUUD", load: "UUUUU"
    ),
    (
        why: "late while people go on logging in", probes: "++sssssssssss",
        logins: "4444444444444", verdicts: "?UUUUUUSSSSSS", load: "UUUUUUUUUUUSS"
    ),
    (
        why: "silent, and nobody logs in any more", probes: "++ssssssss",
        logins: "4400000000", verdicts: "?UUUUUUDDD", load: "UUUUUUUUUU"
    ),
    (
        why: "as many as were proven, for the dwell; calm below nine tenths",
        probes: "+++++++++++++",
        logins: "4fffff9977777", verdicts: "?UUUUUUUUUUUU", load: "UUUUSSSSSSSUU"
    ),
])
func whatProbesAndLoginsSay(
    why: String, probes: String, logins: String, verdicts: String, load: String
) throws {
    let seen = try timeline(probes, logins)
    #expect(seen.0 == verdicts, "\(why)")
    #expect(seen.1 == load, "\(why)")
}

@Test func whatItBearsIsWhatLogsInWhileItsProbesFail() throws {
    var bench = try Bench()
    for _ in 0..<20 { bench.second(.pass(latency: .milliseconds(1)), logins: 60) }
    for second in 0..<12 {
        bench.second(.fail(kind: .overloaded), logins: second.isMultiple(of: 2) ? 25 : 23)
    }
    let standing = try #require(bench.board.logins[login])
    #expect(standing.verdict == .saturated && standing.reason == .probes)
    #expect(standing.perSecond == 25, "the most of its dwell, and not what there was before")
    #expect(standing.provenPerSecond == 100)
}

@Test func aDependencyWithoutWordOfLoginsIsUnknown() throws {
    var bench = try Bench()
    for _ in 0..<30 { bench.second(.pass(latency: .milliseconds(1)), logins: nil) }
    #expect(bench.board.logins[login] == nil)
    #expect(bench.board.dependencies[login]?.verdict == .up)
}
