import Control
import Manifests
import OrderedCollections
import Planning
import Playbooks
import Rendering
import Simulation
import Situations
import TestSupport
import Testing
import TopologyModel
import Values

/// Plans of what is not so, and what another topology changes, as people read them.
@Suite("What if") struct WhatIfTextTests {
    private let day: Day

    init() throws { day = try Day() }

    private func plan(
        _ intent: PlanIntent, of topology: Topology, lost: [FailureDomain] = [],
        movesOthers: Bool = false
    ) throws -> Plan {
        let configuration = Configuration(
            topology: topology, playbooks: day.configuration.playbooks,
            digest: day.configuration.digest)
        let situation = Situation.ordinary(
            topology, digest: configuration.digest, at: day.world.options.start, lost: lost)
        let answer = configuration.plan(
            for: intent, by: "ada", in: situation, movesOthers: movesOthers)
        guard case .plan(let plan) = answer else { throw TestSupportError("\(answer)") }
        return plan
    }

    private func expectText(_ text: String, _ name: String) throws {
        try expectGolden(text, "rendering/\(name).txt")
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(text)")
    }

    @Test("who has too little room is told what would free it, and what others could make room")
    func othersCouldMove() throws {
        let topology = day.configuration.topology
        let lost = ["ovh/strasbourg/sbg1", "ovh/gravelines/gra1"].map { FailureDomain($0) }
        let stays = try plan(.evacuate(domain: lost[0]), of: topology, lost: lost)
        try expectText(
            stays.text(.none, supposing: ["--lose gra1", "--lose sbg1"]), "plan-others-stay")
        #expect(stays.placement.ifOthersMove?.moves.map(\.region.name) == ["cned"])
        let moves = try plan(
            .evacuate(domain: lost[0]), of: topology, lost: lost, movesOthers: true)
        try expectText(moves.text(.none), "plan-others-move")
        #expect(moves.placement.regions.allSatisfy { $0.overcommitted == nil })
        #expect(moves.placement.ifOthersMove == nil)
    }

    @Test("more users at every hour, another capacity, one host less")
    func assumptions() throws {
        let topology = day.configuration.topology
        let half = topology.surging(150)
        let grandEst = try #require(half.regions[Day.grandEst])
        #expect(grandEst.demand.peakUsers == 63_000)
        let crowded = try plan(.evacuate(domain: Day.sbg2), of: half)
        try expectText(crowded.text(.none, supposing: ["--surge 150%"]), "plan-surge")
        let proven = half.proving(
            90_000, loginsPerSecond: 120, of: HostID("ent-gra1"))
        let fits = try plan(.evacuate(domain: Day.sbg2), of: proven)
        #expect(fits.placement.regions.map(\.to) == [Allocation(all: HostID("ent-gra1"))])
        #expect(fits.placement.regions.allSatisfy { $0.overcommitted == nil })
        let without = try #require(topology.without(HostID("ent-par2")))
        let elsewhere = try plan(.evacuate(domain: Day.sbg2), of: without)
        #expect(elsewhere.placement.regions.map(\.to) == [Allocation(all: HostID("ent-gra1"))])
    }

    @Test("what a new topology does otherwise, also before any loss")
    func differences() throws {
        let old = day.configuration.topology
        let new = old.proving(20_000, loginsPerSecond: 30, of: HostID("ent-sbg1"))
        let at = day.world.options.start
        let outlived = try [old, new].map { topology in
            try Surviving(
                Situation.ordinary(topology, digest: day.configuration.digest, at: at)
            ).survivability(losing: [], atOnce: 1)
        }
        let diff = TopologyDiff(from: old, to: new, survival: (outlived[0], outlived[1]))
        try expectText(diff.text(.none), "diff-survival")
        #expect(diff.survivability.first?.lost == [])
    }
}
