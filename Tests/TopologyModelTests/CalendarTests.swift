import Testing
import TopologyModel
import Values

/// Local time, school time and what multiplies demand, in the year 2026 of Europe/Paris.
struct CalendarTests {
    @Test(arguments: [
        (why: "winter", utc: "2026-03-10T07:00:00Z", local: "2026-03-10 08:00:00"),
        (why: "the last second", utc: "2026-03-29T00:59:59Z", local: "2026-03-29 01:59:59"),
        (why: "an hour is left out", utc: "2026-03-29T01:00:00Z", local: "2026-03-29 03:00:00"),
        (why: "summer", utc: "2026-04-06T06:50:00Z", local: "2026-04-06 08:50:00"),
        (why: "the hour of 02:30", utc: "2026-10-25T00:30:00Z", local: "2026-10-25 02:30:00"),
        (why: "is told twice", utc: "2026-10-25T01:30:00Z", local: "2026-10-25 02:30:00"),
        (why: "winter again", utc: "2026-10-25T02:00:00Z", local: "2026-10-25 03:00:00"),
        (why: "over midnight", utc: "2026-11-22T23:30:00Z", local: "2026-11-23 00:30:00"),
        (why: "before the first change", utc: "2025-12-31T23:00:00Z", local: "2025-12-31 23:00:00"),
    ])
    func localTimeFollowsTheZone(why: String, utc: String, local: String) throws {
        let time = try Paris.calendar.localTime(at: instant(utc))
        #expect("\(time.date.text) \(time.clockText)" == local, "\(why)")
    }

    @Test(arguments: [
        (why: "Tuesday before lessons", at: "2026-04-07T05:29:59Z", isSchool: false),
        (why: "Tuesday 07:30", at: "2026-04-07T05:30:00Z", isSchool: true),
        (why: "Tuesday 17:29", at: "2026-04-07T15:29:59Z", isSchool: true),
        (why: "Tuesday 17:30", at: "2026-04-07T15:30:00Z", isSchool: false),
        (
            why: "Tuesday in winter, one hour later in UTC", at: "2026-03-10T06:30:00Z",
            isSchool: true
        ),
        (why: "the same hour of UTC in winter", at: "2026-03-10T05:30:00Z", isSchool: false),
        (why: "Wednesday afternoon", at: "2026-04-08T11:00:00Z", isSchool: false),
        (why: "Saturday", at: "2026-04-11T08:00:00Z", isSchool: false),
        (why: "the first day of holidays", at: "2026-04-13T08:00:00Z", isSchool: false),
        (why: "the last day of holidays", at: "2026-04-24T08:00:00Z", isSchool: false),
        (why: "the Monday after", at: "2026-04-27T08:00:00Z", isSchool: true),
    ])
    func schoolTimeIsLocalAndKeepsHolidays(why: String, at text: String, isSchool: Bool) throws {
        #expect(try Paris.calendar.isSchoolTime(at: instant(text)) == isSchool, "\(why)")
    }

    @Test(arguments: [
        (why: "before", at: "2026-04-27T05:29:59Z", factor: 1_000_000),
        (why: "the one event", at: "2026-04-27T05:30:00Z", factor: 2_000_000),
        (why: "the larger of two", at: "2026-04-27T06:00:00Z", factor: 4_000_000),
        (why: "its end is excluded", at: "2026-04-27T07:00:00Z", factor: 1_000_000),
    ])
    func theLargestEventMultipliesDemand(why: String, at text: String, factor: Int) throws {
        let found = try Paris.calendar.demandFactor(at: instant(text))
        #expect(found == PartsPerMillion(factor), "\(why)")
    }

    @Test(arguments: [
        (range: TimeOfDayRange(from: 27_000, until: 63_000), text: "07:30-17:30", noon: true),
        (range: TimeOfDayRange(from: 72_000, until: 21_600), text: "20:00-06:00", noon: false),
        (range: TimeOfDayRange(from: 43_200, until: 43_200), text: "12:00-12:00", noon: true),
    ])
    func aRangeMayPassMidnight(range: TimeOfDayRange, text: String, noon: Bool) {
        #expect(range.text == text)
        #expect(range.contains(secondOfDay: 43_200) == noon)
        #expect(!range.contains(secondOfDay: range.until) || range.from == range.until)
    }
}

/// What users a region expects, hour by hour.
struct DemandCurveTests {
    @Test(arguments: DemandCurve.allCases)
    func neverLeavesZeroToAHundredPercentAndReachesItsPeak(curve: DemandCurve) throws {
        let start = try instant("2026-03-01T00:00:00Z")
        let hours = (0..<(70 * 24)).map { start + .seconds($0 * 3600) }
        let shares = hours.map { curve.share(at: $0, in: Paris.calendar).value }
        #expect(shares.allSatisfy { (1...100).contains($0) })
        #expect(shares.max() == 100)
    }

    @Test(arguments: [
        (why: "lessons begin", at: "2026-04-07T06:30:00Z", percent: 100),
        (why: "night", at: "2026-04-07T01:00:00Z", percent: 1),
        (why: "Wednesday afternoon", at: "2026-04-08T12:00:00Z", percent: 30),
        (why: "Saturday morning", at: "2026-04-11T06:00:00Z", percent: 8),
        (why: "Sunday evening", at: "2026-04-12T17:00:00Z", percent: 50),
        (why: "a Tuesday of the holidays", at: "2026-04-14T06:00:00Z", percent: 4),
    ])
    func aSchoolDayIsRead(why: String, at text: String, percent: Int) throws {
        let share = try DemandCurve.schoolDay.share(at: instant(text), in: Paris.calendar)
        #expect(share.value == percent, "\(why)")
    }

    @Test(arguments: [
        (why: "the peak", at: "2026-04-07T06:30:00Z", users: 42_000),
        (why: "one percent, rounded up", at: "2026-04-07T01:00:00Z", users: 420),
        (why: "the peak four times over", at: "2026-04-27T06:30:00Z", users: 168_000),
    ])
    func usersAreThePeakTimesCurveAndEvents(why: String, at text: String, users: Int) throws {
        let demand = Demand(peakUsers: 42_000, curve: .schoolDay)
        #expect(try demand.users(at: instant(text), in: Paris.calendar) == users, "\(why)")
    }

    @Test func noEventPushesUsersBeyondTheirBound() throws {
        let demand = Demand(peakUsers: Users.usersMax, curve: .flat)
        let surge = try instant("2026-04-27T06:30:00Z")
        #expect(demand.users(at: surge, in: Paris.calendar) == Users.usersMax)
    }
}

/// The year 2026 in Paris: both changes of the clock, a school week, one holiday, two events.
private enum Paris {
    static let calendar = Calendar(
        timeZone: "Europe/Paris",
        transitions: [
            ZoneTransition(at: Instant(unixSeconds: 1_767_225_600), secondsEastOfUTC: 3600),
            ZoneTransition(at: Instant(unixSeconds: 1_774_746_000), secondsEastOfUTC: 7200),
            ZoneTransition(at: Instant(unixSeconds: 1_792_890_000), secondsEastOfUTC: 3600),
        ],
        schoolHours: [
            hours(.monday), hours(.tuesday), hours(.wednesday, until: 45_000), hours(.thursday),
            hours(.friday),
        ],
        holidays: [
            Holidays(
                from: CivilDate(daysSince1970: 20_556), until: CivilDate(daysSince1970: 20_567))
        ],
        events: [
            event(from: 1_777_267_800, factor: 2_000_000),
            event(from: 1_777_269_600, factor: 4_000_000),
        ])

    /// From 07:30, until 17:30 unless it is said.
    private static func hours(_ day: Weekday, until: Int = 63_000) -> SchoolHours {
        SchoolHours(weekday: day, hours: TimeOfDayRange(from: 27_000, until: until))
    }

    /// Until 07:00 UTC of 27 April.
    private static func event(from second: Int64, factor: Int) -> DemandEvent {
        DemandEvent(
            from: Instant(unixSeconds: second), until: Instant(unixSeconds: 1_777_273_200),
            factor: PartsPerMillion(factor), reason: "back to school")
    }
}

private func instant(_ text: String) throws -> Instant { try #require(Instant(rfc3339: text)) }
