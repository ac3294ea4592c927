import Lab
import TestSupport
import Testing
import TopologyModel
import Values
import Workload

/// Users by class, without a gate: what hosts and their load sources make of them.
@Suite(.serialized, .timeLimit(.minutes(2))) struct LabClassUsersServers {
    @Test func usersOfEachClassLogInAndAreServed() async throws {
        let plan = try planByClass()
        let report = try await lab(of: plan) { lab async throws in
            try await eventually("everybody is in") {
                try await inside(lab) == [6, 36, 18]
            }
            let text = try await lab.client.send("users")
            #expect(text.contains("REGION     CLASS    SERVED  WAITED  REFUSED"))
            #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(text)")
            let load = try await lab.get("/load", at: "ent-sbg2").text ?? ""
            #expect(!load.contains(#""loginsPerSecond":0"#), "\(load)")
        }
        let classes = try #require(report.regions.first?.classes)
        #expect(classes.map(\.classID.name) == ["staff", "pupils", "parents"])
        #expect(classes.allSatisfy { $0.served > 0 && $0.waited == 0 && $0.p99Ms != nil })
        #expect(report.isEveryRegionServed)
    }

    @Test func aSurgeBringsMoreThanTheHostBearsAndIsRefused() async throws {
        var plan = try planByClass()
        plan.capacity = 60_000  // 42,000 on an ordinary day
        _ = try await lab(of: plan) { lab async throws in
            let reply = try await lab.client.send("surge grand-est --factor 5 --over 0s")
            #expect(reply == "grand-est: demand grows to 5 times over 0s")
            try await eventually("the host is full and refuses") {
                let load = try await lab.get("/load", at: "ent-sbg2").text ?? ""
                let refused = try await classes(lab).map(\.refused)
                return load.contains(#""users":60000,"#) && refused.reduce(0, +) > 10
            }
            #expect(
                try await lab.client.send("count-anew") == "users are counted from now on")
            #expect(try await classes(lab).allSatisfy { $0.served + $0.refused < 200 })
        }
    }

    @Test func anAttackIsCountedApartAndEnds() async throws {
        let plan = try planByClass()
        _ = try await lab(of: plan) { lab async throws in
            let reply = try await lab.client.send("attack grand-est --rate 50")
            #expect(reply == "grand-est is attacked: 50 requests a second that never log in")
            try await eventually("the attack is served where nothing holds it") {
                try await classes(lab).last.map {
                    $0.classID.name == "(attack)" && $0.served > 10
                } ?? false
            }
            #expect(
                try await lab.client.send("attack grand-est --rate 0")
                    == "grand-est is not attacked")
        }
    }

    @Test func aLoadSourceLiesAndDiesAndHeals() async throws {
        let plan = try planByClass()
        _ = try await lab(of: plan) { lab async throws in
            try await eventually("everybody is in") {
                try await inside(lab) == [6, 36, 18]
            }
            let users = { () async throws -> Int? in
                let load = try await lab.get("/load", at: "ent-sbg2").text ?? ""
                return load.firstMatch(of: /"users":(\d+)/).flatMap { Int($0.1) }
            }
            let truth = try #require(try await users())
            #expect(
                try await lab.client.send("load-source ent-sbg2 lies")
                    == "the load source of ent-sbg2 lies")
            #expect(try #require(try await users()) < truth / 2)
            _ = try await lab.client.send("load-source ent-sbg2 dies")
            let dead = try await lab.get("/load", at: "ent-sbg2", within: .milliseconds(200))
            #expect(dead == .nothing)
            #expect(try await lab.get("/health", at: "ent-sbg2").text != nil)
            #expect(
                try await lab.client.send("status").contains("healthy; load source is dead"))
            _ = try await lab.client.send("load-source ent-sbg2 heals")
            #expect(try #require(try await users()) > truth / 2)
        }
    }

    private func planByClass() throws -> LabTopology {
        var plan = try LabTopology()
        plan.classes = [("staff", 10), ("pupils", 60), ("parents", 30)]
        plan.capacity = 200_000
        return plan
    }

    /// 60 users who think for a second, as 42,000.
    private func lab(
        of plan: LabTopology, _ body: @escaping @Sendable (LabWorkbench) async throws -> Void
    ) async throws -> LabReport {
        let resolver = StubResolver(plan.endpoints[0].address, ttl: .seconds(3600))
        return try await withLab(
            plan.topology, requestsPerSecond: 60, resolver: resolver, speed: 30, body)
    }
}

/// What the users of Grand-Est met, by class.
func classes(_ lab: LabWorkbench) async throws -> [LabReport.Class] {
    try await lab.users(of: "grand-est").classes
}

/// How many users of each class are in.
func inside(_ lab: LabWorkbench) async throws -> [Int] { try await classes(lab).map(\.inside) }
