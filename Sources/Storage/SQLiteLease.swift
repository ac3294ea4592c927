package import Control
import Runtime
import Situations
import Synchronization
package import Values

/// Leadership for one controller: the lock on the journal's file, and a term that each start
/// raises.
///
/// Nobody else can lead while the lock is held, so the lease is always good for `length` from now.
package final class SQLiteLease: LeasePort {
    /// How long each renewal is good for: past it, a loop that hangs sends nothing more.
    package static let length = Duration.seconds(10)

    private let lock: FileLock
    private let epoch: Epoch
    /// A newer epoch stood at a door: another controller works from another journal.
    private let hasYielded = Mutex(false)
    /// When people made this controller step down, until when it is to lead no more.
    package let stepDowns: AsyncStream<Instant>
    private let tellStepDown: AsyncStream<Instant>.Continuation

    /// - Parameter floor: The highest term that any actuator was seen to hold.
    package init(
        journal: SQLiteJournal, lock: FileLock, controller: ControllerID, floor: UInt64
    ) throws {
        self.lock = lock
        (stepDowns, tellStepDown) = AsyncStream.makeStream(of: Instant.self)
        let term = try journal.raiseTerm(above: floor)
        epoch = Epoch(term: term, revision: 0, owner: controller)
    }

    package func renew(at now: Instant) async -> Lease {
        hasYielded.withLock(\.self)
            ? .notHeld(leader: nil) : .held(epoch: epoch, until: now + SQLiteLease.length)
    }

    /// Leads no more until the next start, which takes a term above what the doors hold; where
    /// `until` says so, that start may be as soon as then.
    package func yield(until: Instant?) async {
        hasYielded.withLock { $0 = true }
        if let until { tellStepDown.yield(until) }
    }
}
