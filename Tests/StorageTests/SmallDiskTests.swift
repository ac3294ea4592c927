import Control
import Foundation
import Situations
import TestSupport
import Testing
import Values

@testable import Storage

/// A disk that is full or read-only is an error with its mend, and never half an entry.
@Suite(.enabled("needs root, to mount a small disk") { SmallDisk.isPossible })
struct SmallDiskTests {
    @Test func aFullDiskIsNamedAndNothingIsHalfWritten() async throws {
        let disk = try SmallDisk(kilobytes: 1024)
        let journal = try SQLiteJournal(path: disk.file("j"))
        var whole = Journals.entries(8)
        try await journal.append(whole)
        try disk.fill()
        var fault: Fault?
        for turn in 1..<500 where fault == nil {
            let entries = Journals.entries(8, from: turn * 8 + 1)
            do {
                try await journal.append(entries)
                whole += entries
            } catch let error as Fault {
                fault = error
            }
        }
        #expect(fault?.what == "the disk under journal \(disk.file("j")) is full")
        #expect(fault?.mend == "make room on it")
        #expect(try journal.last(10_000).map(\.entry) == whole)
        try disk.makeRoom()
        try await journal.probe()
        let more = Journals.entries(8, from: whole.count + 1)
        try await journal.append(more)
        #expect(try journal.verify() == whole.count + 8)
        #expect(try journal.resume().state == Journals.state(after: whole + more))
    }

    @Test func aProbeOfAFullDiskFailsUntilThereIsRoom() async throws {
        let disk = try SmallDisk(kilobytes: 512)
        let journal = try SQLiteJournal(path: disk.file("j"))
        try disk.fill()
        var failures = 0
        for _ in 0..<1000 where failures == 0 {
            do { try await journal.probe() } catch { failures += 1 }
        }
        #expect(failures == 1)
        await #expect(throws: Fault.self) { try await journal.probe() }
        try disk.makeRoom()
        try await journal.probe()
    }

    @Test func aReadOnlyDiskIsNamedAndTheFileLeftAsItIs() async throws {
        let disk = try SmallDisk(kilobytes: 1024)
        let path = disk.file("j")
        try await Journals.write(Journals.entries(8), to: path)
        let bytes = try Journals.bytes(of: path)
        try disk.becomeReadOnly()
        let fault = #expect(throws: Fault.self) { try SQLiteJournal(path: path) }
        #expect(fault?.what.contains(path) == true)
        #expect(fault?.what.contains("read-only") == true, "\(fault?.what ?? "")")
        #expect(try Journals.bytes(of: path) == bytes)
    }
}
