package import TopologyModel
package import Values

/// How the users of one region come, stay, and try again.
package struct UserModel: Hashable, Sendable {
    package let demand: Demand
    /// Between two requests of one user.
    package let thinkTime: Duration
    /// From a user's login until they leave.
    package let visit: Duration
    /// The least and the longest time until a user whose request failed tries again.
    package let retryMin: Duration
    package let retryMax: Duration
    /// How long the school's resolver keeps an answer at most; the answer's own TTL may be shorter.
    package let answerKeptMax: Duration

    /// Sources: retries of 20 to 60 s, `incident.md` section 6.1; visits of 12 minutes, section 3
    /// (Auvergne-Rhône-Alpes, March 2020). The time to think is assumed, no source gives one.
    package init(
        demand: Demand, thinkTime: Duration = .seconds(30), visit: Duration = .seconds(720),
        retryMin: Duration = .seconds(20), retryMax: Duration = .seconds(60),
        answerKeptMax: Duration = .seconds(86_400)
    ) {
        precondition(thinkTime > .zero && visit > .zero, "think \(thinkTime), visit \(visit)")
        precondition(retryMin <= retryMax, "retry after \(retryMin) to \(retryMax)")
        (self.demand, self.thinkTime, self.visit) = (demand, thinkTime, visit)
        (self.retryMin, self.retryMax) = (retryMin, retryMax)
        self.answerKeptMax = answerKeptMax
    }

    /// Users at the same time, by the region's curve and the calendar's events.
    package func users(at now: Instant, in calendar: Calendar) -> Users {
        demand.users(at: now, in: calendar)
    }

    /// New visits, each of which logs in.
    package func logins(at now: Instant, in calendar: Calendar) -> Rate {
        Rate(users(at: now, in: calendar), each: visit)
    }

    package func requests(at now: Instant, in calendar: Calendar) -> Rate {
        Rate(users(at: now, in: calendar), each: thinkTime)
    }

    /// When a user whose request failed at `now` tries again.
    package func retry(after now: Instant, using random: inout SplitMix64) -> Instant {
        now + retryMin + random.duration(upTo: retryMax - retryMin)
    }

    /// Until when an answer that came at `now` is used without asking again.
    package func answerKept(from now: Instant, ttl: Duration) -> Instant {
        now + min(max(ttl, .zero), answerKeptMax)
    }

    /// Whether a request is the first of a visit: one in as many as a visit has.
    package func isNewVisit(using random: inout SplitMix64) -> Bool {
        let requests = max(1, Int(visit.inNanoseconds / thinkTime.inNanoseconds))
        return random.next(below: requests) == 0
    }
}
