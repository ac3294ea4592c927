package import Detection
import HAProxyRuntime
package import Logging
package import NIOCore
package import Runtime
import Synchronization
package import TopologyModel
package import Values

/// Reads the load of every host that has a source, by `defaults.load`, and delivers what it says.
///
/// Each reading is a task of its own, over SwiftNIO, with a deadline; what is silent is delivered
/// as silent, with its reason.
package final class LoadReader: LoadPort {
    /// Readings that are open at once; further ones wait their turn.
    package static let openMax = 128
    /// What one reading may take.
    package static let answerMax = Duration.seconds(2)
    /// Edges that are asked at once in one reading of them.
    static let edgesAtOnceMax = 16
    /// A replaced topology is noticed so late at most.
    private static let restMax = Duration.milliseconds(100)
    /// Readings that are due within so short a time start together.
    private static let restMin = Duration.milliseconds(10)

    private let group: any EventLoopGroup
    private let vantage: ControllerID
    private let folder: String
    private let time: any TimePort
    private let log: Logger
    private let schedule = Mutex(LoadSchedule(openMax: LoadReader.openMax))
    private let counters = Mutex(EdgeCounters())

    /// - Parameter folder: Where relative paths of the topology's sockets begin.
    package init(
        group: any EventLoopGroup, vantage: ControllerID, folder: String, time: any TimePort,
        log: Logger
    ) {
        (self.group, self.vantage, self.folder) = (group, vantage, folder)
        (self.time, self.log) = (time, log)
    }

    /// Times that came while the reading before of the same source was still open.
    package var skipped: Int { schedule.withLock { $0.skipped } }

    package func replace(topology: Topology) async {
        let (targets, now) = (topology.loadTargets, time.now())
        schedule.withLock {
            $0.replace(targets, every: topology.rules.load.interval, at: now)
        }
        if !targets.isEmpty { log.info("loads are read from \(targets.count) sources") }
    }

    package func run(
        delivering deliver: @escaping @Sendable ([LoadReading]) -> Void
    ) async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let now = time.now()
                let (due, next) = schedule.withLock { ($0.due(at: now), $0.nextDue) }
                for target in due {
                    group.addTask {
                        let readings = await self.readings(of: target)
                        let isWanted = self.schedule.withLock { $0.finished(target.key) }
                        if isWanted, !Task.isCancelled { deliver(readings) }
                    }
                }
                let wake = min(next ?? .distantFuture, now + LoadReader.restMax)
                do { try await time.sleep(until: max(wake, now + LoadReader.restMin)) } catch {
                    break
                }
            }
            group.cancelAll()
        }
    }

    private var deadline: NIODeadline {
        .now() + .nanoseconds(LoadReader.answerMax.inNanoseconds)
    }

    private func readings(of target: LoadTarget) async -> [LoadReading] {
        switch target {
        case .page(let host, let region, let endpoint, let header, let path):
            let fetch = HTTPFetch(
                of: path, host: header, at: endpoint, on: group.next(), by: deadline)
            let result = await LoadReader.result { () async throws(SilentSource) in
                try Load(page: try await fetch.body())
            }
            return [reading(of: host, region, result)]
        case .query(let host, let regions, let query):
            return await readings(of: host, regions, asking: query)
        case .edges(let edges, let parts):
            let answers = await answers(of: edges)
            let results = counters.withLock { $0.results(of: parts, from: answers) }
            return zip(parts, results).map { reading(of: $0.host, $0.region, $1) }
        }
    }

    private static func result(
        _ load: () async throws(SilentSource) -> Load
    ) async -> LoadReading.Result {
        do throws(SilentSource) { return .read(load: try await load()) } catch {
            return .silent(why: error.why)
        }
    }

    private func reading(
        of host: HostID, _ region: RegionID?, _ result: LoadReading.Result
    ) -> LoadReading {
        LoadReading(vantage: vantage, host: host, region: region, at: time.now(), result: result)
    }

    private func readings(
        of host: HostID, _ regions: [RegionID], asking query: PrometheusQuery
    ) async -> [LoadReading] {
        let asked = PrometheusQuestion(
            host: host, query: query, loop: group.next(), deadline: deadline)
        return await asked.results(for: regions).map { reading(of: host, $0.region, $0.result) }
    }

    /// What every edge says, a few of them asked at once.
    private func answers(of edges: [Edge]) async -> [EdgeID: Result<HAProxyStats, SilentSource>] {
        let answers = await concurrentMap(edges, atOnce: LoadReader.edgesAtOnceMax) { edge in
            (edge.id, await self.answer(of: edge))
        }
        return Dictionary(answers) { first, _ in first }
    }

    private func answer(of edge: Edge) async -> Result<HAProxyStats, SilentSource> {
        let address: HAProxyAddress =
            switch edge.socket {
            case .tcp(let endpoint): .tcp(endpoint)
            case .unix(let path): .unix(path: path.hasPrefix("/") ? path : folder + "/" + path)
            }
        let limits = HAProxyLimits(exchange: LoadReader.answerMax)
        do throws(HAProxyError) {
            return .success(
                try await HAProxySocket(at: address, limits: limits, on: group).stats())
        } catch { return .failure(SilentSource("edge \(edge.id): \(error.what)")) }
    }
}
