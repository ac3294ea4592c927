package import Values

/// UTC read once from the wall clock and advanced by the monotonic one: a wall clock that is set,
/// or steps back, does not touch it. `wallStep` says by how much the wall differs since.
package final class SystemTime: TimePort {
    private let origin: ContinuousClock.Instant
    private let start: Instant
    private let wall: @Sendable () -> Instant

    /// - Parameter wall: Reads the wall clock.
    package init(wall: @escaping @Sendable () -> Instant) {
        self.wall = wall
        origin = ContinuousClock.now
        start = wall()
    }

    package func now() -> Instant { start + (ContinuousClock.now - origin) }

    package func sleep(until instant: Instant) async throws {
        try await Task.sleep(for: max(instant - now(), .zero), tolerance: .zero)
    }

    /// By how much the wall clock is ahead of our own time.
    package var wallStep: Duration { wall() - now() }
}
