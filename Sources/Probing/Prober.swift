package import Detection
package import Logging
package import NIOCore
package import Runtime
import Synchronization
package import TopologyModel
package import Values

/// Sends probes over SwiftNIO as the pure schedule says, each on a connection of its own, and
/// delivers what they saw.
///
/// Behind `ProberPort`, so that a cheaper engine can take its place.
package final class Prober: ProberPort {
    private struct Shared {
        var schedule: ProbeSchedule?
    }

    private let group: any EventLoopGroup
    private let vantage: ControllerID
    private let time: any TimePort
    private let shared = Mutex(Shared())
    private let log: Logger

    /// How long the loop rests when nothing is due: by so much may a reload be noticed late, and
    /// the probe that confirms a failure start late, which the schedule asks for meanwhile.
    private static let restMax = Duration.milliseconds(20)

    package init(
        group: any EventLoopGroup, vantage: ControllerID, time: any TimePort, log: Logger
    ) {
        (self.group, self.vantage, self.time, self.log) = (group, vantage, time, log)
    }

    /// Ticks that could not start a probe, for too many were open.
    package var shedTicks: Int { shared.withLock { $0.schedule?.shedTicks ?? 0 } }

    package func replace(topology: Topology) async {
        let now = time.now()
        shared.withLock { shared in
            if shared.schedule == nil {
                shared.schedule = ProbeSchedule(topology: topology, at: now)
            } else {
                shared.schedule?.replace(topology: topology, at: now)
            }
        }
    }

    package func run(
        delivering deliver: @escaping @Sendable ([Observation]) -> Void
    ) async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let now = time.now()
                let (orders, next) = shared.withLock {
                    ($0.schedule?.due(at: now) ?? [], $0.schedule?.nextDue)
                }
                for order in orders {
                    group.addTask { await self.carryOut(order, delivering: deliver) }
                }
                let wake = min(next ?? .distantFuture, time.now() + Prober.restMax)
                do { try await time.sleep(until: wake) } catch { break }
            }
            group.cancelAll()
        }
    }

    private func carryOut(
        _ order: ProbeOrder, delivering deliver: @Sendable ([Observation]) -> Void
    ) async {
        let sentAt = time.now()
        let outcome = await Probe(order: order, loop: group.next()).outcome()
        let now = time.now()
        shared.withLock {
            $0.schedule?.finished(order.target, with: outcome.result, at: now)
        }
        let lateness = max(sentAt - order.dueAt, outcome.lateness)
        deliver([
            Observation(
                vantage: vantage, target: order.target, sentAt: sentAt, lateness: lateness,
                result: outcome.result)
        ])
    }
}
