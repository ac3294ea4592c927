package import Values

// How a point in time is said to people: the one place that decides whether it needs a date.

extension Instant {
    /// The time of day in UTC: `00:35:12Z`. Only where the day stands beside it: see `moment`.
    package var clock: String { CivilTime(self).clockText + "Z" }

    /// `2026-11-24`.
    var date: String { String(text.prefix { $0 != "T" }) }

    /// As it is read at `now`: the time of day where it is of the same day in UTC, else with its
    /// date: `2026-11-25 18:54:41Z`.
    package func moment(at now: Instant) -> String {
        date == now.date ? clock : "\(date) \(clock)"
    }

    /// An end, as it is read at `now`; one on a later day says how far off it is:
    /// `2026-11-25 18:54:41Z (in 24h)`.
    package func end(at now: Instant) -> String {
        guard date != now.date, self > now else { return moment(at: now) }
        return "\(moment(at: now)) (in \((self - now).shortText))"
    }
}
