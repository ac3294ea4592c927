package import Control
import Crypto
import Documents
import Glibc
import GRDB
import Runtime
import Situations
import Synchronization
package import Values

/// The journal in one SQLite file: WAL, `synchronous=FULL`, each entry chained to the one before by
/// its hash.
///
/// A damaged file is named and never replaced; a file of a newer version is refused.
package final class SQLiteJournal: JournalPort {
    package static let version = 1
    /// Entries behind the last snapshot that are replayed at a start; more make a new snapshot.
    package static let replayMax = 20_000
    /// Entries that are kept for `history`; older ones go when a snapshot covers them.
    package static let entriesMax = 200_000
    /// Topologies whose texts are kept; the oldest go.
    package static let documentsMax = 200

    package let path: String
    let queue: DatabaseQueue
    private let replayMax: Int
    private let entriesMax: Int
    /// The state before an entry that could not be read or applied: the next append goes on from
    /// it.
    let beforePoison = Mutex<ControllerState?>(nil)

    /// Opens the file, or makes it; checks that it is ours, whole, and synchronous. A file that is
    /// not is left as it is, to the byte.
    ///
    /// - Throws: `Fault`, with the path and the mend.
    package init(
        path: String, replayMax: Int = SQLiteJournal.replayMax,
        entriesMax: Int = SQLiteJournal.entriesMax
    ) throws {
        (self.path, self.replayMax, self.entriesMax) = (path, replayMax, entriesMax)
        do {
            if access(path, F_OK) == 0 { try SQLiteJournal.inspect(path) }
            var configuration = GRDB.Configuration()
            // Not by GRDB's `journalMode`, which sets NORMAL after this.
            configuration.prepareDatabase {
                try $0.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
            }
            queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.write { db in
                try SQLiteJournal.requireSynchronous(db, path)
                if try SQLiteJournal.fileVersion(db) == 0 { try SQLiteJournal.makeTables(in: db) }
            }
        } catch {
            throw Fault(error, at: path)
        }
    }

    /// Opens a file that is there and may not be written, to read it; every write fails.
    ///
    /// - Throws: `Fault`, with the path and the mend.
    package init(readOnlyAt path: String) throws {
        (self.path, replayMax, entriesMax) = (path, 0, 0)
        do {
            // On a disk that takes no write nobody changes it, and its log was folded in when it
            // was closed: SQLite then needs no file beside it (sqlite.org/wal.html, "Read-Only
            // Databases").
            let isSettled = access(path + "-wal", F_OK) != 0
            queue = try SQLiteJournal.inspect(isSettled ? "file:\(path)?immutable=1" : path)
        } catch {
            throw Fault(error, at: path)
        }
    }

    /// Looks at a file through a connection that cannot write: to open a file for writing changes
    /// its header already.
    @discardableResult
    private static func inspect(_ path: String) throws -> DatabaseQueue {
        var configuration = GRDB.Configuration()
        configuration.readonly = true
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.read { db in
            let result = try String.fetchOne(db, sql: "PRAGMA quick_check(1)") ?? "no answer"
            guard result == "ok" else { throw Fault.damaged(path, result) }
            let found = try fileVersion(db)
            guard found <= version else {
                throw Fault(
                    what:
                        "journal \(path) has version \(found); this bascule knows up to \(version)",
                    mend: "use the bascule that wrote it, or a newer one")
            }
            let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
            guard found > 0 || tables == 0 else {
                throw Fault(
                    what: "\(path) is a database, but no journal of bascule",
                    mend: "name another file (--state)")
            }
        }
        return queue
    }

    private static func fileVersion(_ db: Database) throws -> Int {
        try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    }

    private static func requireSynchronous(_ db: Database, _ path: String) throws {
        let synchronous = try Int.fetchOne(db, sql: "PRAGMA synchronous")
        guard synchronous == 2 else {
            throw Fault(
                what: "SQLite runs with synchronous=\(synchronous ?? -1) on \(path), not FULL (2)",
                mend: "a build of SQLite that ignores it cannot hold a journal")
        }
    }

    private static func makeTables(in db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE entries (
                    seq INTEGER PRIMARY KEY, text TEXT NOT NULL, hash TEXT NOT NULL) STRICT;
                CREATE TABLE documents (
                    digest TEXT NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL,
                    PRIMARY KEY (digest, name)) STRICT;
                CREATE TABLE snapshots (
                    seq INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
                CREATE TABLE numbers (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
                PRAGMA user_version = \(version);
                """)
    }

    // MARK: - Writing

    package func append(_ entries: [JournalEntry]) async throws {
        let texts = try entries.map { try $0.document() }
        let passed = beforePoison.withLock(\.self)
        do {
            _ = try await queue.write { db in
                var (seq, hash) = try SQLiteJournal.last(in: db)
                if let passed { try SQLiteJournal.snapshot(passed, at: seq, in: db) }
                for text in texts {
                    seq += 1
                    hash = SQLiteJournal.hash(of: text, after: hash)
                    try db.execute(
                        sql: "INSERT INTO entries (seq, text, hash) VALUES (?, ?, ?)",
                        arguments: [seq, text, hash])
                }
            }
            if passed != nil { beforePoison.withLock { $0 = nil } }
        } catch {
            throw Fault(error, at: path)
        }
    }

    package func probe() async throws {
        do {
            _ = try await queue.write { try SQLiteJournal.set("probed", in: $0) { ($0 ?? 0) + 1 } }
        } catch {
            throw Fault(error, at: path)
        }
    }

    private static func last(in db: Database) throws -> (seq: Int, hash: String) {
        let row = try Row.fetchOne(
            db, sql: "SELECT seq, hash FROM entries ORDER BY seq DESC LIMIT 1")
        return row.map { ($0["seq"], $0["hash"]) } ?? (0, "")
    }

    static func hash(of text: String, after previous: String) -> String {
        SHA256.hash(data: Array((previous + text).utf8)).map { byte in
            let hex = String(byte, radix: 16)
            return hex.count == 1 ? "0" + hex : hex
        }.joined()
    }

    @discardableResult
    private static func set(
        _ name: String, in db: Database, _ next: (Int?) -> Int
    ) throws -> Int {
        let known = try Int.fetchOne(
            db, sql: "SELECT value FROM numbers WHERE name = ?", arguments: [name])
        let value = next(known)
        try db.execute(
            sql: "INSERT OR REPLACE INTO numbers (name, value) VALUES (?, ?)",
            arguments: [name, value])
        return value
    }

    // MARK: - Terms and starts

    /// Raises the term of leadership above itself and `floor`, durably, and returns it.
    package func raiseTerm(above floor: UInt64) throws -> UInt64 {
        guard floor < UInt64(Int.max) else {
            throw Fault(
                what: "a front door holds term \(floor), above which there is none",
                mend: "no controller wrote it: take its epoch record out of the zone by hand")
        }
        do {
            return try queue.write { db in
                UInt64(
                    try SQLiteJournal.set("term", in: db) { max($0 ?? 0, Int(clamping: floor)) + 1 }
                )
            }
        } catch {
            throw Fault(error, at: path)
        }
    }

    /// Counts a start; returns how many in a row, with this one, never came to `noteHealthy`.
    package func noteStart() throws -> Int {
        do {
            return try queue.write { try SQLiteJournal.set("starts", in: $0) { ($0 ?? 0) + 1 } }
        } catch {
            throw Fault(error, at: path)
        }
    }

    /// Notes, durably, that a process works on the journal from now on; false when the one before
    /// it never came to `noteEnd`. True at the first start ever.
    package func noteRunning() throws -> Bool {
        do {
            return try queue.write { db in
                var before = 0
                _ = try SQLiteJournal.set("running", in: db) { known in
                    before = known ?? 0
                    return 1
                }
                return before == 0
            }
        } catch {
            throw Fault(error, at: path)
        }
    }

    /// Notes that this process ends by itself.
    package func noteEnd() async throws {
        do {
            _ = try await queue.write { try SQLiteJournal.set("running", in: $0) { _ in 0 } }
        } catch {
            throw Fault(error, at: path)
        }
    }

    package func noteHealthy() async throws {
        do {
            _ = try await queue.write { try SQLiteJournal.set("starts", in: $0) { _ in 0 } }
        } catch {
            throw Fault(error, at: path)
        }
    }

    // MARK: - Documents

    /// Keeps the text of a topology or playbook, so that a replay finds it by its digest.
    package func keep(_ texts: [(name: String, text: String)], as digest: Values.Digest) throws {
        do {
            try queue.write { db in
                for (name, text) in texts {
                    try db.execute(
                        sql: "INSERT OR IGNORE INTO documents VALUES (?, ?, ?)",
                        arguments: [digest.hex, name, text])
                }
                try db.execute(
                    sql: """
                        DELETE FROM documents WHERE digest NOT IN (
                            SELECT digest FROM documents GROUP BY digest
                            ORDER BY max(rowid) DESC LIMIT ?)
                        """, arguments: [SQLiteJournal.documentsMax])
            }
        } catch {
            throw Fault(error, at: path)
        }
    }

    // MARK: - Compaction

    /// Writes a snapshot where many entries would have to be replayed, and drops the oldest ones.
    /// Not while an entry waits for a person: the state lacks what follows it.
    package func compact(_ state: ControllerState) async throws {
        guard beforePoison.withLock({ $0 == nil }) else { return }
        do {
            try await queue.write { [replayMax, entriesMax] db in
                let (seq, _) = try SQLiteJournal.last(in: db)
                let from = try Int.fetchOne(db, sql: "SELECT max(seq) FROM snapshots") ?? 0
                guard seq - from > replayMax else { return }
                try SQLiteJournal.snapshot(state, at: seq, in: db)
                try db.execute(
                    sql: "DELETE FROM snapshots WHERE seq < ?", arguments: [from])
                try db.execute(
                    sql: "DELETE FROM entries WHERE seq <= ? AND seq <= ?",
                    arguments: [from, seq - entriesMax])
            }
        } catch {
            throw Fault(error, at: path)
        }
    }

    private static func snapshot(
        _ state: ControllerState, at seq: Int, in db: Database
    ) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO snapshots VALUES (?, ?)",
            arguments: [seq, try JSONValue(encoding: state).text])
    }
}
