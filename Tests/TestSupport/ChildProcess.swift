import Foundation
import Glibc
import Synchronization

/// A program that a test has started; its output goes to files, so that no pipe can fill up.
///
/// Stopped by `stop`, by `withChild` when the test ends or throws, and at the latest when nobody
/// holds it any more.
package final class ChildProcess: Sendable {
    /// How long a program may take to end after SIGTERM, before SIGKILL.
    package static let stopLimit = Duration.seconds(5)

    package let pid: Int32
    private let folder: TemporaryFolder
    private let ended = Mutex<Int32?>(nil)

    /// Starts `program` (an absolute path, or a name looked up in PATH) with nothing on its input.
    ///
    /// `environment` is added to the test's own.
    package init(
        _ program: String, _ arguments: [String], environment: [String: String] = [:],
        workingFolder: String? = nil
    ) throws {
        folder = try TemporaryFolder()
        pid = try Spawn(
            arguments: [program] + arguments, environment: environment,
            workingFolder: workingFolder, output: folder.file("out"), errors: folder.file("err")
        ).start()
    }

    deinit {
        guard exitStatus == nil else { return }
        Glibc.kill(pid, SIGKILL)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
    }

    /// What it has written so far to standard output; bytes that are not UTF-8 are replaced.
    package var output: String { text(of: "out") }
    /// What it has written so far to standard error.
    package var errors: String { text(of: "err") }
    /// Its exit status, or 128 plus the signal as shells say it; nil while it runs.
    package var exitStatus: Int32? {
        ended.withLock { ended in
            if ended == nil { ended = reap() }
            return ended
        }
    }
    package var isRunning: Bool { exitStatus == nil }

    /// Sends a signal, unless it has ended already.
    package func signal(_ number: Int32) {
        ended.withLock { ended in
            if ended == nil { ended = reap() }
            if ended == nil { Glibc.kill(pid, number) }
        }
    }

    /// Kills it as a power cut would, with SIGKILL, and waits until it is gone.
    package func killHard() async throws {
        signal(SIGKILL)
        _ = try await waitForExit(within: Self.stopLimit)
    }

    /// Asks it to end with SIGTERM, kills it after `limit`, and returns how it ended.
    @discardableResult
    package func stop(within limit: Duration = ChildProcess.stopLimit) async throws -> Int32 {
        signal(SIGTERM)
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            if let exitStatus { return exitStatus }
            await pauseForAMoment()
        }
        signal(SIGKILL)
        return try await waitForExit(within: limit)
    }

    /// Waits until it ends by itself; throws, with what it has written, when `limit` has passed.
    package func waitForExit(within limit: Duration) async throws -> Int32 {
        let deadline = ContinuousClock.now + limit
        while true {
            // Read before the last look: a test on a busy machine may have slept past both.
            let isLast = ContinuousClock.now >= deadline
            if let exitStatus { return exitStatus }
            if isLast { break }
            await pauseForAMoment()
        }
        throw TestSupportError(
            "process \(pid) still runs after \(limit); it wrote:\n\(output)\(errors)")
    }

    /// Waits without regard to cancellation: a cancelled test must still see its child end.
    private func pauseForAMoment() async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(5)) {
                continuation.resume()
            }
        }
    }

    private func reap() -> Int32? {
        var status: Int32 = 0
        guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
        let signal = status & 0x7f  // wait(2): WTERMSIG, and WEXITSTATUS below.
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }

    private func text(of name: String) -> String {
        String(
            decoding: FileManager.default.contents(atPath: folder.file(name)) ?? Data(),
            as: UTF8.self)
    }
}

/// Starts a program, runs `body` with it, and stops it afterwards, also when `body` throws.
nonisolated(nonsending) package func withChild<Result>(
    _ program: String, _ arguments: [String], environment: [String: String] = [:],
    _ body: (ChildProcess) async throws -> Result
) async throws -> Result {
    let child = try ChildProcess(program, arguments, environment: environment)
    do {
        let result = try await body(child)
        try await child.stop()
        return result
    } catch {
        try await child.stop()
        throw error
    }
}

/// How a program ended, and all that it wrote.
package struct Finished: Equatable, Sendable {
    /// The exit status, or 128 plus the signal that ended it.
    package let status: Int32
    package let stdout: String
    package let stderr: String
}

/// Runs a program to its end; throws, and kills it, when it takes longer than `limit`.
package func run(
    _ program: String, _ arguments: [String], environment: [String: String] = [:],
    workingFolder: String? = nil, within limit: Duration = .seconds(20)
) async throws -> Finished {
    let child = try ChildProcess(
        program, arguments, environment: environment, workingFolder: workingFolder)
    do {
        let status = try await child.waitForExit(within: limit)
        return Finished(status: status, stdout: child.output, stderr: child.errors)
    } catch {
        try await child.killHard()
        throw error
    }
}
