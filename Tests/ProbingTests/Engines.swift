import Detection
import Glibc
import NIOPosix
import Runtime
import Values

@testable import Probing

/// Runs single probes through an engine of their own.
enum Engines {
    static let time = SystemTime {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Instant(unixSeconds: Int64(now.tv_sec))
    }
    private static let slots = 4

    /// The end of one probe; `meanwhile` holds the thread once it is sent.
    static func end(
        of order: ProbeOrder, meanwhile: @escaping @Sendable () -> Void = {}
    ) async throws -> ProbeEnd {
        try await NIOThreadPool.singleton.runIfActive {
            let engine = try EpollEngine(capacity: slots, time: time, bell: Bell())
            engine.start(order)
            meanwhile()
            while true {
                if let end = engine.takeEnded().first { return end }
                engine.turn(until: engine.nextDeadline ?? time.now())
            }
        }
    }
}
