import Detection
import Glibc
import Logging
import NIOPosix
import Probing
import Runtime
import Synchronization
import TestSupport
import Testing
import TopologyModel
import Values

/// The prober as the runtime runs it: by the schedule, over many targets.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct ProberServers {
    private static let me = ControllerID("c1")

    @Test func everyTargetIsProbedAgainAndAgain() async throws {
        try await withPeer(.page("200 OK", "up")) { endpoint in
            let topology = topology(at: endpoint, regions: 3)
            try await running(topology) { seen, _ in
                try await eventually("five probes of each") { seen.least(of: topology) >= 5 }
                for observation in seen.all {
                    #expect(observation.vantage == Self.me)
                    guard case .pass = observation.result else {
                        Issue.record("\(observation)")
                        return
                    }
                }
            }
        }
    }

    @Test func observationsCarryTheirStart() async throws {
        try await withPeer(.silent) { endpoint in
            let topology = topology(at: endpoint, regions: 1)
            try await running(topology) { seen, time in
                let began = time.now()
                try await eventually("probes that time out") { seen.all.count >= 5 }
                let late = seen.deliveries.filter { $0.at - $0.observation.sentAt < Self.timeout }
                #expect(late.isEmpty, "a probe that timed out started a timeout before")
                let starts = seen.all.map(\.sentAt).sorted()
                #expect(starts.allSatisfy { $0 <= time.now() })
                #expect(Set(starts).count == starts.count)
                #expect(starts.last.map { $0 >= began - Self.timeout } ?? false)
            }
        }
    }

    @Test func aFailureIsConfirmedAtTheFastInterval() async throws {
        let nobody = try #require(Endpoint(text: try FreePort().endpoint))
        let slow = ProbeRules(
            interval: .seconds(3), fastInterval: .milliseconds(100), timeout: Self.timeout)
        let topology = topology(at: nobody, regions: 1, rules: slow)
        try await running(topology) { seen, _ in
            try await eventually("three refusals") { seen.all.count >= 3 }
            let starts = seen.all.prefix(3).map(\.sentAt).sorted()
            #expect(starts[2] - starts[0] < slow.interval)
            #expect(seen.all.allSatisfy { $0.result == .fail(kind: .refused) })
        }
    }

    /// A machine that is busy with something else sheds ticks, as it should; so it is tried again.
    @Test func hundredsOfTargetsAreProbedWithHardlyAShedTick() async throws {
        let triesMax = 4
        let patient = ProbeRules(
            interval: .milliseconds(200), fastInterval: .milliseconds(100), timeout: .seconds(1))
        try await withPeer(.silent) { endpoint in
            let topology = topology(at: endpoint, regions: 200, rules: patient)
            var share = 1.0
            for _ in 0..<triesMax {
                let prober = try prober()
                try await running(topology, by: prober) { seen, _ in
                    try await eventually("five probes of each", within: .seconds(20)) {
                        seen.least(of: topology) >= 5
                    }
                    share = min(share, Double(prober.shedTicks) / Double(seen.all.count))
                }
                if share < 0.05 { break }
            }
            #expect(share < 0.05)
        }
    }

    @Test func aReloadStopsWhatIsNoLongerDeclared() async throws {
        try await withPeer(.page("200 OK", "up")) { endpoint in
            let (old, new) = (
                topology(at: endpoint, regions: 2), topology(at: endpoint, regions: 1)
            )
            let prober = try prober()
            try await running(old, by: prober) { seen, _ in
                try await eventually("probes of both") { seen.least(of: old) >= 2 }
                await prober.replace(topology: new)
                let gone = probeTargets(of: old)[1].target
                try await seen.more(3, of: new)
                let stopped = seen.count(of: gone)
                try await seen.more(3, of: new)
                #expect(seen.count(of: gone) == stopped)
            }
        }
    }

    @Test func aReloadStartsWhatIsNew() async throws {
        try await withPeer(.page("200 OK", "up")) { endpoint in
            let prober = try prober()
            try await running(topology(at: endpoint, regions: 1), by: prober) { seen, _ in
                let new = topology(at: endpoint, regions: 3)
                await prober.replace(topology: new)
                try await eventually("probes of all") { seen.least(of: new) >= 2 }
            }
        }
    }

    @Test func itEndsWhenItIsCancelledWithProbesOpen() async throws {
        try await withPeer(.silent) { endpoint in
            // `running` waits for the prober's end.
            try await running(topology(at: endpoint, regions: 20)) { seen, _ in
                try await eventually("a probe") { !seen.all.isEmpty }
            }
        }
    }

    private static let timeout = Duration.milliseconds(150)

    /// Runs a prober beside `body`, and ends it.
    private func running(
        _ topology: Topology, by prober: Prober? = nil,
        _ body: (Seen, SystemTime) async throws -> Void
    ) async throws {
        let prober = try prober ?? self.prober()
        await prober.replace(topology: topology)
        let seen = Seen(time: Self.time)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await prober.run { seen.take($0) } }
            try await body(seen, Self.time)
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    private static let time = SystemTime { Instant(unixSeconds: 1_773_102_900) }

    private func prober() throws -> Prober {
        try Prober(
            group: MultiThreadedEventLoopGroup.singleton, vantage: Self.me, time: Self.time,
            log: Logger(label: "probes", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    /// One host, and so many regions that probe it every 200 ms.
    private func topology(
        at endpoint: Endpoint, regions: Int,
        rules: ProbeRules = ProbeRules(
            interval: .milliseconds(200), fastInterval: .milliseconds(100), timeout: timeout)
    ) -> Topology {
        let host = Host(
            id: HostID("sbg"), site: SiteID("sbg"), addresses: Addresses(ipv4: endpoint),
            capacity: Capacity(users: 1000))
        let probe: ProbeKind =
            regions > 100 ? .tcp : .http(host: "ent.example", path: "/", status: 200, body: "up")
        let all = (0..<regions).map { index in
            Region(
                id: RegionID("r\(index)"), title: "R", priority: 1,
                demand: Demand(peakUsers: 100, curve: .flat), probes: [probe],
                primary: host.id, standbys: [], frontDoors: [],
                rules: RegionRules(probe: rules))
        }
        return Topology(providers: [], sites: [], hosts: [host], regions: all)
    }
}

/// What a prober delivered, and when.
private final class Seen: Sendable {
    struct Delivery: Sendable {
        let at: Instant
        let observation: Observation
    }

    private let time: SystemTime
    private let taken = Mutex<[Delivery]>([])

    init(time: SystemTime) { self.time = time }

    func take(_ observations: [Observation]) {
        let now = time.now()
        taken.withLock { $0 += observations.map { Delivery(at: now, observation: $0) } }
    }

    var deliveries: [Delivery] { taken.withLock(\.self) }
    var all: [Observation] { deliveries.map(\.observation) }

    func count(of target: ProbeTarget) -> Int { all.count { $0.target == target } }

    /// How often the target was probed that was probed least.
    func least(of topology: Topology) -> Int {
        let counts = Dictionary(grouping: all, by: \.target).mapValues(\.count)
        return probeTargets(of: topology).map { counts[$0.target] ?? 0 }.min() ?? 0
    }

    /// Waits for so many more probes of each.
    func more(_ count: Int, of topology: Topology) async throws {
        let before = least(of: topology)
        try await eventually("more probes") { least(of: topology) >= before + count }
    }
}
