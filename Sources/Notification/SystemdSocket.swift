import Foundation
import Glibc
import Values

/// Tells systemd how this service is, over the socket that it names (sd_notify(3)).
///
/// Written by ourselves: it is one datagram. Without `NOTIFY_SOCKET` nothing is told.
package struct SystemdSocket: Sendable {
    /// The longest path of a Unix socket: 108 bytes with its end (unix(7)).
    private static let pathBytesMax = 107
    /// The longest status that is sent (bytes); `systemctl status` shows one line.
    private static let statusBytesMax = 500

    private let socketPath: String?
    /// How long systemd waits for a sign of life, or nil when it waits for none.
    package let watchdog: Duration?

    /// - Parameter process: Whose sign of life systemd waits for, when it names one.
    package init(environment: [String: String], process: Int32 = getpid()) {
        let path = environment["NOTIFY_SOCKET"] ?? ""
        let isUsable =
            (path.hasPrefix("/") || path.hasPrefix("@")) && path.utf8.count > 1
            && path.utf8.count <= SystemdSocket.pathBytesMax
        socketPath = isUsable ? path : nil
        let isOurs = environment["WATCHDOG_PID"].map { $0 == "\(process)" } ?? true
        let limit = environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
        watchdog = isUsable && isOurs && limit > 0 ? .microseconds(limit) : nil
    }

    /// Whether anybody listens.
    package var isThere: Bool { socketPath != nil }

    package func ready(_ status: String) { send("READY=1\nSTATUS=\(line(status))") }
    package func status(_ status: String) { send("STATUS=\(line(status))") }
    package func stopping() { send("STOPPING=1\nSTATUS=ending") }
    package func isAlive() { send("WATCHDOG=1") }

    /// A start that takes long, such as behind another controller, is not one that hangs.
    package func starting(_ status: String, for more: Duration) {
        send("EXTEND_TIMEOUT_USEC=\(more.inNanoseconds / 1000)\nSTATUS=\(line(status))")
    }

    /// The files are read again; `ready` says when that is done.
    package func reloading() {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let micros = Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
        send("RELOADING=1\nMONOTONIC_USEC=\(micros)")
    }

    private func line(_ text: String) -> String {
        String(decoding: text.utf8.prefix(SystemdSocket.statusBytesMax), as: UTF8.self)
            .replacingOccurrences(of: "\n", with: " ")
    }

    /// Never waits; systemd that does not listen is no fault of ours, and it will say so itself.
    @discardableResult
    private func send(_ text: String) -> Bool {
        guard let socketPath else { return false }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var path = Array(socketPath.utf8)
        // An abstract socket: its name begins with a zero byte, and has no end (unix(7)).
        if path[0] == UInt8(ascii: "@") { path[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let size = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
        let bytes = Array(text.utf8)
        let flags = CInt(MSG_DONTWAIT) | CInt(MSG_NOSIGNAL)
        let sent = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(
                    descriptor, bytes, bytes.count, flags, $0, size)
            }
        }
        return sent == bytes.count
    }
}
