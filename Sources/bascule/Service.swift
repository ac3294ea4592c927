import Actuation
import Control
import ControlAPI
import Foundation
import Logging
import Manifests
import NIOPosix
import Notification
import Probing
import Runtime
import Situations
import Storage
import TopologyModel
import Values

/// Builds every real object of the controller and runs it.
struct Service {
    /// How often a second controller looks whether the journal is free.
    private static let waitForLock = Duration.seconds(1)
    /// What a start that waits asks of systemd each time.
    private static let waitingTimeMore = Duration.seconds(30)
    /// Starts in a row that never came to be healthy; after so many the next one only observes.
    private static let crashesMax = 3
    /// Probes on their way, doors and the API together need far fewer.
    private static let descriptorsMax: rlim_t = 65_536
    /// How long answers that are on their way have when the controller steps down.
    private static let lastAnswers = Duration.milliseconds(500)
    /// How long a start must have run to count as healthy.
    private static let healthyAfter = Duration.seconds(10)

    let command: ServeCommand
    let loaded: LoadedConfiguration
    let notices: Notices
    let systemd: SystemdSocket

    var journalPath: String { command.state + "/journal.sqlite" }
    var socketPath: String { command.socket ?? command.state + "/bascule.sock" }

    /// Serves until a signal; only observes while the journal cannot be written, from the start on
    /// or at a later one.
    func run(as id: ControllerID, _ log: Logger) async throws {
        try checkSocketFolder()
        umask(0o077)
        raiseDescriptorLimit(log)
        try await notices.delivering { try await serve(as: id, log) }
        log.info("ended cleanly")
    }

    private func serve(as id: ControllerID, _ log: Logger) async throws {
        var (isEnded, isMarked) = (false, false)
        while !isEnded {
            do {
                try FileManager.default.createDirectory(
                    atPath: command.state, withIntermediateDirectories: true)
                try await act(as: id, isMarked: &isMarked, log)
                isEnded = true
            } catch let down as SteppedDown {
                isEnded = try await rest(as: id, until: down, log)
            } catch {
                guard let fault = SQLiteJournal.hindrance(at: journalPath) else { throw error }
                notices.page("observing only: \(fault)")
                do {
                    isEnded = try await observe(as: id, because: fault, log)
                } catch {
                    // Not even its socket can be made: that is what is to be mended.
                    throw fault
                }
            }
        }
    }

    /// A socket that cannot be made is told of before anything is begun. The state folder, where it
    /// is by default, is made when it is not there.
    private func checkSocketFolder() throws {
        guard let socket = command.socket else { return }
        let folder = URL(fileURLWithPath: socket).deletingLastPathComponent().path
        if folder == URL(fileURLWithPath: command.state).path { return }
        var isFolder: ObjCBool = false
        let isThere = FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder)
        guard isThere, isFolder.boolValue else {
            throw Fault(
                what: "the control socket \(socket) cannot be made: \(folder) is no folder",
                mend: "make it (mkdir -p \(folder)), or name another path with --socket")
        }
        guard FileManager.default.isWritableFile(atPath: folder) else {
            throw Fault(
                what: "the control socket \(socket) cannot be made: \(folder) may not be written",
                mend: "let this user write there, or name another path with --socket")
        }
    }

    /// Each probe on its way has a descriptor; shells give 1024.
    private func raiseDescriptorLimit(_ log: Logger) {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        let wanted = min(limit.rlim_max, Service.descriptorsMax)
        guard limit.rlim_cur < wanted else { return }
        limit.rlim_cur = wanted
        if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) != 0 {
            log.warning("only few files may be open: \(String(cString: strerror(errno)))")
        }
    }

    /// Marks the journal as worked on, for as long as this process has it.
    ///
    /// - Parameter isMarked: Whether this process did so before: what it left then is its own.
    private func act(
        as id: ControllerID, isMarked: inout Bool, _ log: Logger
    ) async throws {
        let lock = try await takeLock(for: id, log)
        notices.keep(in: command.state + "/notices.json")
        let journal = try SQLiteJournal(path: journalPath)
        let hadEnded = try journal.noteRunning()
        if !hadEnded, !isMarked { notices.page(Service.unclean) }
        isMarked = true
        let result: Result<Void, any Error>
        do {
            result = .success(try await act(as: id, on: journal, holding: lock, log))
        } catch {
            result = .failure(error)
        }
        do { try await journal.noteEnd() } catch {
            log.warning("that this process ended by itself could not be noted: \(error)")
        }
        try result.get()
    }

    private static let unclean =
        "this controller did not end cleanly the last time (a crash, a kill, a power cut); pages "
        + "of its last moment may never have been sent: see bascule history"

    private func act(
        as id: ControllerID, on journal: SQLiteJournal, holding lock: FileLock, _ log: Logger
    ) async throws {
        let starts = try journal.noteStart()
        let resumed = try journal.resume()
        try await journal.compact(resumed.state)
        try journal.keep(loaded.texts, as: loaded.configuration.digest)
        let time = time(after: resumed.last, log)
        let group = MultiThreadedEventLoopGroup.singleton
        let doors = Doors(folder: command.topology.folder, group: group, time: time, log: log)
        await doors.replace(topology: loaded.configuration.topology)
        tellKeyFaults(loaded.configuration.topology)
        let floor = await doors.highestTerm()
        if resumed.last == nil, floor > 0 {
            notices.page(
                """
                the journal \(journalPath) is new, but the name servers were led under term \
                \(floor): if it was lost, restore it; another controller may be running
                """)
        }
        let observing = resumed.poison ?? crashLoop(starts)
        if let observing { notices.page("observing only: \(observing)") }
        let lease = try SQLiteLease(
            journal: journal, lock: lock, controller: id, floor: floor)
        let runtime = Runtime(
            controller: Controller(id: id, state: resumed.state),
            ports: Runtime.Ports(
                journal: journal, lease: lease, doors: doors,
                prober: try Prober(
                    group: group, vantage: id, time: time, log: log),
                load: LoadReader(
                    group: group, vantage: id, folder: command.topology.folder, time: time,
                    log: log),
                notices: notices, time: time,
                traffic: TrafficReader(
                    vantage: id, folder: command.topology.folder, group: group, time: time,
                    log: log)),
            log: log, startsObserving: observing)
        let server = ControlServer(
            runtime: runtime, history: journal,
            readiness: readinessDesk(doors, time),
            socketPath: socketPath, log: log)
        log.info("controller \(id) serves \(command.topology.file); socket \(socketPath)")
        try await run(runtime, server, journal, lease, time, log)
    }

    func readinessDesk(_ doors: Doors, _ time: SystemTime) -> ReadinessDesk {
        let group = MultiThreadedEventLoopGroup.singleton
        return ReadinessDesk(doors: doors, standbys: StandbyChecker(group: group, time: time))
    }

    private func run(
        _ runtime: Runtime, _ server: ControlServer, _ journal: SQLiteJournal,
        _ lease: SQLiteLease, _ time: SystemTime, _ log: Logger
    ) async throws {
        let signals = Signals([SIGTERM, SIGINT, SIGHUP])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await runtime.run(configuration: loaded.configuration) }
            group.addTask { try await server.run() }
            group.addTask { await keepHealth(journal, time, runtime, log) }
            if systemd.isThere { group.addTask { await tellSystemd(of: runtime) } }
            group.addTask { [stream = signals.stream] in
                for await signal in stream {
                    guard signal == SIGHUP else {
                        systemd.stopping()
                        throw Ended()
                    }
                    systemd.reloading()
                    await reload(runtime, journal, log)
                    systemd.ready(statusLine(of: runtime))
                }
            }
            group.addTask {
                for await until in lease.stepDowns {
                    // The person who asked still gets the answer.
                    try await time.sleep(until: time.now() + Service.lastAnswers)
                    throw SteppedDown(
                        until: until, state: runtime.view.controller.state, time: time)
                }
            }
            do {
                // Whatever ends first ends all: a controller that nobody can reach is none.
                try await group.next()
                group.cancelAll()
                try await group.waitForAll()
            } catch is Ended {
                group.cancelAll()
                while await group.nextResult() != nil {}
            } catch let down as SteppedDown {
                group.cancelAll()
                while await group.nextResult() != nil {}
                try await journal.noteHealthy()
                throw down
            }
        }
        try await journal.noteHealthy()
    }

    /// A signal came.
    private struct Ended: Error {}

    /// A person made this controller step down: the journal is let go until then.
    struct SteppedDown: Error {
        let until: Instant
        /// As it stood, for those who ask meanwhile.
        let state: ControllerState
        let time: SystemTime
    }

    private func keepHealth(
        _ journal: SQLiteJournal, _ time: SystemTime, _ runtime: Runtime, _ log: Logger
    ) async {
        do {
            try await time.sleep(until: time.now() + Service.healthyAfter)
            try await journal.noteHealthy()
        } catch is CancellationError { return } catch {
            log.warning("that this start was healthy could not be noted: \(error)")
        }
        await watchClock(time, runtime)
    }

    private func tellKeyFaults(_ topology: Topology) {
        for fault in keyFaults(of: topology, in: command.topology.folder) {
            notices.page("\(fault)")
        }
    }

    private func reload(_ runtime: Runtime, _ journal: SQLiteJournal, _ log: Logger) async {
        do {
            let new = try command.topology.read()
            try journal.keep(new.texts, as: new.configuration.digest)
            if let objection = await runtime.reload(new.configuration) {
                return notices.page("reload refused, the old topology goes on: \(objection)")
            }
            tellKeyFaults(new.configuration.topology)
            for warning in new.warnings where !loaded.warnings.contains(warning) {
                complain(warning.description)
            }
            log.info("reloaded: topology \(new.configuration.digest.short)")
        } catch {
            let why = (error as? InputFault).map { "\($0.fault)" } ?? "\(error)"
            notices.page("reload refused, the old topology goes on:\n\(why)")
            runtime.refuseReload(
                because: Fault(
                    what: "\(command.topology.file) or a playbook cannot be loaded: \(why)",
                    mend: "mend it (bascule validate), then reload (SIGHUP)"))
        }
    }

    /// A wall clock that is set does not touch our time; it is told to the controller.
    private func watchClock(_ time: SystemTime, _ runtime: Runtime) async {
        var known = time.wallStep
        while !Task.isCancelled {
            do { try await time.sleep(until: time.now() + .seconds(10)) } catch { return }
            let step = time.wallStep
            if abs((step - known).inNanoseconds) > 1_000_000_000 {
                runtime.lanes.offer(.clockStepped(step - known))
            }
            known = step
        }
    }

    static func controllerID(
        named name: String?, in topology: Topology
    ) throws -> ControllerID {
        let declared = topology.controllers.map(\.id)
        guard let name else {
            if declared.count == 1 { return declared[0] }
            throw InputFault(
                Fault(
                    what: "the topology declares \(declared.count) controllers",
                    mend: "say which this is: --controller \(declared[0])"))
        }
        guard declared.contains(ControllerID(name)) else {
            throw InputFault(
                Fault(
                    what: "the topology declares no controller '\(name)'",
                    mend: nameMend(for: name, among: declared.map(\.name), all: "use one of")))
        }
        return ControllerID(name)
    }

    /// Waits while another process works on the same journal, and says for whom.
    private func takeLock(for id: ControllerID, _ log: Logger) async throws -> FileLock {
        var known = ""
        while true {
            do {
                return try FileLock(
                    path: journalPath + ".lock",
                    holder: "controller \(id), process \(ProcessInfo.processInfo.processIdentifier)"
                )
            } catch let taken as FileLockTaken {
                if taken.by != known {
                    log.warning("waiting for \(taken.by), which works on \(journalPath)")
                }
                systemd.starting("waiting for \(taken.by)", for: Service.waitingTimeMore)
                known = taken.by
                try await Task.sleep(for: Service.waitForLock)
            }
        }
    }

    /// A journal that ends in the future is resumed from there, and that is reported.
    private func time(after last: Instant?, _ log: Logger) -> SystemTime {
        let wall = Instant.wallClock()
        guard let last, last > wall else { return SystemTime { Instant.wallClock() } }
        let ahead = (last - wall).shortText
        log.warning("the journal ends \(ahead) in the future; time goes on from there")
        return SystemTime(from: last) { Instant.wallClock() }
    }

    private func crashLoop(_ starts: Int) -> Fault? {
        guard starts > Service.crashesMax else { return nil }
        return Fault(
            what: "the last \(starts - 1) starts ended within \(Service.healthyAfter.shortText)",
            mend: "look at the log, then let it act with `bascule ack`")
    }
}
