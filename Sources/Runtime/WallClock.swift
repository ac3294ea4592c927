import Glibc
package import Values

extension Instant {
    /// The wall clock; the one place that reads it is `main` and what it hands on.
    ///
    /// It stands here, in a target that imports little of C: beside NIO and Foundation the compiler
    /// takes `timespec` now for the one module's, now for the other's.
    package static func wallClock() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}
