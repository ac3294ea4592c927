import Detection
import OrderedCollections
import Situations
import Testing
import TopologyModel
import Values

@testable import Planning

/// Three sites of two providers, two of which share a power feed; an edge at two of them, and the
/// zone's name servers where a test puts them.
private func world(
    regions: [Region], servers: [(site: String, takesUpdates: Bool)] = [], users: Users = 1000,
    calendar: Calendar = Calendar(), controllers: [String] = []
) -> Situation {
    let paths = ["sbg": "ovh/strasbourg/sbg", "gra": "ovh/gravelines/gra", "par": "scw/paris/par"]
    let names = ["sbg", "gra", "par"]
    let topology = Topology(
        calendar: calendar, rules: GlobalRules(headroom: .zero), providers: [],
        sites: names.map { name in
            Site(
                id: SiteID(name), provider: ProviderID("p"), domain: FailureDomain(paths[name]!),
                fate: name == "par" ? [] : [FailureDomain(fate: "power")])
        },
        hosts: names.map {
            Host(
                id: HostID($0), site: SiteID($0), addresses: Addresses(),
                capacity: Capacity(users: users))
        },
        edges: ["sbg", "par"].map {
            Edge(
                id: EdgeID("edge-\($0)"), site: SiteID($0), addresses: Addresses(),
                socket: .unix(path: "/run/\($0)"))
        },
        zones: [
            Zone(
                id: ZoneID("example"),
                servers: servers.enumerated().map { index, server in
                    ZoneServer(
                        endpoint: Endpoint(.v4(0x7f00_0001 + UInt32(index)), port: 53),
                        site: SiteID(server.site), takesUpdates: server.takesUpdates,
                        tsigKeyFile: nil)
                }, serversMin: 1)
        ],
        classes: ["staff", "pupils"].map { UserClass(id: ClassID($0), knownBy: .cookie) },
        controllers: controllers.map {
            ControllerPlace(id: ControllerID("at-\($0)"), site: SiteID($0))
        },
        regions: regions)
    var situation = Situation(now: night, topology: topology, digest: Digest(hex: "00"))
    for host in names { situation.hold(host, .up) }
    let up = Standing(verdict: .up, since: night, evidence: Evidence(detector: .none))
    for edge in topology.edges.keys { situation.board.apply(.edge(id: edge, standing: up)) }
    for region in regions {
        for host in region.hosts {
            situation.hold(region.id.name, at: host.name, .up)
        }
        situation.allocations[region.id] = Allocation(all: region.primary)
    }
    return situation
}

private func region(
    _ name: String, _ hosts: [String], peak: Users, doors: [FrontDoor],
    curve: DemandCurve = .flat, shares: [(String, Int)] = []
) -> Region {
    Region(
        id: RegionID(name), title: name, priority: 1,
        demand: Demand(
            peakUsers: peak, curve: curve,
            shares: shares.map {
                ClassShare(classID: ClassID($0.0), share: Percent(checked: $0.1))
            }),
        probes: [.tcp], primary: HostID(hosts[0]), standbys: hosts.dropFirst().map { HostID($0) },
        frontDoors: doors)
}

private let sbgEdge = edge("sbg", isGate: false)
private let parEdge = edge("par", isGate: false)
private let hostName = name(.hosts)
private let edgeName = name(.edges)

private func edge(_ site: String, isGate: Bool) -> FrontDoor {
    .haproxy(HAProxyDoor(edge: EdgeID("edge-\(site)"), backend: "east", isGate: isGate))
}

private func name(_ points: DNSDoor.Points) -> FrontDoor {
    .dns(
        DNSDoor(
            name: "east.example", zone: ZoneID("example"), ttl: .seconds(30), points: points))
}

extension Situation {
    fileprivate func losing(_ domains: String...) throws -> LossSurvival {
        let lost = domains.map { FailureDomain($0) }
        return try #require(
            try Surviving(self).survivability(losing: lost, atOnce: 1).losses.first)
    }

    fileprivate func outcome(losing domains: String...) throws -> RegionSurvival.Outcome? {
        let lost = domains.map { FailureDomain($0) }
        let answer = try Surviving(self).survivability(losing: lost, atOnce: 1)
        return try #require(answer.losses.first).regions.first?.outcome
    }
}

@Suite("Which regions outlive which losses") struct SurvivingTests {
    private struct Case: CustomTestStringConvertible, Sendable {
        let why: String
        var hosts = ["sbg", "par"]
        var peak = 500
        var doors: [FrontDoor] = [parEdge]
        var servers: [(site: String, takesUpdates: Bool)] = [("par", true)]
        var lost = "ovh/strasbourg"
        let outcome: RegionSurvival.Outcome?
        var testDescription: String { why }
    }

    @Test(arguments: [
        Case(why: "it has room elsewhere", outcome: .fits),
        Case(why: "it is not hit", lost: "ovh/gravelines", outcome: nil),
        Case(why: "it has no standby", hosts: ["sbg"], outcome: .lost(because: .noHost)),
        Case(
            why: "its standby falls with it", hosts: ["sbg", "gra"], lost: "ovh",
            outcome: .lost(because: .noHost)),
        Case(
            why: "its standby shares a fate with what is lost, and is in doubt",
            hosts: ["sbg", "gra"], outcome: .lost(because: .noHost)),
        Case(why: "too many for the standby", peak: 1200, outcome: .overloaded(by: 200)),
        Case(
            why: "its only edge is lost, and not its host", hosts: ["par"], doors: [sbgEdge],
            outcome: .lost(because: .noEdge)),
        Case(
            why: "one of two edges is lost", hosts: ["par"], doors: [sbgEdge, parEdge],
            outcome: .fits),
        Case(
            why: "nobody answers for its name", hosts: ["par"], doors: [hostName],
            servers: [("sbg", true)],
            outcome: .lost(because: .noAnswer(zone: ZoneID("example")))),
        Case(
            why: "a secondary still answers, and it need not move", hosts: ["par"],
            doors: [hostName], servers: [("sbg", true), ("par", false)], outcome: nil),
        Case(
            why: "a secondary still answers, but nobody changes its name", doors: [hostName],
            servers: [("sbg", true), ("par", false)],
            outcome: .lost(because: .noUpdate(zone: ZoneID("example")))),
        Case(
            why: "the server that takes changes is left", doors: [hostName],
            servers: [("sbg", false), ("par", true)], outcome: .fits),
        Case(
            why: "its name points at an edge that is lost, and nobody changes it", hosts: ["par"],
            doors: [edgeName, sbgEdge, parEdge], servers: [("sbg", true), ("par", false)],
            outcome: .lost(because: .noUpdate(zone: ZoneID("example")))),
        Case(
            why: "its name points at edges, and need not change", doors: [edgeName, parEdge],
            servers: [("sbg", true), ("par", false)], outcome: .fits),
    ])
    private func whatBecomesOfARegion(_ given: Case) throws {
        let east = region("east", given.hosts, peak: given.peak, doors: given.doors)
        let situation = world(regions: [east], servers: given.servers)
        #expect(try situation.outcome(losing: given.lost) == given.outcome)
    }

    @Test("what its gates hold back is told by class, in their order")
    func rationedByClass() throws {
        let east = region(
            "east", ["sbg", "par"], peak: 2000, doors: [edge("par", isGate: true)],
            shares: [("staff", 10), ("pupils", 90)])
        let outcome = try world(regions: [east]).outcome(losing: "ovh/strasbourg")
        guard case .rationed(let served, let classes)? = outcome else {
            Issue.record("\(String(describing: outcome))")
            return
        }
        // 200 of 200 staff and 750 of 1,800 pupils: of the staff's 250 places 50 stay empty.
        #expect(served.value == 47)
        #expect(classes.map(\.classID.name) == ["staff", "pupils"])
        #expect(classes[0].served == .all)
        #expect(classes[1].served.value == 41)
    }

    @Test("users wait for detection, patience, the run, and the TTL of names that change")
    func recoveryAddsUp() throws {
        let east = region("east", ["sbg", "par"], peak: 500, doors: [hostName])
        let rules = east.rules
        let servers = [(site: "par", takesUpdates: true)]
        let found = try world(regions: [east], servers: servers).losing("ovh/strasbourg")
        let recovery = try #require(found.regions.first?.recovery)
        #expect(recovery.detection == rules.probe.detection)
        #expect(recovery.patience == rules.patience.dns)
        #expect(recovery.tail == .seconds(30))
        #expect(
            recovery.total == rules.probe.detection + rules.patience.dns + .seconds(5 + 30))

        // Where only an edge of two is lost, the name that points at edges changes.
        let west = region("west", ["par"], peak: 500, doors: [edgeName, sbgEdge, parEdge])
        let edges = try world(regions: [west], servers: servers).losing("ovh/strasbourg")
        #expect(edges.regions.first?.recovery?.tail == .seconds(30))
        let plain = region("plain", ["par"], peak: 500, doors: [sbgEdge, parEdge])
        let none = try world(regions: [plain]).losing("ovh/strasbourg")
        #expect(none.regions.first?.outcome == .fits)
        #expect(none.regions.first?.recovery == nil)
    }

    @Test("what two lose together is planned together, for the room is one")
    func roomIsSharedByThoseWhoMove() throws {
        let regions = ["sbg", "gra"].map {
            region($0, [$0, "par"], peak: 600, doors: [parEdge])
        }
        let situation = world(regions: regions)
        #expect(try situation.losing("ovh/gravelines").grade == .fits)
        #expect(try situation.losing("ovh/strasbourg").grade == .fits)
        let both = try situation.losing("ovh/strasbourg", "ovh/gravelines")
        #expect(both.grade == .overloaded)
        let wide = try situation.losing("ovh")
        #expect(wide.regions.map(\.outcome) == both.regions.map(\.outcome))
    }

    @Test("every domain alone, and every two of which none holds the other or the same sites")
    func asksEachOnce() throws {
        let east = region("east", ["sbg", "par"], peak: 100, doors: [parEdge])
        let answer = try Surviving(world(regions: [east])).survivability(losing: [], atOnce: 2)
        let names = answer.losses.map { $0.lost.map(\.name).joined(separator: "+") }
        #expect(
            names == [
                "ovh", "scw", "ovh/gravelines", "ovh/strasbourg", "ovh+scw",
                "scw+ovh/gravelines", "scw+ovh/strasbourg", "ovh/gravelines+ovh/strasbourg",
            ])
        #expect(
            answer.same.map { "\($0.domain)=\($0.fallsWith)" } == [
                "scw/paris=scw", "ovh/gravelines/gra=ovh/gravelines",
                "ovh/strasbourg/sbg=ovh/strasbourg", "scw/paris/par=scw", "fate:power=ovh",
            ])
        #expect(answer.losing(atMost: 1).losses.count == 4)
    }

    @Test("the worst hour of two weeks counts, with its events, and --at asks for another")
    func worstHour() throws {
        let from = night + .seconds(9 * 86_400)
        let exam = DemandEvent(
            from: from, until: from + .seconds(3600), factor: PartsPerMillion(3_000_000),
            reason: "results")
        let east = region("east", ["sbg", "par"], peak: 500, doors: [parEdge])
        let situation = world(regions: [east], calendar: Calendar(events: [exam]))
        #expect(try situation.outcome(losing: "ovh/strasbourg") == .overloaded(by: 500))
        let now = try Surviving(situation, at: night).survivability(
            losing: [FailureDomain("ovh/strasbourg")], atOnce: 1)
        #expect(now.losses.first?.regions.first?.outcome == .fits)
        #expect(now.hours == [night])
    }

    @Test(
        "a loss that takes every controller leaves nobody who acts",
        arguments: [
            (controllers: [], lost: "ovh", acting: LossSurvival.Acting.byItself),
            (["sbg"], "ovh", .nobody), (["sbg", "par"], "ovh", .byItself),
        ])
    func controllersCount(
        controllers: [String], lost: String, acting: LossSurvival.Acting
    ) throws {
        let east = region("east", ["sbg", "par"], peak: 100, doors: [parEdge])
        let situation = world(regions: [east], controllers: controllers)
        let loss = try situation.losing(lost)
        #expect(loss.acting == acting)
        #expect((loss.regions.first?.recovery != nil) == (acting == .byItself))
    }

    @Test("three places that share nothing pull the brake, and a person must act")
    func theBrakeHolds() throws {
        let names = ["a", "b", "c", "d", "e"]
        let regions = names.map { RegionSpec($0, [$0, "e"], peak: 10, door: .whole) }
        let now = situation(
            hosts: names.map { HostSpec($0, "p/\($0)/\($0)", users: 1000) }, regions: regions)
        let two = try now.losing("p/a", "p/b")
        #expect(two.acting == .byItself && two.regions.first?.recovery != nil)
        let three = try now.losing("p/a", "p/b", "p/c")
        #expect(three.acting == .person && three.grade == .fits)
        #expect(three.regions.allSatisfy { $0.recovery == nil })
        // One campus is one loss, however many sites it has.
        let campus = situation(
            hosts: names.map { HostSpec($0, $0 == "e" ? "q/e/e" : "p/x/\($0)", users: 1000) },
            regions: regions)
        #expect(try campus.losing("p/x").acting == .byItself)
        // All hosts at once are rather this controller's own fault.
        #expect(try campus.losing("p", "q").acting == .person)
    }

    @Test("what is lost, closed or too full before is told apart, and hits nobody anew")
    func before() throws {
        let east = region("east", ["par"], peak: 500, doors: [edgeName, sbgEdge, parEdge])
        let west = region("west", ["gra", "par"], peak: 1200, doors: [parEdge])
        var now = world(regions: [east, west], servers: [("par", true), ("gra", true)])
        now.hold(domain: "ovh/strasbourg", .lost)
        var name = Door(id: edgeName.id, region: east.id)
        name.desired = DoorState(edges: [EdgeID("edge-par")])
        now.doors[edgeName.id] = name
        let answer = try Surviving(now).survivability(losing: [], atOnce: 1)
        #expect(answer.before.lost == [FailureDomain("ovh/strasbourg")])
        #expect(answer.before.regions.map(\.region.name) == ["west"])
        #expect(answer.before.regions.map(\.outcome) == [.overloaded(by: 200)])
        #expect(answer.grade >= .overloaded, "also where no loss is worse")
        let gra = try now.losing("ovh/gravelines")
        #expect(gra.regions.map(\.region.name) == ["west"], "east came in by par already")
        #expect(try now.losing("scw").regions.first?.outcome == .lost(because: .noEdge))
    }

    @Test("an edge that a person drained is no way in")
    func aDrainedEdge() throws {
        let east = region("east", ["gra"], peak: 500, doors: [edgeName, sbgEdge, parEdge])
        var now = world(regions: [east], servers: [("gra", true)])
        var name = Door(id: edgeName.id, region: east.id)
        name.desired = DoorState(edges: [EdgeID("edge-par")])
        now.doors[edgeName.id] = name
        #expect(try now.losing("scw").grade == .fits, "its name is made to point at the other")
        now.closures = [
            Closure(
                kind: .drain, place: .edge(id: EdgeID("edge-sbg")), owner: "anna", reason: "disks",
                since: night, until: nil)
        ]
        #expect(try now.losing("scw").regions.first?.outcome == .lost(because: .noEdge))
    }

    @Test("more pairs than can be answered are refused, with what to ask instead")
    func tooManyLosses() throws {
        let names = (0..<300).map { "h\($0)" }
        let now = situation(
            hosts: names.map { HostSpec($0, "p\($0)", users: 10) },
            regions: [RegionSpec("r", ["h0", "h1"], peak: 1)])
        let surviving = Surviving(now)
        #expect(try surviving.losses(losing: [], atOnce: 1).count == 300)
        let fault = #expect(throws: Fault.self) { try surviving.losses(losing: [], atOnce: 2) }
        #expect(fault?.mend.contains("--depth 1") == true)
    }

    /// Regions that one host each must take whole: every way to place those that are hit is tried.
    @Test("whether everybody fits is what trying every placement says", arguments: 0..<40)
    func asBruteForce(part: Int) throws {
        var random = SplitMix64(seed: UInt64(part))
        for _ in 0..<50 {
            let situation = SurvivingTests.instance(&random)
            let answer = try Surviving(situation, at: night).survivability(losing: [], atOnce: 2)
            for loss in answer.losses {
                let fits = SurvivingTests.fits(loss.lost, in: situation)
                #expect(
                    (loss.grade <= .fits) == fits,
                    "\(loss.lost) of \(situation.allocations), \(situation.topology.hosts)")
            }
        }
    }

    private static func instance(_ random: inout SplitMix64) -> Situation {
        let count = 3 + random.next(below: 3)
        let names = (0..<count).map { "h\($0)" }
        let hosts = names.map {
            HostSpec($0, "p/\($0)/\($0)", users: 100 * (1 + random.next(below: 12)))
        }
        let regions = (0..<(2 + random.next(below: 4))).map { index in
            let start = random.next(below: count)
            let own = (0..<(2 + random.next(below: 2))).map { names[(start + $0) % count] }
            return RegionSpec(
                "r\(index)", own, peak: 100 * (1 + random.next(below: 6)), door: .whole)
        }
        return situation(hosts: hosts, regions: regions)
    }

    private static func fits(_ lost: [FailureDomain], in situation: Situation) -> Bool {
        let topology = situation.topology
        let isGone = { (host: HostID) in
            topology.site(of: host).map { site in lost.contains(where: site.isIn) } ?? true
        }
        var room = topology.hosts.mapValues(\.capacity.users)
        for region in topology.regions.values where !isGone(region.primary) {
            room[region.primary, default: 0] -= region.demand.peakUsers
        }
        let hit = topology.regions.values.filter { isGone($0.primary) }
        func place(_ index: Int, _ room: OrderedDictionary<HostID, Users>) -> Bool {
            guard index < hit.count else { return true }
            let users = hit[index].demand.peakUsers
            return hit[index].standbys.contains { host in
                guard !isGone(host), room[host, default: 0] >= users else { return false }
                var left = room
                left[host, default: 0] -= users
                return place(index + 1, left)
            }
        }
        return place(0, room)
    }
}
