import Detection
import Logging
import NIOPosix
import Probing
import Runtime
import Synchronization
import TestSupport
import Testing
import TopologyModel
import Values

/// Live requests through the HAProxy that is installed, as its counters tell of them.
@Suite(.needs(.haproxy), .serialized, .timeLimit(.minutes(2)))
struct TrafficServers {
    private static let front = 18_080
    private static let time = SystemTime { Instant(unixSeconds: 1_773_102_900) }

    @Test func answersAndFailuresAreToldApart() async throws {
        try await watching(host: Self.stub(status: 200)) { haproxy, heard in
            for _ in 0..<10 { _ = try haproxy.body(port: Self.front) }
            try await eventually("ten answers") { heard.sum.answered == 10 }
            #expect(heard.sum.failed == TrafficFailures())
            #expect(heard.sum.began == 10)
            #expect(heard.all.allSatisfy { $0.span < TrafficReading.spanMax })
        }
    }

    @Test func errorsOfTheHostAreItsOwn() async throws {
        try await watching(host: Self.stub(status: 503)) { haproxy, heard in
            for _ in 0..<5 { _ = try haproxy.body(port: Self.front) }
            try await eventually("five errors") { heard.sum.failed.serverErrors == 5 }
            #expect(heard.sum.answered == 0)
        }
    }

    @Test func aHostThatRefusesIsSeenAtItsFirstRetry() async throws {
        try await watching(host: { _ in "" }) { haproxy, heard in
            _ = try haproxy.body(port: Self.front)
            try await eventually("a retry and an end") {
                heard.sum.failed.retries > 0 && heard.sum.failed.connects > 0
            }
            #expect(heard.sum.answered == 0)
            #expect(heard.all.first?.failed.retries == 1, "long before it is given up")
        }
    }

    @Test func aRestartIsNoFailure() async throws {
        try await watching(host: Self.stub(status: 200)) { haproxy, heard in
            for _ in 0..<10 { _ = try haproxy.body(port: Self.front) }
            try await eventually("ten answers") { heard.sum.answered == 10 }
            try await haproxy.restart()
            try await eventually("requests of the new process") {
                _ = try haproxy.body(port: Self.front)
                return heard.sum.answered > 10
            }
            #expect(heard.sum.failed == TrafficFailures())
        }
    }

    @Test func anEdgeThatIsGoneSaysNothing() async throws {
        try await watching(host: Self.stub(status: 200)) { haproxy, heard in
            _ = try haproxy.body(port: Self.front)
            try await eventually("an answer") { heard.sum.answered == 1 }
            let before = heard.all.count
            try await haproxy.stop()
            try await eventually("readings that fail", within: .seconds(5)) {
                heard.reader.exchanges.faults >= 2
            }
            #expect(heard.all.count == before)
        }
    }

    /// Runs a reader beside `body`, with an HAProxy whose server `h` is what `host` configures.
    private func watching(
        host: @escaping (HAProxyFixture.Place) -> String,
        _ body: (HAProxyFixture, Heard) async throws -> Void
    ) async throws {
        let config = { (place: HAProxyFixture.Place) in
            """
            frontend front
                bind \(place.address):\(Self.front)
                default_backend est
            backend est
                retries 1
                server h \(place.address):\(Self.front + 1)
            \(host(place))
            """
        }
        try await withHAProxy(config: config) { haproxy in
            let reader = TrafficReader(
                vantage: ControllerID("c1"), folder: haproxy.place.folder.file(""),
                group: MultiThreadedEventLoopGroup.singleton, time: Self.time,
                log: Logger(label: "traffic", factory: { _ in SwiftLogNoOpLogHandler() }))
            await reader.replace(topology: topology(haproxy))
            let heard = Heard(reader: reader)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await reader.run { heard.take($0) } }
                try await eventually("a first reading") { reader.exchanges.readings > 1 }
                try await body(haproxy, heard)
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }

    private static func stub(status: Int) -> (HAProxyFixture.Place) -> String {
        { place in
            """
            frontend host
                bind \(place.address):\(front + 1)
                http-request return status \(status) content-type text/plain string "h"

            """
        }
    }

    private func topology(_ haproxy: HAProxyFixture) -> Topology {
        let site = SiteID("s")
        let host = Host(
            id: HostID("h"), site: site, addresses: Addresses(), capacity: Capacity(users: 1000))
        let edge = Edge(
            id: EdgeID("e1"), site: site, addresses: Addresses(),
            socket: .unix(path: haproxy.place.socketPath))
        let door = HAProxyDoor(edge: edge.id, backend: "est", isGate: false)
        let region = Region(
            id: RegionID("est"), title: "Est", priority: 1,
            demand: Demand(peakUsers: 100, curve: .flat), probes: [.tcp], primary: host.id,
            standbys: [], frontDoors: [.haproxy(door)], rules: RegionRules())
        return Topology(
            providers: [], sites: [], hosts: [host], edges: [edge], regions: [region])
    }
}

/// What was delivered.
private final class Heard: Sendable {
    let reader: TrafficReader
    private let taken = Mutex<[TrafficReading]>([])

    init(reader: TrafficReader) { self.reader = reader }

    func take(_ readings: [TrafficReading]) { taken.withLock { $0 += readings } }

    var all: [TrafficReading] { taken.withLock(\.self) }
    /// All of them as one.
    var sum: (answered: Int, began: Int, failed: TrafficFailures) {
        all.reduce((0, 0, TrafficFailures())) {
            ($0.0 + $1.answered, $0.1 + $1.began, $0.2 + $1.failed)
        }
    }
}
