import Control
import ControlAPI
import Detection
import Documents
import Foundation
import Glibc
import Logging
import Manifests
import OrderedCollections
import Planning
import Playbooks
import Runtime
import Situations
import Synchronization
import TestSupport
import Testing
import TopologyModel
import Values

/// A controller with an outside of our own making, its server, and a client.
struct APIBench: Sendable {
    static let home = HostID("sbg")
    static let region = RegionID("est")
    static let door = FrontDoorID("haproxy:edge-1/est")
    static let principal = Principal("alice")
    static let readyLimit = Duration.seconds(20)

    let runtime: Runtime
    let client: ControlClient
    let journal: MemoryJournal

    /// Waits until the controller knows where the region is and that its hosts are up.
    func settle() async throws {
        try await eventually("the region to be known", within: Self.readyLimit) {
            let status = try await client.status()
            let hosts = status.regions.first?.hosts ?? []
            return status.regions.first?.isHome ?? false
                && hosts.allSatisfy { $0.standing?.verdict == .up }
        }
    }
}

/// Runs a controller and its server beside `body`, and ends them.
func withAPI(
    startsObserving: Fault? = nil, isRunning: Bool = true, socket: String? = nil,
    answers: FixedAnswers = FixedAnswers(),
    _ body: @escaping @Sendable (APIBench) async throws -> Void
) async throws {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let path = socket ?? folder.file("c.sock")
    let time = SystemTime { Instant(unixSeconds: Int64(Glibc.time(nil))) }
    let journal = MemoryJournal()
    let runtime = Runtime(
        controller: Controller(id: ControllerID("c1")),
        ports: Runtime.Ports(
            journal: journal, lease: OnlyLeader(), doors: ObedientDoors(),
            prober: PassingProber(time: time), load: NoLoads(), notices: NoNotices(),
            time: time),
        log: .quiet, startsObserving: startsObserving)
    let server = ControlServer(
        runtime: runtime, history: journal,
        readiness: ReadinessDesk(doors: answers, standbys: answers), socketPath: path, log: .quiet)
    let configuration = try configuration()
    let bench = APIBench(
        runtime: runtime, client: ControlClient(socketPath: path), journal: journal)
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.run() }
        if isRunning { group.addTask { await runtime.run(configuration: configuration) } }
        group.addTask {
            try await eventually("the server to answer", within: APIBench.readyLimit) {
                _ = try await bench.client.status()
                return true
            }
            try await body(bench)
            throw BodyIsDone()
        }
        do {
            while try await group.next() != nil {}
        } catch is BodyIsDone {
            group.cancelAll()
            while let result = await group.nextResult() {
                if case .failure(let error) = result, !(error is CancellationError) { throw error }
            }
        }
    }
}

private struct BodyIsDone: Error {}

/// One region at two hosts behind one edge, and the playbooks that we ship.
private func configuration() throws -> Configuration {
    let hosts = ["sbg", "gra"].map { name in
        Host(
            id: HostID(name), site: SiteID(name),
            addresses: Addresses(ipv4: Endpoint(.v4(name == "sbg" ? 1 : 2), port: 443)),
            capacity: Capacity(users: 1000))
    }
    let region = Region(
        id: APIBench.region, title: "Est", priority: 1,
        demand: Demand(peakUsers: 100, curve: .flat), probes: [.tcp], primary: APIBench.home,
        standbys: [HostID("gra")],
        frontDoors: [
            .haproxy(HAProxyDoor(edge: EdgeID("edge-1"), backend: "est", isGate: false))
        ])
    let sites = [("sbg", "ovh/strasbourg/sbg"), ("gra", "ovh/gravelines/gra")].map {
        Site(id: SiteID($0), provider: ProviderID("ovh"), domain: FailureDomain($1))
    }
    let edge = Edge(
        id: EdgeID("edge-1"), site: SiteID("gra"), addresses: Addresses(),
        socket: .unix(path: "h.sock"))
    let playbooks = try PlaybookFolder(
        path: packageRoot().appendingPathComponent("playbooks").path
    ).playbooks()
    return Configuration(
        topology: Topology(
            providers: [Provider(id: ProviderID("ovh"), title: "OVHcloud")], sites: sites,
            hosts: hosts, edges: [edge], regions: [region]),
        playbooks: playbooks, digest: Digest(hex: "d0"))
}

/// Keeps entries in memory, and gives them back as history.
final class MemoryJournal: JournalPort, HistoryPort {
    private let entries = Mutex<[JournalEntry]>([])

    func append(_ new: [JournalEntry]) async throws { entries.withLock { $0 += new } }

    func compact(_ state: ControllerState) async throws {}

    func probe() async throws {}

    func entries(before seq: Int?, atMost limit: Int) async throws -> [HistoryMessage.Line] {
        Array(lines.filter { $0.seq < seq ?? .max }.suffix(limit))
    }

    func entries(after seq: Int, atMost limit: Int) async throws -> [HistoryMessage.Line] {
        Array(lines.filter { $0.seq > seq }.prefix(limit))
    }

    func files(of digest: Digest) async throws -> [TopologyMessage.File] {
        [TopologyMessage.File(name: "topology.yaml", text: "version: 1\n")]
    }

    private var lines: [HistoryMessage.Line] {
        entries.withLock { entries in
            entries.enumerated().map {
                HistoryMessage.Line(seq: $0.offset + 1, entry: $0.element)
            }
        }
    }
}

private struct OnlyLeader: LeasePort {
    func renew(at now: Instant) async -> Lease {
        .held(
            epoch: Epoch(term: 1, revision: 0, owner: ControllerID("c1")),
            until: now + .seconds(60))
    }

    func yield(until: Instant?) async {}
}

/// Doors that hold what they were last told; home at first.
private final class ObedientDoors: DoorPort {
    private let held = Mutex<[FrontDoorID: DoorState]>([:])

    func perform(_ order: StepOrder) async -> StepOutcome {
        held.withLock { $0[order.order.door] = order.order.to }
        return .done(readback: DoorReading(state: order.order.to, incarnation: "1"))
    }

    func read(_ door: FrontDoorID) async -> FrontDoorState {
        let state = held.withLock { $0[door] }
        let home = DoorState(all: APIBench.home)
        return .read(reading: DoorReading(state: state ?? home, incarnation: "1"))
    }

    func replace(topology: Topology) async {}
}

/// Sees every target pass.
private final class PassingProber: ProberPort {
    var counters: ProbeCounters { ProbeCounters() }
    private let time: SystemTime
    private let targets = Mutex<[ProbeTarget]>([])

    init(time: SystemTime) { self.time = time }

    func run(delivering deliver: @escaping @Sendable ([Observation]) -> Void) async {
        while !Task.isCancelled {
            let now = time.now()
            deliver(
                targets.withLock(\.self).map {
                    Observation(
                        vantage: ControllerID("c1"), target: $0, sentAt: now, lateness: .zero,
                        result: .pass(latency: .milliseconds(1)))
                })
            do { try await time.sleep(until: now + .milliseconds(100)) } catch { return }
        }
    }

    func replace(topology: Topology) async {
        targets.withLock { $0 = probeTargets(of: topology).map(\.target) }
    }
}

private struct NoLoads: LoadPort {
    func run(delivering deliver: @escaping @Sendable ([LoadReading]) -> Void) async {}
    func replace(topology: Topology) async {}
}

private struct NoNotices: NoticePort {
    func post(_ notice: Notice) {}
}

extension Logger {
    static var quiet: Logger { Logger(label: "api", factory: { _ in SwiftLogNoOpLogHandler() }) }
}

/// Doors and standbys that say what a test wants, and how often they were asked.
final class FixedAnswers: DoorCheckPort, StandbyCheckPort {
    private let answers: ReadinessAnswers
    private let rounds = Mutex(0)

    init(_ answers: ReadinessAnswers = ReadinessAnswers()) { self.answers = answers }

    var asked: Int { rounds.withLock { $0 } }

    func objections() async -> [DoorObjection] {
        rounds.withLock { $0 += 1 }
        return answers.doors
    }

    func answers(
        of standbys: [Standby], in topology: Topology
    ) async -> [Standby: StandbyAnswers] { answers.standbys }
}
