import Values

/// Gives systemd's watchdog a sign of life, as long as there is life to tell of.
package struct Watchdog: Sendable {
    private let systemd: SystemdSocket
    /// How often the progress is looked at again once it stands still.
    private static let lookInterval = Duration.milliseconds(500)

    package init(_ systemd: SystemdSocket) { self.systemd = systemd }

    /// Runs until it is cancelled. A sign goes out at each half of the watchdog's time
    /// (sd_watchdog_enabled(3)), and only when `progress` has moved since the last one: what is
    /// stuck is not fed, and systemd ends it after between one and one and a half of that time.
    package func run(progress: @Sendable () async -> Int) async {
        guard let limit = systemd.watchdog else { return }
        let half = limit / 2
        var told = await progress()
        systemd.isAlive()
        while !Task.isCancelled {
            do {
                try await Task.sleep(for: half)
                var seen = await progress()
                while seen == told {
                    try await Task.sleep(for: min(half, Watchdog.lookInterval))
                    seen = await progress()
                }
                told = seen
            } catch { return }
            systemd.isAlive()
        }
    }
}
