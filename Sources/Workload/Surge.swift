package import TopologyModel
package import Values

/// By what a region's demand is multiplied: a factor that is reached in a straight line.
package struct Surge: Hashable, Sendable {
    package let since: Instant
    package let over: Duration
    package let from: PartsPerMillion
    package let to: PartsPerMillion

    package init(
        since: Instant, over: Duration, from: PartsPerMillion, to: PartsPerMillion
    ) {
        (self.since, self.over, self.from, self.to) = (since, over, from, to)
    }

    package static let none = Surge(since: .distantPast, over: .zero, from: .one, to: .one)

    package func factor(at now: Instant) -> PartsPerMillion {
        let (passed, length) = ((now - since).inNanoseconds, over.inNanoseconds)
        guard passed < length else { return to }
        guard passed > 0 else { return from }
        let share = parts(of: 1_000_000, by: [Int(passed), Int(length - passed)])[0]
        return PartsPerMillion(from.value + (to.value - from.value) * share / 1_000_000)
    }
}

extension Demand {
    /// How long before the hour the next hour's users begin to come.
    ///
    /// Source: e-lyco gained 20,000 connections between 08:50 and 09:00 on 16 March 2020
    /// (`incident.md` section 3).
    private static let aheadOfTheHour = Duration.seconds(600)

    /// Users at `instant`, where each hour's change is spread over the ten minutes before it.
    package func usersWithoutJumps(at instant: Instant, in calendar: Calendar) -> Users {
        let now = users(at: instant, in: calendar)
        let ahead = Int(Demand.aheadOfTheHour.inNanoseconds / 1_000_000_000)
        let left = 3600 - calendar.localTime(at: instant).secondOfDay % 3600
        guard left < ahead else { return now }
        let next = users(at: instant + .seconds(left), in: calendar)
        return now + (next - now) * (ahead - left) / ahead
    }
}
