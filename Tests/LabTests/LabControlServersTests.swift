import Lab
import Logging
import TestSupport
import Testing
import TopologyModel
import Values
import Workload

/// The control socket.
@Suite(.serialized) struct LabControlServers {
    @Test(arguments: [
        (name: "ent-sbg2", struck: "ent-sbg2"),
        (name: "sbg2", struck: "ent-sbg2"),
        (name: "ovh/strasbourg", struck: "ent-sbg2, ent-sbg3"),
        (name: "fate:power-sbg", struck: "ent-sbg2, ent-sbg3"),
        (name: "ovh", struck: "ent-sbg2, ent-sbg3, ent-gra1"),
    ])
    func aFaultStrikesEveryHostOfItsDomain(name: String, struck: String) async throws {
        let topology = try LabTopology().topology
        _ = try await withLab(topology) { lab async throws in
            #expect(try await lab.client.send("burn \(name)") == "\(name) is burnt: \(struck)")
        }
    }

    @Test func whatIsWrongIsSaidWithHowToMendIt() async throws {
        let wrong = [
            (line: "burn ent-sbg", says: "did you mean 'ent-sbg2'?"),
            (line: "burn ovh/strasburg", says: "did you mean 'ovh/strasbourg'?"),
            (line: "burn narnia", says: "use one of ent-sbg2, ent-sbg3, ent-gra1, sbg2"),
            (line: "burn rbx1", says: "no host stands in 'rbx1'"),
            (line: "bun sbg2", says: "did you mean 'burn'?"),
            (line: "", says: "use one of burn, heal"),
            (line: "burn", says: "write: burn NAME"),
            (line: "status now", says: "write: status"),
            (line: "slow sbg2", says: "write: slow NAME DURATION"),
            (line: "slow sbg2 1.5s", says: "up to 1m"),
            (line: "slow sbg2 2h", says: "up to 1m"),
            (line: "surge grand-est", says: "write: surge REGION... --factor N --over DURATION"),
            (line: "surge --factor 2 --over 1s", says: "write: surge REGION..."),
            (line: "surge grand-est --factor ten --over 1s", says: "'ten' is no factor"),
            (line: "surge grand-est --factor 101 --over 1s", says: "one of 0 through 100"),
            (line: "surge grand-est --factor 2 --over 2h", says: "one of 0s through 1h"),
            (line: "surge grand-es --factor 2 --over 1s", says: "did you mean 'grand-est'?"),
            (line: "surge occitanie --factor 2 --over 1s", says: "has no users by class"),
            (line: "attack grand-est", says: "write: attack REGION --rate N"),
            (line: "attack grand-est --rate 2000", says: "write 0 through 1000"),
            (line: "attack occitanie --rate 1", says: "declare classes"),
            (line: "load-source ent-sbg2 sleeps", says: "write: load-source HOST lies|dies|heals"),
            (line: "load-source ent-sbg lies", says: "did you mean 'ent-sbg2'?"),
        ]
        let topology = try LabTopology().topology
        _ = try await withLab(topology) { lab async throws in
            for (line, says) in wrong {
                await #expect("\(line)") {
                    try await lab.client.send(line)
                } throws: { error in
                    guard case LabError.refused(let text) = error else { return false }
                    return text.contains(says)
                }
            }
        }
    }

    @Test func aSecondLabAtTheSameSocketIsRefusedAndTheFirstGoesOn() async throws {
        let topology = try LabTopology().topology
        let other = try LabTopology().topology
        _ = try await withLab(topology) { lab async throws in
            let options = LabOptions(
                controlSocket: lab.socketPath, now: { Instant(unixSeconds: 0) }, onReport: { _ in })
            let second = Lab(topology: other, options: options, log: .quiet)
            await #expect(throws: LabError.controlSocketTaken(path: lab.socketPath)) {
                try await second.run()
            }
            #expect(try await lab.client.send("status").contains("ent-sbg2"))
        }
    }

    @Test func withoutALabTheClientSaysSo() async throws {
        await #expect {
            try await LabClient(socketPath: "/tmp/no-lab-here.sock").send("status")
        } throws: { error in
            "\(error)".hasPrefix("no lab answers at /tmp/no-lab-here.sock")
        }
    }
}

/// The users.
@Suite(.serialized) struct LabUsersServers {
    @Test func usersWhoseHostBurnsAreCountedAndServedAgainOnceTheNameMoves() async throws {
        let plan = try LabTopology()
        let topology = plan.topology
        let resolver = StubResolver(plan.endpoints[0].address, ttl: .milliseconds(50))
        let report = try await withLab(topology, requestsPerSecond: 50, resolver: resolver) {
            lab async throws in
            try await eventually("users are served at home") {
                try await lab.users(of: "grand-est").tally.served > 5
            }
            _ = try await lab.client.send("burn sbg2")
            try await eventually("users fail") {
                try await lab.users(of: "grand-est").tally.failed > 5
            }
            resolver.point(at: plan.endpoints[2].address)
            try await eventually("users are served elsewhere") {
                try await lab.users(of: "grand-est").tally.byHost.count == 2
            }
            #expect(try await lab.client.send("users").contains("grand-est"))
        }
        let region = try #require(report.regions.first)
        #expect(region.tally.byHost.map(\.host.name) == ["ent-sbg2", "ent-gra1"])
        #expect(region.failures.map(\.cause) == [.refused])
        #expect(region.tally.longestOutage != nil)
        #expect(region.waiting == region.tally.failed)
        #expect(report.isEveryRegionServed)
    }

    @Test func anAnswerIsKeptForItsTTLWhateverTheNameSaysNow() async throws {
        let plan = try LabTopology()
        let topology = plan.topology
        let resolver = StubResolver(plan.endpoints[0].address, ttl: .seconds(3600))
        _ = try await withLab(topology, requestsPerSecond: 50, resolver: resolver) {
            lab async throws in
            try await eventually("the name is looked up") {
                try await lab.users(of: "grand-est").tally.served > 0
            }
            resolver.point(at: plan.endpoints[2].address)
            let before = resolver.lookUps
            try await eventually("users go on") {
                try await lab.users(of: "grand-est").tally.served > 30
            }
            #expect(resolver.lookUps == before)
            #expect(try await lab.users(of: "grand-est").tally.byHost.count == 1)
        }
    }

    @Test func usersOfARegionBehindAnEdgeAskTheEdge() async throws {
        var plan = try LabTopology()
        plan.door = .haproxy(
            HAProxyDoor(edge: EdgeID("edge-1"), backend: "grand-est", isGate: false))
        plan.edges = [
            // The edge's address is a host's here: what stands there answers for the region.
            Edge(
                id: EdgeID("edge-1"), site: SiteID("gra1"),
                addresses: Addresses(ipv4: plan.endpoints[2]), socket: .unix(path: "none"))
        ]
        let topology = plan.topology
        let report = try await withLab(topology, requestsPerSecond: 50) { lab async throws in
            try await eventually("users are served through the edge") {
                try await lab.users(of: "grand-est").tally.served > 3
            }
        }
        #expect(report.regions.first?.tally.byHost.map(\.host.name) == ["ent-gra1"])
    }

    @Test func aHostCountsTheUsersThatItsRequestsStandFor() async throws {
        let plan = try LabTopology()
        let topology = plan.topology
        let resolver = StubResolver(plan.endpoints[0].address, ttl: .seconds(3600))
        _ = try await withLab(topology, requestsPerSecond: 50, resolver: resolver) {
            lab async throws in
            try await eventually("the host has users") {
                let load = try await lab.get("/load", at: "ent-sbg2").text ?? ""
                return load.contains(#""users":"#) && !load.contains(#""users":0"#)
            }
            #expect(
                try await lab.get("/load", at: "ent-gra1").text?.contains(#""users":0"#) == true)
        }
    }
}
