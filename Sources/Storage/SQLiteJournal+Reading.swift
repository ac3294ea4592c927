package import Control
import Documents
import GRDB
package import Situations
import Synchronization
package import Values

// What a start, `history` and `verify` read.
extension SQLiteJournal {
    /// An entry as it is stored, with its place in the journal.
    package struct Stored: Sendable {
        package let seq: Int
        package let entry: JournalEntry
    }

    /// What a start resumes from.
    package struct Resumed: Sendable {
        package var state: ControllerState
        package var last: Instant?
        /// The entry that could not be read or applied, and why; later ones are not applied.
        package var poison: Fault?
    }

    /// Rebuilds the state: the last snapshot, then every entry after it.
    package func resume() throws -> Resumed {
        do {
            let (from, snapshot) = try lastSnapshot()
            var resumed = Resumed(state: snapshot, last: nil)
            try replay(after: from, into: &resumed)
            let before = resumed.poison == nil ? nil : resumed.state
            beforePoison.withLock { $0 = before }
            return resumed
        } catch {
            throw Fault(error, at: path)
        }
    }

    private func lastSnapshot() throws -> (seq: Int, state: ControllerState) {
        let row = try queue.read {
            try Row.fetchOne($0, sql: "SELECT seq, text FROM snapshots ORDER BY seq DESC LIMIT 1")
        }
        guard let row else { return (0, ControllerState()) }
        let (seq, text): (Int, String) = (row["seq"], row["text"])
        do {
            return (seq, try JSONValue(parsing: text).decoded(as: ControllerState.self))
        } catch {
            throw Fault.damaged(
                path, "snapshot \(seq) cannot be read: \(SQLiteJournal.words(error))")
        }
    }

    private func replay(after from: Int, into resumed: inout Resumed) throws {
        try queue.read { db in
            var previous =
                try String.fetchOne(
                    db, sql: "SELECT hash FROM entries WHERE seq = ?", arguments: [from])
                ?? (from == 0 ? "" : nil)
            let rows = try Row.fetchCursor(
                db, sql: "SELECT seq, text, hash FROM entries WHERE seq > ? ORDER BY seq",
                arguments: [from])
            while let row = try rows.next() {
                do {
                    try SQLiteJournal.apply(row, after: previous, to: &resumed)
                    previous = row["hash"]
                } catch {
                    let (seq, words): (Int, String) = (row["seq"], SQLiteJournal.words(error))
                    resumed.poison = Fault(
                        what: "entry \(seq) of journal \(path) cannot be applied: \(words)",
                        mend:
                            "look at it (sqlite3 -readonly \(path) 'SELECT text FROM entries WHERE "
                            + "seq = \(seq)'); `bascule ack` goes on from the state before it")
                    return
                }
            }
        }
    }

    /// An entry whose text was changed on disk may still be one that applies: its hash tells.
    private static func apply(
        _ row: Row, after previous: String?, to resumed: inout Resumed
    ) throws {
        let (text, hash): (String, String) = (row["text"], row["hash"])
        let entry = try JournalEntry(document: text)
        if let previous, SQLiteJournal.hash(of: text, after: previous) != hash {
            throw DocumentFault(what: "it does not follow from the one before", mend: "")
        }
        try resumed.state.apply(entry)
        resumed.last = entry.at
    }

    private static func words(_ error: any Error) -> String {
        switch error {
        case let error as DecodingError: error.sentence
        case let error as DocumentFault: error.what
        default: "\(error)"
        }
    }

    /// The last entries, oldest first, at most `limit`, of those numbered below `before`; those
    /// that cannot be read are left out: a start has named the first of them already.
    package func last(_ limit: Int, before: Int? = nil) throws -> [Stored] {
        let rows = try rows(
            "SELECT seq, text FROM entries WHERE seq < ? ORDER BY seq DESC LIMIT ?",
            [before ?? .max, limit])
        return rows.reversed().compactMap(SQLiteJournal.stored)
    }

    /// The first entries numbered above `after`, oldest first, at most `limit`; without those that
    /// cannot be read.
    package func first(_ limit: Int, after: Int) throws -> [Stored] {
        try rows(
            "SELECT seq, text FROM entries WHERE seq > ? ORDER BY seq LIMIT ?", [after, limit]
        ).compactMap(SQLiteJournal.stored)
    }

    /// The texts kept of a topology and its playbooks, in the order in which they were read.
    package func texts(of digest: Values.Digest) throws -> [(name: String, text: String)] {
        try rows(
            "SELECT name, text FROM documents WHERE digest = ? ORDER BY rowid", [digest.hex]
        ).map { ($0["name"], $0["text"]) }
    }

    private func rows(_ sql: String, _ arguments: StatementArguments) throws -> [Row] {
        do {
            return try queue.read { try Row.fetchAll($0, sql: sql, arguments: arguments) }
        } catch {
            throw Fault(error, at: path)
        }
    }

    /// Walks the chain of hashes; returns how many entries hold, or the first that does not.
    package func verify() throws -> Int {
        do {
            return try queue.read { db in
                var (previous, count): (String?, Int) = (nil, 0)
                let rows = try Row.fetchCursor(
                    db, sql: "SELECT seq, text, hash FROM entries ORDER BY seq")
                while let row = try rows.next() {
                    let (seq, text, hash): (Int, String, String) = (
                        row["seq"], row["text"], row["hash"]
                    )
                    // After a compaction the first entry's predecessor is gone.
                    let known = previous ?? (seq == 1 ? "" : nil)
                    if let known, SQLiteJournal.hash(of: text, after: known) != hash {
                        throw Fault.damaged(
                            path, "entry \(seq) does not follow from the one before")
                    }
                    (previous, count) = (hash, count + 1)
                }
                return count
            }
        } catch {
            throw Fault(error, at: path)
        }
    }

    private static func stored(_ row: Row) -> Stored? {
        let text: String = row["text"]
        do {
            return Stored(seq: row["seq"], entry: try JournalEntry(document: text))
        } catch {
            return nil
        }
    }
}
