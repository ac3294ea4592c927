import ArgumentParser
import Control
import ControlAPI
import Documents
import Foundation
import Playbooks
import Rendering
import Situations
import Values

/// Shows what a run does and waits for, until it has come to its goal: one line drawn again in
/// place on a terminal, else a line a change; as JSON only the run as it stands then.
struct Follower {
    private static let lookEvery = Duration.milliseconds(300)
    /// How long a controller may be away, as it starts again, before that is the end.
    private static let awayMax = Duration.seconds(30)

    let client: ControlClient
    let output: OutputOptions
    let goal: WaitOptions.Goal
    /// Whether it goes on while a person is asked; else that ends it with its own exit code.
    var waitsForApproval = false

    private var isTable: Bool { !output.isDocument }
    private var redraws: Bool { isTable && isatty(STDOUT_FILENO) == 1 }

    /// Ctrl-C stops watching, and never the run.
    func follow(_ id: RunID, atMost limit: Duration?) async throws {
        let signals = Signals([SIGINT])
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { [stream = signals.stream] in
                    for await _ in stream { throw Interrupted() }
                }
                group.addTask { try await watch(id, atMost: limit) }
                defer { group.cancelAll() }
                try await group.next()
            }
        } catch is Interrupted {
            leaveLine()
            complain(
                "Stopped watching; run \(id) goes on.\n"
                    + "  watch: bascule run show \(id) --watch\n"
                    + "  abort: bascule run abort \(id) --reason \"...\"")
            throw ExitCode(130)
        }
    }

    private struct Interrupted: Error {}

    private func watch(_ id: RunID, atMost limit: Duration?) async throws {
        let deadline = limit.map { ContinuousClock.now + $0 }
        var shown = Shown()
        var away: ContinuousClock.Instant?
        while true {
            do {
                let status = try await client.status()
                away = nil
                let run = try status.run(named: "\(id)")
                if isTable { tell(of: run, at: status.at, &shown) }
                try stop(at: run, now: status.at)
                if let deadline, ContinuousClock.now > deadline {
                    try timeOut(run, now: status.at)
                }
            } catch let fault as ControlClient.Unreachable {
                let since = away ?? .now
                away = since
                if ContinuousClock.now - since > Follower.awayMax { throw fault }
            }
            try await Task.sleep(for: Follower.lookEvery)
        }
    }

    // MARK: - Lines

    private struct Shown {
        var states: [StepID: StepState] = [:]
        var waits: [RunProgress.Active] = []
        var line = ""
    }

    private func tell(
        of run: StatusDocument.RunStatus, at now: Instant, _ shown: inout Shown
    ) {
        if redraws {
            let line = run.progress.line(of: run.id, at: now)
            if line != shown.line { print("\r\u{1b}[K\(line)", terminator: "") }
            shown.line = line
        } else {
            tellChanges(of: run, at: now, &shown)
        }
        fflush(nil)
    }

    private func tellChanges(
        of run: StatusDocument.RunStatus, at now: Instant, _ shown: inout Shown
    ) {
        for step in run.steps where shown.states[step.id] != step.state {
            if shown.states[step.id] != nil || step.state != .pending {
                let fault = step.state.isFailure ? step.fault.map { ": \($0)" } ?? "" : ""
                let who = step.approvedBy.map { " (approved by \($0))" } ?? ""
                let state = step.state.words(at: now)
                print(wrapped("\(now.clock)  \(step.title): \(state)\(who)\(fault)"))
            }
            shown.states[step.id] = step.state
        }
        // What comes and goes within a look needs no line of its own.
        let lasting = run.progress.active.filter { active in
            active.until.map { $0 - now > .seconds(2) } ?? false
        }
        for wait in lasting where !shown.waits.contains(wait) {
            print(wrapped("\(now.clock)  \(wait.words(at: now)): \(wait.title)"))
        }
        shown.waits = lasting
    }

    private func leaveLine() {
        if redraws { print("") }
        fflush(nil)
    }

    // MARK: - Ends

    private func end(at run: StatusDocument.RunStatus, now: Instant) throws {
        guard isTable else { return try output.show(run) { _ in "" } }
        leaveLine()
        print("Run \(run.id): \(run.phase.words)")
        let ends = run.progress.ends(at: now)
        if !ends.isEmpty { print(wrapped(ends)) }
    }

    private func timeOut(_ run: StatusDocument.RunStatus, now: Instant) throws {
        try end(at: run, now: now)
        complain("Run \(run.id) is still going on; watch: bascule run show \(run.id) --watch")
        throw Exit.timedOut.code
    }

    private func stop(at run: StatusDocument.RunStatus, now: Instant) throws {
        if case .ended(let end, _) = run.phase {
            try self.end(at: run, now: now)
            switch end {
            case .succeeded: throw ExitCode.success
            case .rolledBack, .partial:
                for step in run.steps {
                    guard let fault = step.fault else { continue }
                    complain("- \(step.title): \(step.state.words(at: now)): \(fault)")
                }
                throw Exit.partial.code
            case .aborted: throw Exit.failed.code
            }
        }
        if goal == .done, run.phase == .forward, run.progress.answeredAt != nil {
            try end(at: run, now: now)
            throw ExitCode.success
        }
        guard !waitsForApproval, run.steps.contains(where: \.state.isWaiting) else { return }
        try end(at: run, now: now)
        complain("It waits for approval: bascule run approve \(run.id)")
        throw Exit.waiting.code
    }
}

extension StepState {
    fileprivate var isWaiting: Bool { if case .waiting = self { true } else { false } }

    fileprivate var isFailure: Bool {
        switch self {
        case .failed, .undoFailed: true
        case .pending, .skipped, .waiting, .started, .unknown, .done, .undoing, .undoUnknown,
            .undone:
            false
        }
    }
}
