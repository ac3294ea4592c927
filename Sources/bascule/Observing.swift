import Actuation
import Control
import ControlAPI
import Logging
import NIOPosix
import Notification
import Probing
import Runtime
import Situations
import Storage
import Values

// What `serve` does when its journal cannot be written at a start: it probes and answers, and acts
// on nothing, until the journal can be written.
extension Service {
    /// How often it looks whether the journal can be written by now.
    private static let retryEvery = Duration.seconds(2)

    /// Returns false when the journal can be written, and true when a signal ended the process.
    func observe(
        as id: ControllerID, because fault: Fault, _ log: Logger
    ) async throws -> Bool {
        let journal = UnwritableJournal(
            path: journalPath, fault: fault, loaded: loaded, log: log)
        return try await observe(as: id, journal, SystemTime { Instant.wallClock() }, log) {
            while SQLiteJournal.hindrance(at: journalPath) != nil {
                try await Task.sleep(for: Service.retryEvery)
            }
            log.info("the journal takes writes again")
        }
    }

    /// After a step-down: the journal is let go, so that another controller may lead from it.
    /// Returns false when the time is over, and true when a signal ended the process.
    func rest(as id: ControllerID, until down: SteppedDown, _ log: Logger) async throws -> Bool {
        log.critical("stepped down until \(down.until.text): observing only")
        let fault = Fault(
            what: "this controller stepped down until \(down.until.text)",
            mend: "ask the one that leads, or wait")
        let journal = UnwritableJournal(state: down.state, fault: fault, loaded: loaded)
        return try await observe(as: id, journal, down.time, log) {
            try await down.time.sleep(until: down.until)
            log.info("the step-down is over")
        }
    }

    private func observe(
        as id: ControllerID, _ journal: UnwritableJournal, _ time: SystemTime, _ log: Logger,
        untilOver: @escaping @Sendable () async throws -> Void
    ) async throws -> Bool {
        let group = MultiThreadedEventLoopGroup.singleton
        let doors = Doors(folder: command.topology.folder, group: group, time: time, log: log)
        let runtime = Runtime(
            controller: Controller(id: id, state: journal.state),
            ports: Runtime.Ports(
                journal: journal, lease: NoLease(),
                doors: doors,
                prober: try Prober(group: group, vantage: id, time: time, log: log),
                load: LoadReader(
                    group: group, vantage: id, folder: command.topology.folder, time: time,
                    log: log),
                notices: notices, time: time),
            log: log, journalFault: journal.fault)
        let server = ControlServer(
            runtime: runtime, history: journal, readiness: readinessDesk(doors, time),
            socketPath: socketPath, log: log)
        let signals = Signals([SIGTERM, SIGINT, SIGHUP])
        return try await withThrowingTaskGroup(of: Bool?.self) { tasks in
            tasks.addTask {
                await runtime.run(configuration: loaded.configuration)
                return nil
            }
            tasks.addTask {
                try await server.run()
                return nil
            }
            if systemd.isThere {
                tasks.addTask {
                    await tellSystemd(of: runtime)
                    return nil
                }
            }
            tasks.addTask {
                try await untilOver()
                return false
            }
            tasks.addTask { [stream = signals.stream] in await end(by: stream, log) }
            defer { tasks.cancelAll() }
            while let ended = try await tasks.next() {
                if let ended { return ended }
            }
            return true
        }
    }

    /// True when a signal asks for the end.
    private func end(by signals: AsyncStream<Int32>, _ log: Logger) async -> Bool? {
        for await signal in signals {
            if signal != SIGHUP {
                systemd.stopping()
                return true
            }
            log.warning("the files are read again once this controller may lead")
        }
        return nil
    }
}

/// A journal that is read, as far as that can be, and takes no entry.
private struct UnwritableJournal: JournalPort, HistoryPort {
    let fault: Fault
    let state: ControllerState
    let loaded: LoadedConfiguration
    private let readable: SQLiteJournal?

    init(state: ControllerState, fault: Fault, loaded: LoadedConfiguration) {
        (self.state, self.fault, self.loaded, readable) = (state, fault, loaded, nil)
    }

    init(path: String, fault: Fault, loaded: LoadedConfiguration, log: Logger) {
        (self.fault, self.loaded) = (fault, loaded)
        do {
            let journal = try SQLiteJournal(readOnlyAt: path)
            (readable, state) = (journal, try journal.resume().state)
        } catch {
            log.warning("the journal cannot be read either: \(error)")
            (readable, state) = (nil, ControllerState())
        }
    }

    func append(_ entries: [JournalEntry]) async throws { throw fault }

    func compact(_ state: ControllerState) async throws { throw fault }

    func probe() async throws { throw fault }

    func entries(before seq: Int?, atMost limit: Int) async throws -> [HistoryMessage.Line] {
        guard let readable else { throw fault }
        return try await readable.entries(before: seq, atMost: limit)
    }

    func entries(after seq: Int, atMost limit: Int) async throws -> [HistoryMessage.Line] {
        guard let readable else { throw fault }
        return try await readable.entries(after: seq, atMost: limit)
    }

    /// What this start read: the journal could not be told of it.
    func files(of digest: Digest) async throws -> [TopologyMessage.File] {
        guard digest == loaded.configuration.digest else { return [] }
        return loaded.texts.map { TopologyMessage.File(name: $0.name, text: $0.text) }
    }
}

/// Nobody leads without a journal.
private struct NoLease: LeasePort {
    func renew(at now: Instant) async -> Lease { .unknown }

    func yield(until: Instant?) async {}
}
