import NIOPosix
import TestSupport
import Testing
import Values

@testable import HAProxyRuntime

/// Against the HAProxy that is installed.
@Suite(.needs(.haproxy), .serialized, .timeLimit(.minutes(2)))
struct RealHAProxyServers {
    private let be = HAProxyName("be")!
    private let a = HAProxyName("a")!
    private let b = HAProxyName("b")!

    @Test func weightsAreAppliedAndTrafficFollows() async throws {
        try await withEdge { haproxy, socket in
            let first = try await socket.setWeights(backend: be, weights: weights(a: 0, b: 100))
            #expect(first.shares.map(\.server) == [b])
            #expect(try bodies(of: haproxy, 10) == ["b": 10])
            let split = try await socket.setWeights(backend: be, weights: weights(a: 30, b: 70))
            #expect(split.shares.map(\.percent.value) == [30, 70])
            #expect(try bodies(of: haproxy, 100) == ["a": 30, "b": 70])
            #expect(split.algorithm == "roundrobin")
            #expect(split.weightsObjection == nil)
        }
    }

    @Test func theSameWeightsTwiceChangeNothing() async throws {
        try await withEdge { _, socket in
            let once = try await socket.setWeights(backend: be, weights: weights(a: 40, b: 60))
            let twice = try await socket.setWeights(backend: be, weights: weights(a: 40, b: 60))
            #expect(once.shares.map(\.percent) == twice.shares.map(\.percent))
            #expect(once.incarnation == twice.incarnation)
        }
    }

    @Test func aServerThatIsNotThereLeavesAllAsItWas() async throws {
        try await withEdge { haproxy, socket in
            let unknown = ServerWeight(
                server: HAProxyName("ent-par1")!, weight: AbsoluteWeight(.all))
            let error = try await thrown {
                _ = try await socket.setWeights(
                    backend: be, weights: [unknown] + weights(a: 0, b: 0))
            }
            #expect(
                error.kind
                    == .unknownServer(backend: be, server: unknown.server, known: [a, b]))
            #expect(!error.mayHaveChanged)
            #expect(try bodies(of: haproxy, 2)["a"] != nil)
        }
    }

    @Test func theLastServerIsNeverLowered() async throws {
        try await withEdge { haproxy, socket in
            let error = try await thrown {
                _ = try await socket.setWeights(backend: be, weights: weights(a: 0, b: 0))
            }
            #expect(error.kind == .nobodyWouldServe(backend: be))
            #expect(!error.mayHaveChanged)
            #expect(try bodies(of: haproxy, 1) != ["": 1])
        }
    }

    @Test func aStandbyInMaintenanceIsRaisedButThePrimaryStays() async throws {
        try await withEdge { haproxy, socket in
            let state = try await socket.setAdmin(backend: be, server: b, .maint)
            #expect(state[b]?.admin.isMaintenance == true)
            let error = try await thrown {
                _ = try await socket.setWeights(backend: be, weights: weights(a: 0, b: 100))
            }
            #expect(error.kind == .nobodyWouldServe(backend: be))
            #expect(error.mayHaveChanged)
            #expect(try bodies(of: haproxy, 3) == ["a": 3])
            let drained = try await socket.setAdmin(backend: be, server: b, .drain)
            #expect(drained[b]?.admin.isDraining == true)
            let ready = try await socket.setAdmin(backend: be, server: b, .ready)
            #expect(ready[b]?.serves == true)
        }
    }

    @Test func aRestartIsSeenAndHasForgottenTheWeights() async throws {
        try await withEdge { haproxy, socket in
            let set = try await socket.setWeights(backend: be, weights: weights(a: 0, b: 100))
            try await haproxy.restart()
            let read = try await socket.state(of: be)
            #expect(read.incarnation != set.incarnation)
            #expect(read.servers.map(\.weight.value) == [100, 1])
        }
    }

    @Test func aReloadIsSeenAndHasForgottenTheWeights() async throws {
        try await withEdge { haproxy, socket in
            let set = try await socket.setWeights(backend: be, weights: weights(a: 0, b: 100))
            try await haproxy.reload()
            let read = try await socket.state(of: be)
            #expect(read.incarnation != set.incarnation)
            #expect(read.servers.map(\.weight.value) == [100, 1])
        }
    }

    @Test func aHandsChangeIsReadAndIsNoRestart() async throws {
        try await withEdge { haproxy, socket in
            let before = try await socket.state(of: be)
            try haproxy.typed("set weight be/a 17")
            let after = try await socket.state(of: be)
            #expect(after.incarnation == before.incarnation)
            #expect(after[a]?.weight.value == 17)
            #expect(after[a]?.initialWeight.value == 100)
        }
    }

    @Test func aStaticAlgorithmIsRefusedInHAProxysWords() async throws {
        try await withEdge(balance: "static-rr") { _, socket in
            let state = try await socket.state(of: be)
            #expect(state.weightsObjection != nil)
            let error = try await thrown {
                _ = try await socket.setWeights(backend: be, weights: weights(a: 0, b: 100))
            }
            guard case .refused(let command, let words) = error.kind else {
                Issue.record("\(error)")
                return
            }
            #expect(command == "set server be/b weight 100")
            #expect(words.hasPrefix("Backend is using a static LB algorithm"))
            #expect(error.mend.contains("balance roundrobin"))
            #expect(!error.mayHaveChanged)
        }
    }

    @Test func aBackendThatIsNotThereIsRefused() async throws {
        try await withEdge { _, socket in
            let error = try await thrown { _ = try await socket.state(of: HAProxyName("no")!) }
            #expect(
                error.kind
                    == .refused(
                        command: "show servers state no", words: "Can't find backend."))
        }
    }

    @Test func aSocketWithoutTheRightIsRefused() async throws {
        try await withEdge { haproxy, _ in
            let socket = HAProxySocket(
                at: .unix(path: haproxy.place.folder.file("u.sock")),
                on: MultiThreadedEventLoopGroup.singleton)
            let error = try await thrown {
                _ = try await socket.setWeights(backend: be, weights: weights(a: 0, b: 100))
            }
            #expect(error.description.contains("Permission denied"))
            #expect(error.mend.contains("level admin"))
            #expect(!error.mayHaveChanged)
        }
    }

    @Test func onlyASocketOfLevelAdminMayChange() async throws {
        try await withEdge { haproxy, admin in
            let folder = haproxy.place.folder
            let others = ["u.sock", "o.sock"].map {
                HAProxySocket(
                    at: .unix(path: folder.file($0)), on: MultiThreadedEventLoopGroup.singleton)
            }
            let endpoint = try #require(Endpoint(text: "\(haproxy.place.address):9999"))
            let tcp = HAProxySocket(
                at: .tcp(endpoint), on: MultiThreadedEventLoopGroup.singleton)
            #expect(try await admin.mayChange())
            #expect(try await tcp.mayChange())
            for socket in others { #expect(try await !socket.mayChange()) }
        }
    }

    @Test func theSameIsSpokenOverTCP() async throws {
        try await withEdge { haproxy, unix in
            let endpoint = try #require(Endpoint(text: "\(haproxy.place.address):9999"))
            let tcp = HAProxySocket(
                at: .tcp(endpoint), on: MultiThreadedEventLoopGroup.singleton)
            let process = try await tcp.process()
            #expect(process == (try await unix.process()))
            #expect(process.pid == Int(haproxy.pid))
            let stats = try await tcp.stats()
            #expect(stats.load(of: a, in: be) == ServerLoad())
        }
    }

    @Test func aServerIsGivenAnotherAddress() async throws {
        try await withEdge { haproxy, socket in
            _ = try await socket.setWeights(backend: be, weights: weights(a: 100, b: 0))
            let endpoint = try #require(Endpoint(text: "\(haproxy.place.address):8002"))
            for _ in 1...2 {
                let state = try await socket.setAddress(backend: be, server: a, endpoint)
                #expect(state[a]?.endpoint == endpoint)
            }
            #expect(try bodies(of: haproxy, 3) == ["b": 3])
        }
    }

    @Test func aMapIsReplacedAsAWhole() async throws {
        try await withEdge { haproxy, socket in
            let map = RuntimeCommand.MapName.file(
                try #require(HAProxyWord(haproxy.place.folder.file("quota.map"))))
            #expect(try await socket.entries(of: map) == [MapLine(key: "pupils", value: "1")])
            let many = (0..<500).map {
                MapEntry(key: HAProxyWord("key-\($0)")!, value: HAProxyWord("\($0)")!)
            }
            let read = try await socket.replaceEntries(of: map, with: many)
            #expect(read.count == 500)
            #expect(read.last == MapLine(key: "key-499", value: "499"))
            #expect(try await socket.maps().map(\.entryCount) == [500])
            let stale = try await thrown {
                _ = try await socket.answers(to: [.commitMap(map, version: 0)])
            }
            #expect(stale.description.contains("Version number out of range."))
        }
    }

    private func withEdge(
        balance: String = "roundrobin",
        _ body: (HAProxyFixture, HAProxySocket) async throws -> Void
    ) async throws {
        try await withHAProxy(
            globals: { place in
                """
                    stats socket \(place.folder.file("u.sock")) mode 600 level user
                    stats socket \(place.folder.file("o.sock")) mode 600 level operator
                    stats socket ipv4@\(place.address):9999 level admin
                """
            }, config: { edgeConfig($0, balance: balance) }
        ) { haproxy in
            let socket = HAProxySocket(
                at: .unix(path: haproxy.place.socketPath),
                on: MultiThreadedEventLoopGroup.singleton)
            try await body(haproxy, socket)
        }
    }

    private func edgeConfig(_ place: HAProxyFixture.Place, balance: String) -> String {
        do {
            let map = try place.folder.write("pupils 1\n", to: "quota.map")
            return place.stub("a", port: 8001) + place.stub("b", port: 8002) + """
                frontend edge
                    bind \(place.address):8000
                    http-request set-header X-Quota %[req.hdr(X-Class),map_str(\(map),0)]
                    default_backend be
                backend be
                    balance \(balance)
                    server a \(place.address):8001 weight 100
                    server b \(place.address):8002 weight 1

                """
        } catch { return "# cannot write the map: \(error)\n" }
    }

    private func weights(a: Int, b: Int) -> [ServerWeight] {
        [
            ServerWeight(server: self.a, weight: AbsoluteWeight(a)!),
            ServerWeight(server: self.b, weight: AbsoluteWeight(b)!),
        ]
    }

    private func bodies(of haproxy: HAProxyFixture, _ count: Int) throws -> [String: Int] {
        var bodies: [String: Int] = [:]
        for _ in 0..<count { bodies[try haproxy.body(port: 8000), default: 0] += 1 }
        return bodies
    }
}

/// The error that `body` must throw.
func thrown(
    sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async throws -> HAProxyError {
    try #require(
        await #expect(throws: HAProxyError.self, sourceLocation: sourceLocation) {
            try await body()
        }, sourceLocation: sourceLocation)
}
