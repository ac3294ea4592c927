/// What a server has done since HAProxy started, from `show stat` (management manual, section 9.1).
package struct ServerCounters: Hashable, Sendable {
    /// Requests, or connections where HAProxy does not read HTTP, that were given to it (`stot`).
    package let requests: Int
    /// Answers with a status, and requests that got none; nil where HAProxy does not read HTTP.
    package let answers: Int?
    /// Those of them with a status from 500 on, or without one (`hrsp_5xx`, `econ`, `eresp`).
    package let errors: Int
    /// Until an answer begins, waiting included (`qtime`, `ctime`, `rtime`): HAProxy's mean of the
    /// last 1024 requests, however long ago; nil where it measures none.
    package let answerTime: Duration?

    package init(
        requests: Int = 0, answers: Int? = nil, errors: Int = 0, answerTime: Duration? = nil
    ) {
        (self.requests, self.answers) = (requests, answers)
        (self.errors, self.answerTime) = (errors, answerTime)
    }

    init(_ cells: StatRow) throws(UnreadableAnswer) {
        let unanswered = (try cells.countIfAny("econ") ?? 0) + (try cells.countIfAny("eresp") ?? 0)
        let failed = try cells.countIfAny("hrsp_5xx")
        let others = try cells.answersBelow500()
        requests = try cells.countIfAny("stot") ?? 0
        answers = failed.map { $0 + others + unanswered }
        errors = (failed ?? 0) + unanswered
        let waiting = (try cells.countIfAny("qtime") ?? 0) + (try cells.countIfAny("ctime") ?? 0)
        answerTime = try cells.countIfAny("rtime").map {
            .milliseconds(min(waiting + $0, ServerCounters.millisecondsMax))
        }
    }

    /// A longer time counts as this: a day.
    private static let millisecondsMax = 86_400_000
}
