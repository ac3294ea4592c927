package import Control
package import Detection
package import Logging
import Playbooks
package import Situations
import Synchronization
import TopologyModel
package import Values

/// The one loop that feeds the controller and obeys it; it never decides.
///
/// It works in turns: drain, handle, one durable write, then the effects (etcd/raft's Ready). When
/// the journal cannot be written it goes `observing`: it probes and answers, acts on nothing, and
/// says so until the journal takes writes again.
package final class Runtime: Sendable {
    package struct Ports: Sendable {
        package let journal: any JournalPort
        package let lease: any LeasePort
        package let doors: any DoorPort
        package let prober: any ProberPort
        package let load: any LoadPort
        package let traffic: (any TrafficPort)?
        package let notices: any NoticePort
        package let time: any TimePort

        package init(
            journal: any JournalPort, lease: any LeasePort, doors: any DoorPort,
            prober: any ProberPort, load: any LoadPort, notices: any NoticePort,
            time: any TimePort, traffic: (any TrafficPort)? = nil
        ) {
            (self.journal, self.lease, self.doors) = (journal, lease, doors)
            (self.prober, self.load, self.traffic) = (prober, load, traffic)
            (self.notices, self.time) = (notices, time)
        }
    }

    package struct Limits: Sendable {
        /// Inputs of the outcome and command lanes that one turn takes.
        package var inputsPerTurn = 256
        /// How often leadership is renewed.
        package var leaseInterval = Duration.seconds(1)
        /// How often a journal that failed is tried again.
        package var journalRetry = Duration.seconds(2)
        /// How often the journal may drop what a snapshot covers; it does when it has grown enough.
        package var compactInterval = Duration.seconds(3600)

        package init() {}
    }

    /// What the loop is doing, for people.
    package enum Mode: Hashable, Sendable {
        case acting
        /// Probing and answering only, for this reason.
        case observing(because: Fault)
    }

    /// A copy of what the loop works on, taken between two turns, without what it counts of probes.
    package struct View: Sendable {
        package let controller: Controller
        package let mode: Mode
        package let at: Instant
        package let turns: Int
        package let probes: ProbeCounters
    }

    private struct Shared {
        var view: View
        var replies: [CommandID: CheckedContinuation<Reply, Never>] = [:]
        /// Who waits for the counts of probes as well; served at the end of a turn.
        var looks: [CheckedContinuation<Controller, Never>] = []
        var isTurning = false
    }

    package let lanes = Lanes()
    package let survival = SurvivalWatch()
    private let ports: Ports
    private let limits: Limits
    private let log: Logger
    private let shared: Mutex<Shared>
    private let startsObserving: Fault?
    private let acknowledged: Mutex<Bool>
    private let refused = Mutex<(at: Instant, fault: Fault)?>(nil)
    /// Why the journal was last not written; nil while it takes writes.
    private let failure: Mutex<Fault?>

    /// - Parameters:
    ///   - startsObserving: Why the loop may not act before `acknowledge`, where something in its
    ///     journal brought earlier starts down.
    ///   - journalFault: Why its journal could not be opened for writing: it then only observes.
    package init(
        controller: Controller, ports: Ports, limits: Limits = Limits(), log: Logger,
        startsObserving: Fault? = nil, journalFault: Fault? = nil
    ) {
        (self.ports, self.limits, self.log) = (ports, limits, log)
        self.startsObserving = startsObserving
        failure = Mutex(journalFault)
        let reason = journalFault ?? startsObserving
        let mode: Mode = reason.map { .observing(because: $0) } ?? .acting
        let view = View(
            controller: controller, mode: mode, at: ports.time.now(), turns: 0,
            probes: ProbeCounters())
        shared = Mutex(Shared(view: view))
        acknowledged = Mutex(startsObserving == nil)
    }

    /// What the loop worked on when its last turn ended.
    package var view: View { shared.withLock { $0.view } }

    /// What the loop works on, with what it counts of probes: copied at the end of its next turn,
    /// for a copy at every turn would copy the counters of ten thousand targets.
    package func counted() async -> Controller {
        await withCheckedContinuation { continuation in
            let atOnce = shared.withLock { shared -> Controller? in
                guard shared.isTurning else { return shared.view.controller }
                shared.looks.append(continuation)
                return nil
            }
            if let atOnce { continuation.resume(returning: atOnce) }
        }
    }

    package func now() -> Instant { ports.time.now() }

    /// A person has seen why the loop starts observing, and lets it act.
    package func acknowledge() -> Bool {
        acknowledged.withLock { known in
            defer { known = true }
            return !known
        }
    }

    /// Puts a new topology in force, or says why it may not be; `refusedReload` keeps that.
    package func reload(_ configuration: Configuration) async -> Fault? {
        if let objection = view.controller.objection(toLoading: configuration) {
            refuseReload(because: objection)
            return objection
        }
        refused.withLock { $0 = nil }
        lanes.offer(.loaded(configuration))
        return nil
    }

    /// Notes why a topology that somebody wants in force is not, until a good one is loaded.
    package func refuseReload(because fault: Fault) {
        let at = ports.time.now()
        refused.withLock { $0 = (at, fault) }
    }

    /// When and why the last topology was refused; nil once a good one was loaded.
    package var refusedReload: (at: Instant, fault: Fault)? { refused.withLock(\.self) }

    /// Sends a command through the loop and waits for its reply.
    package func command(_ command: Command, id: CommandID, by principal: Principal) async -> Reply
    {
        await withCheckedContinuation { continuation in
            shared.withLock { $0.replies[id] = continuation }
            guard lanes.offer(command, id: id, by: principal) else {
                let busy = Fault(
                    what: "\(Lanes.commandsMax) commands are waiting already, or it is ending",
                    mend: "try again in a moment")
                return answer(id, .refused(fault: busy))
            }
        }
    }

    /// Runs until it is cancelled; open effects are then cancelled too.
    package func run(configuration: Configuration) async {
        lanes.offer(.loaded(configuration))
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    await self.ports.prober.run { [lanes = self.lanes] in lanes.offer($0) }
                }
                group.addTask {
                    await self.ports.load.run { [lanes = self.lanes] in lanes.offer($0) }
                }
                if let traffic = self.ports.traffic {
                    group.addTask { await traffic.run { [lanes = self.lanes] in lanes.offer($0) } }
                }
                group.addTask { await self.keepLease() }
                await self.turns(in: &group)
                group.cancelAll()
            }
        } onCancel: {
            lanes.close()
        }
    }

    private func keepLease() async {
        while !Task.isCancelled {
            let lease = await ports.lease.renew(at: ports.time.now())
            lanes.offer(.lease(hindrance == nil ? lease : .unknown))
            let next = ports.time.now() + limits.leaseInterval
            do { try await ports.time.sleep(until: next) } catch { break }
        }
        await ports.lease.yield(until: nil)
    }

    /// Why nothing may be acted on now, or nil.
    private var hindrance: Fault? {
        failure.withLock(\.self) ?? (acknowledged.withLock(\.self) ? nil : startsObserving)
    }

    private func turns(in group: inout DiscardingTaskGroup) async {
        var controller = view.controller
        var count = 0
        shared.withLock { $0.isTurning = true }
        defer {
            shared.withLock { $0.isTurning = false }
            serveLooks(with: controller)
        }
        var compactedAt = ports.time.now()
        var inForce: Digest?
        while let batch = await lanes.nextBatch(upTo: limits.inputsPerTurn) {
            let before = controller.withoutCounts
            let reactions = batch.map { controller.handle($0, at: ports.time.now()) }
            let entries = reactions.flatMap(\.entries)
            count += 1
            if let fault = await write(entries) {
                goBack(to: before, in: &controller, batch)
                await putInForce(controller.configuration, &inForce)
                mind(fault, in: &group)
                store(controller, turns: count)
                refuse(reactions, because: fault)
                continue
            }
            store(controller, turns: count)
            await putInForce(controller.configuration, &inForce)
            for effect in reactions.flatMap(\.effects) { obey(effect, in: &group) }
            if ports.time.now() - compactedAt >= limits.compactInterval, hindrance == nil {
                compactedAt = ports.time.now()
                await compact(controller.state)
            }
        }
    }

    /// Tells the edges of a topology that the controller has taken, before anything is asked of it.
    private func putInForce(_ configuration: Configuration?, _ inForce: inout Digest?) async {
        guard let configuration, configuration.digest != inForce else { return }
        await ports.doors.replace(topology: configuration.topology)
        await ports.prober.replace(topology: configuration.topology)
        await ports.load.replace(topology: configuration.topology)
        await ports.traffic?.replace(topology: configuration.topology)
        inForce = configuration.digest
    }

    private func compact(_ state: ControllerState) async {
        do {
            try await ports.journal.compact(state)
        } catch {
            log.warning("the journal was not compacted: \(error)")
        }
    }

    /// Takes a turn back that could not be journaled, and leadership with it.
    ///
    /// What was concluded is forgotten, for nobody else will ever know it; what was told and seen
    /// is kept. Effects are dropped: without leadership none of them acts.
    private func goBack(
        to before: Controller, in controller: inout Controller, _ batch: [Input]
    ) {
        controller.goBack(to: before)
        _ = controller.handle(.lease(.unknown), at: ports.time.now())
        for input in batch {
            switch input {
            case .loaded: _ = controller.handle(input, at: ports.time.now())
            // Counted already.
            case .observed, .loadRead, .trafficRead, .vantage: break
            case .doorRead, .lease, .step, .solved, .commanded, .clockStepped, .woke: break
            }
        }
    }

    private func write(_ entries: [JournalEntry]) async -> Fault? {
        guard !entries.isEmpty else { return nil }
        do {
            try await ports.journal.append(entries)
            return nil
        } catch {
            if Task.isCancelled {
                return Fault(
                    what: "the controller is ending",
                    mend: "look at what was done (bascule status), and ask its next start")
            }
            return (error as? Fault)
                ?? Fault(what: "the journal cannot be written: \(error)", mend: "see the log")
        }
    }

    private func store(_ controller: Controller, turns: Int) {
        let now = ports.time.now()
        let mode = hindrance.map(Mode.observing) ?? .acting
        let probes = counters(of: controller, at: now)
        shared.withLock {
            $0.view = View(
                controller: controller.withoutCounts, mode: mode, at: now, turns: turns,
                probes: probes)
        }
        serveLooks(with: controller)
    }

    private func serveLooks(with controller: Controller) {
        let looks = shared.withLock { shared in
            defer { shared.looks = [] }
            return shared.looks
        }
        for look in looks { look.resume(returning: controller) }
    }

    private func counters(of controller: Controller, at now: Instant) -> ProbeCounters {
        let before = view.probes
        var counters = ports.prober.counters
        (counters.late, counters.strange) = controller.droppedObservations
        counters.coalesced = lanes.coalesced
        let isTroubled = counters.shed > before.shed || counters.late > before.late
        counters.troubledAt = isTroubled ? now : before.troubledAt
        return counters
    }

    /// Goes observing, and tries the journal until it takes writes again.
    ///
    /// Not at an end: a write that the end cut off is no fault of the journal's, and what is still
    /// in the lanes is refused without a word.
    private func mind(_ fault: Fault, in group: inout DiscardingTaskGroup) {
        guard !Task.isCancelled else { return }
        let isFirst = failure.withLock { known in
            defer { known = fault }
            return known == nil
        }
        guard isFirst else { return }
        post(.page, "observing only: \(fault)")
        group.addTask {
            while !Task.isCancelled {
                let next = self.ports.time.now() + self.limits.journalRetry
                do { try await self.ports.time.sleep(until: next) } catch { return }
                do {
                    try await self.ports.journal.probe()
                    self.failure.withLock { $0 = nil }
                    self.post(.info, "the journal takes writes again")
                    return self.lanes.wake()
                } catch {
                    self.log.warning("the journal still cannot be written: \(error)")
                }
            }
        }
    }

    private func refuse(_ reactions: [Reaction], because fault: Fault) {
        for case .reply(let id, _) in reactions.flatMap(\.effects) {
            answer(id, .refused(fault: fault))
        }
    }

    private func answer(_ id: CommandID, _ reply: Reply) {
        let waiting = shared.withLock { $0.replies.removeValue(forKey: id) }
        waiting?.resume(returning: reply)
    }

    private func post(_ level: Notice.Level, _ text: String) {
        ports.notices.post(Notice(level, at: ports.time.now(), text: text))
    }

    /// Carries one effect out; the slow ones as children of the loop's own task.
    private func obey(_ effect: Effect, in group: inout DiscardingTaskGroup) {
        let (ports, lanes, survival) = (ports, lanes, survival)
        switch effect {
        case .perform(let order):
            group.addTask { lanes.offer(.step(order.key, await self.send(order))) }
        case .readDoor(let door):
            group.addTask { lanes.offer(.doorRead(door, await ports.doors.read(door))) }
        case .solve(let id, let request, let steps):
            group.addTask {
                lanes.offer(.solved(id, survival.placement(for: request, steps: steps)))
            }
        case .publish: break  // One controller has nobody to tell; several come with their store.
        case .reply(let id, let reply): answer(id, reply)
        case .notify(let notice): ports.notices.post(notice)
        case .yieldLease(let until):
            group.addTask { await ports.lease.yield(until: until) }
        case .wake(let instant):
            group.addTask {
                do { try await ports.time.sleep(until: instant) } catch { return }
                lanes.wake()
            }
        }
    }

    /// The lease and `notAfter` are checked here, at the moment of sending.
    private func send(_ order: StepOrder) async -> StepOutcome {
        let now = ports.time.now()
        let holds = view.controller.lease.epoch(at: now) == order.epoch
        guard now <= order.notAfter, holds else {
            return .nothingChanged(
                fault: Fault(
                    what: holds ? "the order was too late to be sent" : "the lease is over",
                    mend: "nothing was sent; it is tried again"))
        }
        return await ports.doors.perform(order)
    }
}
