package import Detection
package import Logging
package import NIOCore
import NIOPosix
package import Runtime
package import Situations
import Synchronization
package import TopologyModel
package import Values

/// Sends probes as the pure schedule says, each on a connection of its own, and delivers what they
/// saw, in batches.
///
/// One thread of its own asks the schedule, starts plain TCP and HTTP probes over epoll, and hears
/// their answers; nothing of a probe passes through a task.
package final class Prober: ProberPort {
    private let vantage: ControllerID
    private let time: any TimePort
    private let schedule = Mutex<ProbeSchedule?>(nil)
    private let bell: Bell
    private let isEnding = Atomic<Bool>(false)
    private let sent = Atomic<Int>(0)
    private let special: SpecialProbes
    /// Bounded by the probes that the schedule lets be open.
    private let specialOrders = AsyncStream.makeStream(of: ProbeOrder.self)
    private let log: Logger

    /// Passes wait so long for company before they are delivered; a failure never waits.
    private static let gatherMax = Duration.milliseconds(10)
    /// Outcomes that wait before all are delivered.
    private static let gatheredMax = 512
    /// Probes started before answers are looked at again: a burst of starts starves no answer.
    private static let startsPerTurn = 64
    /// How long the thread sleeps when there is nothing to wait for.
    private static let restMax = Duration.seconds(60)

    /// - Throws: `Fault` when this machine has no descriptor left.
    package init(
        group: any EventLoopGroup, vantage: ControllerID, time: any TimePort, log: Logger
    ) throws(Fault) {
        (self.vantage, self.time, self.log) = (vantage, time, log)
        special = SpecialProbes(group: group, time: time)
        do {
            bell = try Bell()
        } catch {
            throw Fault(
                what: "no probe can be sent: eventfd failed with error \(error.number)",
                mend: "raise the limit of open files (ulimit -n)")
        }
    }

    /// Ticks that could not start a probe, for too many were open.
    package var shedTicks: Int { schedule.withLock { $0?.shedTicks ?? 0 } }

    package var counters: ProbeCounters {
        schedule.withLock { schedule in
            ProbeCounters(
                sent: sent.load(ordering: .relaxed), shed: schedule?.shedTicks ?? 0,
                open: schedule?.inFlight ?? 0, targets: schedule?.targetCount ?? 0)
        }
    }

    package func replace(topology: Topology) async {
        special.forget()
        let now = time.now()
        schedule.withLock { schedule in
            if schedule == nil {
                schedule = ProbeSchedule(topology: topology, at: now)
            } else {
                schedule?.replace(topology: topology, at: now)
            }
        }
        bell.ring()
    }

    package func run(
        delivering deliver: @escaping @Sendable ([Observation]) -> Void
    ) async {
        let pool = NIOThreadPool(numberOfThreads: 1)
        pool.start()
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.carryOutSpecial(deliver) }
                do {
                    try await pool.runIfActive { try self.drive(deliver) }
                } catch  where isEnding.load(ordering: .relaxed) {
                    // The end came before the thread began.
                } catch {
                    log.critical("no probe is sent any more: \(error)")
                }
                group.cancelAll()
            }
        } onCancel: {
            isEnding.store(true, ordering: .relaxed)
            bell.ring()
        }
        do { try await pool.shutdownGracefully() } catch { log.warning("prober: \(error)") }
    }

    /// The thread's loop.
    private func drive(_ deliver: @Sendable ([Observation]) -> Void) throws {
        let engine = try EpollEngine(
            capacity: ProbeSchedule.inFlightMaxDefault, time: time, bell: bell)
        var waiting: ArraySlice<ProbeOrder> = []
        var gathered = Gathered()
        while !isEnding.load(ordering: .relaxed) {
            var next = Instant.distantPast
            if waiting.isEmpty {
                let now = time.now()
                (waiting, next) = schedule.withLock {
                    ($0?.due(at: now)[...] ?? [], $0?.nextDue ?? .distantFuture)
                }
            }
            for order in waiting.prefix(Prober.startsPerTurn) { start(order, by: engine) }
            waiting = waiting.dropFirst(Prober.startsPerTurn)
            let wake = [
                next, engine.nextDeadline, gathered.since.map { $0 + Prober.gatherMax },
                time.now() + Prober.restMax,
            ]
            engine.turn(until: waiting.isEmpty ? wake.compactMap(\.self).min() ?? next : next)
            note(engine.takeEnded(), in: &gathered)
            if gathered.isDue(at: time.now()) { deliver(gathered.take()) }
        }
    }

    private func start(_ order: ProbeOrder, by engine: EpollEngine) {
        sent.add(1, ordering: .relaxed)
        if EpollEngine.takes(order.kind) {
            engine.start(order)
        } else {
            specialOrders.continuation.yield(order)
        }
    }

    /// Until it is cancelled; the open ones end then too.
    private func carryOutSpecial(
        _ deliver: @escaping @Sendable ([Observation]) -> Void
    ) async {
        await withDiscardingTaskGroup { group in
            for await order in specialOrders.stream {
                group.addTask {
                    let end = await self.special.end(of: order)
                    let now = self.time.now()
                    self.schedule.withLock {
                        $0?.finished(order.target, with: end.result, at: now)
                    }
                    // A failure is confirmed sooner than the thread had meant to wake.
                    self.bell.ring()
                    deliver([self.observation(of: end)])
                }
            }
        }
    }

    private func note(_ ends: [ProbeEnd], in gathered: inout Gathered) {
        guard !ends.isEmpty else { return }
        let now = time.now()
        schedule.withLock { schedule in
            for end in ends { schedule?.finished(end.order.target, with: end.result, at: now) }
        }
        gathered.add(ends.map(observation), at: now)
    }

    private func observation(of end: ProbeEnd) -> Observation {
        Observation(
            vantage: vantage, target: end.order.target, sentAt: end.sentAt,
            lateness: max(end.sentAt - end.order.dueAt, end.lateness), result: end.result,
            certificateEnd: end.certificateEnd)
    }

    /// What waits to be delivered.
    private struct Gathered {
        private(set) var since: Instant?
        private var observations: [Observation] = []
        private var hasFailure = false

        mutating func add(_ new: [Observation], at now: Instant) {
            since = since ?? now
            observations += new
            hasFailure = hasFailure || new.contains { $0.result.isFailure }
        }

        func isDue(at now: Instant) -> Bool {
            guard let since else { return false }
            return hasFailure || observations.count >= Prober.gatheredMax
                || now - since >= Prober.gatherMax
        }

        mutating func take() -> [Observation] {
            defer { self = Gathered() }
            return observations
        }
    }
}

extension ProbeResult {
    fileprivate var isFailure: Bool { if case .fail = self { true } else { false } }
}
