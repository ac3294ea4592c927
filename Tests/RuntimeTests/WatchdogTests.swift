import Notification
import Runtime
import TestSupport
import Testing

/// systemd's watchdog is fed by turns of the loop, and by nothing else.
@Suite(.timeLimit(.minutes(2))) struct WatchdogTests {
    /// The journal's disk hangs: the process lives, its tasks run, and the loop is stuck.
    @Test func aLoopThatIsStuckInAWriteIsNotFed() async throws {
        let folder = try TemporaryFolder()
        let inbox = try DatagramInbox(path: folder.file("notify"))
        let systemd = SystemdSocket(
            environment: ["NOTIFY_SOCKET": inbox.path, "WATCHDOG_USEC": "200000"])
        let stand = Stand()
        try await stand.run {
            try await withThrowingTaskGroup(of: Void.self) { group in
                let runtime = stand.runtime
                group.addTask { await Watchdog(systemd).run { runtime.view.turns } }
                try await stand.settle()
                var signs = 0
                try await eventually("several signs of life") {
                    stand.time.pass(.seconds(1))
                    signs += inbox.take().count { $0 == "WATCHDOG=1" }
                    return signs >= 4
                }
                stand.journal.hold { _ in true }
                stand.forget()
                try await eventually("the write to hang") { stand.journal.waiting == 1 }
                let stuckAt = stand.runtime.view.turns
                // One more may tell of the turns before the write.
                try await Task.sleep(for: .milliseconds(250))
                _ = inbox.take()
                for _ in 0..<10 {
                    stand.time.pass(.seconds(1))
                    try await Task.sleep(for: .milliseconds(100))
                }
                #expect(inbox.take() == [])
                #expect(stand.runtime.view.turns == stuckAt)
                stand.journal.hold(nil)
                try await eventually("a sign of life again") {
                    stand.time.pass(.seconds(1))
                    return !inbox.take().isEmpty
                }
                group.cancelAll()
            }
        }
    }
}
