import Control
import Detection
import OrderedCollections
import Rendering
import Simulation
import Playbooks
import Situations
import TestSupport
import Testing
import TopologyModel
import Values

/// A situation of grand-est, whose home is ent-sbg2, in which one row of the table applies.
struct RowSituation: Sendable, CustomTestStringConvertible {
    let row: String
    let situation: Situation
    /// What makes its verdict too young for the patience of the region's doors.
    let isYoung: @Sendable (inout Situation) -> Void

    var testDescription: String { row }

    init(
        _ row: String, isYoung: @escaping @Sendable (inout Situation) -> Void = { _ in },
        _ change: (inout Situation) -> Void
    ) {
        var situation = Situation.ordinary(
            RowSituation.topology, digest: Digest(hex: "d1"), at: Desk.start)
        change(&situation)
        (self.row, self.situation, self.isYoung) = (row, situation, isYoung)
    }

    /// A domain in doubt is left after ten minutes; doors have no patience of their own.
    static let topology = Topology.simulated(controllers: 1)
        .with(GlobalRules(doubtedEvacuate: .seconds(600)))
    static let longAgo = Desk.start - .seconds(3600)
    static let justNow = Desk.start - .seconds(1)

    static let all: [RowSituation] = [
        RowSituation("domain-lost", isYoung: { $0.lose(buildingSBG2, since: justNow) }) {
            $0.lose(buildingSBG2, since: longAgo)
        },
        RowSituation("host-lost", isYoung: { $0.lose(sbg2, since: justNow) }) {
            $0.lose(sbg2, since: longAgo)
        },
        RowSituation("service-lost", isYoung: { $0.loseService(at: sbg2, since: justNow) }) {
            $0.loseService(at: sbg2, since: longAgo)
        },
        RowSituation("doubted-too-long") {
            let doubt = Doubt(
                since: longAgo, until: Desk.start + .seconds(3600), because: "sbg1")
            $0.board.apply(.doubt(id: strasbourg, doubt: doubt))
        },
        RowSituation("door-forgot") {
            $0.doors[grandEstDoor]?.standing = .forgot(at: Desk.start)
        },
        RowSituation("door-drifted") {
            $0.doors[grandEstDoor]?.standing = .drifted(at: Desk.start)
        },
        RowSituation("unread") { $0.allocations[grandEst] = nil },
        RowSituation("saturated") { $0.load(sbg2, .saturated, since: justNow) },
        RowSituation("dependency-short") {
            $0.ration(since: nil)
            $0.shorten(login: .saturated, since: justNow)
        },
        RowSituation("surge-rose") {
            $0.ration(since: longAgo)
            $0.board.apply(.surge(percent: 200, host: sbg2, at: justNow))
        },
        RowSituation("ration-less") {
            $0.ration(since: longAgo)
            $0.load(sbg2, .degraded, since: longAgo)
        },
        RowSituation("ramp") {
            $0.ration(since: longAgo)
            $0.load(sbg2, .up, since: longAgo)
        },
        RowSituation("unserved") {
            let share = Share(host: sbg2, percent: Percent(checked: 60))
            $0.allocations[grandEst] = Allocation(shares: [share])
        },
        RowSituation("home") {
            $0.allocations[grandEst] = Allocation(all: gra1)
            $0.doors[grandEstDoor]?.desired = DoorState(all: gra1)
        },
        RowSituation("stay") { _ in },
    ]

    /// Rationed away from home, where nothing is known of the load; at home everybody fits, or not.
    static let rationedAway: [RowSituation] = [
        RowSituation("home") { $0.ration(since: longAgo, at: gra1) },
        RowSituation("stay") {
            $0.ration(since: longAgo, at: gra1)
            $0.load(sbg2, .saturated, since: longAgo, users: 100)
        },
    ]
}

extension Situation {
    fileprivate mutating func lose(_ domain: FailureDomain, since: Instant) {
        board.apply(.domain(id: domain, standing: standing(.lost, since: since)))
    }

    fileprivate mutating func lose(_ host: HostID, since: Instant) {
        board.apply(.host(id: host, standing: standing(.lost, since: since)))
    }

    fileprivate mutating func loseService(at host: HostID, since: Instant) {
        let lost = standing(.lost, since: since)
        board.apply(.service(region: grandEst, host: host, standing: lost))
    }

    fileprivate mutating func load(
        _ host: HostID, _ verdict: Verdict, since: Instant, users: Users = 100_000
    ) {
        board.apply(
            .load(
                host: host,
                standing: LoadStanding(
                    verdict: verdict, since: since, reason: .calm, load: Load(users: users),
                    capacity: 100_000)))
    }

    /// A login of 400 a second that grand-est needs, found to bear 25.
    fileprivate mutating func shorten(login verdict: Verdict, since: Instant) {
        let id = DependencyID("educonnect")
        topology = topology.with(
            dependencies: [Dependency(id: id, probes: [], loginsPerSecond: 400)]
        ) { region in region.id == grandEst ? region.with(dependsOn: [id]) : region }
        board.apply(
            .logins(
                dependency: id,
                standing: LoginStanding(
                    verdict: verdict, since: since, reason: .probes, perSecond: 25,
                    provenPerSecond: 400)))
    }

    /// Quotas that the controller set by itself, at a gate of grand-est; nil sets none, and the
    /// gate lets everybody in.
    fileprivate mutating func ration(since: Instant?, at host: HostID = sbg2) {
        let gate = FrontDoor.haproxy(
            HAProxyDoor(edge: EdgeID("edge-1"), backend: "grand-est", isGate: true))
        let staff = ClassID("staff")
        topology = topology.with(classes: [UserClass(id: staff, knownBy: .cookie)]) { region in
            guard region.id == grandEst else { return region }
            let everybody = ClassShare(classID: staff, share: .all)
            return region.with(
                frontDoors: [gate],
                demand: Demand(
                    peakUsers: region.demand.peakUsers, curve: .flat, shares: [everybody]))
        }
        doors[grandEstDoor] = nil
        guard let since else { return }
        let quota = ClassQuota(classID: staff, users: 100, entriesPerSecond: 1)
        allocations[grandEst] = Allocation(
            shares: [Share(host: host, percent: .all)], admission: [quota])
        quotas[grandEst] = QuotaStanding(since: since, isByPerson: false, surge: 100)
    }

    fileprivate func decision() throws -> Decision {
        let region = try #require(topology.regions[grandEst])
        return DecisionTable.decision(for: region, in: self)
    }
}

extension RowSituation {
    /// The same situation, in which this guard has its reason.
    fileprivate func held(by one: Guard) -> Situation {
        var held = situation
        switch one {
        case .run: held.underway[grandEst] = Allocation(all: gra1)
        case .pause:
            held.pauses.append(
                Pause(
                    scope: .region(id: grandEst), owner: "ada", reason: "exam",
                    since: Desk.start, until: Desk.start + .seconds(60)))
        case .maintenance:
            held.closures.append(
                Closure(
                    kind: .maintenance, place: .host(id: sbg2), owner: "ada", reason: "disks",
                    since: Desk.start, until: Desk.start + .seconds(60)))
        case .isolation: held.board.apply(.isolation(isIsolated: true, at: Desk.start))
        case .brake:
            held.board.apply(
                .brake(reason: .everythingAtOnce(lost: 4, of: 5), at: Desk.start))
        case .holdDown:
            held.holdDowns.append(
                HoldDown(
                    region: grandEst, cause: .lost, left: sbg2,
                    until: Desk.start + .seconds(60)))
        case .patience:
            let patience = Patience(weights: .seconds(30), dns: .seconds(30))
            held.topology = held.topology.with { $0.with(patience: patience) }
            isYoung(&held)
        case .window:
            let night = TimeOfDayRange(from: 20 * 3600, until: 21 * 3600)
            let rules = FailbackRules(
                dwellHost: .seconds(60), dwellDomain: .seconds(60), window: night)
            held.topology = held.topology.with { $0.with(failback: rules) }
        case .shiftsPerHour:
            for _ in 0..<held.topology.rules.shiftsPerRegionPerHourMax {
                held.history.record(
                    ShiftRecord(
                        region: grandEst, at: Desk.start - .seconds(60), cause: .lost,
                        from: Allocation(all: sbg2), to: Allocation(all: gra1)))
            }
        }
        return held
    }
}

@Suite("The decision table")
struct DecisionTableTests {
    @Test("the printed table is the one in docs/decision-table.md")
    func printedTableIsFresh() throws {
        try expectGolden(DecisionTable.markdown, "../../docs/decision-table.md")
    }

    @Test("the situations below cover every row, in order")
    func everyRowHasItsSituation() {
        #expect(RowSituation.all.map(\.row) == DecisionTable.rows.map(\.name))
    }

    @Test("an armed gate keeps no region away, and is no ramp before its time")
    func armedComesHome() throws {
        let armed = { (until: Instant) in
            RowSituation("armed") {
                $0.ration(since: RowSituation.longAgo)
                $0.load(gra1, .up, since: RowSituation.longAgo)
                $0.quotas[grandEst] = QuotaStanding(
                    since: RowSituation.longAgo, isByPerson: false, surge: 100, armedUntil: until)
                $0.allocations[grandEst] = Allocation(
                    shares: [Share(host: gra1, percent: .all)],
                    admission: $0.allocations[grandEst]?.admission ?? [])
            }.situation
        }
        #expect(try armed(Desk.start + .seconds(60)).decision().row == "home")
        #expect(try armed(Desk.start).decision().row == "ramp")
        var full = armed(Desk.start + .seconds(60))
        full.load(gra1, .saturated, since: RowSituation.justNow)
        #expect(try full.decision().row == "saturated")
    }

    @Test(
        "a login that is short waits for what is done, a step fewer, and calm",
        arguments: [
            (verdict: Verdict.saturated, since: RowSituation.justNow, row: "dependency-short"),
            (verdict: .saturated, since: RowSituation.longAgo, row: "ration-less"),
            (verdict: .up, since: RowSituation.justNow, row: "stay"),
            (verdict: .up, since: RowSituation.longAgo, row: "ramp"),
        ])
    func shortLogins(verdict: Verdict, since: Instant, row: String) throws {
        let situation = RowSituation("short") {
            $0.ration(since: RowSituation.longAgo)
            $0.load(sbg2, .up, since: RowSituation.longAgo)
            $0.shorten(login: verdict, since: since)
        }.situation
        #expect(try situation.decision().row == row)
    }

    @Test("every row can be reached", arguments: RowSituation.all + RowSituation.rationedAway)
    func rowIsReached(one: RowSituation) throws {
        let decision = try one.situation.decision()
        #expect(decision.row == one.row)
        switch decision.outcome {
        case .stay: #expect(["stay", "unread"].contains(one.row))
        case .ask(let door): #expect(one.row == "door-drifted" && door == grandEstDoor)
        case .wanted: break
        case .proposed(_, let heldBy): Issue.record("held by \(heldBy), which nothing asks for")
        }
    }

    @Test(
        "every guard of every row can hold it, and hides neither the row nor the change",
        arguments: RowSituation.all)
    func guardsHoldAndNeverHide(one: RowSituation) throws {
        let row = try #require(DecisionTable.rows.first { $0.name == one.row })
        for heldBy in row.heldBy {
            let decision = try one.held(by: heldBy).decision()
            #expect(decision.row == one.row, "\(heldBy)")
            guard case .wanted(let change) = try one.situation.decision().outcome else {
                Issue.record("row \(one.row) has guards but wants nothing")
                continue
            }
            #expect(decision.outcome == .proposed(change: change, heldBy: heldBy))
        }
    }

    private static let name = FrontDoorID("dns:hauts-de-france.ent.example")

    /// Hauts-de-France behind edge-1 and edge-2, each as a verdict (U up, L lost, D its domain in
    /// doubt), and which of them (1, 2) its name points at and were taken out of it.
    @Test(
        "where a name points follows its edges",
        arguments: [
            (why: "all is well", edges: "UU", named: "12", out: "", row: "stay", to: ""),
            ("one is lost", "LU", "12", "", "edge-lost", "2"),
            ("both are lost", "LL", "12", "", "no-edge", ""),
            ("the only one named is lost", "LU", "1", "", "edge-lost", "2"),
            ("a doubted one is no place to go", "LD", "1", "", "no-edge", ""),
            ("a doubted one is not left", "UD", "12", "", "stay", ""),
            ("one is back", "UU", "2", "1", "edge-back", "12"),
            ("one is back in doubt", "DU", "2", "1", "stay", ""),
            ("what a person took out stays out", "UU", "2", "", "stay", ""),
        ])
    func namesFollowEdges(
        why: String, edges: String, named: String, out: String, row: String, to: String
    ) throws {
        var situation = RowSituation("stay") { _ in }.situation
        for (number, sign) in zip(1..., edges) {
            let edge = EdgeID("edge-\(number)")
            if sign == "L" {
                let lost = standing(.lost, since: RowSituation.longAgo)
                situation.board.apply(.edge(id: edge, standing: lost))
            } else if sign == "D", let site = situation.topology.edges[edge]?.site,
                let domain = situation.topology.sites[site]?.domain
            {
                let until = Desk.start + .seconds(60)
                let doubt = Doubt(since: RowSituation.longAgo, until: until, because: "x")
                situation.board.apply(.doubt(id: domain, doubt: doubt))
            }
        }
        func ids(_ numbers: String) -> [EdgeID] { numbers.map { EdgeID("edge-\($0)") } }
        situation.doors[Self.name]?.desired = DoorState(edges: ids(named))
        situation.doors[Self.name]?.withdrawn = out.isEmpty ? nil : ids(out)
        for door in situation.doors.keys { situation.doors[door]?.standing = .asDesired }
        let region = try #require(situation.topology.regions[hautsDeFrance])
        let decision = try #require(
            DecisionTable.edgeDecision(for: region, in: situation), "\(why)")
        let change = WantedChange.repoint(door: Self.name, region: region.id, edges: ids(to))
        #expect(decision.row == row, "\(why)")
        #expect(decision.outcome == (to.isEmpty ? .stay : .wanted(change: change)), "\(why)")
    }

    @Test("a name that a pause keeps at a lost edge has a plan that is held back")
    func aHeldRepointIsPlanned() throws {
        var situation = RowSituation("stay") { _ in }.situation
        let lost = standing(.lost, since: RowSituation.longAgo)
        situation.board.apply(.edge(id: EdgeID("edge-1"), standing: lost))
        situation.doors[Self.name]?.desired = DoorState(
            edges: [EdgeID("edge-1"), EdgeID("edge-2")])
        for door in situation.doors.keys { situation.doors[door]?.standing = .asDesired }
        situation.pauses = [
            Pause(
                scope: .everything, owner: "ada", reason: "exam", since: situation.now,
                until: situation.now + .seconds(600))
        ]
        let configuration = try #require(try Desk().controller.configuration)
        let answer = configuration.plan(
            for: .held(region: hautsDeFrance), by: "ada", in: situation)
        guard case .plan(let plan) = answer,
            case .setDoor(order: let order)? = plan.steps.first?.action
        else {
            Issue.record("\(answer)")
            return
        }
        #expect(plan.playbook == "repoint" && plan.regionsTouched == [hautsDeFrance])
        #expect(order.to == DoorState(edges: [EdgeID("edge-2")]))
    }

    @Test("every guard holds some row back")
    func noGuardIsIdle() {
        let used = DecisionTable.rows.flatMap(\.heldBy)
        for one in Guard.allCases { #expect(used.contains(one), "\(one)") }
    }

    @Test(
        "no hold-down ever holds a region on what is lost",
        arguments: ["domain-lost", "host-lost", "service-lost"])
    func holdDownNeverHoldsLeavingALostHost(name: String) throws {
        let row = try #require(DecisionTable.rows.first { $0.name == name })
        #expect(!row.heldBy.contains(.holdDown))
        let one = try #require(RowSituation.all.first { $0.row == name })
        var situation = one.situation
        for host in [sbg2, gra1, par1] {
            situation.holdDowns.append(
                HoldDown(
                    region: grandEst, cause: .lost, left: host, until: Desk.start + .seconds(60)))
        }
        guard case .wanted(let change) = try situation.decision().outcome else {
            Issue.record("it is held")
            return
        }
        let region = try #require(situation.topology.regions[grandEst])
        let view = RegionView(situation: situation, region: region)
        #expect(view.holdDown(against: change) == nil)
    }

    @Test("a person's declaration of loss passes the brake")
    func declaredLossPassesTheBrake() throws {
        let one = try #require(RowSituation.all.first { $0.row == "domain-lost" })
        var situation = one.held(by: .brake)
        let declaration = Declaration(kind: .lost, by: "ada", reason: "I see smoke", at: Desk.start)
        situation.board.apply(.declaration(id: buildingSBG2, declaration: declaration))
        guard case .wanted = try situation.decision().outcome else {
            Issue.record("the brake holds what a person has looked at")
            return
        }
    }
}
