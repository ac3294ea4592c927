import Control
import Detection
import OrderedCollections
import Planning
import Playbooks
import Simulation
import Situations
import TestSupport
import Testing
import TopologyModel
import Values

/// From a load source to the gates and back: hauts-de-france behind two gates, at a host that bears
/// 100,000 users.
@Suite("A saturated region is rationed, and opened again") struct RationingTests {
    private let region = RegionID("hauts-de-france")
    private let gates = [
        FrontDoorID("haproxy:edge-1/hauts-de-france"),
        FrontDoorID("haproxy:edge-2/hauts-de-france"),
    ]

    private static let topology = Topology.simulated(controllers: 1).with(
        classes: ["staff", "pupils"].map { UserClass(id: ClassID($0), knownBy: .cookie) },
        hosts: Topology.simulated(controllers: 1).hosts.values.map { host in
            TopologyModel.Host(
                id: host.id, site: host.site, addresses: host.addresses,
                capacity: host.capacity, load: .http(path: "/load"))
        },
        regions: { region in
            region.with(
                demand: Demand(
                    peakUsers: 20_000, curve: .flat,
                    shares: [("staff", 20), ("pupils", 80)].map {
                        ClassShare(classID: ClassID($0.0), share: Percent(checked: $0.1))
                    }),
                ramp: RampRules(armedFor: .seconds(3600)))
        })

    private func desk() throws -> Desk { try Desk(Desk.configuration(Self.topology)) }

    /// For so long, a reading of every host each second.
    private func pass(_ desk: inout Desk, seconds: Int, users: Users, waiting: Users = 0) {
        for _ in 0..<seconds {
            let readings = Self.topology.hosts.keys.map { host in
                LoadReading(
                    vantage: Desk.me, host: host, region: nil, at: desk.now,
                    result: .read(
                        load: Load(
                            users: host == gra1 ? users : 1000,
                            waiting: host == gra1 ? waiting : 0)))
            }
            desk.feed(.loadRead(readings))
            desk.pass(.seconds(1))
        }
    }

    private func held(at desk: Desk) -> [[ClassQuota]] {
        gates.map { desk.doors[$0]?.state.admission ?? [] }
    }

    @Test("gates get their parts of quotas by class, and lose them by steps once the host is calm")
    func rationsAndOpens() throws {
        var desk = try desk()
        pass(&desk, seconds: 8, users: 97_000)
        let allocation = try #require(desk.state.allocations[region])
        #expect(desk.state.board.loads[gra1]?.verdict == .saturated)
        #expect(allocation.admission.map(\.classID.name) == ["staff", "pupils"])
        let parts = held(at: desk)
        #expect(parts[0].added(to: parts[1]) == allocation.admission)
        #expect(desk.state.quotas[region]?.isByPerson == false)
        #expect(desk.plans.map(\.cause).contains(.saturated))

        // Somebody waits: more may come in, and the gate stays armed.
        pass(&desk, seconds: 700, users: 40_000, waiting: 9)
        #expect(desk.state.allocations[region]?.isRationed == true)
        pass(&desk, seconds: 5000, users: 18_000)
        #expect(desk.state.allocations[region]?.isRationed == false)
        #expect(held(at: desk) == [[], []])
        let ramps = desk.pages.filter { $0.contains("serve more") }
        #expect(ramps == [], "nobody is called for a step of the ramp")
    }

    @Test("once everybody is in the gate stays armed for its time, also over a restart")
    func armsThenLifts() throws {
        var desk = try desk()
        pass(&desk, seconds: 8, users: 97_000)
        pass(&desk, seconds: 1000, users: 18_000)
        let armed = try #require(desk.state.quotas[region]?.armedUntil)
        let allocation = try #require(desk.state.allocations[region])
        #expect(allocation.isRationed && held(at: desk).allSatisfy { !$0.isEmpty })
        #expect(
            allocation.admitted(of: try #require(Self.topology.regions[region]), among: 20_000)
                == 20_000)

        // What a controller knows that starts again is what the journal says.
        let entries = desk.entries
        var replayed = ControllerState()
        for entry in entries { try replayed.apply(entry) }
        #expect(replayed.quotas[region]?.armedUntil == armed)

        let left = Int((armed - desk.now).components.seconds)
        pass(&desk, seconds: left - 60, users: 18_000)
        #expect(desk.state.allocations[region] == allocation)
        pass(&desk, seconds: 120, users: 18_000)
        #expect(desk.state.allocations[region]?.isRationed == false)
        #expect(held(at: desk) == [[], []])
    }

    @Test("an armed gate hinders no return: what was spilled asks to come home")
    func armedHindersNoReturn() throws {
        var desk = try desk()
        pass(&desk, seconds: 8, users: 97_000)
        #expect(desk.state.allocations[region]?.hosts.count == 2)
        pass(&desk, seconds: 1000, users: 18_000)
        #expect(desk.state.quotas[region]?.armedUntil != nil)
        #expect(desk.state.openRuns.map(\.plan.title) == ["bring \(region) home"])
    }

    @Test("a gate that restarted gets its part again")
    func aGateForgets() throws {
        var desk = try desk()
        pass(&desk, seconds: 8, users: 97_000)
        let before = held(at: desk)
        desk.doors[gates[0]] = DoorReading(state: DoorState(all: gra1), incarnation: "i2")
        pass(&desk, seconds: 30, users: 90_000)
        #expect(!before[0].isEmpty)
        #expect(held(at: desk) == before)
    }

    /// Found by seed 469: what the other gate held was taken for all that the region may let in.
    @Test("a gate that a person opened and adopted opens the region: the other's part is no quota")
    func anOpenGateOpensTheRegion() throws {
        var desk = try desk()
        pass(&desk, seconds: 8, users: 97_000)
        let held = try #require(desk.doors[gates[0]])
        desk.doors[gates[0]] = DoorReading(
            state: DoorState(shares: held.state.shares), incarnation: held.incarnation)
        pass(&desk, seconds: 30, users: 40_000)
        _ = desk.command(.adopt(door: gates[0]))
        let situation = try #require(desk.controller.situation(at: desk.now))
        #expect(situation.doors[gates[1]]?.desired?.admission != nil)
        #expect(situation.allocations[region]?.isRationed == false)
    }

    @Test("what a person sets stays until a person lifts it")
    func aPersonsQuotaStays() throws {
        var desk = try desk()
        pass(&desk, seconds: 5, users: 15_000)
        let pupils = ClassQuota(classID: ClassID("pupils"), users: 9000, entriesPerSecond: 12)
        _ = desk.command(
            .apply(plan: try desk.plan(for: .quota(region: region, quota: pupils))))
        pass(&desk, seconds: 1200, users: 15_000)
        #expect(desk.state.allocations[region]?.admission == [pupils])
        #expect(held(at: desk).map { $0.map(\.users) } == [[4500], [4500]])
        #expect(desk.state.quotas[region]?.isByPerson == true)
        _ = desk.command(
            .apply(plan: try desk.plan(for: .lift(region: region, classID: nil))))
        pass(&desk, seconds: 10, users: 15_000)
        #expect(held(at: desk) == [[], []])
    }

    @Test("a person narrows the quotas of a region whose shares were read in the doors' order")
    func narrowsWhatIsSplit() throws {
        let split = DoorState(
            shares: [("ent-gra1", 98), ("ent-lyo1", 1), ("ent-sbg1", 1)].map {
                Share(host: HostID($0.0), percent: Percent(checked: $0.1))
            })
        let desk = try Desk(
            Desk.configuration(Self.topology), doors: [gates[0]: split, gates[1]: split])
        let nobody = ClassQuota(classID: ClassID("pupils"), users: 0, entriesPerSecond: 0)
        let plan = try desk.plan(for: .quota(region: region, quota: nobody))
        #expect(plan.placement.refusals.isEmpty)
        #expect(plan.placement.regions.first?.to.admission == [nobody])
    }

    @Test("a restart reads the quotas back from the gates")
    func aRestartKeepsQuotas() throws {
        var desk = try desk()
        pass(&desk, seconds: 8, users: 97_000)
        let known = desk.state.allocations[region]
        var second = try Desk(
            Desk.configuration(Self.topology),
            doors: Dictionary(
                uniqueKeysWithValues: desk.doors.map { ($0.key, $0.value.state) }))
        second.pass(.seconds(10))
        #expect(second.state.allocations[region]?.admission == known?.admission)
    }
}
