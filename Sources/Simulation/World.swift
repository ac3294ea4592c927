package import Control
import Detection
import Documents
import HeapModule
package import OrderedCollections
import Planning
import Playbooks
import Situations
package import TopologyModel
package import Values
package import Workload

/// The simulated world: one to five controllers on a compare-and-set store, hosts, doors, and time.
///
/// It drives the same `Controller` as the runtime does, and makes everything that a seed fixes: the
/// same seed gives the same trace in every process.
package struct World: Sendable {
    package struct Options: Sendable {
        package var configuration: Configuration
        package var controllers = 1
        package var seed: UInt64 = 1
        package var start = Instant(unixSeconds: 1_615_334_400)
        /// Whether a person approves, reasserts and declares what has healed alive.
        package var hasOperator = true
        /// Whether orders, answers and observations may be late or lost.
        package var hasBadNetwork = true
        /// How the users of the regions behave; nil is a world without users, as seeds have it.
        package var crowd: CrowdHabits?

        package init(configuration: Configuration) { self.configuration = configuration }
    }

    /// One controller's process.
    package struct Process: Sendable {
        package internal(set) var controller: Controller
        package internal(set) var isAlive = true
        package internal(set) var isIsolated = false
        /// Counts restarts, so that what was meant for a dead process is dropped.
        var life = 0
        /// Entries of the store that its state has taken in.
        var followed = 0
        var schedule: ProbeSchedule
        var blind: [FailureDomain] = []
    }

    /// Indirect, so that the queue moves one word and not the largest of them.
    indirect enum Happening: Sendable {
        case world(WorldEvent)
        case probes(process: Int, life: Int)
        case input(process: Int, life: Int, Input)
        case orderArrives(process: Int, life: Int, StepOrder)
        case readArrives(process: Int, life: Int, FrontDoorID)
        case renewLease(process: Int, life: Int)
        case operate
        case crowd

        var isLook: Bool { if case .operate = self { true } else { false } }
    }

    struct Scheduled: Comparable, Sendable {
        let at: Instant
        let number: Int
        let happening: Happening

        static func < (left: Scheduled, right: Scheduled) -> Bool {
            (left.at, left.number) < (right.at, right.number)
        }

        static func == (left: Scheduled, right: Scheduled) -> Bool {
            (left.at, left.number) == (right.at, right.number)
        }
    }

    package internal(set) var options: Options
    package internal(set) var now: Instant
    package internal(set) var store = Store()
    package internal(set) var processes: [Process] = []
    package internal(set) var conditions: OrderedDictionary<HostID, HostCondition>
    /// Of edges; one without a condition serves.
    package internal(set) var edgeConditions: OrderedDictionary<EdgeID, HostCondition> = [:]
    package internal(set) var doors: OrderedDictionary<FrontDoorID, SimulatedDoor>
    package internal(set) var referencesAreUp = true
    /// The users, where the options ask for them.
    package internal(set) var crowd: Crowds?
    /// Of hosts; one without a state tells the truth.
    var loadSources: OrderedDictionary<HostID, LoadSourceState> = [:]
    var loadsReadAt = Instant.distantPast
    /// Quotas that a person set at a region's gates, beside what the controller holds there.
    var quotasByHand: OrderedDictionary<RegionID, [ClassQuota]> = [:]
    package internal(set) var notices: [Notice] = []
    package internal(set) var replies: OrderedDictionary<CommandID, Reply> = [:]
    package internal(set) var watch = Watch()
    package internal(set) var violation: Violation?
    package internal(set) var steps = 0
    var random: SplitMix64
    var trace = StableHash()
    var queue = Heap<Scheduled>()
    var invariants: [Invariant] = []
    private var scheduled = 0
    private var commands = 0
    private var changes = 0

    /// Notices that are kept for the story; older ones go.
    package static let noticesMax = 10_000

    package var topology: Topology { options.configuration.topology }

    package init(_ options: Options) {
        self.options = options
        now = options.start
        random = SplitMix64(seed: options.seed)
        let topology = options.configuration.topology
        conditions = OrderedDictionary(
            topology.hosts.keys.map { ($0, .serving) }, uniquingKeysWith: { first, _ in first })
        doors = World.doors(of: topology)
        for index in 0..<options.controllers { addProcess(index) }
        schedule(.operate, after: .seconds(5))
        if let habits = options.crowd {
            crowd = Crowds(of: topology, habits: habits, at: now)
            schedule(.crowd, after: .seconds(1))
        }
    }

    /// Every door holds its region's primary, or every edge of it, as on an ordinary day.
    private static func doors(
        of topology: Topology
    ) -> OrderedDictionary<FrontDoorID, SimulatedDoor> {
        var doors: OrderedDictionary<FrontDoorID, SimulatedDoor> = [:]
        for region in topology.regions.values {
            let home = DoorState(all: region.primary)
            for door in region.frontDoors {
                doors[door.id] = SimulatedDoor(
                    id: door.id, region: region.id, fencing: door.fencing,
                    initial: door.pointsAtEdges ? DoorState(edges: region.edges) : home)
            }
        }
        return doors
    }

    private mutating func addProcess(_ index: Int) {
        let place = topology.controllers[index % topology.controllers.count]
        processes.append(
            Process(
                controller: Controller(id: place.id),
                schedule: ProbeSchedule(topology: topology, at: now)))
        start(index)
    }

    mutating func start(_ index: Int) {
        let life = processes[index].life
        let configuration = options.configuration
        schedule(.input(process: index, life: life, .loaded(configuration)), after: .zero)
        schedule(.probes(process: index, life: life), after: .milliseconds(1))
        schedule(
            .renewLease(process: index, life: life), after: random.duration(upTo: .seconds(1)))
    }

    // MARK: - Running

    /// Puts an event of the world into its future.
    package mutating func plan(_ event: WorldEvent, at instant: Instant) {
        schedule(.world(event), at: instant)
    }

    mutating func schedule(_ happening: Happening, after delay: Duration) {
        schedule(happening, at: now + delay)
    }

    private mutating func schedule(_ happening: Happening, at instant: Instant) {
        scheduled += 1
        queue.insert(
            Scheduled(at: max(instant, now), number: scheduled, happening: happening))
    }

    /// Lets time pass; returns the first broken invariant, and stops there, or once `isDone`, which
    /// is asked after each change and each look of the operator.
    package mutating func run(
        for span: Duration, checking invariants: [Invariant],
        until isDone: (World) -> Bool = { _ in false }
    ) -> Violation? {
        self.invariants = invariants
        let end = now + span
        while let next = queue.min, next.at <= end, violation == nil {
            queue.removeMin()
            now = next.at
            steps += 1
            let changesBefore = changes
            happen(next.happening)
            if changes > changesBefore || next.happening.isLook, isDone(self) { return violation }
        }
        now = max(now, end)
        return violation
    }

    /// The digest of everything that happened.
    package var digest: UInt64 { trace.value }

    private mutating func happen(_ happening: Happening) {
        switch happening {
        case .world(let event): befall(event)
        case .probes(let index, let life): if isLiving(index, life) { probe(from: index) }
        case .input(let index, let life, let input):
            if isLiving(index, life) { deliver(input, to: index) }
        case .orderArrives(let index, let life, let order): arrive(order, from: index, life)
        case .readArrives(let index, let life, let door): read(door, for: index, life)
        case .renewLease(let index, let life):
            if isLiving(index, life) { renewLease(of: index) }
        case .operate: operate()
        case .crowd: passCrowd()
        }
    }

    private func isLiving(_ index: Int, _ life: Int) -> Bool {
        processes[index].isAlive && processes[index].life == life
    }

    /// The controller that leads by the store, and can act on it.
    package var leader: Controller? {
        processes.first {
            $0.isAlive && !$0.isIsolated && store.leader != nil
                && $0.controller.lease.epoch(at: now) == store.leader
        }?.controller
    }

    mutating func command(_ command: Command) {
        guard let index = processes.firstIndex(where: { $0.controller.id == leader?.id }) else {
            return
        }
        commands += 1
        let input = Input.commanded(
            command, CommandID("k\(commands)"), by: Principal("operator"))
        schedule(
            .input(process: index, life: processes[index].life, input), after: .milliseconds(20))
    }

    /// Feeds one input, makes its entries durable, and obeys: what `Runtime` does, in virtual time.
    mutating func deliver(_ input: Input, to index: Int) {
        let before = processes[index].controller
        let reaction = processes[index].controller.handle(input, at: now)
        if let epoch = reaction.entries.first?.epoch {
            guard !processes[index].isIsolated,
                store.append(reaction.entries, under: epoch, at: now)
            else {
                processes[index].controller = before
                _ = processes[index].controller.handle(.lease(.unknown), at: now)
                return
            }
            processes[index].followed = store.entries.count
            note(.entries(reaction.entries, by: processes[index].controller))
        }
        for effect in reaction.effects { obey(effect, from: index) }
    }

    mutating func note(_ change: Change) {
        changes += 1
        trace.combine(UInt64(bitPattern: now.nanoseconds))
        trace.combine(change.text)
        watch.note(change, in: self)
        for invariant in invariants where violation == nil {
            violation = invariant.check(self, change)
        }
    }
}
