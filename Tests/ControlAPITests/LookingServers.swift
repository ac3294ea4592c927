import Control
import ControlAPI
import Documents
import Planning
import Playbooks
import Runtime
import Situations
import TestSupport
import Testing
import TopologyModel
import Values

/// What people look at, asked over the socket of a running controller.
@Suite(.timeLimit(.minutes(2)))
struct LookingServers {
    private func query(_ change: (inout HistoryQuery) -> Void) -> HistoryQuery {
        var query = HistoryQuery()
        change(&query)
        return query
    }

    @Test func historyIsFilteredByRegionKindAndTime() async throws {
        try await withAPI { bench async throws in
            try await bench.settle()
            let verdicts = try await bench.client.history(query { $0.kinds = [.verdict] })
            #expect(!verdicts.lines.isEmpty)
            #expect(verdicts.lines.allSatisfy { $0.entry.fact.kind == .verdict })
            let region = try await bench.client.history(query { $0.region = "est" })
            #expect(!region.lines.contains { $0.entry.fact.kind == .controller })
            #expect(region.lines.contains { $0.entry.fact.kind == .door })
            let later = bench.runtime.now() + .seconds(3600)
            let none = try await bench.client.history(query { $0.since = later })
            #expect(none.lines.isEmpty && none.last > 0)
        }
    }

    @Test(arguments: [
        (name: "limit=0", what: "'limit=0' is not a number, 1 through 10000"),
        (name: "limit=-1", what: "'limit=-1' is not a number"),
        (name: "limit=many", what: "'limit=many' is not a number"),
        (name: "since=yesterday", what: "'since=yesterday' is not an RFC 3339 time"),
        (name: "kind=gossip", what: "'kind=gossip' is not one of verdict, decision"),
        (name: "wait=5", what: "'wait=5' is not given together with 'after'"),
        (name: "after=1&wait=61", what: "'wait=61' is not a number, 0 through 60"),
        (name: "region=ost", what: "there is no region 'ost'"),
    ])
    func aWrongQueryIsRefusedInWords(name: String, what: String) async throws {
        try await withAPI { bench async throws in
            try await bench.settle()
            let answer = try await run(
                "curl",
                ["-s", "--unix-socket", bench.client.socketPath, "http://c/v1/history?\(name)"])
            #expect(answer.stdout.contains(what), "\(answer.stdout)")
            #expect(answer.stdout.contains("\"kind\":\"Error\""))
        }
    }

    @Test func aFollowerWaitsForWhatComesAndMissesNothing() async throws {
        try await withAPI { bench async throws in
            try await bench.settle()
            let last = try await bench.client.history(query { $0.limit = 1 }).last
            let waiting = query {
                ($0.after, $0.wait, $0.kinds) = (last, .seconds(30), [.command])
            }
            async let found = bench.client.history(waiting)
            let until = bench.runtime.now() + .seconds(600)
            let pause = Command.pause(scope: .everything, reason: "test", until: until)
            _ = try await bench.client.send(pause, by: APIBench.principal)
            let lines = try await found.lines
            #expect(lines.count == 1 && lines.allSatisfy { $0.seq > last })
            let after = try #require(lines.last?.seq)
            let none = try await bench.client.history(
                query { ($0.after, $0.wait) = (after + 1_000_000, .seconds(1)) })
            #expect(none.lines.isEmpty && none.last == after + 1_000_000)
        }
    }

    @Test func aRunComesWithItsPlanAndAnUnknownOneIsRefused() async throws {
        try await withAPI { bench async throws in
            try await bench.settle()
            let intent = PlanIntent.switchover(region: APIBench.region, to: HostID("gra"))
            guard
                case .plan(let plan) = try await bench.client.plan(intent, by: APIBench.principal),
                case .began(let id) = try await bench.client.send(
                    .apply(plan: plan), by: APIBench.principal)
            else {
                Issue.record("no run began")
                return
            }
            let message = try await bench.client.run(id)
            #expect(message.plan == plan && message.run.id == id)
            await #expect(throws: ControlClient.NotFound.self) {
                try await bench.client.run(.init(term: 99, number: 9))
            }
        }
    }

    @Test func aRefusedReloadIsShownUntilAGoodOneIsLoaded() async throws {
        try await withAPI { bench async throws in
            try await bench.settle()
            bench.runtime.refuseReload(because: Fault(what: "no hosts", mend: "add some"))
            #expect(try await bench.client.status().refusedReload?.fault.what == "no hosts")
            let configuration = try #require(bench.runtime.view.controller.configuration)
            #expect(await bench.runtime.reload(configuration) == nil)
            #expect(try await bench.client.status().refusedReload == nil)
        }
    }

    @Test func readinessIsAskedOfDoorsAndStandbysOnceAndTold() async throws {
        let fault = Fault(what: "edge-1 does not obey", mend: "see its socket")
        let gra = Standby(region: APIBench.region, host: HostID("gra"))
        let answers = FixedAnswers(
            ReadinessAnswers(
                doors: [DoorObjection(door: APIBench.door, grade: .warning, fault: fault)],
                standbys: [gra: StandbyAnswers(dataLag: .told(.seconds(3)))]))
        try await withAPI(answers: answers) { bench async throws in
            try await bench.settle()
            let readiness = try await bench.client.readiness()
            #expect(readiness.alone.isEmpty)
            let standby = try #require(readiness.standbys.first)
            #expect(readiness.standbys.count == 1 && standby.standby == gra)
            #expect(standby.findings == [ReadinessFinding(.doors, .warning, fault)])
            #expect(standby.dataLag == .seconds(3))
            // The head-room of 15 percent stays free.
            #expect(standby.room == 850)
            #expect(standby.need == 100)
            #expect(readiness.grade == .warning)
            _ = try await bench.client.readiness()
            #expect(answers.asked == 1)
            let socket = bench.client.socketPath
            let answer = try await run(
                "curl", ["-s", "--unix-socket", socket, "http://c/v1/readiness"])
            #expect(answer.stdout.contains("\"kind\":\"Readiness\""), "\(answer.stdout)")
        }
    }

    @Test func readinessWithoutATopologyIsRefusedInWords() async throws {
        try await withAPI(isRunning: false) { bench async throws in
            let socket = bench.client.socketPath
            let answer = try await run(
                "curl", ["-s", "--unix-socket", socket, "http://c/v1/readiness"])
            #expect(answer.stdout.contains("\"kind\":\"Error\""), "\(answer.stdout)")
            #expect(answer.stdout.contains("\"mend\""), "\(answer.stdout)")
        }
    }

    @Test func topologyAndProbesAreAnswered() async throws {
        try await withAPI { bench async throws in
            try await bench.settle()
            let topology = try await bench.client.topology()
            #expect(topology.digest == Digest(hex: "d0"))
            #expect(topology.files.map(\.name) == ["topology.yaml"])
            let probes = try await bench.client.probes()
            #expect(probes.vantage == ControllerID("c1"))
            #expect(probes.probes.count == 2)
            #expect(probes.probes.allSatisfy { $0.outcomes.hasPrefix("+") && $0.check == "tcp" })
        }
    }
}
