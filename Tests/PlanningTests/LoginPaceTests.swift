import Detection
import OrderedCollections
import Situations
import Testing
import TopologyModel
import Values

@testable import Planning

private let login = DependencyID("login")

/// Two regions of 10,000 and 5,000 users behind gates, each at a host of its own that bears 30,000;
/// both log in by what was proven to bear 400 a second.
private func twoRegions(
    at now: Instant = night, sessions: Sessions = .local, armedFor: Duration = .zero,
    policy: OverloadPolicy = OverloadPolicy()
) -> Situation {
    let regions = [("east", "gra", 10_000), ("west", "par", 5000)].map { name, host, peak in
        Region(
            id: RegionID(name), title: name, priority: 1,
            demand: Demand(
                peakUsers: peak, curve: .flat,
                shares: [("staff", 10), ("pupils", 60), ("parents", 30)].map {
                    ClassShare(classID: ClassID($0.0), share: Percent(checked: $0.1))
                }),
            probes: [.tcp], primary: HostID(host), standbys: [HostID("ams")],
            dependsOn: [DependencyID("portal")],
            frontDoors: [
                .haproxy(HAProxyDoor(edge: EdgeID("edge"), backend: name, isGate: true))
            ],
            rules: RegionRules(
                ramp: RampRules(armedFor: armedFor), overload: policy))
    }
    let evening = TimeOfDayRange(from: 63_000, until: 27_000)
    let topology = Topology(
        rules: GlobalRules(headroom: .zero), providers: [],
        sites: ["gra", "par", "ams"].map {
            Site(id: SiteID($0), provider: ProviderID("p"), domain: FailureDomain("p/\($0)"))
        },
        hosts: ["gra", "par", "ams"].map {
            Host(
                id: HostID($0), site: SiteID($0), addresses: Addresses(),
                capacity: Capacity(users: 30_000, loginsPerSecond: 60), sessions: sessions)
        },
        dependencies: [
            Dependency(id: DependencyID("portal"), probes: [], dependsOn: [login]),
            Dependency(id: login, probes: [], loginsPerSecond: 400),
        ],
        classes: [
            UserClass(id: ClassID("staff"), knownBy: .cookie),
            UserClass(id: ClassID("pupils"), knownBy: .cookie),
            UserClass(id: ClassID("parents"), knownBy: .cookie, hours: evening),
        ], regions: regions)
    var made = Situation(now: now, topology: topology, digest: Digest(hex: "00"))
    for region in regions {
        made.allocations[region.id] = Allocation(all: region.primary)
        for host in region.hosts {
            made.hold(host.name, .up)
            made.hold(region.id.name, at: host.name, .up)
        }
    }
    return made
}

extension Situation {
    fileprivate mutating func find(login verdict: Verdict, bearing perSecond: Int?) {
        board.apply(
            .logins(
                dependency: login,
                standing: LoginStanding(
                    verdict: verdict, since: now, reason: .probes, perSecond: perSecond,
                    provenPerSecond: 400)))
    }
}

private func pace(_ region: String, _ percent: Int = 100) -> WantedChange {
    .pace(region: RegionID(region), dependency: login, percent: percent)
}

/// Tuesday, 10 March 2026, 09:00 in Paris: the parents' hours are over.
private let morning = Instant(unixSeconds: 1_773_129_600)

extension Allocation {
    fileprivate var entries: Int { admission.reduce(0) { $0 + $1.entriesPerSecond } }
}

@Suite("Entries at the pace of a login that is short")
struct LoginPaceTests {
    @Test("a region has its part of what the login bore, less a tenth; nobody moves")
    func partsOfWhatItBore() throws {
        var now = twoRegions(at: morning)
        now.find(login: .saturated, bearing: 25)
        let plan = plan(now, [pace("east"), pace("west")])
        let (east, west) = (try #require(plan["east"]), try #require(plan["west"]))
        #expect(east.to.shares == east.from.shares && west.to.shares == west.from.shares)
        // 22 a second: two thirds and one.
        #expect(east.to.entries == 14 && west.to.entries == 7)
        #expect(east.cause == .dependency && east.loggingIn == nil)
        // All that the host bears, so that nobody who is in has to go.
        #expect(east.to.admission.reduce(0) { $0 + $1.users } == 30_000)
        #expect(east.to.admission.map(\.entriesPerSecond) == [4, 10, 0])
    }

    @Test("one that is lost bears what was proven when it returns, and no host more than it can")
    func lostLogins() throws {
        var now = twoRegions(at: morning)
        now.board.apply(
            .dependency(
                id: login,
                standing: Standing(
                    verdict: .lost, since: now.now, evidence: Evidence(detector: .none))))
        let to = try #require(plan(now, [pace("east")])["east"]?.to)
        #expect((1...60).contains(to.entries), "\(to.admission.words)")
    }

    @Test("what is too much is a step less, whatever it bore")
    func aStepLess() throws {
        var now = twoRegions(at: morning)
        now.find(login: .saturated, bearing: 25)
        now.allocations[RegionID("east")] = try #require(plan(now, [pace("east")])["east"]?.to)
        now.quotas[RegionID("east")] = QuotaStanding(
            since: now.now, isByPerson: false, surge: 100, cause: .dependency)
        now.find(login: .saturated, bearing: 60)
        let to = try #require(plan(now, [pace("east", 90)])["east"]?.to)
        #expect(to.entries == 12)
        #expect(plan(now, [pace("east")])["east"] == nil, "never more than now")
    }

    @Test("it is opened by steps of the demand's logins, the shut class last, and then armed")
    func opensBySteps() throws {
        var now = twoRegions(at: morning, armedFor: .seconds(3600))
        let east = RegionID("east")
        now.find(login: .saturated, bearing: 10)
        now.allocations[east] = try #require(plan(now, [pace("east")])["east"]?.to)
        now.find(login: .up, bearing: nil)
        var cause: Cause? = .dependency
        var entries: [Int] = []
        var armedUntil: Instant?
        while armedUntil == nil, entries.count < 20 {
            now.quotas[east] = QuotaStanding(
                since: now.now, isByPerson: false, surge: 100, cause: cause)
            let next = try #require(plan(now, [.serveMore(region: east)])["east"])
            (now.allocations[east], cause, armedUntil) = (next.to, next.cause, next.armedUntil)
            entries.append(next.to.entries)
            let parents = next.to.admission.last
            #expect(parents?.entriesPerSecond == 0 || next.to.entries >= 14)
        }
        #expect(entries.count > 4, "\(entries)")
        #expect(entries == entries.sorted())
        #expect(armedUntil == now.now + .seconds(3600))
        let armed = try #require(now.allocations[east])
        #expect(armed.admission.allSatisfy { $0.entriesPerSecond > 0 })
        #expect(armed.entries <= 60)
    }

    @Test("a region that may not be rationed is left alone, and that is said")
    func mayNotBeRationed() {
        var now = twoRegions(policy: OverloadPolicy(spills: true, rations: false))
        now.find(login: .saturated, bearing: 25)
        let plan = plan(now, [pace("east")])
        #expect(plan.regions.isEmpty)
        #expect(plan.refusals.map(\.what) == ["east cannot be rationed for login"])
    }

    @Test("an armed gate holds all that the host bears, and is lifted when that is over")
    func armedThenLifted() throws {
        var now = twoRegions(armedFor: .seconds(3600))
        let east = RegionID("east")
        let quota = ClassQuota(classID: ClassID("staff"), users: 12_000, entriesPerSecond: 20)
        now.allocations[east] = Allocation(
            shares: [Share(host: HostID("gra"), percent: .all)], admission: [quota])
        now.quotas[east] = QuotaStanding(since: now.now, isByPerson: false, surge: 100)
        let armed = try #require(plan(now, [.serveMore(region: east)])["east"])
        #expect(armed.armedUntil == now.now + .seconds(3600))
        #expect(armed.to.admission.reduce(0) { $0 + $1.users } == 30_000)
        now.allocations[east] = armed.to
        now.quotas[east] = QuotaStanding(
            since: now.now, isByPerson: false, surge: 100, armedUntil: armed.armedUntil)
        now.now = now.now + .seconds(3600)
        let lifted = try #require(plan(now, [.serveMore(region: east)])["east"])
        #expect(lifted.to == Allocation(all: HostID("gra")) && lifted.armedUntil == nil)
    }
}

@Suite("How long until everybody is back in")
struct LoggingInTests {
    @Test("as many as are moved, at the pace of the host that they share")
    func hostsBoundThePace() throws {
        let plan = plan(twoRegions(), [leave("east", "gra"), leave("west", "par")])
        let (east, west) = (try #require(plan["east"]), try #require(plan["west"]))
        #expect(east.loggingIn?.users == 10_000 && west.loggingIn?.users == 5000)
        let pace = LoggingIn.Pace(
            bound: .host(id: HostID("ams")), perSecond: 60, time: .seconds(250))
        #expect(east.loggingIn?.pace == pace && west.loggingIn?.pace == pace)
    }

    @Test("or of the login, when that bears less")
    func dependenciesBoundThePace() throws {
        var now = twoRegions()
        now.find(login: .saturated, bearing: 20)
        let east = try #require(plan(now, [leave("east", "gra")])["east"])
        #expect(
            east.loggingIn?.pace
                == LoggingIn.Pace(
                    bound: .dependency(id: login), perSecond: 18, time: .seconds(556)))
    }

    @Test("sessions that move along cost no login")
    func replicatedSessions() throws {
        let east = try #require(
            plan(twoRegions(sessions: .replicated), [leave("east", "gra")])["east"])
        #expect(east.loggingIn == nil)
    }
}
