import GRDB
import Glibc
import Situations

extension Fault {
    /// A failure of SQLite, in words that say how to mend it.
    init(_ error: any Error, at path: String) {
        guard let error = error as? DatabaseError else {
            self =
                (error as? Fault) ?? Fault(what: "journal \(path): \(error)", mend: "see the log")
            return
        }
        let words = error.message ?? "no words"
        switch error.resultCode {
        case .SQLITE_FULL:
            self = .diskFull(path)
        case .SQLITE_READONLY: self = .readOnly(path)
        // On a read-only disk SQLite cannot open the write-ahead log beside the file.
        case .SQLITE_CANTOPEN where access(path, F_OK) == 0 && access(path, W_OK) != 0:
            self = .readOnly(path)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self = .damaged(path, words)
        case .SQLITE_CANTOPEN:
            self.init(
                what: "journal \(path) cannot be opened: \(words)",
                mend: "check that its folder exists and may be written (--state)")
        default:
            self.init(
                what: "journal \(path): \(words) (SQLite \(error.resultCode.rawValue))",
                mend: "check the disk; the file is left as it is")
        }
    }

    static func readOnly(_ path: String) -> Fault {
        Fault(
            what: "journal \(path) cannot be written: it is read-only",
            mend: "check the file's and folder's owner and mode, and the mount")
    }

    static func diskFull(_ path: String) -> Fault {
        Fault(what: "the disk under journal \(path) is full", mend: "make room on it")
    }

    static func damaged(_ path: String, _ how: String) -> Fault {
        Fault(
            what: "journal \(path) is damaged: \(how)",
            mend:
                "it is left as it is: move it aside (mv \(path) \(path).damaged) to start from "
                + "what the doors hold, or restore a copy")
    }
}
