import Glibc
package import Situations

extension SQLiteJournal {
    /// What a write needs beside the file: SQLite's shared memory and the first pages of its log.
    private static let scratchBytes = 64 << 10

    /// Why nothing can be written to a journal at this path now, or nil: tried with a file beside
    /// it, so that the journal itself is not touched.
    package static func hindrance(at path: String) -> Fault? {
        if access(path, F_OK) == 0, access(path, W_OK) != 0 { return .readOnly(path) }
        let scratch = path + ".scratch"
        let descriptor = open(scratch, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            return isFull(errno) ? .diskFull(path) : .readOnly(path)
        }
        defer {
            close(descriptor)
            unlink(scratch)
        }
        let bytes = [UInt8](repeating: 0, count: scratchBytes)
        let isWritten = write(descriptor, bytes, bytes.count) == bytes.count
        return isWritten && fsync(descriptor) == 0 ? nil : .diskFull(path)
    }

    private static func isFull(_ error: Int32) -> Bool { error == ENOSPC || error == EDQUOT }
}
