import Detection
import Logging
import NIOCore
import NIOPosix
import Runtime
import Synchronization
import TestSupport
import Testing
import TopologyModel
import Values

@testable import Probing

/// What is no page of a load, and what is said of it.
private let lies: [(manners: Manners, why: String)] = [
    (.page("302 Found", ""), "it answered with status 302"),
    (.page("503 Busy", #"{"users":1}"#), "it answered with status 503"),
    (.page("200 OK", "<html>"), "its page is no JSON: a value is missing at byte 0"),
    (.page("200 OK", #"{"users":"1"}"#), "users is no number"),
    (.says("garbage\r\n\r\n"), "it broke off, or is no HTTP"),
    (
        .says("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"users\":1}"),
        "it broke off, or is no HTTP"
    ),
    (
        .page("200 OK", #"{"users":1,"x":""# + String(repeating: "x", count: 300_000)),
        "it answered with 65536 bytes or more"
    ),
    (.closes, "it broke off, or is no HTTP"),
    (.silent, "it gave no whole answer in time"),
]

/// The reader of loads against servers: pages that lie, HAProxy, Prometheus.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct LoadReaderServers {
    private static let est = RegionID("est")
    private static let host = HostID("h1")

    @Test func aPageIsReadForItsRegion() async throws {
        try await withPeer(.page("200 OK", #"{"users":12,"latencyMs":5}"#)) { endpoint in
            let result = try await Self.first(of: .http(path: "/load"), at: endpoint)
            #expect(result == .read(load: Load(users: 12, latency: .milliseconds(5))))
        }
    }

    @Test(arguments: lies)
    func whatIsNoPageIsSilent(manners: Manners, why: String) async throws {
        try await withPeer(manners) { endpoint in
            let result = try await Self.first(of: .http(path: "/load"), at: endpoint)
            #expect(result == .silent(why: why))
        }
    }

    @Test func nobodyThereIsSilent() async throws {
        let nobody = try #require(Endpoint(text: try FreePort().endpoint))
        let result = try await Self.first(of: .http(path: "/load"), at: nobody)
        #expect(result == .silent(why: "the connection was refused"))
    }

    @Test func itEndsSoonWhenItIsCancelledWithReadingsOpen() async throws {
        try await withPeer(.silent) { endpoint in
            let clock = ContinuousClock()
            let topology = Self.topology(load: .http(path: "/load"), at: endpoint)
            let began = try await Self.running(topology) { _ in
                try await Task.sleep(for: .milliseconds(200))
                return clock.now
            }
            #expect(clock.now - began < LoadReader.answerMax / 2)
        }
    }

    @Test(.needs(.haproxy)) func theCountersOfHAProxyAreDifferences() async throws {
        try await withHAProxy(config: Self.edge) { haproxy in
            let topology = Self.topology(edges: [haproxy.place.socketPath])
            try await Self.running(topology) { readings in
                try await eventually("a load") { readings.loads.last?.users == 0 }
                _ = await Self.visit(haproxy, "/")
                try await eventually("an answer that is no error") {
                    readings.loads.contains { $0.errors == PartsPerMillion(0) }
                }
                _ = await Self.visit(haproxy, "/bad")
                try await eventually("an answer that is one") {
                    readings.loads.contains { $0.errors == .one && $0.latency != nil }
                }
                try await haproxy.restart()
                let before = readings.loads.count
                try await eventually("loads without rates after the restart") {
                    readings.loads.dropFirst(before).contains(Load(users: 0))
                }
            }
        }
    }

    @Test(.needs(.haproxy)) func requestsInWorkAreUsersAndEdgesAreSummed() async throws {
        try await withPeer(.silent) { slow in
            let config = { (place: HAProxyFixture.Place) in
                Self.edge(place, server: "\(slow)")
            }
            try await withHAProxy(config: config) { first in
                try await withHAProxy(config: config) { second in
                    let topology = Self.topology(
                        edges: [first, second].map(\.place.socketPath))
                    try await Self.running(topology) { readings in
                        async let one = Self.visit(first, "/")
                        async let other = Self.visit(second, "/")
                        try await eventually("both requests in work") {
                            readings.loads.contains { $0.users == 2 }
                        }
                        _ = await (one, other)
                        try await second.stop()
                        try await eventually("an edge that is gone to be silent") {
                            guard case .silent(let why)? = readings.all.last?.result else {
                                return false
                            }
                            return why.hasPrefix("edge e1: HAProxy at ")
                        }
                    }
                }
            }
        }
    }

    @Test(.needs(.prometheus)) func prometheusIsAskedForEachRegion() async throws {
        try await withPrometheus { endpoint in
            let users = #"label_replace(vector(42.7), "region", "est", "", "")"#
            let known = try await Self.first(
                of: .prometheus(
                    PrometheusQuery(endpoint: endpoint, users: users, latency: "vector(0.25)")),
                at: endpoint)
            #expect(known == .read(load: Load(users: 42, latency: .milliseconds(250))))
            for (query, why) in [
                (#"up{host="${host}"}"#, "the query gives no value"),
                ("sum(", "it answered with status 400"),
                (
                    #"label_replace(vector(1), "region", "west", "", "")"#,
                    "the query gives no value for region est"
                ),
            ] {
                let source = LoadSource.prometheus(
                    PrometheusQuery(endpoint: endpoint, users: query))
                #expect(try await Self.first(of: source, at: endpoint) == .silent(why: why))
            }
        }
    }

    /// One backend `est`, whose server `h1` answers `/bad` with an error.
    private static func edge(_ place: HAProxyFixture.Place) -> String {
        edge(place, server: "\(place.address):9001") + """
            frontend h1
                bind \(place.address):9001
                http-request return status 500 if { path /bad }
                http-request return status 200 content-type text/plain string "h1"

            """
    }

    private static func edge(_ place: HAProxyFixture.Place, server: String) -> String {
        """
        frontend in
            bind \(place.address):8100
            default_backend est
        backend est
            balance roundrobin
            server h1 \(server)

        """
    }

    /// A request that waits for its answer at most two seconds; whether it was answered well.
    private static func visit(_ haproxy: HAProxyFixture, _ path: String) async -> Bool {
        guard let endpoint = Endpoint(text: "\(haproxy.place.address):8100") else { return false }
        let fetch = HTTPFetch(
            of: path, host: "h", at: endpoint, on: MultiThreadedEventLoopGroup.singleton.next(),
            by: .now() + .seconds(2))
        do throws(SilentSource) { return try await !fetch.body().isEmpty } catch { return false }
    }

    /// What the first reading of one host with such a source comes to.
    private static func first(
        of source: LoadSource, at endpoint: Endpoint
    ) async throws -> LoadReading.Result {
        try await running(topology(load: source, at: endpoint)) { readings in
            let reading = try await eventuallyValue("a reading") { readings.all.first }
            #expect(reading.host == host)
            #expect(reading.vantage == ControllerID("c1"))
            return reading.result
        }
    }

    /// Runs a reader beside `body`, and ends it.
    private static func running<Value: Sendable>(
        _ topology: Topology, _ body: (Readings) async throws -> Value
    ) async throws -> Value {
        let reader = LoadReader(
            group: MultiThreadedEventLoopGroup.singleton, vantage: ControllerID("c1"),
            folder: "/", time: SystemTime { Instant(unixSeconds: 1_773_102_900) },
            log: Logger(label: "loads", factory: { _ in SwiftLogNoOpLogHandler() }))
        await reader.replace(topology: topology)
        let readings = Readings()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await reader.run { readings.take($0) } }
            let value = try await body(readings)
            group.cancelAll()
            try await group.waitForAll()
            return value
        }
    }

    private static func topology(load: LoadSource, at endpoint: Endpoint) -> Topology {
        topology(load: load, at: endpoint, doors: [], edges: [])
    }

    private static func topology(edges sockets: [String]) -> Topology {
        let edges = sockets.enumerated().map { index, path in
            Edge(
                id: EdgeID("e\(index)"), site: SiteID("s"), addresses: Addresses(),
                socket: .unix(path: path))
        }
        let doors = edges.map {
            FrontDoor.haproxy(HAProxyDoor(edge: $0.id, backend: "est", isGate: false))
        }
        return topology(
            load: .haproxy, at: Endpoint(.v4(0x7f00_0001), port: 1), doors: doors, edges: edges)
    }

    private static func topology(
        load: LoadSource, at endpoint: Endpoint, doors: [FrontDoor], edges: [Edge]
    ) -> Topology {
        Topology(
            rules: GlobalRules(load: LoadRules(interval: .milliseconds(100))), providers: [],
            sites: [],
            hosts: [
                Host(
                    id: host, site: SiteID("s"), addresses: Addresses(ipv4: endpoint),
                    capacity: Capacity(users: 1000), load: load)
            ],
            edges: edges,
            regions: [
                Region(
                    id: est, title: "Est", priority: 1,
                    demand: Demand(peakUsers: 100, curve: .flat),
                    probes: [.http(host: "est.example", path: "/", status: 200, body: nil)],
                    primary: host, standbys: [], frontDoors: doors)
            ])
    }
}

/// What a reader delivered.
private final class Readings: Sendable {
    private let taken = Mutex<[LoadReading]>([])

    func take(_ readings: [LoadReading]) { taken.withLock { $0 += readings } }

    var all: [LoadReading] { taken.withLock(\.self) }
    var loads: [Load] {
        all.compactMap { if case .read(let load) = $0.result { load } else { nil } }
    }
}

/// Runs `body` with the endpoint of a real Prometheus that scrapes nothing.
func withPrometheus(_ body: (Endpoint) async throws -> Void) async throws {
    let folder = try TemporaryFolder()
    let port = try FreePort()
    let endpoint = try #require(Endpoint(text: port.endpoint))
    let arguments = [
        "--config.file=\(try folder.write("global: {}\n", to: "prometheus.yml"))",
        "--storage.tsdb.path=\(folder.file("data"))", "--web.listen-address=\(port.endpoint)",
    ]
    try await withChild(try Program.prometheus.requiredPath(), arguments) { child in
        try await eventually("Prometheus to be ready", within: .seconds(30)) {
            guard child.isRunning else { throw TestSupportError(child.errors) }
            let fetch = HTTPFetch(
                of: "/-/ready", host: port.endpoint, at: endpoint,
                on: MultiThreadedEventLoopGroup.singleton.next(), by: .now() + .seconds(2))
            return try await !fetch.body().isEmpty
        }
        try await body(endpoint)
    }
}
