package import Detection
import HAProxyRuntime
package import Logging
package import NIOCore
import OrderedCollections
package import Runtime
import Synchronization
package import TopologyModel
package import Values

/// Reads the counters of every edge that has backends, several times a second, and delivers what
/// became of live requests between two readings.
///
/// One task an edge, one connection a reading. An edge that does not answer delivers nothing: a
/// socket that is gone is no evidence. A reading that was slow, or that this machine was late
/// for, makes the next one wait longer.
package final class TrafficReader: TrafficPort {
    /// For one exchange; HAProxy answers in a millisecond.
    private static let exchangeMax = Duration.milliseconds(500)
    /// The longest pause that a busy machine, or an edge that does not answer, leads to.
    private static let pauseMax = Duration.seconds(1)
    /// How many times as long as a reading took the pause after it is, at least: a tenth of the
    /// time is enough for what only watches.
    private static let pauseForEachReading = 9

    private let vantage: ControllerID
    private let folder: String
    private let group: any EventLoopGroup
    private let time: any TimePort
    private let log: Logger
    private let topologies = AsyncStream.makeStream(
        of: Topology.self, bufferingPolicy: .bufferingNewest(1))
    private let counts = Mutex((readings: 0, faults: 0))

    /// - Parameter folder: Where relative paths of sockets begin.
    package init(
        vantage: ControllerID, folder: String, group: any EventLoopGroup, time: any TimePort,
        log: Logger
    ) {
        (self.vantage, self.folder, self.group) = (vantage, folder, group)
        (self.time, self.log) = (time, log)
    }

    /// Exchanges that came about, and those that did not.
    package var exchanges: (readings: Int, faults: Int) { counts.withLock(\.self) }

    package func replace(topology: Topology) async { topologies.continuation.yield(topology) }

    package func run(
        delivering deliver: @escaping @Sendable ([TrafficReading]) -> Void
    ) async {
        await withDiscardingTaskGroup { group in
            var generation: Generation?
            for await topology in topologies.stream {
                generation?.end()
                let next = Generation()
                generation = next
                guard topology.rules.traffic.observe else { continue }
                for edge in WatchedEdge.all(of: topology, in: folder) {
                    let interval = topology.rules.traffic.interval
                    group.addTask { await self.watch(edge, each: interval, next, deliver) }
                }
            }
        }
    }

    /// Until the generation ends, or it is cancelled.
    private func watch(
        _ edge: WatchedEdge, each interval: Duration, _ generation: Generation,
        _ deliver: @Sendable ([TrafficReading]) -> Void
    ) async {
        let socket = HAProxySocket(
            at: edge.address, limits: HAProxyLimits(exchange: TrafficReader.exchangeMax),
            on: group)
        var differences = TrafficDifferences(edge: edge, vantage: vantage)
        var wasHeard = true
        while !Task.isCancelled, !generation.isEnded {
            let began = time.now()
            var pause = interval
            do throws(HAProxyError) {
                let rows = try await socket.counters(of: edge.backends)
                let readings = differences.readings(of: rows, at: time.now())
                counts.withLock { $0.readings += 1 }
                if !readings.isEmpty, !generation.isEnded { deliver(readings) }
                wasHeard = true
            } catch {
                differences.forget()
                counts.withLock { $0.faults += 1 }
                if wasHeard { log.warning("live requests at \(edge.id) are not read: \(error)") }
                wasHeard = false
                pause = TrafficReader.pauseMax
            }
            let took = time.now() - began
            pause = min(
                max(interval - took, took * TrafficReader.pauseForEachReading, pause - took),
                TrafficReader.pauseMax)
            do { try await time.sleep(until: time.now() + pause) } catch { return }
        }
    }

    /// The edges of one topology: ended by the next one.
    private final class Generation: Sendable {
        private let ended = Atomic<Bool>(false)
        var isEnded: Bool { ended.load(ordering: .relaxed) }
        func end() { ended.store(true, ordering: .relaxed) }
    }
}

/// An edge with the backends that are doors there.
struct WatchedEdge: Sendable {
    let id: EdgeID
    let address: HAProxyAddress
    /// Regions by the names of their backends; several may share one, and then none can be told.
    let regions: [String: Region]
    let backends: [HAProxyName]

    static func all(of topology: Topology, in folder: String) -> [WatchedEdge] {
        topology.edges.values.compactMap { edge in
            var regions: [String: Region] = [:]
            var shared: Set<String> = []
            for region in topology.regions.values {
                for case .haproxy(let door) in region.frontDoors where door.edge == edge.id {
                    if regions.updateValue(region, forKey: door.backend) != nil {
                        shared.insert(door.backend)
                    }
                }
            }
            for backend in shared { regions[backend] = nil }
            let backends = regions.keys.sorted().compactMap { HAProxyName($0) }
            guard !backends.isEmpty else { return nil }
            return WatchedEdge(
                id: edge.id, address: HAProxyAddress(edge.socket, in: folder), regions: regions,
                backends: backends)
        }
    }
}

extension HAProxyAddress {
    fileprivate init(_ socket: RuntimeSocket, in folder: String) {
        switch socket {
        case .tcp(let endpoint): self = .tcp(endpoint)
        case .unix(let path): self = .unix(path: path.hasPrefix("/") ? path : folder + "/" + path)
        }
    }
}
