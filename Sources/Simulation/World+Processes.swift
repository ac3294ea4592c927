import OrderedCollections
import Control
import Detection
import Documents
import Planning
import Playbooks
import Situations
import TopologyModel
import Values
import Workload

// What happens between a controller's process and the world: probes, leases, orders, answers.
extension World {
    /// A delay on the network: mostly some milliseconds, on a bad one sometimes many seconds.
    private mutating func latency() -> Duration {
        let usual = Duration.milliseconds(random.next(in: 1...40))
        guard options.hasBadNetwork, random.chance(perMille: 10) else { return usual }
        return usual + random.duration(upTo: .seconds(15))
    }

    private mutating func isLost() -> Bool {
        options.hasBadNetwork && random.chance(perMille: 5)
    }

    // MARK: - Probes

    mutating func probe(from index: Int) {
        for order in processes[index].schedule.due(at: now) {
            let (result, took) = answer(to: order, from: index)
            let observation = Observation(
                vantage: processes[index].controller.id, target: order.target, sentAt: now,
                lateness: .zero, result: result)
            processes[index].schedule.finished(order.target, with: result, at: now)
            guard !isLost() else { continue }
            let input = Input.observed([observation])
            schedule(.input(process: index, life: processes[index].life, input), after: took)
        }
        let next = processes[index].schedule.nextDue ?? now + .seconds(1)
        let happening = Happening.probes(process: index, life: processes[index].life)
        schedule(happening, after: max(next - now, .milliseconds(1)))
    }

    private mutating func answer(
        to order: ProbeOrder, from index: Int
    ) -> (result: ProbeResult, took: Duration) {
        switch order.target.subject {
        case .reference where !referencesAreUp:
            return (.fail(kind: .connectTimeout), order.timeout)
        case .dependency(let id) where crowd?[id]?.state == .lost:
            return (.fail(kind: .refused), .milliseconds(1))
        case .dependency(let id):
            if let met = crowdAnswer(of: id, within: order.timeout) { return met }
        case .reference, .nameServer: break
        case .edge(let edge):
            if let site = topology.edges[edge].flatMap({ topology.sites[$0.site] }),
                processes[index].blind.contains(where: site.isIn)
            {
                return (.fail(kind: .connectTimeout), order.timeout)
            }
            switch edgeConditions[edge] ?? .serving {
            case .serving, .failing: break  // It takes connections.
            case .burnt: return (.fail(kind: .refused), .milliseconds(1))
            case .silent: return (.fail(kind: .connectTimeout), order.timeout)
            }
        case .service(_, let host):
            if let site = topology.site(of: host), processes[index].blind.contains(where: site.isIn)
            {
                return (.fail(kind: .connectTimeout), order.timeout)
            }
            switch conditions[host] ?? .serving {
            case .serving:
                if let met = crowdAnswer(of: host, within: order.timeout) { return met }
            case .burnt: return (.fail(kind: .refused), .milliseconds(1))
            case .silent: return (.fail(kind: .connectTimeout), order.timeout)
            case .failing: return (.fail(kind: .overloaded), .milliseconds(5))
            }
        }
        let took = Duration.milliseconds(random.next(in: 2...30))
        return (.pass(latency: took), took)
    }

    // MARK: - Leases

    mutating func renewLease(of index: Int) {
        let id = processes[index].controller.id
        let controller = processes[index].controller
        let lease: Lease =
            if controller.steppedDownUntil > now {
                .notHeld(leader: store.leader?.owner)
            } else {
                processes[index].isIsolated ? .unknown : store.lease(for: id, at: now)
            }
        if case .held(let epoch, _) = lease {
            catchUp(index)
            if processes[index].controller.state.epoch != epoch { note(.leads(epoch)) }
        }
        deliver(.lease(lease), to: index)
        schedule(
            .renewLease(process: index, life: processes[index].life),
            after: .milliseconds(random.next(in: 900...1100)))
    }

    /// Takes in what other leaders journaled, read back from its written form.
    private mutating func catchUp(_ index: Int) {
        for entry in store.entries[processes[index].followed...] {
            do {
                let read = try JournalEntry(document: try entry.document())
                if read != entry {
                    violation = Violation(
                        "journalReadsBack", "an entry reads back differently: \(entry)", at: now)
                }
                try processes[index].controller.follow(read)
            } catch {
                violation = Violation("journalReadsBack", "\(error)", at: now)
            }
        }
        processes[index].followed = store.entries.count
    }

    private func id(of index: Int) -> ControllerID { processes[index].controller.id }

    // MARK: - Effects

    mutating func obey(_ effect: Effect, from index: Int) {
        let life = processes[index].life
        switch effect {
        case .perform(let order): send(order, from: index)
        case .readDoor(let door):
            schedule(.readArrives(process: index, life: life, door), after: latency())
        case .solve(let id, let request, let steps):
            let placement = Planner.placement(for: request, steps: steps)
            schedule(
                .input(process: index, life: life, .solved(id, placement)),
                after: .milliseconds(random.next(in: 5...200)))
        case .publish(let report): publish(report, from: index)
        case .reply(let id, let reply): replies[id] = reply
        case .notify(let notice):
            notices.append(notice)
            if notices.count > World.noticesMax { notices.removeFirst() }
        case .yieldLease:
            // It leads no more by its own view already; its last entry says under what it led.
            if let epoch = processes[index].controller.state.epoch, epoch.owner == id(of: index) {
                store.release(epoch)
            }
        case .wake(let instant):
            schedule(.input(process: index, life: life, .woke), after: instant - now)
        }
    }

    private mutating func send(_ order: StepOrder, from index: Int) {
        let life = processes[index].life
        note(.sent(order, by: processes[index].controller))
        let holds = processes[index].controller.lease.epoch(at: now) == order.epoch
        guard holds, now <= order.notAfter else {
            let fault = Fault(what: "the lease is over", mend: "")
            let input = Input.step(order.key, .nothingChanged(fault: fault))
            return schedule(.input(process: index, life: life, input), after: .milliseconds(1))
        }
        guard !isLost() else { return }
        schedule(.orderArrives(process: index, life: life, order), after: latency())
    }

    /// The order lands, whatever has become of the process that sent it.
    mutating func arrive(_ order: StepOrder, from index: Int, _ life: Int) {
        let id = order.order.door
        guard !isDark(id) else { return }
        guard let before = doors[id]?.state, let outcome = doors[id]?.take(order) else { return }
        if doors[id]?.state != before { note(.door(id, by: order)) }
        var delay = latency()
        switch doors[id]?.mood ?? .well {
        case .well, .failing: break
        case .mute: return
        case .slow(let duration): delay += duration
        }
        guard !isLost() else { return }
        schedule(.input(process: index, life: life, .step(order.key, outcome)), after: delay)
    }

    mutating func read(_ id: FrontDoorID, for index: Int, _ life: Int) {
        guard let door = doors[id] else { return }
        var delay = latency()
        if case .slow(let duration) = door.mood { delay += duration }
        let state: FrontDoorState =
            door.mood == .failing || isDark(id)
            ? .unreadable(fault: Fault(what: "the door does not answer", mend: ""))
            : .read(reading: door.reading)
        guard !isLost() else { return }
        schedule(.input(process: index, life: life, .doorRead(id, state)), after: delay)
    }

    /// Whether the door's edge is gone: nothing reaches it.
    private func isDark(_ id: FrontDoorID) -> Bool {
        guard let edge = topology.door(id)?.door.edge else { return false }
        return switch edgeConditions[edge] ?? .serving {
        case .burnt, .silent: true
        case .serving, .failing: false
        }
    }

    private mutating func publish(_ report: VantageReport, from index: Int) {
        guard !processes[index].isIsolated else { return }
        for other in processes.indices where other != index && !processes[other].isIsolated {
            schedule(
                .input(process: other, life: processes[other].life, .vantage(report)),
                after: latency())
        }
    }
}
