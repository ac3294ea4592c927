import Control
import Detection
import OrderedCollections
import Playbooks
import Simulation
import Situations
import Testing
import TopologyModel
import Values

@Suite("Leadership: who does not lead acts on nothing")
struct LeadershipTests {
    private func acts(_ effects: [Effect]) -> [Effect] {
        effects.filter {
            switch $0 {
            case .perform, .readDoor, .solve: true
            case .publish, .reply, .notify, .yieldLease, .wake: false
            }
        }
    }

    /// A controller that has a topology and sees everything burn, under this lease.
    private func observer(_ lease: Lease) throws -> Desk {
        var desk = try Desk()
        desk.leads = false
        desk.feed(.lease(lease))
        desk.reactions = []
        desk.failing[sbg2] = .refused
        desk.pass(.seconds(60))
        return desk
    }

    @Test(
        "a controller that does not lead journals nothing and orders nothing",
        arguments: [Lease.notHeld(leader: ControllerID("c2")), .unknown])
    func observerIsSilent(lease: Lease) throws {
        let desk = try observer(lease)
        #expect(desk.entries.isEmpty)
        #expect(acts(desk.effects).isEmpty)
    }

    @Test(
        "it says who leads to whom commands it",
        arguments: [
            (lease: Lease.notHeld(leader: ControllerID("c2")), leader: ControllerID("c2")),
            (lease: .unknown, leader: nil),
        ] as [(lease: Lease, leader: ControllerID?)])
    func observerNamesTheLeader(lease: Lease, leader: ControllerID?) throws {
        var desk = try observer(lease)
        #expect(desk.command(.resume(scope: .everything)) == .notLeading(leader: leader))
        #expect(desk.entries.isEmpty)
    }

    @Test("what it saw while it did not lead is journaled when it leads")
    func nothingSeenIsLost() throws {
        var desk = try observer(.unknown)
        desk.leads = true
        desk.epoch = Epoch(term: 2, revision: 0, owner: Desk.me)
        desk.pass(.seconds(5))
        #expect(desk.entries.first?.fact == .ledBy(controller: Desk.me))
        #expect(desk.state.board.verdict(of: sbg2) == .lost)
        #expect(desk.plans.map(\.by) == ["row domain-lost"])
    }

    @Test("a lease that has run out, less its margin, lets no order go")
    func noOrderAfterTheLease() throws {
        var desk = try Desk()
        desk.holdsSolves = true
        desk.failing[sbg2] = .refused
        let asked = { (desk: Desk) in
            desk.effects.contains { if case .solve = $0 { true } else { false } }
        }
        desk.pass(.seconds(30), until: asked)
        desk.reactions = []
        desk.leads = false
        desk.pass(.seconds(60))
        #expect(desk.entries.allSatisfy { $0.at < Desk.start + .seconds(60) })
        let late = desk.reactions.suffix(40).flatMap(\.effects)
        #expect(acts(late).isEmpty)
        #expect(desk.controller.lease.epoch(at: desk.now) == nil)
    }

    @Test("no order is sent later than the lease it was made under")
    func notAfterTheLease() throws {
        var desk = try Desk()
        desk.failing[sbg2] = .refused
        desk.pass(.seconds(60))
        #expect(!desk.orders.isEmpty)
        for reaction in desk.reactions {
            for case .perform(let order) in reaction.effects {
                let started = try #require(reaction.entries.last).at
                #expect(order.notAfter <= started + .seconds(6) - Lease.margin)
            }
        }
    }

    @Test("a newer epoch at a door makes the controller give leadership up")
    func newerEpochYields() throws {
        var desk = try Desk()
        desk.orderFate = .isHeld
        desk.failing[sbg2] = .refused
        desk.pass(.seconds(60), until: { !$0.orders.isEmpty })
        let order = try #require(desk.orders.first)
        let newer = Epoch(term: 2, revision: 0, owner: ControllerID("c2"))
        let reaction = desk.feed(.step(order.key, .refused(by: newer)))
        #expect(reaction.effects.contains(.yieldLease(until: nil)))
    }

    /// Found in review: such a start was left without any topology, and nothing could be aborted.
    @Test("a start on a topology that an open run has no place in takes it, and turns the run")
    func startWithoutWhatARunUses() throws {
        var desk = try Desk()
        desk.orderFate = .isHeld
        desk.failing[sbg2] = .refused
        desk.pass(.seconds(60), until: { !$0.state.openRuns.isEmpty })
        let run = try #require(desk.state.openRuns.first?.id)
        let old = Topology.simulated(controllers: 1)
        let fewer = old.with { $0.id == grandEst ? $0.with(standbys: [par1]) : $0 }
        desk.controller = Controller(id: Desk.me, state: desk.state)
        desk.epoch = Epoch(term: 2, revision: 0, owner: Desk.me)
        desk.orderFate = .lands
        desk.feed(.loaded(try Desk.configuration(fewer, digest: "d2")))
        desk.pass(.seconds(120))
        #expect(desk.controller.configuration?.digest == Digest(hex: "d2"))
        #expect(desk.state.runs[run]?.isOpen == false)
        #expect(desk.state.allocations[grandEst] == Allocation(all: par1))
    }

    @Test("a reload that takes away the host where a region is, is refused")
    func reloadKeepsTheHostInUse() throws {
        var desk = try Desk()
        let plan = try desk.plan(for: .switchover(region: grandEst, to: gra1))
        _ = desk.command(.apply(plan: plan))
        desk.pass(.seconds(60), until: { $0.state.openRuns.isEmpty })
        let fewer = Topology.simulated(controllers: 1)
            .with { $0.id == grandEst ? $0.with(standbys: [par1]) : $0 }
        let new = try Desk.configuration(fewer, digest: "d2")
        let objection = try #require(desk.controller.objection(toLoading: new))
        #expect(objection.what.contains("no host ent-gra1 of grand-est"))
    }

    @Test(
        "a reload that removes what a run uses is refused, naming the run and the thing",
        arguments: ["region", "host", "door"])
    func reloadKeepsWhatARunUses(what: String) throws {
        var desk = try Desk()
        desk.orderFate = .isHeld
        desk.failing[sbg2] = .refused
        desk.pass(.seconds(60), until: { !$0.state.openRuns.isEmpty })
        let run = try #require(desk.state.openRuns.first)
        let old = Topology.simulated(controllers: 1)
        let fewer: Topology
        switch what {
        case "region":
            fewer = Topology(
                rules: old.rules, providers: Array(old.providers.values),
                sites: Array(old.sites.values), hosts: Array(old.hosts.values),
                edges: Array(old.edges.values), zones: Array(old.zones.values),
                references: old.references,
                regions: old.regions.values.filter { $0.id != grandEst })
        case "host":
            fewer = old.with { $0.id == grandEst ? $0.with(standbys: []) : $0 }
        default: fewer = old.with { $0.id == grandEst ? $0.with(frontDoors: []) : $0 }
        }
        let new = try Desk.configuration(fewer, digest: "d2")
        let objection = try #require(desk.controller.objection(toLoading: new))
        #expect(objection.what.contains(what) && objection.what.contains("run \(run.id)"))
        desk.feed(.loaded(new))
        #expect(desk.controller.configuration?.digest == Digest(hex: "d1"))
        #expect(desk.notices(.warning).contains { $0.hasPrefix("reload refused: ") })
    }
}
