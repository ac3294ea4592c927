import Testing
import TopologyModel

/// What a region's doors allow: in which shares it can be shifted, and whether it can be rationed.
struct RegionTests {
    @Test(arguments: [
        (why: "one name publishes one host", doors: [Samples.dns("a.ent.example")], isWhole: true),
        (why: "an edge splits", doors: [Samples.haproxy()], isWhole: false),
        (
            why: "a name before edges does not know hosts",
            doors: [Samples.dns("a.ent.example", points: .edges), Samples.haproxy()],
            isWhole: false
        ),
        (
            why: "the coarsest door decides",
            doors: [Samples.haproxy(), Samples.dns("a.ent.example")], isWhole: true
        ),
    ])
    func theCoarsestDoorSetsTheGranularity(why: String, doors: [FrontDoor], isWhole: Bool) {
        let region = Samples.region(doors: doors)
        #expect(region.granularity == (isWhole ? .whole : .percent), "\(why)")
    }

    @Test(arguments: [
        (doors: [Samples.dns("a.ent.example")], hasGate: false),
        (doors: [Samples.haproxy()], hasGate: false),
        (doors: [Samples.dns("a.ent.example"), Samples.haproxy(gate: true)], hasGate: true),
    ])
    func aQuotaNeedsAGate(doors: [FrontDoor], hasGate: Bool) {
        #expect(Samples.region(doors: doors).hasGate == hasGate)
    }

    @Test func itsHostsAreThePrimaryAndThenTheStandbys() {
        let region = Samples.region(doors: [])
        #expect(region.hosts.map(\.name) == ["ent-sbg2", "ent-gra1"])
    }

    @Test(arguments: [(priority: 1, weight: 5), (priority: 3, weight: 3), (priority: 5, weight: 1)])
    func theFirstPriorityWeighsMost(priority: Int, weight: Int) {
        let region = Region(
            id: RegionID("r"), title: "r", priority: priority,
            demand: Demand(peakUsers: 1, curve: .flat), probes: [.tcp], primary: HostID("a"),
            standbys: [], frontDoors: [])
        #expect(region.weightInPlan == weight)
    }
}

/// What a kind of door can and cannot do.
struct FrontDoorTests {
    @Test func isNamedByWhatItIs() {
        #expect(Samples.dns("a.ent.example").id.name == "dns:a.ent.example")
        #expect(Samples.haproxy().id.name == "haproxy:edge-1/grand-est")
    }

    @Test func onlyANameLeavesATailOfOldAnswers() {
        #expect(Samples.dns("a.ent.example").tail == .seconds(30))
        #expect(Samples.haproxy().tail == .zero)
    }

    @Test func onlyAServerThatComparesRefusesAStaleEpochByItself() {
        #expect(Samples.dns("a.ent.example").fencing == .compared)
        #expect(Samples.haproxy().fencing == .advisory)
    }
}
