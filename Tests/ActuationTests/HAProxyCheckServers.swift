import Actuation
import NIOPosix
import Planning
import Runtime
import Situations
import TestSupport
import Testing
import TopologyModel
import Values

/// Whether a real HAProxy would obey, asked of it with nothing changed.
@Suite(.needs(.haproxy), .serialized, .timeLimit(.minutes(2)))
struct HAProxyCheckServers {
    private static let door = FrontDoorID("haproxy:edge-1/est")

    @Test func whatCouldBeSetHasNothingToSay() async throws {
        try await withEdge(asking: "est") { haproxy, doors in
            let before = try haproxy.state
            #expect(await doors.objections() == [])
            #expect(try haproxy.state == before)
        }
    }

    @Test(arguments: [
        (
            why: "a server is missing", backend: "short", typed: "", host: "gra",
            what: "backend short of edge-1 has no server gra",
            mend: "add it there, named as the host"
        ),
        (
            why: "a server is in maintenance", backend: "est",
            typed: "set server est/gra state maint", host: "gra",
            what: "gra is in maintenance in backend est of edge-1",
            mend: "`set server est/gra state ready` at its socket"
        ),
        (
            why: "a server is drained", backend: "est", typed: "set server est/gra state drain",
            host: "gra", what: "gra is drained in backend est of edge-1",
            mend: "`set server est/gra state ready` at its socket"
        ),
        (
            why: "HAProxy's own check holds a server down", backend: "est",
            typed: "set server est/gra health down", host: "gra",
            what: "HAProxy itself holds gra down in backend est of edge-1",
            mend: "see its health check there"
        ),
        (
            why: "its weights cannot be set", backend: "static", typed: "", host: nil,
            what: "balance", mend: "balance roundrobin"
        ),
        (
            why: "there is no such backend", backend: "gone", typed: "", host: nil,
            what: "Can't find backend", mend: ""
        ),
    ])
    func whatDoesNotObeySaysSo(
        why: String, backend: String, typed: String, host: String?, what: String, mend: String
    ) async throws {
        try await withEdge(asking: backend) { haproxy, doors in
            if !typed.isEmpty { try haproxy.typed(typed) }
            let before = try haproxy.state
            let found = try await only(doors.objections())
            #expect(found.door == FrontDoorID("haproxy:edge-1/\(backend)"), "\(why)")
            #expect(found.host == host.map { HostID($0) }, "\(why)")
            #expect(found.grade == .notReady, "\(why)")
            #expect(found.fault.what.contains(what), "\(found.fault)")
            #expect(mend.isEmpty || found.fault.mend.contains(mend), "\(found.fault)")
            #expect(try haproxy.state == before, "\(why)")
        }
    }

    @Test(arguments: ["user", "operator"])
    func aSocketThatMayChangeNothingSaysWhichLevelItNeeds(level: String) async throws {
        try await withEdge(asking: "est", socket: "\(level).sock") { _, doors in
            let found = try await only(doors.objections())
            #expect(found.host == nil && found.grade == .notReady)
            #expect(found.fault.what.hasSuffix("lets us look and change nothing"))
            #expect(found.fault.mend == "give the socket 'level admin' in 'stats socket'")
        }
    }

    @Test func aGateWithoutItsMapSaysSo() async throws {
        try await withEdge(asking: "est", isGate: true) { _, doors in
            let found = try await only(doors.objections())
            #expect(found.host == nil && found.grade == .notReady)
            #expect(found.fault.what.contains("est.quotas.map"), "\(found.fault)")
            #expect(!found.fault.mend.isEmpty)
        }
    }

    @Test func theShippedGateHasNothingToSay() async throws {
        try await withGate { bench in
            let found = await bench.doors.objections()
            #expect(!found.contains { $0.door == GateBench.door }, "\(found)")
            // Its backend is no gate.
            #expect(found.map(\.door.name) == ["haproxy:edge-1/plain"])
        }
    }

    @Test func aFrozenHAProxyIsGivenUpInTime() async throws {
        try await withEdge(asking: "est") { haproxy, doors in
            try await haproxy.freeze()
            let began = ContinuousClock.now
            let found = await doors.objections()
            haproxy.thaw()
            #expect(ContinuousClock.now - began < Doors.readMax + .seconds(2))
            let one = try only(found)
            #expect(one.host == nil && one.grade == .notReady)
            #expect(!one.fault.what.isEmpty)
            #expect(await doors.objections() == [], "it goes on, and obeys")
        }
    }

    @Test func aHAProxyThatIsGoneSaysSo() async throws {
        try await withEdge(asking: "est") { haproxy, doors in
            try await haproxy.stop()
            let found = try await only(doors.objections())
            #expect(found.door == Self.door && found.host == nil && found.grade == .notReady)
            #expect(!found.fault.mend.isEmpty)
        }
    }

    private func only(_ found: [DoorObjection]) throws -> DoorObjection {
        #expect(found.count == 1, "\(found)")
        return try #require(found.first)
    }

    private func withEdge(
        asking backend: String, isGate: Bool = false, socket: String = "h.sock",
        _ body: (HAProxyFixture, Doors) async throws -> Void
    ) async throws {
        try await withHAProxy(globals: sockets, config: config) { haproxy in
            let doors = Doors(
                folder: haproxy.place.folder.path, group: MultiThreadedEventLoopGroup.singleton,
                time: SystemTime { Instant(unixSeconds: 1_773_102_900) }, log: .quiet)
            await doors.replace(
                topology: topology(asking: backend, isGate: isGate, socket: socket))
            try await body(haproxy, doors)
        }
    }

    private func sockets(_ place: HAProxyFixture.Place) -> String {
        ["user", "operator"].map {
            "    stats socket \(place.folder.file("\($0).sock")) mode 600 level \($0)"
        }.joined(separator: "\n")
    }

    private func config(_ place: HAProxyFixture.Place) -> String {
        let (sbg, gra) = ("server sbg \(place.address):8001", "server gra \(place.address):8002")
        return place.stub("sbg", port: 8001) + place.stub("gra", port: 8002) + """
            frontend edge
                bind \(place.address):8000
                default_backend est
            backend est
                \(sbg) weight 100 check inter 1h
                \(gra) weight 1 check inter 1h
            backend short
                \(sbg)
            backend static
                balance static-rr
                \(sbg)
                \(gra)

            """
    }

    private func topology(asking backend: String, isGate: Bool, socket: String) -> Topology {
        let edge = Edge(
            id: EdgeID("edge-1"), site: SiteID("sbg"), addresses: Addresses(),
            socket: .unix(path: socket))
        let hosts = ["sbg", "gra"].map {
            Host(
                id: HostID($0), site: SiteID($0), addresses: Addresses(),
                capacity: Capacity(users: 1000))
        }
        let region = Region(
            id: RegionID(backend), title: backend, priority: 1,
            demand: Demand(peakUsers: 100, curve: .flat), probes: [.tcp],
            primary: HostID("sbg"), standbys: [HostID("gra")],
            frontDoors: [
                .haproxy(HAProxyDoor(edge: edge.id, backend: backend, isGate: isGate))
            ])
        return Topology(providers: [], sites: [], hosts: hosts, edges: [edge], regions: [region])
    }
}

extension HAProxyFixture {
    /// Every server's weight, state and address.
    fileprivate var state: String { get throws { try typed("show servers state") } }
}
