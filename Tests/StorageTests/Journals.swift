import Control
import Foundation
import GRDB
import Situations
import TopologyModel
import Values

@testable import Storage

/// Journals of little entries, and hands that reach into their files.
enum Journals {
    static let start = Instant(unixSeconds: 1_615_336_020)
    static let epoch = Epoch(term: 1, revision: 0, owner: ControllerID("c1"))

    /// `count` entries, each of which changes the state.
    static func entries(_ count: Int, from first: Int = 1) -> [JournalEntry] {
        (first..<(first + count)).map { number in
            let at = start + .seconds(number)
            let pause = Command.pause(
                scope: .region(id: RegionID("r\(number % 7)")),
                reason: "entry \(number)", until: at + .seconds(3600))
            return JournalEntry(
                at: at, epoch: epoch,
                fact: .commanded(
                    command: pause, id: CommandID("k\(number)"), by: Principal("anna")))
        }
    }

    static func state(after entries: [JournalEntry]) throws -> ControllerState {
        var state = ControllerState()
        for entry in entries { try state.apply(entry) }
        return state
    }

    /// Makes a journal with these entries and closes it.
    static func write(_ entries: [JournalEntry], to path: String) async throws {
        try await SQLiteJournal(path: path).append(entries)
    }

    /// What a hand does to the file while nobody has it open.
    static func edit(_ path: String, _ sql: String) throws {
        try DatabaseQueue(path: path).writeWithoutTransaction { try $0.execute(sql: sql) }
    }

    static func bytes(of path: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: path))
    }
}
