import Detection
import OrderedCollections
import Situations
import Testing
import TopologyModel
import Values

@testable import Planning

private let door = FrontDoorID("dns:east.example")
private let gra = HostID("gra")

/// One region at home at sbg with room at gra, and what a test does to it.
private struct Case: CustomTestStringConvertible, Sendable {
    let why: String
    var peak = 500
    var door = DoorSpec.whole
    var require: [String] = []
    /// Users of another region that are at gra.
    var others: Users = 0
    var change: @Sendable (inout Situation) -> Void = { _ in }
    var told = StandbyAnswers()
    var doors: [DoorObjection] = []
    let grade: ReadinessGrade
    /// Each finding as `check grade: what; mend`.
    let says: [String]
    var testDescription: String { why }

    var readiness: Readiness {
        var east = RegionSpec("east", ["sbg", "gra"], peak: peak, door: door, require: require)
        east.rpo = .seconds(30)
        var regions = [east]
        if others > 0 { regions.append(RegionSpec("west", ["gra"], peak: others)) }
        var situation = situation(
            hosts: [
                HostSpec("sbg", "ovh/sbg", users: 2000, labels: ["eu"]),
                HostSpec("gra", "ovh/gra", users: 1000),
            ], regions: regions)
        change(&situation)
        let standby = Standby(region: RegionID("east"), host: gra)
        return Readiness(
            of: situation, ReadinessAnswers(doors: doors, standbys: [standby: told]))
    }
}

private func fault(_ what: String) -> Fault { Fault(what: what, mend: "mend it") }

extension Situation {
    fileprivate mutating func close(_ kind: Closure.Kind, _ place: HoldPlace, until: Instant?) {
        closures.append(
            Closure(
                kind: kind, place: place, owner: "ada", reason: "test", since: now, until: until))
    }

    fileprivate mutating func saturate(_ host: String, at users: Users) {
        let standing = LoadStanding(
            verdict: .saturated, since: now, reason: .users(share: .one), load: Load(users: users),
            capacity: users)
        board.apply(.load(host: HostID(host), standing: standing))
    }
}

extension ReadinessFinding {
    fileprivate var text: String { "\(check) \(grade): \(fault.what); \(fault.mend)" }
}

private let hostCases = [
    Case(why: "nothing speaks against it", grade: .ready, says: []),
    Case(
        why: "its host is lost", change: { $0.hold("gra", .lost) }, grade: .notReady,
        says: ["host notReady: gra is held lost; see why: `bascule describe gra`"]),
    Case(
        why: "it does not serve the region", change: { $0.hold("east", at: "gra", .lost) },
        grade: .notReady,
        says: [
            "host notReady: gra does not serve the region: its probe there is held lost; "
                + "see why: `bascule describe gra`"
        ]),
    Case(
        why: "nothing was seen of it yet", change: { $0.hold("east", at: "gra", .unknown) },
        grade: .notReady,
        says: [
            "host notReady: gra has not been seen to serve the region yet; "
                + "see why: `bascule describe gra`"
        ]),
    Case(
        why: "what it stands in is doubted", change: { $0.doubt("ovh/gra") }, grade: .notReady,
        says: [
            "host notReady: gra stands in ovh/gra, which is doubted; "
                + "see why: `bascule describe gra`"
        ]),
    Case(
        why: "a person drained it", change: { $0.close(.drain, .host(id: gra), until: nil) },
        grade: .notReady,
        says: ["host notReady: gra is drained by ada; `bascule undrain gra`"]),
    Case(
        why: "a person works where it stands",
        change: {
            $0.close(
                .maintenance, .domain(id: FailureDomain("ovh/gra")), until: night + .seconds(60))
        }, grade: .notReady,
        says: [
            "host notReady: gra is under maintenance by ada until 2026-03-10T00:36:00Z; "
                + "`bascule maintenance end ovh/gra`"
        ]),
    Case(
        why: "a drain that is over says nothing",
        change: { $0.close(.drain, .host(id: gra), until: night - .seconds(1)) }, grade: .ready,
        says: []),
    Case(
        why: "its site lacks a label", require: ["eu"], grade: .notReady,
        says: ["host notReady: gra lacks the label eu; the label eu at gra"]),
]

private let roomCases = [
    Case(
        why: "others leave room for some", door: .split, others: 600, grade: .warning,
        says: [
            "room warning: gra has room for 400 users of the 500 that are expected; "
                + "free room there, or prove capacity.users 1100 (100 more) by a load test"
        ]),
    Case(
        why: "others leave room for some, and its name moves everybody or nobody", others: 600,
        grade: .notReady,
        says: [
            "room notReady: gra has room for 400 users of the 500 that are expected; "
                + "free room there, or prove capacity.users 1100 (100 more) by a load test"
        ]),
    Case(why: "others leave just enough", others: 500, grade: .ready, says: []),
    Case(
        why: "others leave none", others: 1000, grade: .notReady,
        says: [
            "room notReady: gra has room for 0 users of the 500 that are expected; "
                + "free room there, or prove capacity.users 1500 (500 more) by a load test"
        ]),
    Case(
        why: "more are there than may be, and they count too", others: 1200, grade: .notReady,
        says: [
            "room notReady: gra has room for 0 users of the 500 that are expected; "
                + "free room there, or prove capacity.users 1700 (700 more) by a load test"
        ]),
    Case(
        why: "it is saturated, with room by its numbers", change: { $0.saturate("gra", at: 800) },
        grade: .notReady,
        says: ["host notReady: gra is saturated; see why: `bascule describe gra`"]),
    Case(
        why: "it is saturated far below its capacity, which more of it would not mend",
        change: { $0.saturate("gra", at: 400) }, grade: .notReady,
        says: [
            "host notReady: gra is saturated; see why: `bascule describe gra`",
            "room notReady: gra has room for 360 users of the 500 that are expected; "
                + "free room there",
        ]),
]

private let answerCases = [
    Case(
        why: "its data is as far behind as it may be",
        told: StandbyAnswers(dataLag: .told(.seconds(30))), grade: .ready, says: []),
    Case(
        why: "its data is further behind", told: StandbyAnswers(dataLag: .told(.seconds(31))),
        grade: .notReady,
        says: [
            "data notReady: the data of east at gra is 31s behind, more than 30s; "
                + "see why its replication is behind; rpo is the bound"
        ]),
    Case(
        why: "nobody tells", told: StandbyAnswers(dataLag: .untold(fault("nobody tells"))),
        grade: .warning, says: ["data warning: nobody tells; mend it"]),
    Case(
        why: "a certificate ends later than people are told",
        told: StandbyAnswers(certificates: [
            .ends(at: night + .seconds(20 * 86_400), warning: .seconds(20 * 86_400))
        ]), grade: .ready, says: []),
    Case(
        why: "one of two ends soon",
        told: StandbyAnswers(certificates: [
            .ends(at: night + .seconds(90 * 86_400), warning: .seconds(20 * 86_400)),
            .ends(at: night + .seconds(86_400), warning: .seconds(20 * 86_400)),
        ]), grade: .warning,
        says: [
            "certificate warning: a certificate for gra ends at 2026-03-11T00:35:00Z; renew it"
        ]),
    Case(
        why: "the same fault of two names is told once, beside one that ends soon",
        told: StandbyAnswers(certificates: [
            .faulty(fault("not for east")), .ends(at: night, warning: .seconds(1)),
            .faulty(fault("not for east")),
        ]), grade: .notReady,
        says: [
            "certificate notReady: not for east; mend it",
            "certificate warning: a certificate for gra ends at 2026-03-10T00:35:00Z; renew it",
        ]),
    Case(
        why: "its door would not obey for anybody",
        doors: [DoorObjection(door: door, fault: fault("wrong key"))], grade: .notReady,
        says: ["doors notReady: wrong key; mend it"]),
    Case(
        why: "its door would not obey for it",
        doors: [DoorObjection(door: door, host: gra, fault: fault("no server gra"))],
        grade: .notReady, says: ["doors notReady: no server gra; mend it"]),
    Case(
        why: "its door would not obey for another host",
        doors: [DoorObjection(door: door, host: HostID("par"), fault: fault("no server par"))],
        grade: .ready, says: []),
    Case(
        why: "another region's door would not obey",
        doors: [DoorObjection(door: FrontDoorID("dns:west"), fault: fault("wrong key"))],
        grade: .ready, says: []),
    Case(
        why: "one of several name servers would not obey",
        doors: [DoorObjection(door: door, grade: .warning, fault: fault("silent"))],
        grade: .warning, says: ["doors warning: silent; mend it"]),
    Case(
        why: "somebody else changed its door",
        change: {
            $0.doors[door] = Door(
                id: door, region: RegionID("east"), standing: .drifted(at: night))
        }, grade: .warning,
        says: [
            "doors warning: dns:east.example was changed by somebody else; "
                + "bascule adopt dns:east.example, or bascule reassert dns:east.example"
        ]),
]

@Suite("Whether each standby could take over") struct ReadinessTests {
    @Test(arguments: hostCases + roomCases + answerCases)
    private func whatSpeaksAgainstAStandby(_ given: Case) throws {
        let readiness = given.readiness
        let standby = try #require(readiness.standbys.first)
        #expect(standby.standby == Standby(region: RegionID("east"), host: gra))
        #expect(standby.findings.map(\.text) == given.says)
        #expect(standby.grade == given.grade)
        let alone = given.others > 0 ? [RegionID("west")] : []
        #expect(readiness.alone == alone)
        let isLost = given.grade == .notReady
        #expect(readiness.regionsWithoutReady == (isLost ? [RegionID("east")] : []) + alone)
        #expect(readiness.grade == (alone.isEmpty ? given.grade : .notReady))
    }

    @Test("each check has the grade of its worst finding, and the others are ready")
    func gradesByCheck() throws {
        let standby = try #require(
            Case(
                why: "", door: .split, others: 600,
                told: StandbyAnswers(dataLag: .told(.seconds(40))),
                grade: .notReady, says: []
            ).readiness.standbys.first)
        #expect(
            ReadinessCheck.allCases.map { standby.grade(of: $0) }
                == [.ready, .warning, .notReady, .ready, .ready])
        #expect(standby.dataLag == .seconds(40))
        #expect((standby.room, standby.need) == (400, 500))
        #expect(standby.certificateEnd == nil)
        #expect(ReadinessGrade.allCases.sorted() == ReadinessGrade.allCases)
    }

    @Test("the end that is told is that of the first certificate to end")
    func firstEnd() throws {
        let ends = [9, 3, 7].map { night + .seconds($0 * 86_400) }
        let told = StandbyAnswers(
            certificates: ends.map { .ends(at: $0, warning: .zero) } + [.faulty(fault("x"))])
        let standby = try #require(
            Case(why: "", told: told, grade: .notReady, says: []).readiness.standbys.first)
        #expect(standby.certificateEnd == ends[1])
    }

    @Test(
        "every host that does not have all of a region stands by, its primary too when it is away")
    func whoStandsBy() {
        let hosts = ["sbg", "gra", "par"].map { HostSpec($0, "ovh/\($0)", users: 2000) }
        var situation = situation(
            hosts: hosts,
            regions: [
                RegionSpec("home", ["sbg", "gra", "par"], peak: 500),
                RegionSpec("away", ["sbg", "gra"], peak: 500),
                RegionSpec("split", ["sbg", "gra"], peak: 500),
                RegionSpec("alone", ["par"], peak: 500),
                RegionSpec("unread", ["par", "sbg"], peak: 500),
            ])
        situation.place("away", [("gra", 100)])
        situation.place("split", [("sbg", 50), ("gra", 50)])
        situation.allocations[RegionID("unread")] = nil
        let readiness = Readiness(of: situation, ReadinessAnswers())
        #expect(
            readiness.standbys.map { "\($0.standby.region) \($0.standby.host)" } == [
                "home gra", "home par", "away sbg", "split sbg", "split gra", "unread sbg",
            ])
        #expect(readiness.alone == [RegionID("alone")])
        #expect(readiness.grade == .notReady)
        #expect(readiness.regionsWithoutReady == [RegionID("alone")])
        // Half of the region is at sbg, and is no newcomer there: 2,000 less 500 and 250.
        let split = readiness.standbys.first { $0.standby.region.name == "split" }
        #expect(split?.room == 1500)
    }

    @Test("the hour that lacks most counts, and not the present one")
    func worstHour() throws {
        let hosts = ["sbg", "gra"].map { HostSpec($0, "ovh/\($0)", users: 1000) }
        let day = RegionSpec("east", ["sbg", "gra"], peak: 1500, curve: .schoolDay)
        let readiness = Readiness(
            of: situation(hosts: hosts, regions: [day]), ReadinessAnswers())
        let standby = try #require(readiness.standbys.first)
        #expect((standby.room, standby.need) == (1000, 1500))
        #expect(standby.grade == .warning)
    }
}

/// Doors that a shift does not set, or not at once, and what becomes of their objections.
@Suite("Doors that a shift does not wait for") struct NeededDoorTests {
    @Test(
        arguments: [
            (why: "both edges let people in", out: [], objecting: "haproxy:e1/east", is: .notReady),
            (why: "its edge is out", out: ["e1"], objecting: "haproxy:e1/east", is: .warning),
            (
                why: "the other edge is out", out: ["e1"], objecting: "haproxy:e2/east",
                is: .notReady
            ),
            (
                why: "no edge is left", out: ["e1", "e2"], objecting: "haproxy:e1/east",
                is: .notReady
            ),
            (
                why: "a name that points at edges", out: [], objecting: "dns:east.example",
                is: .warning
            ),
        ] as [(why: String, out: [String], objecting: String, is: ReadinessGrade)])
    func objectionsOfDoors(
        why: String, out: [String], objecting: String, is grade: ReadinessGrade
    ) throws {
        let topology = twoEdges()
        var situation = Situation(now: night, topology: topology, digest: Digest(hex: "00"))
        for host in ["sbg", "gra"] {
            situation.hold(host, .up)
            situation.hold("east", at: host, .up)
        }
        for edge in out { situation.hold(domain: "p/\(edge)", .lost) }
        let objection = DoorObjection(door: FrontDoorID(objecting), fault: fault("silent"))
        let readiness = Readiness(of: situation, ReadinessAnswers(doors: [objection]))
        #expect(readiness.standbys.map(\.grade) == [grade], "\(why)")
    }

    private func twoEdges() -> Topology {
        let hosts = ["sbg", "gra"]
        let edges = ["e1", "e2"].map {
            Edge(
                id: EdgeID($0), site: SiteID($0), addresses: Addresses(),
                socket: .unix(path: $0))
        }
        let name = DNSDoor(
            name: "east.example", zone: ZoneID("example"), ttl: .seconds(5), points: .edges)
        let east = Region(
            id: RegionID("east"), title: "East", priority: 1,
            demand: Demand(peakUsers: 10, curve: .flat), probes: [.tcp],
            primary: HostID("sbg"), standbys: [gra],
            frontDoors: [.dns(name)]
                + edges.map {
                    .haproxy(HAProxyDoor(edge: $0.id, backend: "east", isGate: false))
                })
        return Topology(
            providers: [],
            sites: (hosts + ["e1", "e2"]).map {
                Site(
                    id: SiteID($0), provider: ProviderID("p"), domain: FailureDomain("p/\($0)"))
            },
            hosts: hosts.map {
                Host(
                    id: HostID($0), site: SiteID($0), addresses: Addresses(),
                    capacity: Capacity(users: 100))
            }, edges: edges, regions: [east])
    }
}
