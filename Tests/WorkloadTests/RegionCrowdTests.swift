import Testing
import TopologyModel
import Values
import Workload

@Suite("The crowd of a region")
struct RegionCrowdTests {
    private let start = Instant(unixSeconds: 1_617_692_400)
    private let host = HostID("a")
    private let region = RegionID("r")

    /// One region at its peak at every hour, on one host that bears three times that; or several.
    private func crowds(
        patience: Duration? = nil, logins: Int? = 6, dependencyLogins: Int? = nil,
        regions: [String] = ["r"]
    ) -> Crowds {
        let topology = Topology(
            providers: [Provider(id: ProviderID("p"), title: "P")],
            sites: [
                Site(
                    id: SiteID("s"), provider: ProviderID("p"), domain: FailureDomain("p/c/s"))
            ],
            hosts: [
                Host(
                    id: host, site: SiteID("s"), addresses: Addresses(),
                    capacity: Capacity(users: 3000, loginsPerSecond: logins))
            ],
            dependencies: [
                Dependency(
                    id: DependencyID("login"), probes: [], loginsPerSecond: dependencyLogins)
            ],
            classes: ["staff", "pupils", "parents"].map {
                UserClass(id: ClassID($0), knownBy: .cookie)
            },
            regions: regions.map { name in
                Region(
                    id: RegionID(name), title: "R", priority: 1,
                    demand: Demand(
                        peakUsers: 1000, curve: .flat,
                        shares: zip(["staff", "pupils", "parents"], [10, 60, 30]).map {
                            ClassShare(classID: ClassID($0), share: Percent(checked: $1))
                        }),
                    probes: [], primary: host, standbys: [], dependsOn: [DependencyID("login")],
                    frontDoors: [])
            })
        return Crowds(of: topology, habits: CrowdHabits(patience: patience), at: start)
    }

    private func doors(_ limits: [EntryLimit?] = [nil, nil, nil]) -> RegionDoors {
        RegionDoors(routes: [.init(host: 0, weight: 100)], limits: limits)
    }

    private func pass(
        _ crowds: inout Crowds, _ seconds: ClosedRange<Int64>, _ doors: RegionDoors
    ) {
        for second in seconds {
            crowds.pass(at: start + .seconds(second), through: [doors])
        }
    }

    private func surge(_ crowds: inout Crowds, to factor: Int, over: Duration = .zero) {
        crowds[region]?.surge = Surge(
            since: start, over: over, from: .one, to: PartsPerMillion(factor * 1_000_000))
    }

    private func served(_ crowds: Crowds) -> [Users] {
        crowds[region]?.classes.map(\.served) ?? []
    }

    @Test("a host's logins are told by region, and a region's are no other's")
    func loginsByRegion() {
        var world = crowds(logins: nil, regions: ["busy", "shut"])
        let shut = Array(repeating: EntryLimit(users: 0, perSecond: 0) as EntryLimit?, count: 3)
        var seen = 0
        for second in Int64(1)...300 {
            world.pass(at: start + .seconds(second), through: [doors(), doors(shut)])
            seen += world.regions[0].logins(at: host)
            #expect(world.regions[0].logins(at: host) == world[host]?.logins)
            #expect(world.regions[1].logins(at: host) == 0)
        }
        #expect(seen > 0)
    }

    @Test("when a surge ends, those who wait go home, and no more than want in are left")
    func waitersGoHome() {
        var crowds = crowds()
        let gates = doors([100, 300, 0].map { EntryLimit(users: $0, perSecond: 1) })
        surge(&crowds, to: 4)
        pass(&crowds, 1...600, gates)
        #expect((crowds[region]?.waiting ?? 0) > 2500)
        surge(&crowds, to: 1)
        pass(&crowds, 601...1200, gates)
        let active = crowds[region]?.classes.reduce(0) { $0 + $1.active } ?? 0
        #expect(active <= 1010, "\(active)")
    }

    @Test("an ordinary day stays as it is, and nobody is refused")
    func ordinaryDay() {
        var crowds = crowds()
        pass(&crowds, 1...3600, doors())
        #expect(served(crowds).reduce(0, +) >= 990)
        #expect(crowds[region]?.classes.map(\.refusedInAll) == [0, 0, 0])
        #expect(crowds[host]?.loadPercent == 34)
    }

    @Test("ten times the users break an open host, and it stays broken with more capacity")
    func openHostCollapses() {
        var crowds = crowds()
        surge(&crowds, to: 10, over: .seconds(600))
        pass(&crowds, 1...3600, doors())
        #expect(served(crowds).reduce(0, +) < 300)
        #expect(crowds[host]?.isOverloaded == true)
        crowds[host]?.percent = 150
        pass(&crowds, 3601...5400, doors())
        #expect(served(crowds).reduce(0, +) < 900)
        #expect(crowds[host]?.isOverloaded == true)
    }

    @Test("a gate keeps the host within its capacity, and the first class whole")
    func gateHolds() {
        var crowds = crowds()
        surge(&crowds, to: 10, over: .seconds(600))
        let limits = [
            EntryLimit(users: 1000, perSecond: 3), EntryLimit(users: 1600, perSecond: 2),
            EntryLimit(users: 0, perSecond: 0),
        ]
        var highest = 0
        for second in Int64(1)...3600 {
            crowds.pass(at: start + .seconds(second), through: [doors(limits)])
            highest = max(highest, crowds[host]?.loadPercent ?? 0)
        }
        #expect(highest <= 100)
        #expect(served(crowds)[0] >= 990)
        #expect(served(crowds)[1] >= 1300)
        // Whoever was in when the gate shut stays until the visit ends.
        #expect(served(crowds)[2] <= 5)
        #expect((crowds[region]?.classes[2].waiting ?? 0) >= 2990)
    }

    @Test("a gate opened at once lets the herd come within a minute")
    func openedAtOnce() {
        var crowds = crowds()
        surge(&crowds, to: 10)
        let shut = EntryLimit(users: 0, perSecond: 0)
        pass(&crowds, 1...1200, doors([shut, shut, shut]))
        #expect((crowds[region]?.waiting ?? 0) > 9000)
        pass(&crowds, 1201...1260, doors())
        #expect(crowds[region]?.waiting == 0)
        #expect(crowds[host]?.isOverloaded == true)
    }

    @Test("a lost login admits nobody, and those who are in stay until their visit ends")
    func lostDependency() {
        var crowds = crowds(dependencyLogins: 10)
        crowds[DependencyID("login")]?.state = .lost
        pass(&crowds, 1...720, doors())
        let left = served(crowds).reduce(0, +)
        #expect((300...420).contains(left))
        #expect(crowds[host]?.logins == 0)
    }

    @Test("an attack at open doors presses the host; a gate that is armed keeps it off")
    func attackEndsAtTheGate() {
        var open = crowds()
        open[region]?.attack = 500
        pass(&open, 1...60, doors())
        #expect(open[host]?.isOverloaded == true)
        var armed = crowds()
        armed[region]?.attack = 500
        let wide = EntryLimit(users: 5000, perSecond: 50)
        pass(&armed, 1...60, doors([wide, wide, wide]))
        #expect((armed[host]?.loadPercent ?? 999) <= 40)
    }

    @Test("with patience some give up, and go home when the demand falls")
    func givingUp() {
        var crowds = crowds(patience: .seconds(600))
        surge(&crowds, to: 10)
        pass(&crowds, 1...1800, doors())
        let gone = crowds[region]?.classes.reduce(0) { $0 + $1.gaveUp } ?? 0
        #expect(gone > 1000)
        crowds[region]?.surge = .none
        pass(&crowds, 1801...5400, doors())
        let after = crowds[region]?.classes.reduce(0) { $0 + $1.gaveUp } ?? 0
        #expect(after < gone)
    }

    @Test("everybody is in one place at any second", arguments: UInt64(1)...20)
    func nobodyIsLostOrMade(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var crowds = crowds(
            patience: random.chance(perMille: 500) ? .seconds(random.next(in: 1...900)) : nil,
            logins: random.chance(perMille: 300) ? nil : random.next(in: 0...50),
            dependencyLogins: random.chance(perMille: 500) ? nil : random.next(in: 0...50))
        var limits: [EntryLimit?] = [nil, nil, nil]
        var routes: [RegionDoors.Route] = []
        for second in Int64(1)...600 {
            if second % 30 == 1 {
                surge(&crowds, to: random.next(in: 0...30))
                crowds[host]?.percent = random.next(in: 0...300)
                crowds[host]?.isAnswering = random.chance(perMille: 800)
                crowds[region]?.attack = random.next(in: 0...200)
                limits = limits.map { _ in
                    random.chance(perMille: 400)
                        ? nil
                        : EntryLimit(
                            users: random.next(in: 0...4000), perSecond: random.next(in: 0...60))
                }
                routes = [
                    .init(host: 0, weight: random.next(in: 0...100)),
                    .init(host: nil, weight: random.next(in: 0...20)),
                ]
            }
            let doors = RegionDoors(routes: routes, limits: limits)
            crowds.pass(at: start + .seconds(second), through: [doors])
            for kind in crowds[region]?.classes ?? [] {
                let parts = [
                    kind.outside, kind.waiting, kind.retrying, kind.insideInAll, kind.gaveUp,
                ]
                #expect(parts.reduce(0, +) == kind.population, "seed \(seed), second \(second)")
                #expect(parts.allSatisfy { $0 >= 0 }, "seed \(seed): \(parts)")
            }
        }
    }
}

@Suite("A surge and a collapse")
struct SurgeTests {
    private let start = Instant(unixSeconds: 1000)

    @Test(arguments: [
        (after: -1, factor: 1_000_000), (after: 0, factor: 1_000_000),
        (after: 300, factor: 2_500_000), (after: 600, factor: 4_000_000),
        (after: 9000, factor: 4_000_000),
    ])
    func theFactorIsReachedInAStraightLine(after: Int, factor: Int) {
        let surge = Surge(
            since: start, over: .seconds(600), from: .one, to: PartsPerMillion(4_000_000))
        #expect(surge.factor(at: start + .seconds(after)).value == factor)
    }

    @Test("each hour's change is spread over the ten minutes before it")
    func noJumps() {
        let demand = Demand(peakUsers: 1000, curve: .schoolDay)
        let seven = Instant(unixSeconds: 1_617_692_400)  // A Tuesday, 07:00 UTC.
        let calendar = Calendar()
        let users = [0, 2999, 3300, 3599, 3600].map {
            demand.usersWithoutJumps(at: seven + .seconds($0), in: calendar)
        }
        #expect(users == [550, 550, 775, 999, 1000])
    }

    @Test(arguments: [
        (users: 0, answered: 0), (users: 1000, answered: 1000), (users: 1500, answered: 1000),
        (users: 2250, answered: 550), (users: 3000, answered: 100), (users: 90_000, answered: 100),
    ])
    func aHostFarBeyondItsCapacityAnswersFewer(users: Int, answered: Int) {
        #expect(HostModel(capacity: Capacity(users: 1000)).answered(of: users) == answered)
    }

    @Test(arguments: [
        (whole: 10, weights: [1, 1, 1], parts: [3, 3, 4]),
        (whole: 5, weights: [0, 0], parts: [0, 0]),
        (whole: 7, weights: [0, 1], parts: [0, 7]), (whole: 0, weights: [1], parts: [0]),
    ])
    func partsAddUp(whole: Int, weights: [Int], parts expected: [Int]) {
        #expect(parts(of: whole, by: weights) == expected)
    }
}
