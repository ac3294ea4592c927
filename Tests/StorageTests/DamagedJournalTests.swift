import Control
import Documents
import Foundation
import Planning
import Playbooks
import Situations
import TestSupport
import Testing
import Values

@testable import Storage

/// A file that is not whole, or not ours, is named and left as it is, to the byte.
@Suite struct DamagedJournalTests {
    @Test(arguments: ["header", "page", "end", "text"])
    func aDamagedFileIsNamedAndNeverReplaced(kind: String) async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("j")
        try await Journals.write(Journals.entries(400), to: path)
        var bytes = try Journals.bytes(of: path)
        switch kind {
        case "header": bytes.replaceSubrange(0..<16, with: Data(repeating: 0, count: 16))
        // A page of the tree, 4,096 bytes each: its header and cell pointers.
        case "page": for place in 0..<64 { bytes[4096 * 8 + place] ^= 0xff }
        case "end": bytes.removeLast(bytes.count * 2 / 5)
        default: bytes = Data(String(repeating: "not a database\n", count: 99).utf8)
        }
        try bytes.write(to: URL(fileURLWithPath: path))
        let fault = #expect(throws: Fault.self) { try SQLiteJournal(path: path) }
        #expect(fault?.what.hasPrefix("journal \(path) is damaged: ") == true, "\(kind)")
        #expect(fault?.mend.contains("mv \(path)") == true)
        #expect(try Journals.bytes(of: path) == bytes)
    }

    @Test func anotherDatabaseIsRefusedAndLeftAsItIs() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("j")
        try Journals.edit(path, "CREATE TABLE accounts (name TEXT)")
        let bytes = try Journals.bytes(of: path)
        let fault = #expect(throws: Fault.self) { try SQLiteJournal(path: path) }
        #expect(fault?.what == "\(path) is a database, but no journal of bascule")
        #expect(try Journals.bytes(of: path) == bytes)
    }

    @Test func aNewerVersionIsRefusedAndLeftAsItIs() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("j")
        try await Journals.write(Journals.entries(3), to: path)
        try Journals.edit(path, "PRAGMA user_version = 2")
        let bytes = try Journals.bytes(of: path)
        let fault = #expect(throws: Fault.self) { try SQLiteJournal(path: path) }
        #expect(fault?.what == "journal \(path) has version 2; this bascule knows up to 1")
        #expect(try Journals.bytes(of: path) == bytes)
    }

    @Test func aFolderThatIsNotThereIsNamed() throws {
        let folder = try TemporaryFolder()
        let fault = #expect(throws: Fault.self) {
            try SQLiteJournal(path: folder.file("no/j"))
        }
        #expect(fault?.what.contains(folder.file("no/j")) == true)
        #expect(fault?.mend.contains("--state") == true)
    }

    @Test(arguments: [
        (why: "no JSON", text: "garbage", words: "a value is missing at byte 0"),
        ("a newer entry", #"{"v":9}"#, "of version 9"),
        ("another text", "", "does not follow from the one before"),
    ])
    func aPoisonEntryIsNamedAndNothingAfterItApplied(
        why: String, text: String, words: String
    ) async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("j")
        let entries = Journals.entries(5)
        try await Journals.write(entries, to: path)
        let other = try Journals.entries(1, from: 99)[0].document()
        try Journals.edit(
            path, "UPDATE entries SET text = '\(text.isEmpty ? other : text)' WHERE seq = 3")
        let journal = try SQLiteJournal(path: path)
        let resumed = try journal.resume()
        let poison = try #require(resumed.poison, "\(why)")
        #expect(poison.what.hasPrefix("entry 3 of journal \(path) cannot be applied: "))
        if !text.isEmpty { #expect(poison.what.contains(words), "\(poison)") }
        #expect(poison.mend.contains("bascule ack"))
        #expect(try resumed.state == Journals.state(after: Array(entries[..<2])))
        #expect(resumed.last == entries[1].at)
        let chain = #expect(throws: Fault.self) { try journal.verify() }
        #expect(chain?.what.contains("entry 3 does not follow") == true)
        let shown = text.isEmpty ? [1, 2, 3, 4, 5] : [1, 2, 4, 5]
        #expect(try journal.last(10).map(\.seq) == shown)
    }

    @Test func anEntryThatCannotFollowIsPoisonToo() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("j")
        let id = RunID(term: 1, number: 1)
        let plan = Plan(
            playbook: "p", title: "t", cause: .asked, madeAt: Journals.start, by: "anna",
            topology: Digest(hex: "00"),
            placement: Placement(regions: [], premises: [], optimality: .exact, steps: 0),
            steps: [])
        let events: [RunEvent] = [.began(plan: plan), .ended(end: .aborted), .turned(because: "x")]
        let entries = events.map {
            JournalEntry(
                at: Journals.start, epoch: Journals.epoch, fact: .run(id: id, event: $0))
        }
        try await Journals.write(entries, to: path)
        let resumed = try SQLiteJournal(path: path).resume()
        #expect(resumed.poison?.what.contains("entry 3 ") == true)
        #expect(try resumed.state == Journals.state(after: Array(entries[..<2])))
    }

    /// `bascule ack` goes on from the state before the poison: what is journaled then must not be
    /// lost behind it at the next start.
    @Test func whatFollowsAnAcknowledgedPoisonIsResumed() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("j")
        let entries = Journals.entries(5)
        try await Journals.write(entries, to: path)
        try Journals.edit(path, "UPDATE entries SET text = 'garbage' WHERE seq = 3")
        let later = Journals.entries(4, from: 6)
        do {
            let journal = try SQLiteJournal(path: path, replayMax: 1)
            let resumed = try journal.resume()
            try await journal.compact(resumed.state)
            #expect(try journal.resume().poison != nil, "compacting hides no poison")
            try await journal.append(Array(later[..<2]))
            try await journal.append(Array(later[2...]))
        }
        let resumed = try SQLiteJournal(path: path).resume()
        #expect(resumed.poison == nil)
        #expect(try resumed.state == Journals.state(after: entries[..<2] + later))
    }
}
