import Documents
import Glibc
import NIOPosix
import Situations

/// The pages that wait to be sent, on disk, so that they outlive the process.
///
/// While the controller runs the file is there; it goes at a clean end with nothing waiting.
struct WaitingFile: Sendable {
    struct Content: Hashable, Codable, Sendable {
        static let version = "bascule/v1"
        static let kindName = "WaitingNotices"
        /// What `NoticeQueue.pagesMax` pages of the longest texts take, with room (bytes).
        static let bytesMax = 16 << 20

        var apiVersion = Content.version
        var kind = Content.kindName
        /// Whether the process that wrote it ended by itself.
        let hasEnded: Bool
        let notices: [NoticeMessage]
    }

    let path: String

    /// Nil when there is none.
    func read() throws -> Content? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw fault("cannot be read")
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            guard count > 0, bytes.count <= Content.bytesMax else { break }
            bytes += chunk[..<count]
        }
        return try JSONValue(parsing: String(decoding: bytes, as: UTF8.self))
            .decoded(as: Content.self)
    }

    /// Replaces the file as a whole, durably: written beside it, synced, then renamed.
    func write(_ content: Content) throws {
        let text = try JSONValue(encoding: content).prettyText
        let new = path + ".new"
        let descriptor = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw fault("cannot be written") }
        let bytes = Array(text.utf8)
        let isWritten = Glibc.write(descriptor, bytes, bytes.count) == bytes.count
        let isSynced = isWritten && fsync(descriptor) == 0
        close(descriptor)
        guard isSynced, rename(new, path) == 0 else {
            let why = fault("cannot be written")
            unlink(new)
            throw why
        }
    }

    func remove() throws {
        guard unlink(path) == 0 || errno == ENOENT else { throw fault("cannot be removed") }
    }

    private func fault(_ what: String) -> Fault {
        Fault(
            what: "\(path) \(what): \(String(cString: strerror(errno)))",
            mend: "check the disk, and the folder's owner")
    }
}
