import Control
import Documents
import Rendering
import Simulation
import Situations
import Testing
import Values

@Suite("When people read that something is")
struct MomentTests {
    @Test(
        "a time of another day has its date, and an end there says how far off it is",
        arguments: [
            (at: "2026-11-24T18:55:32Z", moment: "18:55:32Z", end: "18:55:32Z"),
            (at: "2026-11-24T23:59:59Z", moment: "23:59:59Z", end: "23:59:59Z"),
            (
                at: "2026-11-25T00:00:00Z", moment: "2026-11-25 00:00:00Z",
                end: "2026-11-25 00:00:00Z (in 5h4m)"
            ),
            (
                at: "2026-11-25T18:55:32Z", moment: "2026-11-25 18:55:32Z",
                end: "2026-11-25 18:55:32Z (in 24h)"
            ),
            (
                at: "2026-12-24T18:55:32Z", moment: "2026-12-24 18:55:32Z",
                end: "2026-12-24 18:55:32Z (in 30d)"
            ),
            (
                at: "2026-11-23T23:59:59Z", moment: "2026-11-23 23:59:59Z",
                end: "2026-11-23 23:59:59Z"
            ),
        ])
    func saysTheDay(at: String, moment: String, end: String) throws {
        let now = try #require(Instant(rfc3339: "2026-11-24T18:55:32Z"))
        let instant = try #require(Instant(rfc3339: at))
        #expect(instant.moment(at: now) == moment)
        #expect(instant.end(at: now) == end)
    }

    @Test("a pause until tomorrow says so in status, blocked and history")
    func saysTomorrow() throws {
        var day = try Day.after(seconds: 30)
        let pause = Command.pause(
            scope: .everything, reason: "works", until: day.world.now + .seconds(86_400))
        day.world.plan(.command(pause), at: day.world.now)
        _ = day.world.run(for: .seconds(5), checking: [])
        let status = try day.status()
        #expect(status.text(.none).contains("until 2021-03-11 00:00:30Z (in 23h59m)."))
        #expect(status.blocked.text(.none, isWide: true).contains("2021-03-11 00:00:30Z"))
        let entries = day.world.store.entries.text(.none)
        #expect(entries.contains("pause everything until 2021-03-11 00:00:30Z: works"))
    }
}
