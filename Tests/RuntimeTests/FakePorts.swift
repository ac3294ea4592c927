import Control
import Detection
import Playbooks
import Runtime
import Situations
import Synchronization
import TopologyModel
import Values

/// What happened at the ports, in order: `append`, `perform`, `read`, `notice`, ...
final class Tape: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock(\.self) }
    func note(_ line: String) { lines.withLock { $0.append(line) } }
    func count(_ start: String) -> Int { all.count { $0.hasPrefix(start) } }
}

/// A clock that the test moves.
final class FakeTime: TimePort {
    private let instant = Mutex(Instant(unixSeconds: 1_615_377_600))

    func now() -> Instant { instant.withLock(\.self) }
    func pass(_ span: Duration) { instant.withLock { $0 = $0 + span } }

    func wall() -> Instant { now() }

    func sleep(until instant: Instant) async throws {
        while now() < instant { try await Task.sleep(for: .milliseconds(2)) }
    }
}

/// A journal in memory that can be held up or fail.
final class FakeJournal: JournalPort {
    struct Compacted: Sendable {
        let state: ControllerState
        /// What had been appended by then.
        let entries: [JournalEntry]
    }

    private struct State {
        var entries: [JournalEntry] = []
        var fault: Fault?
        /// Appends with such an entry wait until it is nil.
        var isHeld: (@Sendable (JournalEntry) -> Bool)?
        var waiting = 0
        var compacted: [Compacted] = []
    }

    private let state = Mutex(State())
    private let tape: Tape

    init(tape: Tape) { self.tape = tape }

    var entries: [JournalEntry] { state.withLock(\.entries) }
    var waiting: Int { state.withLock(\.waiting) }
    var compacted: [Compacted] { state.withLock(\.compacted) }
    func fail(_ fault: Fault?) { state.withLock { $0.fault = fault } }
    func hold(_ isHeld: (@Sendable (JournalEntry) -> Bool)?) {
        state.withLock { $0.isHeld = isHeld }
    }

    func append(_ entries: [JournalEntry]) async throws {
        try throwFault()
        state.withLock { $0.waiting += 1 }
        while state.withLock({ state in state.isHeld.map { entries.contains(where: $0) } ?? false })
        {
            try await Task.sleep(for: .milliseconds(2))
        }
        state.withLock {
            $0.waiting -= 1
            $0.entries += entries
        }
        tape.note("append")
    }

    func compact(_ new: ControllerState) async throws {
        try throwFault()
        state.withLock { $0.compacted.append(Compacted(state: new, entries: $0.entries)) }
    }

    func probe() async throws {
        tape.note("tried")
        try throwFault()
    }

    private func throwFault() throws { if let fault = state.withLock(\.fault) { throw fault } }
}

final class FakeLease: LeasePort {
    static let epoch = Epoch(term: 1, revision: 0, owner: Topology.onlyController)
    private let length = Mutex(Duration.seconds(3600))
    private let tape: Tape

    init(tape: Tape) { self.tape = tape }

    func setLength(_ length: Duration) { self.length.withLock { $0 = length } }
    func renew(at now: Instant) async -> Lease {
        .held(epoch: FakeLease.epoch, until: now + length.withLock(\.self))
    }
    func yield(until: Instant?) async { tape.note("yield") }
}

/// Doors that hold what they are told; `hangs` never answers an order before it is cancelled.
final class FakeDoors: DoorPort {
    private struct State {
        var held: [FrontDoorID: DoorReading] = [:]
        var hangs = false
    }

    private let state = Mutex(State())
    private let tape: Tape

    init(tape: Tape) { self.tape = tape }

    func hang() { state.withLock { $0.hangs = true } }
    func set(_ reading: DoorReading, at door: FrontDoorID) {
        state.withLock { $0.held[door] = reading }
    }
    func reading(of door: FrontDoorID) -> DoorReading? { state.withLock { $0.held[door] } }

    func perform(_ order: StepOrder) async -> StepOutcome {
        tape.note("perform")
        if state.withLock(\.hangs) {
            do { try await Task.sleep(for: .seconds(3600)) } catch {
                return .unknown(fault: Fault(what: "cancelled", mend: ""))
            }
        }
        let reading = DoorReading(state: order.order.to, incarnation: "i2", epoch: order.epoch)
        set(reading, at: order.order.door)
        return .done(readback: reading)
    }

    func read(_ door: FrontDoorID) async -> FrontDoorState {
        tape.note("read")
        guard let reading = reading(of: door) else {
            return .unreadable(fault: Fault(what: "not there", mend: ""))
        }
        return .read(reading: reading)
    }

    func replace(topology: Topology) async { tape.note("doors replaced") }
}

struct FakeProber: ProberPort {
    var counters: ProbeCounters { ProbeCounters() }
    let tape: Tape

    func run(delivering deliver: @escaping @Sendable ([Observation]) -> Void) async {
        tape.note("probing")
        do { try await Task.sleep(for: .seconds(3600)) } catch { tape.note("probing ended") }
    }

    func replace(topology: Topology) async { tape.note("prober replaced") }
}

struct FakeLoads: LoadPort {
    let tape: Tape

    func run(delivering deliver: @escaping @Sendable ([LoadReading]) -> Void) async {
        do { try await Task.sleep(for: .seconds(3600)) } catch { tape.note("reading loads ended") }
    }

    func replace(topology: Topology) async { tape.note("loads replaced") }
}

struct FakeNotices: NoticePort {
    let tape: Tape
    func post(_ notice: Notice) { tape.note("notice \(notice.level): \(notice.text)") }
}
