import Control
import Foundation
import GRDB
import Situations
import TestSupport
import Testing
import Values

@testable import Storage

/// The journal holds what it was given, over restarts, and says what it holds.
@Suite struct SQLiteJournalTests {
    @Test func aFreshFileIsEmpty() throws {
        let folder = try TemporaryFolder()
        let journal = try SQLiteJournal(path: folder.file("j"))
        let resumed = try journal.resume()
        #expect(resumed.state == ControllerState())
        #expect(resumed.last == nil)
        #expect(resumed.poison == nil)
        #expect(try journal.verify() == 0)
        #expect(try journal.last(10).isEmpty)
    }

    @Test func whatIsAppendedIsResumed() async throws {
        let folder = try TemporaryFolder()
        let entries = Journals.entries(40)
        try await Journals.write(Array(entries[..<15]), to: folder.file("j"))
        try await Journals.write(Array(entries[15...]), to: folder.file("j"))
        let journal = try SQLiteJournal(path: folder.file("j"))
        let resumed = try journal.resume()
        #expect(try resumed.state == Journals.state(after: entries))
        #expect(resumed.last == entries.last?.at)
        #expect(resumed.poison == nil)
        #expect(try journal.verify() == 40)
        #expect(try journal.last(3).map(\.seq) == [38, 39, 40])
        #expect(try journal.last(3).map(\.entry) == Array(entries[37...]))
    }

    /// GRDB sets NORMAL in WAL mode by itself; with it a power cut takes the last transactions.
    @Test func everyTransactionIsOnDiskBeforeAppendReturns() async throws {
        let folder = try TemporaryFolder()
        try await Journals.write(Journals.entries(1), to: folder.file("j"))
        let journal = try SQLiteJournal(path: folder.file("j"))
        let (synchronous, mode) = try await journal.queue.read { db in
            (
                try Int.fetchOne(db, sql: "PRAGMA synchronous"),
                try String.fetchOne(db, sql: "PRAGMA journal_mode")
            )
        }
        #expect(synchronous == 2)
        #expect(mode == "wal")
    }

    @Test func entriesOfOneTurnAreAllThereOrNone() async throws {
        let folder = try TemporaryFolder()
        let journal = try SQLiteJournal(path: folder.file("j"))
        try await journal.append(Journals.entries(2))
        try await journal.queue.write {
            try $0.execute(
                sql: """
                    CREATE TRIGGER refuse BEFORE INSERT ON entries WHEN NEW.seq = 5
                    BEGIN SELECT RAISE(ABORT, 'no five'); END
                    """)
        }
        await #expect(throws: Fault.self) {
            try await journal.append(Journals.entries(3, from: 3))
        }
        #expect(try journal.last(10).map(\.seq) == [1, 2])
        try await journal.append(Journals.entries(2, from: 3))
        #expect(try journal.verify() == 4)
    }

    @Test func termsOnlyGrowAndStartAboveWhatTheDoorsHold() throws {
        let folder = try TemporaryFolder()
        let open = { try SQLiteJournal(path: folder.file("j")) }
        #expect(try open().raiseTerm(above: 0) == 1)
        #expect(try open().raiseTerm(above: 0) == 2)
        #expect(try open().raiseTerm(above: 40) == 41)
        #expect(try open().raiseTerm(above: 7) == 42)
        for floor in [UInt64(Int.max), .max] {
            let fault = #expect(throws: Fault.self) { try open().raiseTerm(above: floor) }
            #expect(fault?.what.contains("term \(floor)") == true)
        }
        #expect(try open().raiseTerm(above: 0) == 43)
    }

    @Test func startsThatNeverCameToBeHealthyAreCounted() async throws {
        let folder = try TemporaryFolder()
        let open = { try SQLiteJournal(path: folder.file("j")) }
        #expect(try open().noteStart() == 1)
        #expect(try open().noteStart() == 2)
        #expect(try open().noteStart() == 3)
        try await open().noteHealthy()
        #expect(try open().noteStart() == 1)
    }

    @Test func textsAreKeptByTheirDigest() throws {
        let folder = try TemporaryFolder()
        let journal = try SQLiteJournal(path: folder.file("j"))
        let texts = [(name: "topology.yaml", text: "version: 1\n"), ("evacuate.yaml", "é")]
        try journal.keep(texts, as: Digest(hex: "ab"))
        try journal.keep(texts, as: Digest(hex: "ab"))
        try journal.keep(texts, as: Digest(hex: "cd"))
        let kept = try journal.queue.read {
            try Row.fetchAll($0, sql: "SELECT * FROM documents WHERE digest = 'ab' ORDER BY name")
                .map { ($0["name"] as String, $0["text"] as String) }
        }
        #expect(kept.map(\.0) == ["evacuate.yaml", "topology.yaml"])
        #expect(kept.map(\.1) == ["é", "version: 1\n"])
    }

    @Test func compactingChangesNoStateAndBoundsTheFile() async throws {
        let folder = try TemporaryFolder()
        let (replayMax, entriesMax) = (10, 25)
        var state = ControllerState()
        for turn in 0..<30 {
            let journal = try SQLiteJournal(
                path: folder.file("j"), replayMax: replayMax, entriesMax: entriesMax)
            let resumed = try journal.resume()
            #expect(resumed.state == state)
            try await journal.compact(resumed.state)
            let entries = Journals.entries(4, from: turn * 4 + 1)
            try await journal.append(entries)
            for entry in entries { try state.apply(entry) }
            let kept = try journal.verify()
            #expect(kept <= entriesMax + 2 * (replayMax + 4))
            #expect(kept >= min(entriesMax, turn * 4 + 4))
        }
    }
}
