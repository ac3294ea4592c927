import Foundation
import Glibc

/// A disk in memory that a test fills up or makes read-only; it takes root to mount one.
package final class SmallDisk {
    private let folder: TemporaryFolder
    package var path: String { folder.path }

    /// Whether this process may mount; the tests that need it are skipped, loudly, otherwise.
    package static let isPossible: Bool = {
        do {
            _ = try SmallDisk(kilobytes: 64)
            return true
        } catch {
            return false
        }
    }()

    package init(kilobytes: Int) throws {
        folder = try TemporaryFolder()
        guard mount("tmpfs", folder.path, "tmpfs", 0, "size=\(kilobytes)k") == 0 else {
            throw TestSupportError("no disk can be mounted: \(String(cString: strerror(errno)))")
        }
    }

    deinit { umount2(folder.path, CInt(MNT_DETACH)) }

    package func file(_ name: String) -> String { folder.file(name) }

    package func becomeReadOnly() throws {
        let flags = CUnsignedLong(MS_REMOUNT | MS_RDONLY)
        guard mount("tmpfs", folder.path, "tmpfs", flags, nil) == 0 else {
            throw TestSupportError("it stays writable: \(String(cString: strerror(errno)))")
        }
    }

    /// Writes a file as large as what is left.
    package func fill() throws {
        let descriptor = open(file("filler"), O_WRONLY | O_CREAT, 0o600)
        let kilobyte = [UInt8](repeating: 1, count: 1024)
        while write(descriptor, kilobyte, kilobyte.count) == kilobyte.count {}
        close(descriptor)
    }

    package func makeRoom() throws { try FileManager.default.removeItem(atPath: file("filler")) }
}
