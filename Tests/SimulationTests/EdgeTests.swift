import Control
import OrderedCollections
import Playbooks
import Simulation
import Situations
import Testing
import TopologyModel
import Values

private let edge1 = EdgeID("edge-1")
private let edge2 = EdgeID("edge-2")
private let name = FrontDoorID("dns:hauts-de-france.ent.example")
private let atEdge1 = FrontDoorID("haproxy:edge-1/hauts-de-france")
private let atEdge2 = FrontDoorID("haproxy:edge-2/hauts-de-france")

/// Hauts-de-France is at ent-gra1, split by edge-1 (gra1) and edge-2 (lyo1); its name points at
/// both.
@Suite("Edges in the simulated world")
struct EdgeTests {
    private func plans(of world: World) -> [String] {
        world.leader?.state.runs.values.map(\.plan.title) ?? []
    }

    @Test("a lost edge leaves the name, and hosts stay")
    func aLostEdgeLeavesTheName() throws {
        var world = try quietWorld()
        world.plan(.edge(edge1, is: .burnt), at: world.now)
        _ = world.run(for: .seconds(30), checking: Invariant.all)
        #expect(world.doors[name]?.state == DoorState(edges: [edge2]))
        #expect(plans(of: world) == ["repoint \(name)"])
        #expect(world.leader?.state.allocations[hautsDeFrance] == Allocation(all: gra1))
        #expect(world.notices.contains { $0.text.hasPrefix("edge edge-1 is lost") })
        #expect(world.violation == nil)
    }

    @Test("an edge that is back is named again after its dwell")
    func anEdgeThatIsBackIsNamedAgain() throws {
        var world = try quietWorld()
        world.plan(.edge(edge1, is: .burnt), at: world.now)
        world.plan(.edge(edge1, is: .serving), at: world.now + .seconds(60))
        _ = world.run(for: .seconds(100), checking: Invariant.all)
        #expect(world.doors[name]?.state == DoorState(edges: [edge2]), "not before its dwell")
        _ = world.run(for: .seconds(120), checking: Invariant.all)
        #expect(world.doors[name]?.state == DoorState(edges: [edge1, edge2]))
        #expect(world.leader?.state.doors[name]?.withdrawn == nil)
        #expect(world.violation == nil)
    }

    @Test("the last edges are never taken out of a name")
    func theLastEdgesStay() throws {
        var world = try quietWorld()
        world.plan(.edge(edge1, is: .burnt), at: world.now)
        world.plan(.edge(edge2, is: .burnt), at: world.now)
        _ = world.run(for: .seconds(60), checking: Invariant.all)
        #expect(!(world.doors[name]?.state.isEmpty ?? true))
        #expect(world.leader?.state.edgeDecision(of: hautsDeFrance)?.decision.row == "no-edge")
        #expect(world.violation == nil)
    }

    @Test(
        "quotas that are set while an edge is lost are whole, and it gets its part when it is back")
    func quotasOfALostEdge() throws {
        var world = try quietWorld(isCrowded: true)
        world.plan(.edge(edge1, is: .burnt), at: world.now)
        world.plan(.edge(edge1, is: .serving), at: world.now + .seconds(90))
        _ = world.run(for: .seconds(30), checking: Invariant.all)
        let pupils = ClassQuota(classID: ClassID("pupils"), users: 9000, entriesPerSecond: 12)
        let situation = try #require(world.leader?.situation(at: world.now))
        let answer = try configuration(isCrowded: true).plan(
            for: .quota(region: hautsDeFrance, quota: pupils), by: "ada", in: situation)
        guard case .plan(let plan) = answer else {
            Issue.record("no plan: \(answer)")
            return
        }
        world.plan(.command(.apply(plan: plan)), at: world.now)
        _ = world.run(for: .seconds(30), checking: Invariant.all)
        #expect(world.leader?.state.allocations[hautsDeFrance]?.admission == [pupils])
        #expect(world.doors[atEdge1]?.state.admission == nil)
        #expect(world.doors[atEdge2]?.state.admission?.map(\.users) == [4500])
        _ = world.run(for: .seconds(120), checking: Invariant.all)
        #expect(world.doors[atEdge1]?.state.admission?.map(\.users) == [4500])
        #expect(world.leader?.state.allocations[hautsDeFrance]?.admission == [pupils])
        #expect(world.violation == nil)
    }

    @Test("a campus with host and edge is left at once, without waiting for the lost edge")
    func aLostEdgeDoesNotKeepARegionWaiting() throws {
        var world = try quietWorld()
        let begin = world.now
        world.plan(.domain(FailureDomain("ovh/gravelines/gra1"), is: .silent), at: begin)
        _ = world.run(for: .seconds(60), checking: Invariant.all)
        #expect(world.doors[name]?.state == DoorState(edges: [edge2]))
        let there = world.leader?.state.allocations[hautsDeFrance]
        #expect(there?.percent(of: gra1) == .zero)
        #expect(world.doors[atEdge2]?.state == there.map { DoorState(shares: $0.shares) })
        #expect(
            world.leader?.state.doors[atEdge1]?.missed == there.map { DoorState(shares: $0.shares) }
        )
        #expect(world.violation == nil)
    }

    @Test("an edge that missed a shift is set right before a name points at it again")
    func anEdgeThatMissedAShiftIsSetRight() throws {
        var world = try quietWorld()
        world.plan(.edge(edge1, is: .burnt), at: world.now)
        world.plan(.condition(host: gra1, is: .failing), at: world.now + .seconds(40))
        _ = world.run(for: .seconds(120), checking: Invariant.all)
        let there = try #require(world.leader?.state.allocations[hautsDeFrance])
        #expect(there.percent(of: gra1) == .zero)
        #expect(world.leader?.state.doors[atEdge1]?.missed == DoorState(shares: there.shares))
        #expect(world.doors[atEdge1]?.state == DoorState(all: gra1))
        world.plan(.edge(edge1, is: .serving), at: world.now)
        _ = world.run(for: .seconds(90), checking: Invariant.all)
        #expect(world.leader?.state.doors[atEdge1]?.missed == nil)
        #expect(world.doors[atEdge1]?.state == DoorState(shares: there.shares))
        #expect(world.doors[name]?.state == DoorState(edges: [edge2]), "not before its dwell")
        #expect(world.violation == nil)
    }
}
