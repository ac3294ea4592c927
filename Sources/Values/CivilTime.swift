/// A day of the Gregorian calendar, without a time zone.
package struct CivilDate: Hashable, Comparable, Sendable {
    package let year: Int
    package let month: Int
    package let day: Int

    /// Nil when there is no such day; the years that an Instant can hold, 1677 to 2262.
    package init?(year: Int, month: Int, day: Int) {
        guard (1677...2262).contains(year), (1...12).contains(month),
            (1...CivilDate.days(inMonth: month, of: year)).contains(day)
        else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
    }

    /// Reads `2026-03-02`.
    package init?(text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2,
            let year = number(inDigits: parts[0]), let month = number(inDigits: parts[1]),
            let day = number(inDigits: parts[2])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// The day so many days after 1970-01-01.
    ///
    /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
    package init(daysSince1970 days: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Source: the same, days_from_civil.
    package var daysSince1970: Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    package var weekday: Weekday {
        let index = (daysSince1970 + 3) % 7  // 1970-01-01 was a Thursday.
        return Weekday.allCases[index < 0 ? index + 7 : index]
    }

    package var text: String { "\(year)-\(twoDigits(month))-\(twoDigits(day))" }

    package static func < (left: CivilDate, right: CivilDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }

    private static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }
}

package enum Weekday: String, CaseIterable, Hashable, Sendable {
    case monday = "mon"
    case tuesday = "tue"
    case wednesday = "wed"
    case thursday = "thu"
    case friday = "fri"
    case saturday = "sat"
    case sunday = "sun"
}

/// A date and a time of day as a clock on the wall shows it, in some zone or in UTC.
package struct CivilTime: Hashable, Comparable, Sendable {
    package let date: CivilDate
    /// 0 through 86,399.
    package let secondOfDay: Int

    package init(date: CivilDate, secondOfDay: Int) {
        precondition((0..<86_400).contains(secondOfDay), "second of day \(secondOfDay)")
        (self.date, self.secondOfDay) = (date, secondOfDay)
    }

    /// What a clock shows at `instant` where local time is UTC plus so many seconds.
    package init(_ instant: Instant, secondsEastOfUTC offset: Int = 0) {
        let local = instant.unixSeconds + Int64(offset)
        let days = Int((local >= 0 ? local : local - 86_399) / 86_400)
        date = CivilDate(daysSince1970: days)
        secondOfDay = Int(local - Int64(days) * 86_400)
    }

    package func instant(secondsEastOfUTC offset: Int = 0) -> Instant {
        Instant(unixSeconds: Int64(date.daysSince1970 * 86_400 + secondOfDay - offset))
    }

    package var hour: Int { secondOfDay / 3600 }
    package var minute: Int { secondOfDay / 60 % 60 }

    /// `08:05:59`.
    package var clockText: String {
        "\(twoDigits(hour)):\(twoDigits(minute)):\(twoDigits(secondOfDay % 60))"
    }

    package static func < (left: CivilTime, right: CivilTime) -> Bool {
        (left.date, left.secondOfDay) < (right.date, right.secondOfDay)
    }
}

extension Instant {
    /// RFC 3339 in UTC, with as many digits of a second as are not zero: `2021-03-10T00:35:00Z`.
    package var rfc3339: String {
        let civil = CivilTime(self)
        let rest = nanoseconds % 1_000_000_000
        let fractionOfSecond = rest < 0 ? rest + 1_000_000_000 : rest
        var fraction = String(1_000_000_000 + fractionOfSecond).dropFirst()
        while fraction.last == "0" { fraction.removeLast() }
        return "\(civil.date.text)T\(civil.clockText)\(fraction.isEmpty ? "" : ".\(fraction)")Z"
    }

    /// Reads RFC 3339 with `Z` or an offset such as `+01:00`; nil when it is not that.
    package init?(rfc3339 text: String) {
        let bytes = Array(text)
        guard bytes.count >= 20, bytes[10] == "T", bytes[13] == ":", bytes[16] == ":",
            let date = CivilDate(text: String(bytes[0..<10])),
            let hour = number(inDigits: String(bytes[11..<13])), (0..<24).contains(hour),
            let minute = number(inDigits: String(bytes[14..<16])), (0..<60).contains(minute),
            let second = number(inDigits: String(bytes[17..<19])), (0..<60).contains(second)
        else { return nil }
        var rest = String(bytes[19...])[...]
        var fraction: Int64 = 0
        if rest.first == "." {
            let digits = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
            guard (1...9).contains(digits.count), let value = Int64(digits) else { return nil }
            fraction = (0..<(9 - digits.count)).reduce(value) { value, _ in value * 10 }
            rest = rest.dropFirst(1 + digits.count)
        }
        guard let offset = Instant.secondsEastOfUTC(rest) else { return nil }
        // Summed as a Duration, which is wider than an Instant, and saturated once.
        let seconds = date.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second - offset
        let since1970 = Duration.seconds(seconds) + .nanoseconds(fraction)
        self.init(nanoseconds: since1970.inNanoseconds)
    }

    private static func secondsEastOfUTC(_ text: Substring) -> Int? {
        if text == "Z" { return 0 }
        let parts = text.dropFirst().split(separator: ":")
        guard text.count == 6, text.first == "+" || text.first == "-", parts.count == 2,
            parts[0].count == 2,
            let hours = number(inDigits: parts[0]), (0...18).contains(hours),
            let minutes = number(inDigits: parts[1]), (0..<60).contains(minutes)
        else { return nil }
        return (text.first == "-" ? -1 : 1) * (hours * 3600 + minutes * 60)
    }
}

private func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

extension Instant {
    /// `2021-03-10T00:35:12Z`: for people, who read no nanoseconds.
    package var text: String {
        let seconds = nanoseconds / 1_000_000_000 - (nanoseconds % 1_000_000_000 < 0 ? 1 : 0)
        return Instant(unixSeconds: seconds).rfc3339
    }
}
