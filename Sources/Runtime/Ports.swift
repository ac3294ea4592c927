package import Control
package import Playbooks
package import Detection
package import Planning
package import Situations
package import TopologyModel
package import Values

// What the loop needs of the outside. Real ones are built by `main`; tests bring their own.

/// Where entries become durable.
package protocol JournalPort: Sendable {
    /// Returns when all entries are on disk, in one transaction; after an error none is.
    func append(_ entries: [JournalEntry]) async throws
    /// Bounds what a start has to replay; `state` is what the last append led to.
    func compact(_ state: ControllerState) async throws
    /// Whether it can be written again, after an error.
    func probe() async throws
}

/// Who leads.
package protocol LeasePort: Sendable {
    /// Takes or renews leadership and says what is known of it now; never throws: what cannot be
    /// known is `.unknown`.
    func renew(at now: Instant) async -> Lease
    /// Gives leadership up: until then, or until the next start.
    func yield(until: Instant?) async
}

/// The actuators of every front door, by door.
package protocol DoorPort: Sendable {
    func perform(_ order: StepOrder) async -> StepOutcome
    func read(_ door: FrontDoorID) async -> FrontDoorState
    /// Called at start and at every reload, before anything else is asked of the new topology.
    func replace(topology: Topology) async
}

/// What asks the doors whether a shift could set them, and changes nothing.
package protocol DoorCheckPort: Sendable {
    func objections() async -> [DoorObjection]
}

/// What asks standbys, and the edges before them, for what only they know.
package protocol StandbyCheckPort: Sendable {
    func answers(
        of standbys: [Standby], in topology: Topology
    ) async -> [Standby: StandbyAnswers]
}

/// What sends probes by the pure schedule and delivers what they saw, in batches.
package protocol ProberPort: Sendable {
    /// What it has sent and shed, and what is open.
    var counters: ProbeCounters { get }
    /// Runs until it is cancelled.
    func run(delivering deliver: @escaping @Sendable ([Observation]) -> Void) async
    func replace(topology: Topology) async
}

/// What reads the load of every host that has a source, and delivers it in batches.
package protocol LoadPort: Sendable {
    /// Runs until it is cancelled; a source that does not answer delivers that it is silent.
    func run(delivering deliver: @escaping @Sendable ([LoadReading]) -> Void) async
    func replace(topology: Topology) async
}

/// What reads the counters of every edge, and delivers what became of live requests since.
package protocol TrafficPort: Sendable {
    /// Runs until it is cancelled; an edge that does not answer delivers nothing, which is no
    /// evidence.
    func run(delivering deliver: @escaping @Sendable ([TrafficReading]) -> Void) async
    func replace(topology: Topology) async
}

/// Where notices go: standard error, a webhook, the event stream.
package protocol NoticePort: Sendable {
    func post(_ notice: Notice)
}

/// Our own time, as nanoseconds of UTC that never step back, and the wall clock.
package protocol TimePort: Sendable {
    func now() -> Instant
    /// What the wall clock shows, for what other machines compare with theirs.
    func wall() -> Instant
    func sleep(until instant: Instant) async throws
}
