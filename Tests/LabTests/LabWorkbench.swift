import Foundation
import Lab
import Logging
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing
import OrderedCollections
import TopologyModel
import Values
import Workload

/// What a raw request met, seen from the socket.
enum Met: Equatable {
    case answer(String)
    case refused
    /// Accepted, then cut before an answer.
    case cut
    /// Accepted, and nothing came within the time given.
    case nothing

    var text: String? {
        if case .answer(let text) = self { text } else { nil }
    }
}

/// The names of a front door, as a test sets them.
final class StubResolver: NameResolver {
    private let state: Mutex<State>

    private struct State {
        var address: IPAddress
        var ttl: Duration
        var lookUps = 0
    }

    init(_ address: IPAddress, ttl: Duration) {
        state = Mutex(State(address: address, ttl: ttl))
    }

    var lookUps: Int { state.withLock { $0.lookUps } }

    func point(at address: IPAddress) { state.withLock { $0.address = address } }

    func answer(
        to name: String, in zone: ZoneID, family: IPAddress.Family
    ) async throws -> NameAnswer {
        state.withLock { state in
            state.lookUps += 1
            return NameAnswer(addresses: [state.address], ttl: state.ttl)
        }
    }
}

/// A lab that runs beside a test, and ends with it.
struct LabWorkbench {
    static let readyWithin = Duration.seconds(20)

    let topology: Topology
    let client: LabClient
    let socketPath: String

    func endpoint(_ host: String) -> Endpoint {
        guard let endpoint = topology.hosts[HostID(host)]?.addresses.ipv4 else {
            preconditionFailure("no host \(host)")
        }
        return endpoint
    }

    /// GET `path` at `host` for `name`, on a connection of its own.
    func get(
        _ path: String, at host: String, for name: String = "grand-est.ent.example",
        within limit: Duration = .seconds(5)
    ) async throws -> Met {
        try await met(
            at: endpoint(host), within: limit,
            saying: "GET \(path) HTTP/1.1\r\nHost: \(name)\r\nConnection: close\r\n\r\n")
    }

    func report() async throws -> LabReport { try LabReport(json: await client.send("report")) }

    func users(of region: String) async throws -> LabReport.Region {
        try #require(await report().regions.first { $0.tally.region.name == region })
    }
}

/// 10 March 2021, 09:00 UTC.
let labDay = Instant(unixSeconds: 1_615_366_800)

/// Runs a lab for `topology`, hands it over once it stands, stops it, and returns its last report.
func withLab(
    _ topology: Topology, requestsPerSecond: Int = 0, resolver: (any NameResolver)? = nil,
    speed: Int = 1, gateKey: GateKey? = nil, from began: Instant = labDay,
    _ body: @escaping @Sendable (LabWorkbench) async throws -> Void
) async throws -> LabReport {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let socketPath = folder.file("lab.sock")
    let (ready, standing) = AsyncStream.makeStream(of: Void.self)
    let (reports, reported) = AsyncStream.makeStream(of: LabReport.self)
    let start = ContinuousClock.now
    let options = LabOptions(
        controlSocket: socketPath, requestsPerSecond: requestsPerSecond, speed: speed,
        gateKey: gateKey, now: { began + (ContinuousClock.now - start) },
        onReady: { standing.finish() }, onReport: { reported.yield($0) })
    let lab = Lab(topology: topology, options: options, log: .quiet, resolver: resolver)
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await lab.run() }
        group.addTask {
            for await _ in ready {}
            let client = LabClient(socketPath: socketPath)
            try await body(
                LabWorkbench(topology: topology, client: client, socketPath: socketPath))
            throw BodyIsDone()
        }
        do {
            while try await group.next() != nil {}
        } catch is BodyIsDone {
            group.cancelAll()
            while try await group.next() != nil {}
        }
    }
    reported.finish()
    var last: LabReport?
    for await report in reports { last = report }
    return try #require(last)
}

private struct BodyIsDone: Error {}

/// What saying `text` at `endpoint` brings, until the other side closes.
func met(at endpoint: Endpoint, within limit: Duration, saying text: String) async throws -> Met {
    try await withThrowingTaskGroup(of: Met.self) { group in
        group.addTask { try await exchange(text, at: endpoint) }
        group.addTask {
            try await Task.sleep(for: limit)
            return .nothing
        }
        defer { group.cancelAll() }
        return try #require(await group.next())
    }
}

private func exchange(_ text: String, at endpoint: Endpoint) async throws -> Met {
    do {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: endpoint.address.text, port: Int(endpoint.port)) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel)
                }
            }
        do {
            return try await channel.executeThenClose { inbound, outbound in
                if !text.isEmpty { try await outbound.write(ByteBuffer(string: text)) }
                var answer = ByteBuffer()
                for try await part in inbound { answer.writeImmutableBuffer(part) }
                return answer.readableBytes == 0 ? .cut : .answer(String(buffer: answer))
            }
        } catch is IOError {
            return .cut
        } catch is ChannelError {
            return .cut
        }
    } catch is NIOConnectionError {
        return .refused
    } catch is IOError {
        return .refused
    }
}

extension LabReport {
    init(json: String) throws {
        self = try JSONDecoder().decode(LabReport.self, from: Data(json.utf8))
    }
}

extension Logger {
    static var quiet: Logger { Logger(label: "lab", factory: { _ in SwiftLogNoOpLogHandler() }) }
}
