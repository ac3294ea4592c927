import HeapModule
import OrderedCollections
package import TopologyModel
package import Values

/// One probe to start now.
package struct ProbeOrder: Hashable, Sendable {
    package let target: ProbeTarget
    package let kind: ProbeKind
    package let timeout: Duration
    /// When it should have started; how much later it did start is its lateness.
    package let dueAt: Instant

    package init(target: ProbeTarget, kind: ProbeKind, timeout: Duration, dueAt: Instant) {
        (self.target, self.kind, self.timeout, self.dueAt) = (target, kind, timeout, dueAt)
    }
}

/// Which probe starts when: a pure value that prober and simulator drive alike.
///
/// Ticks run from start to start on each target's own grid, whose phase comes from the target's
/// name, so that probes are spread over the interval alike in every process. After a first failure,
/// or while an answer is late, further probes start at `fastInterval`, although earlier ones may
/// still be open, until it is up again or down. A tick that cannot start is shed and counted, never
/// queued: queued probes starve the answers of open ones.
package struct ProbeSchedule: Sendable {
    /// Probes open at once over all targets.
    package static let inFlightMaxDefault = 4096
    /// Probes open at once of one target.
    package static let overlapMax = 4
    /// An open probe that is this many timeouts old has lost its answer, and no longer counts.
    package static let abandonedAfterTimeouts = 2

    private struct Tick: Comparable {
        let at: Instant
        let entry: Int

        static func < (left: Tick, right: Tick) -> Bool {
            (left.at, left.entry) < (right.at, right.entry)
        }
    }

    private let inFlightMax: Int
    private var entries: OrderedDictionary<ProbeTarget, ScheduledTarget> = [:]
    /// One valid tick a target; a tick that is not its target's `next` is void.
    private var ticks = Heap<Tick>()
    /// Probes that are open now.
    package private(set) var inFlight = 0
    /// Ticks that could not start since this schedule was made.
    package private(set) var shedTicks = 0

    package init(
        topology: Topology, at now: Instant, inFlightMax: Int = ProbeSchedule.inFlightMaxDefault
    ) {
        precondition(inFlightMax > 0, "inFlightMax must be positive; got \(inFlightMax)")
        self.inFlightMax = inFlightMax
        replace(topology: topology, at: now)
    }

    package var targetCount: Int { entries.count }

    /// When the next probe starts; nil when there is nothing to probe.
    package var nextDue: Instant? { ticks.min?.at }

    /// The probes that start now, earliest first; they count as in flight from here on.
    package mutating func due(at now: Instant) -> [ProbeOrder] {
        var orders: [ProbeOrder] = []
        while let tick = ticks.min, tick.at <= now {
            ticks.removeMin()
            guard entries.elements[tick.entry].value.next == tick.at else { continue }
            if let order = start(tick.entry, at: now) { orders.append(order) }
            push(tick.entry)
        }
        dropVoidTicks()
        return orders
    }

    /// Tells the outcome of an open probe; a target that a reload has removed is ignored.
    package mutating func finished(
        _ target: ProbeTarget, with result: ProbeResult, at now: Instant
    ) {
        guard let entry = entries.index(forKey: target) else { return }
        let before = entries.values[entry].next
        inFlight -= entries.values[entry].close() ? 1 : 0
        entries.values[entry].count(result, at: now)
        if entries.values[entry].next != before { push(entry) }
        dropVoidTicks()
    }

    /// After a reload: targets that stay keep their phase, their counts and their open probes.
    package mutating func replace(topology: Topology, at now: Instant) {
        let old = entries
        entries = [:]
        for (target, kind, rules) in probeTargets(of: topology) {
            var entry = ScheduledTarget(target: target, kind: kind, rules: rules, at: now)
            if let known = old[target] { entry.take(over: known, at: now) }
            entries[target] = entry
        }
        inFlight = entries.values.reduce(0) { $0 + $1.open.count }
        ticks = Heap(entries.values.enumerated().map { Tick(at: $1.next, entry: $0) })
    }

    private mutating func start(_ entry: Int, at now: Instant) -> ProbeOrder? {
        inFlight -= entries.values[entry].abandonOld(at: now)
        let (dueAt, missed) = entries.values[entry].pass(at: now)
        shedTicks += missed
        let target = entries.values[entry]
        guard inFlight < inFlightMax, target.open.count < ProbeSchedule.overlapMax else {
            shedTicks += 1
            return nil
        }
        entries.values[entry].opened(at: now)
        inFlight += 1
        return ProbeOrder(
            target: target.target, kind: target.kind, timeout: target.rules.timeout, dueAt: dueAt)
    }

    private mutating func push(_ entry: Int) {
        ticks.insert(Tick(at: entries.values[entry].next, entry: entry))
    }

    /// So that `nextDue` never names an instant at which nothing is due.
    private mutating func dropVoidTicks() {
        while let tick = ticks.min, entries.values[tick.entry].next != tick.at { ticks.removeMin() }
    }
}
