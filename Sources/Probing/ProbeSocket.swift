import CEpoll
import Detection
import Glibc
import Values

/// What a system call of a probe said when it failed.
struct SocketFault: Error {
    let number: Int32

    /// Whether it tells of this machine, which lacks descriptors, ports or memory, or may not
    /// send (connect(2), socket(2)).
    var isOurs: Bool {
        let ours = [
            EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRNOTAVAIL, EAGAIN, EPERM, EACCES, EAFNOSUPPORT,
        ]
        return ours.contains(number)
    }

    var kind: FailureKind {
        switch number {
        case ECONNREFUSED: .refused
        case ECONNRESET, EPIPE: .reset
        case ETIMEDOUT: .connectTimeout
        default: .unreachable
        }
    }
}

/// A stream socket that never blocks, and closes by a reset: ten thousand probes a second would
/// else leave their ports in TIME_WAIT and run out of them.
enum ProbeSocket {
    /// Begins to connect; the socket is ready for writing when it has.
    static func connecting(to endpoint: Endpoint) throws(SocketFault) -> Int32 {
        let family = endpoint.address.family == .ipv4 ? AF_INET : AF_INET6
        let flags = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        let descriptor = socket(family, Int32(flags), 0)
        guard descriptor >= 0 else { throw SocketFault(number: errno) }
        var reset = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_LINGER, &reset, socklen_t(MemoryLayout<linger>.size))
        let number = connect(descriptor, to: endpoint)
        guard number == 0 || number == EINPROGRESS else {
            Glibc.close(descriptor)
            throw SocketFault(number: number)
        }
        return descriptor
    }

    /// The error that the socket has met; 0 is none.
    static func pendingError(of descriptor: Int32) -> Int32 {
        var number: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        let asked = getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &size)
        return asked == 0 ? number : errno
    }

    /// Sends as much as there is room for, and returns how much that was.
    static func send(
        _ bytes: ArraySlice<UInt8>, over descriptor: Int32
    ) throws(SocketFault) -> Int {
        let count = bytes.withUnsafeBytes {
            Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if count >= 0 { return count }
        guard errno == EAGAIN || errno == EINTR else { throw SocketFault(number: errno) }
        return 0
    }

    /// Returns 0, or the number of the error.
    private static func connect(_ descriptor: Int32, to endpoint: Endpoint) -> Int32 {
        switch endpoint.address {
        case .v4(let word): connect_ipv4(descriptor, word, endpoint.port)
        case .v6(let high, let low): connect_ipv6(descriptor, high, low, endpoint.port)
        }
    }
}
