import Glibc

/// A file that is replaced as a whole: after a crash it holds the old text or the new one.
struct DurableFile: Sendable {
    let path: String

    /// Its text, or nil when there is no such file.
    func text(bytesMax: Int) throws(FileFault) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0, errno == ENOENT { return nil }
        guard descriptor >= 0 else { throw fault("cannot be opened") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw fault("cannot be read") }
            if count == 0 { break }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= bytesMax else {
                throw FileFault(path: path, what: "is longer than \(bytesMax) bytes")
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw FileFault(path: path, what: "is not UTF-8")
        }
        return text
    }

    /// Writes a new file beside it, syncs that, puts it in place, and syncs the folder.
    func replace(with text: String) throws(FileFault) {
        let draft = path + ".new"
        try write(text, to: draft)
        guard rename(draft, path) == 0 else { throw fault("cannot be put in place") }
        try syncFolder()
    }

    private func write(_ text: String, to draft: String) throws(FileFault) {
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw fault("cannot be written beside it") }
        defer { close(descriptor) }
        try write(Array(text.utf8), to: descriptor)
        guard fsync(descriptor) == 0 else { throw fault("cannot be synced") }
    }

    private func write(_ bytes: [UInt8], to descriptor: Int32) throws(FileFault) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw fault("cannot be written") }
            rest = rest.dropFirst(count)
        }
    }

    private func syncFolder() throws(FileFault) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw fault("cannot be synced with its folder") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw fault("cannot be synced with its folder") }
    }

    private func fault(_ what: String) -> FileFault {
        FileFault(path: path, what: "\(what): \(String(cString: strerror(errno)))")
    }
}

/// A file that cannot be read or written, and why.
package struct FileFault: Error, Hashable, Sendable, CustomStringConvertible {
    package let path: String
    package let what: String
    package var description: String {
        "\(path): error: \(what)\n"
            + "  mend: give the server a file and folder of its own on a sound disk"
    }
}
