import Situations
import TestSupport
import Testing

@testable import Storage

/// One controller works on a journal; the next learns for whom it waits, and never waits for the
/// dead.
@Suite(.serialized) struct FileLockCrashes {
    @Test func theSecondLearnsWhoHoldsItAndTakesItWhenFreed() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("lock")
        do {
            let first = try FileLock(path: path, holder: "controller c1, process 7")
            let taken = #expect(throws: FileLockTaken.self) {
                try FileLock(path: path, holder: "controller c1, process 8")
            }
            #expect(taken?.by == "controller c1, process 7")
            withExtendedLifetime(first) {}
        }
        let second = try FileLock(path: path, holder: "c2")
        let taken = #expect(throws: FileLockTaken.self) { try FileLock(path: path, holder: "") }
        #expect(taken?.by == "c2")
        withExtendedLifetime(second) {}
    }

    @Test func theLockOfAKilledProcessIsFree() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("controller c9, process 99", to: "lock")
        // flock(1) takes the same lock as flock(2), and with --no-fork becomes the program itself.
        try await withChild("flock", ["--no-fork", "-x", path, "sleep", "60"]) { child in
            try await eventually("the child to hold the lock") {
                do {
                    _ = try FileLock(path: path, holder: "controller c9, process 99")
                    return false
                } catch let taken as FileLockTaken {
                    return taken.by == "controller c9, process 99"
                }
            }
            try await child.killHard()
            let mine = try FileLock(path: path, holder: "me")
            withExtendedLifetime(mine) {}
        }
    }

    @Test func aFolderThatIsNotThereIsNamed() throws {
        let folder = try TemporaryFolder()
        let fault = #expect(throws: Fault.self) {
            try FileLock(path: folder.file("no/lock"), holder: "me")
        }
        #expect(fault?.what.contains(folder.file("no/lock")) == true)
    }
}
