import Foundation
import Synchronization

/// Addresses and ports of this machine that no other test uses at the same time.
package enum Loopback {
    private static let addressesMax = 250 * 250
    private static let nextIndex = Atomic<Int>(0)

    /// An address in 127.0.0.0/8 that this process has not handed out yet, so that even fixed ports
    /// are free on it.
    package static func freshAddress() -> String {
        let index = nextIndex.wrappingAdd(1, ordering: .relaxed).oldValue
        precondition(index < addressesMax, "a test process has \(addressesMax) addresses")
        let process = Int(ProcessInfo.processInfo.processIdentifier)
        return "127.\(100 + process % 150).\(index / 250).\(index % 250 + 1)"
    }
}

/// A port that was free a moment ago, on `address`, for TCP and for UDP alike.
package struct FreePort: Sendable {
    package let address: String
    package let number: UInt16

    /// `127.0.0.1:40123`.
    package var endpoint: String { "\(address):\(number)" }

    /// Asks the kernel for a TCP port, and takes it only when the same UDP port is free too.
    package init(on address: String = Loopback.freshAddress()) throws {
        let attemptsMax = 50
        for _ in 0..<attemptsMax {
            let port = try Self.boundPort(address, port: 0, type: SOCK_STREAM)
            if let port, try Self.boundPort(address, port: port, type: SOCK_DGRAM) != nil {
                (self.address, number) = (address, port)
                return
            }
        }
        throw TestSupportError("no port of \(address) is free for both TCP and UDP")
    }

    private static func boundPort(
        _ address: String, port: UInt16, type: __socket_type
    ) throws -> UInt16? {
        let descriptor = socket(AF_INET, Int32(type.rawValue), 0)
        guard descriptor >= 0 else { throw TestSupportError("socket: errno \(errno)") }
        defer { close(descriptor) }
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        guard inet_pton(AF_INET, address, &name.sin_addr) == 1 else {
            throw TestSupportError("'\(address)' is not an IPv4 address")
        }
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        return isBound ? UInt16(bigEndian: name.sin_port) : nil
    }
}
