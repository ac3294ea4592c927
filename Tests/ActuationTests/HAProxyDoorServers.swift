import Actuation
import Control
import NIOCore
import NIOPosix
import Playbooks
import Runtime
import Situations
import TestSupport
import Testing
import TopologyModel
import Values

/// Backends of a real HAProxy, which compares no epochs.
@Suite(.needs(.haproxy), .serialized, .timeLimit(.minutes(2)))
struct HAProxyDoorServers {
    @Test func anOrderSetsWeightsAndTrafficFollows() async throws {
        try await withEdge { haproxy, doors in
            let wanted = shares(sbg: 70, gra: 30)
            guard case .done(let reading) = await doors.perform(order("est", to: wanted)) else {
                Issue.record("not done")
                return
            }
            #expect(reading.state == wanted)
            #expect(reading.epoch == nil)
            #expect(await doors.read(door("est")) == .read(reading: reading))
            let split = try bodies(of: haproxy, 100)
            #expect(split == ["sbg": 70, "gra": 30])
            _ = await doors.perform(order("est", to: shares(sbg: 0, gra: 100)))
            let moved = try bodies(of: haproxy, 20)
            #expect(moved == ["gra": 20])
        }
    }

    @Test func aRestartIsSeenAndHasForgottenTheShares() async throws {
        try await withEdge { haproxy, doors in
            let initial = try await read(doors, "est")
            guard
                case .done(let set) = await doors.perform(
                    order("est", to: shares(sbg: 0, gra: 100)))
            else {
                Issue.record("not done")
                return
            }
            #expect(set.incarnation == initial.incarnation)
            try await haproxy.restart()
            let after = try await read(doors, "est")
            #expect(after.incarnation != set.incarnation)
            #expect(after.state == initial.state)
        }
    }

    @Test func aHandsChangeIsReadAndIsNoRestart() async throws {
        try await withEdge { haproxy, doors in
            guard
                case .done(let set) = await doors.perform(
                    order("est", to: shares(sbg: 100, gra: 0)))
            else {
                Issue.record("not done")
                return
            }
            try haproxy.typed("set weight est/gra 100")
            let after = try await read(doors, "est")
            #expect(after.incarnation == set.incarnation)
            #expect(after.state == shares(sbg: 50, gra: 50))
        }
    }

    @Test func aServerOfNoHostIsForeign() async throws {
        try await withEdge { _, doors in
            let state = try await read(doors, "wide").state
            #expect(state.shares == shares(sbg: 50, gra: 0).shares)
            #expect(state.foreign.count == 1)
            #expect(state.foreign[0].hasPrefix("server stranger 50"))
        }
    }

    @Test func aHostThatTheBackendLacksChangesNothing() async throws {
        try await withEdge { _, doors in
            let before = await doors.read(door("short"))
            let outcome = await doors.perform(order("short", to: shares(sbg: 0, gra: 100)))
            guard case .nothingChanged(let fault) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(fault.what.contains("gra"))
            #expect(!fault.mend.isEmpty)
            #expect(await doors.read(door("short")) == before)
        }
    }

    @Test(arguments: ExistingSessions.allCases)
    func aRequestUnderWayGoesOnOrIsCut(existing: ExistingSessions) async throws {
        try await withEdge { haproxy, doors in
            let address = haproxy.place.address
            // A host that takes the request and never answers it.
            let host = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .bind(host: address, port: 8005).get()
            let user = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connect(host: address, port: 8004).get()
            try await user.writeAndFlush(ByteBuffer(string: "GET / HTTP/1.0\r\n\r\n"))
            try await eventually("the request to be at its host") {
                try haproxy.typed("show sess").contains("be=slow srv=sbg")
            }
            let wanted = shares(sbg: 0, gra: 100)
            let outcome = await doors.perform(order("slow", to: wanted, existing: existing))
            let sessions = try haproxy.typed("show sess")
            user.close(promise: nil)
            try await host.close()
            guard case .done = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(sessions.contains("be=slow srv=sbg") == (existing == .keep))
        }
    }

    @Test func anOrderThatIsTooLateIsNotSent() async throws {
        try await withEdge { _, doors in
            let before = await doors.read(door("est"))
            let late = order("est", to: shares(sbg: 0, gra: 100), within: .seconds(-1))
            guard case .nothingChanged = await doors.perform(late) else {
                Issue.record("it was not refused")
                return
            }
            #expect(await doors.read(door("est")) == before)
        }
    }

    @Test func aSocketThatIsGoneChangesNothing() async throws {
        try await withEdge { haproxy, doors in
            try await haproxy.stop()
            let outcome = await doors.perform(order("est", to: shares(sbg: 0, gra: 100)))
            guard case .nothingChanged(let fault) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(!fault.mend.isEmpty)
            guard case .unreadable = await doors.read(door("est")) else {
                Issue.record("it was read")
                return
            }
        }
    }

    /// It is asked which servers it has before anything is changed.
    @Test func aFrozenHAProxyIsSentNothing() async throws {
        try await withEdge { haproxy, doors in
            let before = try await read(doors, "est")
            try await haproxy.freeze()
            let wanted = shares(sbg: 0, gra: 100)
            let outcome = await doors.perform(order("est", to: wanted, within: .seconds(1)))
            haproxy.thaw()
            guard case .nothingChanged(let fault) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(!fault.mend.isEmpty)
            #expect(try await read(doors, "est") == before)
        }
    }

    @Test func anHAProxyThatHangsWhileItChangesIsInDoubtAndCanBeReadBack() async throws {
        try await withEdge { haproxy, doors in
            let folder = haproxy.place.folder
            let socket = haproxy.place.socketPath
            try await withDeafeningRelay(at: folder.file("relay.sock"), before: socket) {
                await doors.replace(topology: topology(socket: "relay.sock"))
                let wanted = shares(sbg: 0, gra: 100)
                let outcome = await doors.perform(order("est", to: wanted, within: .seconds(1)))
                guard case .unknown(let fault) = outcome else {
                    Issue.record("\(outcome)")
                    return
                }
                #expect(!fault.mend.isEmpty)
                let reading = try await read(doors, "est").state
                #expect(reading.shares.contains { $0.host == HostID("gra") }, "raised first")
                #expect(reading.shares.contains { $0.host == HostID("sbg") }, "not yet lowered")
            }
        }
    }

    private static let time = SystemTime { Instant(unixSeconds: 1_773_102_900) }

    private func withEdge(_ body: (HAProxyFixture, Doors) async throws -> Void) async throws {
        try await withHAProxy(config: config) { haproxy in
            let doors = Doors(
                folder: haproxy.place.folder.path, group: MultiThreadedEventLoopGroup.singleton,
                time: Self.time, log: .quiet)
            await doors.replace(topology: topology())
            try await body(haproxy, doors)
        }
    }

    private func config(_ place: HAProxyFixture.Place) -> String {
        let (sbg, gra) = ("server sbg \(place.address):8001", "server gra \(place.address):8002")
        return place.stub("sbg", port: 8001) + place.stub("gra", port: 8002) + """
            frontend edge
                bind \(place.address):8000
                default_backend est
            backend est
                \(sbg) weight 100
                \(gra) weight 1
            backend short
                \(sbg)
            frontend slow-edge
                bind \(place.address):8004
                default_backend slow
            backend slow
                server sbg \(place.address):8005 weight 100
                \(gra) weight 1
            backend wide
                \(sbg)
                server stranger \(place.address):8003

            """
    }

    /// The socket is named relative to the topology's folder, as in a file.
    private func topology(socket: String = "h.sock") -> Topology {
        let edge = Edge(
            id: EdgeID("edge-1"), site: SiteID("sbg"), addresses: Addresses(),
            socket: .unix(path: socket))
        let hosts = ["sbg", "gra"].map {
            Host(
                id: HostID($0), site: SiteID($0), addresses: Addresses(),
                capacity: Capacity(users: 1000))
        }
        let regions = ["est", "short", "slow", "wide"].map { name in
            Region(
                id: RegionID(name), title: name, priority: 1,
                demand: Demand(peakUsers: 100, curve: .flat), probes: [.tcp],
                primary: HostID("sbg"), standbys: [HostID("gra")],
                frontDoors: [
                    .haproxy(HAProxyDoor(edge: EdgeID("edge-1"), backend: name, isGate: false))
                ])
        }
        return Topology(providers: [], sites: [], hosts: hosts, edges: [edge], regions: regions)
    }

    private func door(_ backend: String) -> FrontDoorID { FrontDoorID("haproxy:edge-1/\(backend)") }

    private func shares(sbg: Int, gra: Int) -> DoorState {
        DoorState(shares: [
            Share(host: HostID("sbg"), percent: Percent(checked: sbg)),
            Share(host: HostID("gra"), percent: Percent(checked: gra)),
        ])
    }

    private func order(
        _ backend: String, to wanted: DoorState, existing: ExistingSessions = .keep,
        within limit: Duration = .seconds(10)
    ) -> StepOrder {
        let order = DoorOrder(
            door: door(backend), region: RegionID(backend), from: DoorState(shares: []),
            to: wanted, existing: existing)
        let key = StepKey(
            run: RunID(term: 7, number: 1), step: StepID("s1"), attempt: 1, epoch: firstEpoch)
        return StepOrder(key: key, order: order, notAfter: Self.time.now() + limit)
    }

    private func read(_ doors: Doors, _ backend: String) async throws -> DoorReading {
        switch await doors.read(door(backend)) {
        case .read(let reading): return reading
        case .unreadable(let fault): throw fault
        }
    }

    /// Who answered, and how often.
    private func bodies(of haproxy: HAProxyFixture, _ count: Int) throws -> [String: Int] {
        var bodies: [String: Int] = [:]
        for _ in 0..<count { bodies[try haproxy.body(port: 8000), default: 0] += 1 }
        return bodies
    }
}
