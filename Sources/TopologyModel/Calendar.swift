package import Values

/// From one time of day to another; over midnight when the end is not after the start.
package struct TimeOfDayRange: Hashable, Sendable {
    /// Seconds of the day, 0 through 86,399.
    package let from: Int
    /// Seconds of the day, excluded.
    package let until: Int

    package init(from: Int, until: Int) { (self.from, self.until) = (from, until) }

    package func contains(secondOfDay: Int) -> Bool {
        from < until
            ? (from..<until).contains(secondOfDay) : secondOfDay >= from || secondOfDay < until
    }

    /// `20:00-06:00`.
    package var text: String { "\(TimeOfDayRange.clock(from))-\(TimeOfDayRange.clock(until))" }

    private static func clock(_ second: Int) -> String {
        let (hour, minute) = (second / 3600, second / 60 % 60)
        return "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
    }
}

/// A known event that multiplies demand: a return from holidays, a national exam.
package struct DemandEvent: Hashable, Sendable {
    package let from: Instant
    package let until: Instant
    package let factor: PartsPerMillion
    package let reason: String

    package init(from: Instant, until: Instant, factor: PartsPerMillion, reason: String) {
        (self.from, self.until, self.factor, self.reason) = (from, until, factor, reason)
    }
}

/// From this instant on, local time is UTC plus so many seconds.
package struct ZoneTransition: Hashable, Sendable {
    package let at: Instant
    package let secondsEastOfUTC: Int

    package init(at: Instant, secondsEastOfUTC: Int) {
        (self.at, self.secondsEastOfUTC) = (at, secondsEastOfUTC)
    }
}

package struct Holidays: Hashable, Sendable {
    package let from: CivilDate
    /// Included.
    package let until: CivilDate

    package init(from: CivilDate, until: CivilDate) { (self.from, self.until) = (from, until) }
}

/// The topology's local time and school days; a pure look-up, made by the reader from the zone's
/// rules.
package struct Calendar: Hashable, Sendable {
    package let timeZone: String
    /// In order; before the first one, local time is UTC.
    package let transitions: [ZoneTransition]
    package let schoolHours: [SchoolHours]
    package let holidays: [Holidays]
    package let events: [DemandEvent]

    package init(
        timeZone: String = "UTC", transitions: [ZoneTransition] = [],
        schoolHours: [SchoolHours] = [], holidays: [Holidays] = [], events: [DemandEvent] = []
    ) {
        (self.timeZone, self.transitions) = (timeZone, transitions)
        (self.schoolHours, self.holidays, self.events) = (schoolHours, holidays, events)
    }

    package func localTime(at instant: Instant) -> CivilTime {
        let last = transitions.last { $0.at <= instant }
        return CivilTime(instant, secondsEastOfUTC: last?.secondsEastOfUTC ?? 0)
    }

    package func isHoliday(_ date: CivilDate) -> Bool {
        holidays.contains { ($0.from...$0.until).contains(date) }
    }

    package func isSchoolTime(at instant: Instant) -> Bool {
        let local = localTime(at: instant)
        guard !isHoliday(local.date) else { return false }
        return schoolHours.contains {
            $0.weekday == local.date.weekday && $0.hours.contains(secondOfDay: local.secondOfDay)
        }
    }

    /// By what demand is multiplied at `instant`: the largest factor of the events then, else 1.
    package func demandFactor(at instant: Instant) -> PartsPerMillion {
        let now = events.filter { $0.from <= instant && instant < $0.until }
        return now.map(\.factor).max() ?? .one
    }
}

package struct SchoolHours: Hashable, Sendable {
    package let weekday: Weekday
    package let hours: TimeOfDayRange

    package init(weekday: Weekday, hours: TimeOfDayRange) {
        (self.weekday, self.hours) = (weekday, hours)
    }
}
