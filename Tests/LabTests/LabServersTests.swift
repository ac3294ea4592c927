import Lab
import NIOCore
import NIOPosix
import TestSupport
import Testing
import TopologyModel
import Values
import Workload

/// The lab's hosts and faults, over real sockets.
@Suite(.serialized) struct LabHostsServers {
    @Test func everyHostAnswersForItsRegions() async throws {
        let topology = try LabTopology().topology
        _ = try await withLab(topology) { lab async throws in
            let health = try await lab.get("/health", at: "ent-sbg2").text
            #expect(health?.hasPrefix("HTTP/1.1 200") == true)
            #expect(health?.hasSuffix("\r\n\r\ngrand-est at ent-sbg2\n") == true)
            let page = try await lab.get("/", at: "ent-sbg3").text
            #expect(page?.contains("X-Host: ent-sbg3") == true)
            #expect(page?.contains("grand-est at ent-sbg3") == true)
            let other = try await lab.get("/up", at: "ent-gra1", for: "occitanie.ent.example")
            #expect(other.text?.hasPrefix("HTTP/1.1 204") == true)
            let load = try await lab.get("/load", at: "ent-sbg2").text
            let zero =
                #"{"users":0,"waiting":0,"queue":0,"loginsPerSecond":0,"latencyMs":5,"#
                + #""errorsPerMillion":0}"# + "\n"
            #expect(load?.hasSuffix(zero) == true)
        }
    }

    @Test func aRegionThatAHostDoesNotServeIsNotFoundThere() async throws {
        let topology = try LabTopology().topology
        _ = try await withLab(topology) { lab async throws in
            for name in ["occitanie.ent.example", "nowhere.example"] {
                let met = try await lab.get("/", at: "ent-sbg2", for: name)
                #expect(met.text?.hasPrefix("HTTP/1.1 404") == true, "\(name)")
            }
        }
    }

    @Test func aBurntHostRefusesUntilItIsHealed() async throws {
        let topology = try LabTopology().topology
        _ = try await withLab(topology) { lab async throws in
            let reply = try await lab.client.send("burn sbg2")
            #expect(reply == "sbg2 is burnt: ent-sbg2")
            #expect(try await lab.get("/health", at: "ent-sbg2") == .refused)
            #expect(try await lab.get("/health", at: "ent-sbg3").text != nil)
            #expect(try await lab.client.send("status").contains("ent-sbg2  sbg2  burnt"))
            #expect(try await lab.client.send("heal sbg2") == "sbg2 is healthy: ent-sbg2")
            #expect(try await lab.get("/health", at: "ent-sbg2").text != nil)
        }
    }

    @Test func aFireCutsOpenConnections() async throws {
        let topology = try LabTopology().topology
        _ = try await withLab(topology) { lab async throws in
            _ = try await lab.client.send("silence ent-sbg2")
            async let open = lab.get("/", at: "ent-sbg2", within: .seconds(20))
            try await eventually("the request is open") {
                try await lab.get("/", at: "ent-sbg2", within: .milliseconds(50)) == .nothing
            }
            _ = try await lab.client.send("burn ent-sbg2")
            let met = try await open
            #expect(met == .cut || met == .refused)
        }
    }

    @Test func aSilentHostAcceptsAndNeverAnswers() async throws {
        let topology = try LabTopology().topology
        _ = try await withLab(topology) { lab async throws in
            _ = try await lab.client.send("silence ent-gra1")
            let met = try await lab.get("/health", at: "ent-gra1", within: .milliseconds(300))
            #expect(met == .nothing)
        }
    }

    @Test func aSlowHostAnswersThatMuchLater() async throws {
        let topology = try LabTopology().topology
        _ = try await withLab(topology) { lab async throws in
            #expect(
                try await lab.client.send("slow ent-sbg2 300ms")
                    == "ent-sbg2 is slow by 300ms: ent-sbg2")
            let start = ContinuousClock.now
            #expect(try await lab.get("/health", at: "ent-sbg2").text != nil)
            #expect(ContinuousClock.now - start >= .milliseconds(300))
            #expect(
                try await lab.get("/load", at: "ent-sbg2").text?.contains(#""latencyMs":305"#)
                    == true)
        }
    }

    @Test func referencesAndDependenciesOnLoopbackStandToo() async throws {
        let plan = try LabTopology()
        _ = try await withLab(plan.topology) { lab async throws in
            let ready = try await met(
                at: plan.dependency, within: .seconds(5),
                saying: "GET /ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(ready.text?.hasSuffix("\r\n\r\nopen\n") == true)
            let reference = try await met(
                at: plan.reference, within: .milliseconds(200), saying: "")
            #expect(reference == .nothing)
        }
    }

    @Test func theEndOfTheLabLeavesNothingListening() async throws {
        let topology = try LabTopology().topology
        let first = try await withLab(topology) { _ in }
        #expect(first.regions.map(\.tally.region.name) == ["grand-est"])
        _ = try await withLab(topology) { lab async throws in
            #expect(try await lab.get("/health", at: "ent-sbg2").text != nil)
        }
    }
}

/// What the lab refuses to stand up.
@Suite(.serialized) struct LabRefusalsServers {
    @Test func onlyLoopbackIsBound() async throws {
        var plan = try LabTopology()
        plan.endpoints[2] = Endpoint(.v4(0x0a00_0001), port: 8080)
        let wanted = LabError.notLoopback(
            what: "host 'ent-gra1'", plan.endpoints[2])
        let topology = plan.topology
        await #expect(throws: wanted) { _ = try await withLab(topology) { _ in } }
        #expect(wanted.description.contains("127.0.0.0/8"))
    }

    @Test func aTakenPortIsNamedAndNothingStaysBound() async throws {
        let plan = try LabTopology()
        let taken = plan.endpoints[2]
        let squatter = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: taken.address.text, port: Int(taken.port)).get()
        let topology = plan.topology
        await #expect {
            _ = try await withLab(topology) { _ in }
        } throws: { error in
            "\(error)".hasPrefix("host 'ent-gra1' cannot listen at \(taken)")
        }
        try await squatter.close()
        let met = try await met(at: plan.endpoints[0], within: .seconds(5), saying: "")
        #expect(met == .refused)
    }

    @Test func twoHostsAtOneEndpointAreNamed() async throws {
        var plan = try LabTopology()
        plan.endpoints[2] = plan.endpoints[0]
        let topology = plan.topology
        let wanted = LabError.sharedEndpoint(
            one: "host 'ent-sbg2'", other: "host 'ent-gra1'", plan.endpoints[0])
        await #expect(throws: wanted) { _ = try await withLab(topology) { _ in } }
    }
}
