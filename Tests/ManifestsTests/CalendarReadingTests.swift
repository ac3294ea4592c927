import Manifests
import Testing
import TopologyModel
import Values

/// The zone's rules become the calendar's look-up when the file is read.
struct CalendarReadingTests {
    @Test(arguments: [
        (why: "the night of the fire", utc: "2021-03-09T23:35:00Z", local: "00:35:00"),
        (why: "the morning of the surge", utc: "2021-04-06T06:50:00Z", local: "08:50:00"),
        (why: "before the clock jumps", utc: "2026-03-29T00:59:59Z", local: "01:59:59"),
        (why: "after it", utc: "2026-03-29T01:00:00Z", local: "03:00:00"),
        (why: "the hour that comes twice", utc: "2026-10-25T00:30:00Z", local: "02:30:00"),
        (why: "the second time", utc: "2026-10-25T01:30:00Z", local: "02:30:00"),
    ])
    func parisTimeIsReadFromTheZone(why: String, utc: String, local: String) throws {
        let text = try GoldenTopologies.text(of: "accepted-without-a-warning.yaml")
        let file = try TopologyFile(
            bytes: Array((text + "calendar: {timeZone: Europe/Paris}\n").utf8),
            file: "topology.yaml", today: GoldenTopologies.today)
        let instant = try #require(Instant(rfc3339: utc))
        #expect(file.topology.calendar.localTime(at: instant).clockText == local, "\(why)")
    }
}
