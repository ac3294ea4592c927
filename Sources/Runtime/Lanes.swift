package import Control
package import Detection
import OrderedCollections
import Planning
import Playbooks
import Situations
import Synchronization
import TopologyModel

/// The ways into the loop, each with its own limit.
///
/// Observations have one slot a target and loads one a host and region (a newer one replaces an
/// older, and is counted), live requests one a host of a region at an edge (added up); commands are
/// bounded and refused with an error; outcomes are bounded by the steps in flight, never dropped.
package final class Lanes: Sendable {
    package static let commandsMax = 64
    /// Older sides of a change that wait to be seen too; past it, as when a disk hangs for long,
    /// they are coalesced like the others.
    package static let changesMax = 4096
    /// Loads that wait, one a host and region; one more is dropped, and read again soon.
    package static let loadsMax = 16_384

    private struct LoadSlot: Hashable {
        let host: HostID
        let region: RegionID?
    }

    private struct Queues {
        var observations: OrderedDictionary<ProbeTarget, Observation> = [:]
        /// One slot a host of a region at an edge: what comes before the loop looks is added up.
        var traffic: OrderedDictionary<TrafficReading.Key, TrafficReading> = [:]
        var coalesced = 0
        var loads: OrderedDictionary<LoadSlot, LoadReading> = [:]
        var loadsReplaced = 0
        var loadsDropped = 0
        /// Older sides of a change among the outcomes.
        var changes = 0
        var commands: [Input] = []
        var outcomes: [Input] = []
        var isWoken = false
        var isClosed = false
    }

    private let queues = Mutex(Queues())
    private let doorbell: AsyncStream<Void>
    private let ring: AsyncStream<Void>.Continuation

    package init() {
        (doorbell, ring) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Observations that a newer one of the same target replaced before the loop took them.
    package var coalesced: Int { queues.withLock { $0.coalesced } }

    /// Loads that a newer one of the same host and region replaced before the loop took them, and
    /// those that found no slot.
    package var loadCounts: (replaced: Int, dropped: Int) {
        queues.withLock { ($0.loadsReplaced, $0.loadsDropped) }
    }

    package func offer(_ loads: [LoadReading]) {
        queues.withLock { queues in
            for load in loads {
                let slot = LoadSlot(host: load.host, region: load.region)
                if queues.loads[slot] != nil {
                    queues.loadsReplaced += 1
                } else if queues.loads.count >= Lanes.loadsMax {
                    queues.loadsDropped += 1
                    continue
                }
                queues.loads[slot] = load
            }
        }
        ring.yield()
    }

    package func offer(_ observations: [Observation]) {
        queues.withLock { queues in
            for observation in observations {
                let old = queues.observations.updateValue(observation, forKey: observation.target)
                if let old, old.result.isFailure != observation.result.isFailure,
                    queues.changes < Lanes.changesMax
                {
                    // Both sides of a change are evidence: keep the older one as an input of its
                    // own.
                    queues.outcomes.append(.observed([old]))
                    queues.changes += 1
                } else if old != nil {
                    queues.coalesced += 1
                }
            }
        }
        ring.yield()
    }

    package func offer(_ readings: [TrafficReading]) {
        queues.withLock { queues in
            for reading in readings {
                queues.traffic[reading.key] =
                    queues.traffic[reading.key].map { $0.followed(by: reading) } ?? reading
            }
        }
        ring.yield()
    }

    /// False when the lane is full or closed: the caller reports it.
    package func offer(_ command: Command, id: CommandID, by principal: Principal) -> Bool {
        let isTaken = queues.withLock { queues in
            guard !queues.isClosed, queues.commands.count < Lanes.commandsMax else { return false }
            queues.commands.append(.commanded(command, id, by: principal))
            return true
        }
        ring.yield()
        return isTaken
    }

    /// For outcomes, leases, readings and reloads: never dropped.
    package func offer(_ input: Input) {
        queues.withLock { $0.outcomes.append(input) }
        ring.yield()
    }

    package func wake() {
        queues.withLock { $0.isWoken = true }
        ring.yield()
    }

    package func close() {
        queues.withLock { $0.isClosed = true }
        ring.finish()
    }

    /// Waits until there is something; nil when the lanes are closed and empty.
    package func nextBatch(upTo limit: Int) async -> [Input]? {
        while true {
            let (batch, isClosed) = drain(upTo: limit)
            if !batch.isEmpty { return batch }
            if isClosed { return nil }
            var bell = doorbell.makeAsyncIterator()
            // Cancelled: nothing more is taken in, and what waits already is still handled.
            if await bell.next() == nil { close() }
        }
    }

    private func drain(upTo limit: Int) -> (batch: [Input], isClosed: Bool) {
        queues.withLock { queues in
            var batch = Array(queues.outcomes.prefix(limit))
            queues.outcomes.removeFirst(batch.count)
            queues.changes -= batch.count { if case .observed = $0 { true } else { false } }
            let commands = queues.commands.prefix(limit - batch.count)
            batch += commands
            queues.commands.removeFirst(commands.count)
            if !queues.observations.isEmpty {
                batch.append(.observed(Array(queues.observations.values)))
                queues.observations.removeAll(keepingCapacity: true)
            }
            if !queues.loads.isEmpty {
                batch.append(.loadRead(Array(queues.loads.values)))
                queues.loads.removeAll(keepingCapacity: true)
            }
            if !queues.traffic.isEmpty {
                batch.append(.trafficRead(Array(queues.traffic.values)))
                queues.traffic.removeAll(keepingCapacity: true)
            }
            if queues.isWoken { batch.append(.woke) }
            queues.isWoken = false
            return (batch, queues.isClosed)
        }
    }
}

extension ProbeResult {
    fileprivate var isFailure: Bool { if case .fail = self { true } else { false } }
}
