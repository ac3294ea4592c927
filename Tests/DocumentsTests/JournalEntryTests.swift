import Control
import Foundation
import TestSupport
import Testing
import Values

@testable import Documents

/// A journal is read for ever: no kind of entry loses anything, and none changes its written form.
@Suite struct JournalEntryTests {
    @Test(arguments: Samples.entries) func readsBackAsItWasWritten(_ entry: JournalEntry) throws {
        let text = try entry.document()
        #expect(!text.contains("\n"))
        #expect(try JournalEntry(document: text) == entry)
        #expect(try JournalEntry(document: text).document() == text)
    }

    /// A case or field that is renamed shows here: files of version 1 are on people's disks.
    @Test func everyKindIsWrittenAsInTheGoldenFile() throws {
        let lines = try Samples.entries.map { try $0.document() + "\n" }
        try expectGolden(lines.joined(), "journal/v1.jsonl")
    }

    @Test func everyLineOfTheGoldenFileIsStillRead() throws {
        let file = try packageRoot().appendingPathComponent("Tests/Golden/journal/v1.jsonl")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        #expect(try lines.map { try JournalEntry(document: String($0)) } == Samples.entries)
    }

    @Test func everyKindHasASample() {
        #expect(Set(Samples.facts.map(\.number)) == Set(0..<15))
    }

    private static let head = #""at":"2021-03-10T00:27:00Z","epoch":"7.3.c1""#

    @Test(arguments: [
        (
            why: "no version", text: "{\(head),\"fact\":{}}",
            what: "a journal entry without a version"
        ),
        (
            "a newer version", "{\"v\":2,\(head),\"fact\":{}}",
            "a journal entry of version 2; this bascule knows 1 through 1"
        ),
        ("a list", "[]", "a journal entry without a version"),
        (
            "no fact", "{\"v\":1,\(head)}",
            "a journal entry cannot be read: 'fact' is missing"
        ),
        (
            "a missing field", "{\"v\":1,\(head),\"fact\":{\"loaded\":{}}}",
            "a journal entry cannot be read: fact.loaded: 'digest' is missing"
        ),
        (
            "a wrong type", "{\"v\":1,\(head),\"fact\":{\"loaded\":{\"digest\":5}}}",
            "a journal entry cannot be read: fact.loaded.digest: wanted a text, found 5"
        ),
        (
            "a wrong time", "{\"v\":1,\"at\":\"now\",\"epoch\":\"7.3.c1\",\"fact\":{}}",
            "a journal entry cannot be read: at: 'now' is not an RFC 3339 time"
        ),
        (
            "a wrong duration", "{\"v\":1,\(head),\"fact\":{\"clockStepped\":{\"by\":\"soon\"}}}",
            "a journal entry cannot be read: fact.clockStepped.by: "
                + "wanted a duration such as 30s, found \"soon\""
        ),
        (
            "an item of a list",
            "{\"v\":1,\(head),\"fact\":{\"notPlaced\":{\"id\":{\"number\":1},\"changes\":[],"
                + "\"faults\":[{\"what\":\"x\"}]}}}",
            "a journal entry cannot be read: fact.notPlaced.faults[0]: 'mend' is missing"
        ),
        (
            "more than all",
            "{\"v\":1,\(head),\"fact\":{\"shifted\":{\"shift\":{\"region\":\"r\",\"at\":"
                + "\"2021-03-10T00:27:00Z\",\"cause\":\"lost\",\"from\":{\"shares\":["
                + "{\"host\":\"a\",\"percent\":60},{\"host\":\"b\",\"percent\":60}],"
                + "\"admission\":[]}}}}}",
            "a journal entry cannot be read: fact.shifted.shift.from.shares: "
                + "shares add up to 120 percent, more than 100"
        ),
        (
            "out of bounds",
            "{\"v\":1,\(head),\"fact\":{\"decided\":{\"decision\":{\"region\":\"r\",\"row\":\"x\","
                + "\"outcome\":{\"wanted\":{\"change\":{\"comeHome\":{\"region\":\"r\","
                + "\"share\":101}}}}}}}}",
            "a journal entry cannot be read: fact.decided.decision.outcome.wanted.change.comeHome"
                + ".share: '101' is not a percent, 0 through 100"
        ),
    ])
    func whatIsNoEntryIsRefusedWithItsPlace(why: String, text: String, what: String) {
        let error = #expect(throws: DocumentFault.self, "\(why)") {
            try JournalEntry(document: text)
        }
        #expect(error?.what == what, "\(why)")
        #expect(error?.mend.isEmpty == false, "\(why)")
    }

    @Test func anUnknownKindIsRefused() {
        let text = "{\"v\":1,\(Self.head),\"fact\":{\"exploded\":{}}}"
        #expect(throws: DocumentFault.self) { try JournalEntry(document: text) }
    }
}

extension Fact {
    /// Without `default`: a new kind stops the build here, and asks for its sample.
    fileprivate var number: Int {
        switch self {
        case .loaded: 0
        case .ledBy: 1
        case .board: 2
        case .door: 3
        case .adopted: 4
        case .decided: 5
        case .placed: 6
        case .notPlaced: 7
        case .run: 8
        case .shifted: 9
        case .commanded: 10
        case .clockStepped: 11
        case .lapsed: 12
        case .forced: 13
        case .decidedEdges: 14
        }
    }
}
