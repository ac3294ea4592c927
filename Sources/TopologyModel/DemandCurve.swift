package import Values

/// The share of a region's peak demand in each hour of a school day, a free day and a holiday.
///
/// The values are a model (`incident.md` found no published table): lessons at 8, again at each
/// change of lesson, homework from 17 to 19, Sunday evening; nights near nothing.
package enum DemandCurve: String, CaseIterable, Hashable, Sendable {
    case schoolDay = "school-day"
    /// The peak at every hour: for what is not known.
    case flat

    /// Percent of the peak in the hour of `instant`.
    package func share(at instant: Instant, in calendar: Calendar) -> Percent {
        let local = calendar.localTime(at: instant)
        switch self {
        case .flat: return .all
        case .schoolDay:
            let hours = DemandCurve.hours(on: local.date, in: calendar)
            return Percent(checked: hours[local.hour])
        }
    }

    private static func hours(on date: CivilDate, in calendar: Calendar) -> [Int] {
        if calendar.isHoliday(date) { return holidayHours }
        switch date.weekday {
        case .saturday: return saturdayHours
        case .sunday: return sundayHours
        case .wednesday: return wednesdayHours
        case .monday, .tuesday, .thursday, .friday: return schoolDayHours
        }
    }

    private static let schoolDayHours = [
        1, 1, 1, 1, 1, 3, 10, 55, 100, 70, 75, 65, 45, 55, 70, 60, 55, 65, 60, 50, 40, 25, 10, 3,
    ]
    private static let wednesdayHours = [
        1, 1, 1, 1, 1, 3, 10, 50, 95, 70, 70, 55, 40, 30, 30, 30, 35, 50, 50, 45, 40, 25, 10, 3,
    ]
    private static let saturdayHours = [
        1, 1, 1, 1, 1, 1, 2, 4, 8, 12, 15, 15, 10, 10, 12, 12, 12, 12, 10, 8, 6, 5, 3, 2,
    ]
    private static let sundayHours = [
        1, 1, 1, 1, 1, 1, 1, 2, 5, 8, 10, 12, 10, 12, 15, 18, 22, 30, 45, 50, 45, 25, 10, 3,
    ]
    private static let holidayHours = [
        1, 1, 1, 1, 1, 1, 1, 2, 4, 5, 5, 5, 4, 4, 5, 5, 5, 5, 4, 4, 3, 3, 2, 1,
    ]
}

extension Demand {
    /// Users expected at `instant`: the peak, its curve and the calendar's events.
    package func users(at instant: Instant, in calendar: Calendar) -> Users {
        let ordinary = curve.share(at: instant, in: calendar).roundedUp(of: peakUsers)
        return min(calendar.demandFactor(at: instant).roundedUp(of: ordinary), Users.usersMax)
    }
}
