import Glibc
import Situations

/// An exclusive lock on a file beside the journal; the kernel lets it go when the process ends,
/// however it ends. The file says who holds it.
package final class FileLock: Sendable {
    private let descriptor: Int32

    /// - Throws: `FileLockTaken` with what the holder wrote, or a `Fault`.
    package init(path: String, holder: String) throws {
        // Not the property until all is well: with it set, a throw would run `deinit` and close
        // twice.
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Fault(
                what: "lock \(path) cannot be opened: \(String(cString: strerror(errno)))",
                mend: "check that its folder exists and may be written (--state)")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let taken = FileLockTaken(by: FileLock.content(of: descriptor))
            close(descriptor)
            throw taken
        }
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, holder, holder.utf8.count, 0) > 0
        else {
            close(descriptor)
            throw Fault(what: "lock \(path) cannot be written", mend: "check the disk")
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    private static func content(of descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
    }
}

/// Another process holds the lock.
package struct FileLockTaken: Error, Hashable, Sendable {
    package let by: String
}
