import Foundation
import Glibc

/// A Unix datagram socket that hears what a service tells systemd (sd_notify(3)).
package final class DatagramInbox: Sendable {
    private let descriptor: Int32
    /// For `NOTIFY_SOCKET`; `@` begins an abstract one.
    package let path: String

    package init(path: String) throws {
        self.path = path
        let descriptor = socket(
            AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(path.utf8)
        if path.hasPrefix("@") { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let size = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) == 0 }
        }
        self.descriptor = descriptor
        guard isBound else { throw TestSupportError("no socket at \(path): errno \(errno)") }
    }

    deinit { close(descriptor) }

    /// The messages that came since the last call.
    package func take() -> [String] {
        var messages: [String] = []
        var bytes = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(descriptor, &bytes, bytes.count, 0)
            guard count >= 0 else { return messages }
            messages.append(String(decoding: bytes[..<count], as: UTF8.self))
        }
    }
}
