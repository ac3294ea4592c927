import Actuation
import Control
import ControlAPI
import Logging
import NIOPosix
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
        let time = SystemTime { Instant.wallClock() }
        let group = MultiThreadedEventLoopGroup.singleton
        let journal = UnwritableJournal(path: journalPath, fault: fault, log: log)
        let runtime = Runtime(
            controller: Controller(id: id, state: journal.state),
            ports: Runtime.Ports(
                journal: journal, lease: NoLease(),
                doors: Doors(folder: command.topology.folder, group: group, time: time, log: log),
                prober: try Prober(
                    group: group, vantage: id, time: time, log: log),
                notices: Notices(log: log), time: time),
            log: log, journalFault: fault)
        let server = ControlServer(
            runtime: runtime, history: journal, socketPath: socketPath, log: log)
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
            tasks.addTask {
                while SQLiteJournal.hindrance(at: journalPath) != nil {
                    try await Task.sleep(for: Service.retryEvery)
                }
                log.info("the journal takes writes again")
                return false
            }
            tasks.addTask { [stream = signals.stream] in
                for await signal in stream {
                    if signal != SIGHUP { return true }
                    log.warning("the files are read again once the journal can be written")
                }
                return nil
            }
            defer { tasks.cancelAll() }
            while let ended = try await tasks.next() {
                if let ended { return ended }
            }
            return true
        }
    }
}

/// A journal that is read, as far as that can be, and takes no entry.
private struct UnwritableJournal: JournalPort, HistoryPort {
    let fault: Fault
    let state: ControllerState
    private let readable: SQLiteJournal?

    init(path: String, fault: Fault, log: Logger) {
        self.fault = fault
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

    func lastEntries(_ limit: Int) async throws -> [HistoryMessage.Line] {
        guard let readable else { throw fault }
        return try await readable.lastEntries(limit)
    }
}

/// Nobody leads without a journal.
private struct NoLease: LeasePort {
    func renew(at now: Instant) async -> Lease { .unknown }

    func yield() async {}
}
