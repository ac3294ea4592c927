package import Values

/// UTC read once from the wall clock and advanced by the monotonic one: a wall clock that is set,
/// or steps back, does not touch it. `wallStep` says by how much the wall differs since.
package final class SystemTime: TimePort {
    private let origin: ContinuousClock.Instant
    private let start: Instant
    private let readWall: @Sendable () -> Instant

    /// - Parameters:
    ///   - start: Where our own time begins; nil is at what the wall clock shows.
    ///   - wall: Reads the wall clock.
    package init(from start: Instant? = nil, wall: @escaping @Sendable () -> Instant) {
        readWall = wall
        origin = ContinuousClock.now
        self.start = start ?? wall()
    }

    package func wall() -> Instant { readWall() }

    package func now() -> Instant { start + (ContinuousClock.now - origin) }

    package func sleep(until instant: Instant) async throws {
        try await Task.sleep(for: max(instant - now(), .zero), tolerance: .zero)
    }

    /// By how much the wall clock is ahead of our own time.
    package var wallStep: Duration { wall() - now() }
}
