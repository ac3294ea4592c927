import TopologyModel
import Values

/// When each load source is read: start to start, spread over the interval, never twice at once.
///
/// Pure. A source that is still open when its time comes skips that time; one that finds no room
/// keeps its place, and comes first when there is some.
struct LoadSchedule: Sendable {
    private struct Slot {
        var target: LoadTarget
        var nextDue: Instant
        var isOpen = false
    }

    /// Readings that are open at once.
    let openMax: Int
    private var interval = LoadRules().interval
    private var slots: [LoadTarget.Key: Slot] = [:]
    private(set) var openCount = 0
    /// Times that came while the reading before was still open.
    private(set) var skipped = 0

    init(openMax: Int) { self.openMax = openMax }

    /// Sources that stay keep their time, and stay open where they are.
    mutating func replace(_ targets: [LoadTarget], every interval: Duration, at now: Instant) {
        self.interval = interval
        let old = slots
        slots = [:]
        for (index, target) in targets.enumerated() {
            let part = interval.inNanoseconds / Int64(targets.count) * Int64(index)
            var slot = Slot(target: target, nextDue: now + .nanoseconds(part))
            if let known = old[target.key] {
                slot.isOpen = known.isOpen
                slot.nextDue = min(known.nextDue, now + interval)
            }
            slots[target.key] = slot
        }
        openCount = slots.values.count { $0.isOpen }
    }

    /// The targets to be read now, the longest due first; each is open until it has `finished`.
    mutating func due(at now: Instant) -> [LoadTarget] {
        var due: [LoadTarget] = []
        let overdue = slots.values.filter { $0.nextDue <= now }.sorted { $0.nextDue < $1.nextDue }
        for slot in overdue {
            let (key, next) = (slot.target.key, timeAfter(slot.nextDue, now))
            if slot.isOpen {
                skipped += 1
                slots[key]?.nextDue = next
            } else if openCount < openMax {
                slots[key]?.isOpen = true
                slots[key]?.nextDue = next
                openCount += 1
                due.append(slot.target)
            }
        }
        return due
    }

    /// The reading has ended; false when the source is not in the topology any more.
    mutating func finished(_ key: LoadTarget.Key) -> Bool {
        guard slots[key]?.isOpen ?? false else { return false }
        slots[key]?.isOpen = false
        openCount -= 1
        return true
    }

    /// When a source is due next; nil when there is none.
    var nextDue: Instant? { slots.values.map(\.nextDue).min() }

    /// The next of its times that is still to come: what a long sleep missed is not made up for.
    private func timeAfter(_ last: Instant, _ now: Instant) -> Instant {
        let missed = (now - last).inNanoseconds / max(interval.inNanoseconds, 1)
        return last + .nanoseconds(interval.inNanoseconds * (missed + 1))
    }
}
