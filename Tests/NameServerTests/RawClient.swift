import Glibc
import TestSupport
import Values

/// A TCP connection that sends what no sound client would.
final class RawClient: Sendable {
    private let descriptor: Int32

    init(to endpoint: Endpoint) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = endpoint.port.bigEndian
        inet_pton(AF_INET, endpoint.address.text, &name.sin_addr)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isConnected = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, size) == 0
            }
        }
        guard isConnected else { throw TestSupportError("connect to \(endpoint): errno \(errno)") }
    }

    deinit { close(descriptor) }

    func send(_ bytes: [UInt8]) throws {
        guard Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) >= 0 else {
            throw TestSupportError("send: errno \(errno)")
        }
    }

    /// Whether the server has closed it, by an end or a reset; it never waits.
    func isClosed() throws -> Bool {
        var byte: UInt8 = 0
        let count = recv(descriptor, &byte, 1, Int32(MSG_DONTWAIT))
        return count == 0 || (count < 0 && errno == ECONNRESET)
    }

    /// The server has ended the connection.
    struct Ended: Error {}

    /// Sends what the system takes now, and never waits.
    func sendSome(_ bytes: [UInt8]) throws {
        let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
        let count = Glibc.send(descriptor, bytes, bytes.count, flags)
        if count < 0, errno != EAGAIN { throw Ended() }
    }

    /// What came in, nothing when nothing did yet, nil when the server has closed it; never waits.
    func receive() throws -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        if count == 0 || (count < 0 && errno == ECONNRESET) { return nil }
        return Array(bytes.prefix(max(count, 0)))
    }
}
