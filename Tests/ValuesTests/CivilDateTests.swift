import Testing
import Values

struct CivilDateTests {
    @Test(arguments: [
        (text: "1970-01-01", days: 0, weekday: Weekday.thursday),
        (text: "1969-12-31", days: -1, weekday: .wednesday),
        (text: "2000-02-29", days: 11_016, weekday: .tuesday),
        (text: "2021-03-10", days: 18_696, weekday: .wednesday),
        (text: "2021-04-06", days: 18_723, weekday: .tuesday),
        (text: "2100-03-01", days: 47_541, weekday: .monday),
        (text: "1700-01-01", days: -98_615, weekday: .friday),
    ])
    func knownDaysAreCountedAndNamed(text: String, days: Int, weekday: Weekday) throws {
        let date = try #require(CivilDate(text: text))
        #expect(date.daysSince1970 == days)
        #expect(date.weekday == weekday)
        #expect(date.text == text)
        #expect(CivilDate(daysSince1970: days) == date)
    }

    @Test func everyDayFollowsTheDayBefore() {
        var before = CivilDate(daysSince1970: -106_000)
        for days in -105_999...106_000 {
            let date = CivilDate(daysSince1970: days)
            guard date.daysSince1970 == days, before < date else {
                Issue.record("day \(days) is \(date.text) after \(before.text)")
                return
            }
            before = date
        }
    }

    @Test(arguments: [
        "2021-02-29", "2100-02-29", "2021-13-01", "2021-00-01", "2021-01-00", "2021-04-31",
        "21-01-01", "2021-1-01", "2021-01-+1", "+021-01-01", "2021/01/01", "", "1676-01-01",
        "2263-01-01", "2021-01-01-01",
    ])
    func whatIsNoDayIsRefused(text: String) {
        #expect(CivilDate(text: text) == nil)
    }

    @Test(arguments: [
        (utc: "2021-03-10T23:30:00Z", offset: 3600, date: "2021-03-11", clock: "00:30:00"),
        (utc: "1969-12-31T23:59:59.5Z", offset: 0, date: "1969-12-31", clock: "23:59:59"),
        (utc: "2021-01-01T00:00:00Z", offset: -1, date: "2020-12-31", clock: "23:59:59"),
    ])
    func aWallClockShowsLocalTime(utc: String, offset: Int, date: String, clock: String) throws {
        let instant = try #require(Instant(rfc3339: utc))
        let civil = CivilTime(instant, secondsEastOfUTC: offset)
        #expect(civil.date.text == date)
        #expect(civil.clockText == clock)
        #expect(
            civil.instant(secondsEastOfUTC: offset) == Instant(unixSeconds: instant.unixSeconds))
    }
}
