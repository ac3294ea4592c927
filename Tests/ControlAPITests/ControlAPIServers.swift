import Control
import ControlAPI
import Documents
import Playbooks
import Runtime
import Situations
import TestSupport
import Testing
import TopologyModel
import Values

/// A running controller, asked over its socket.
@Suite(.timeLimit(.minutes(2)))
struct ControlAPIServers {
    @Test func statusTellsWhoLeadsAndWhereRegionsAre() async throws {
        try await withAPI { bench async throws in
            try await bench.settle()
            let status = try await bench.client.status()
            #expect(status.controller.id == ControllerID("c1"))
            #expect(status.controller.epoch?.term == 1)
            #expect(status.controller.observing == nil)
            #expect(status.regions.map(\.id) == [APIBench.region])
            #expect(status.doors.map(\.id) == [APIBench.door])
        }
    }

    @Test func historyIsTheEndOfTheJournalOldestFirst() async throws {
        try await withAPI { bench async throws in
            try await bench.settle()
            let all = try await bench.client.history(limit: 10_000).lines
            #expect(all.map(\.seq) == Array(1...all.count))
            guard case .ledBy = all.first?.entry.fact else {
                Issue.record("the first entry is \(all.first.debugDescription)")
                return
            }
            #expect(try await bench.client.history(limit: 2).lines.count == 2)
        }
    }

    @Test func aPauseIsObeyedJournaledAndShown() async throws {
        try await withAPI { bench async throws in
            try await bench.settle()
            let until = bench.runtime.now() + .seconds(600)
            let pause = Command.pause(
                scope: .region(id: APIBench.region), reason: "exams", until: until)
            let reply = try await bench.client.send(pause, by: APIBench.principal)
            guard case .done = reply else {
                Issue.record("\(reply)")
                return
            }
            #expect(try await bench.client.status().pauses.map(\.reason) == ["exams"])
            let facts = try await bench.client.history(limit: 100).lines.map(\.entry.fact)
            let isJournaled = facts.contains {
                if case .commanded(pause, _, APIBench.principal) = $0 { true } else { false }
            }
            #expect(isJournaled)
        }
    }

    @Test func aCommandForNobodyIsRefusedInWords() async throws {
        try await withAPI { bench async throws in
            try await bench.settle()
            let command = Command.approve(run: RunID(term: 99, number: 1))
            let reply = try await bench.client.send(command, by: APIBench.principal)
            guard case .refused(let fault) = reply else {
                Issue.record("\(reply)")
                return
            }
            #expect(fault.what.contains("r99-1"))
        }
    }

    @Test func aPlanIsAppliedAndTheRegionMoves() async throws {
        try await withAPI { bench async throws in
            try await bench.settle()
            let intent = PlanIntent.switchover(region: APIBench.region, to: HostID("gra"))
            let answer = try await bench.client.plan(intent, by: APIBench.principal)
            guard case .plan(let plan) = answer else {
                Issue.record("\(answer)")
                return
            }
            #expect(plan.regions == [APIBench.region])
            #expect(try await bench.client.status().runs.isEmpty, "a plan touches nothing")
            let reply = try await bench.client.send(.apply(plan: plan), by: APIBench.principal)
            guard case .began = reply else {
                Issue.record("\(reply)")
                return
            }
            try await eventually("the region at its standby", within: .seconds(30)) {
                let region = try await bench.client.status().regions.first
                return region?.allocation?.percent(of: HostID("gra")) == .all
            }
        }
    }

    @Test func whatIsAlreadySoNeedsNoPlan() async throws {
        try await withAPI { bench async throws in
            try await bench.settle()
            let intent = PlanIntent.failback(region: APIBench.region)
            let answer = try await bench.client.plan(intent, by: APIBench.principal)
            guard case .alreadySo(let text) = answer else {
                Issue.record("\(answer)")
                return
            }
            #expect(text == "nothing to do: bring est home changes nothing")
        }
    }

    @Test func aNameThatNobodyDeclaredIsRefusedWithASuggestion() async throws {
        try await withAPI { bench async throws in
            try await bench.settle()
            let intent = PlanIntent.switchover(region: APIBench.region, to: HostID("gro"))
            let answer = try await bench.client.plan(intent, by: APIBench.principal)
            let fault = Fault(
                what: "'gro' is no host of est", mend: "did you mean 'gra'? use one of sbg, gra")
            #expect(answer == .refused(faults: [fault]))
        }
    }

    @Test func withoutATopologyAPlanIsRefused() async throws {
        try await withAPI(isRunning: false) { bench async throws in
            let intent = PlanIntent.failover(region: APIBench.region)
            let answer = try await bench.client.plan(intent, by: APIBench.principal)
            let fault = Fault(what: "no topology is in force yet", mend: "try again in a moment")
            #expect(answer == .refused(faults: [fault]))
        }
    }

    @Test func whatStartsObservingWaitsForOneAcknowledgement() async throws {
        let fault = Fault(what: "it crashed three times", mend: "look, then ack")
        try await withAPI(startsObserving: fault) { bench async throws in
            try await eventually("it to say so") {
                try await bench.client.status().controller.observing == fault
            }
            #expect(try await bench.client.acknowledge().acknowledged)
            #expect(try await bench.client.acknowledge().acknowledged == false)
            try await bench.settle()
            #expect(try await bench.client.status().controller.observing == nil)
        }
    }
}
