import CEpoll
import Glibc

/// Wakes a thread that waits in epoll, from any other (eventfd(2)).
final class Bell: Sendable {
    let descriptor: Int32

    init() throws(SocketFault) {
        descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        guard descriptor >= 0 else { throw SocketFault(number: errno) }
    }

    /// A bell that was rung and not heard yet stays rung.
    func ring() { eventfd_write(descriptor, 1) }

    func hear() {
        var count: eventfd_t = 0
        eventfd_read(descriptor, &count)
    }

    deinit { Glibc.close(descriptor) }
}
