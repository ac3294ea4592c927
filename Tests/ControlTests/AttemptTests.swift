import Control
import Detection
import OrderedCollections
import Planning
import Playbooks
import Simulation
import Situations
import Testing
import TopologyModel
import Values

@Suite("Asking and trying again")
struct AttemptTests {
    private func questions(_ desk: Desk) -> [(id: SolveID, request: PlanningRequest)] {
        desk.effects.compactMap {
            if case .solve(let id, let request, _) = $0 { (id, request) } else { nil }
        }
    }

    @Test("the answer to a question that was dropped is never taken for another's")
    func questionsAreNeverNumberedTwice() throws {
        var desk = try Desk()
        desk.holdsSolves = true
        desk.failing[sbg2] = .refused
        desk.pass(.seconds(10))
        let first = try #require(questions(desk).last)
        let until = desk.now + .seconds(3600)
        _ = desk.command(.pause(scope: .region(id: grandEst), reason: "exam", until: until))
        desk.pass(.seconds(2))
        desk.failing[gra1] = .refused
        desk.pass(.seconds(10))
        let second = try #require(questions(desk).last)
        #expect(second.id != first.id)
        let placement = Planner.placement(for: first.request, steps: Planner.stepsDefault)
        desk.feed(.solved(first.id, placement))
        #expect(!desk.plans.contains { $0.regions.contains(grandEst) })
    }

    @Test("a run that fails is tried again after a rest, doubled each time")
    func failedRunsRest() throws {
        var desk = try Desk()
        desk.orderFate = .isRefused
        desk.failing[sbg2] = .refused
        desk.pass(.seconds(600))
        let begun = desk.plans.count { $0.regions.contains(grandEst) }
        #expect((5...20).contains(begun), "\(begun) runs in ten minutes")
        desk.orderFate = .lands
        desk.pass(.seconds(90))
        #expect(desk.state.allocations[grandEst]?.percent(of: sbg2) == .zero)
    }

    @Test("that there is no plan is paged and journaled once, not at every try")
    func noPlanIsToldOnce() throws {
        var desk = try Desk()
        for host in [sbg1, sbg2, gra1, par1, lyo1] { desk.failing[host] = .refused }
        desk.pass(.seconds(30))
        let domains = [strasbourg, FailureDomain("scw/paris/par1")]
        for domain in domains + [FailureDomain("ovh/gravelines/gra1")] {
            _ = desk.command(.declare(domain: domain, kind: .lost, reason: "seen"))
        }
        desk.pass(.seconds(300))
        #expect(desk.pages.count { $0.hasPrefix("no plan for grand-est") } == 1)
        let told = desk.entries.count { if case .notPlaced = $0.fact { true } else { false } }
        #expect(told <= 3)
    }

    @Test("a page that there is no plan gives the region's own reasons")
    func noPlanNamesItsOwnHosts() throws {
        var desk = try Desk()
        for host in [sbg1, sbg2, gra1, par1, lyo1] { desk.failing[host] = .refused }
        desk.pass(.seconds(30))
        let domains = [strasbourg, FailureDomain("scw/paris/par1")]
        for domain in domains + [FailureDomain("ovh/gravelines/gra1")] {
            _ = desk.command(.declare(domain: domain, kind: .lost, reason: "seen"))
        }
        desk.pass(.seconds(300))
        let pages = desk.pages.filter { $0.hasPrefix("no plan for ") }
        #expect(pages.count >= 2, "\(desk.pages)")
        for page in pages {
            let region = page.dropFirst("no plan for ".count).prefix { $0 != ":" }
            #expect(page.contains("no host may take the users of \(region):"), "\(page)")
        }
        let waits = desk.controller.waits(at: desk.now)
        for wait in waits {
            guard case .noPlan(let faults) = wait.reason, let region = wait.change.region else {
                continue
            }
            #expect(faults[0].what.contains("users of \(region):"), "\(faults)")
        }
    }
}
