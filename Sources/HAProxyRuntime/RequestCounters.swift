/// What HAProxy has counted of one server's requests since it started (management manual of
/// HAProxy 2.6, section 9.1); only of backends in HTTP mode, for others count no answers.
package struct RequestCounters: Hashable, Sendable {
    package let backend: String
    package let server: String
    /// Requests at the server now, and those that wait for it.
    package let inFlight: Int
    package let queued: Int
    /// Requests that were sent to it, each time that one was.
    package let began: Int
    /// Answers below 500, and from 500 on. Those that HAProxy gives itself are not among them.
    package let answered: Int
    package let serverErrors: Int
    /// Given up without a connection; without a whole answer; connections tried again.
    package let connectErrors: Int
    package let responseErrors: Int
    package let retries: Int

    /// Whether it may follow `earlier` in one process: no counter has gone back.
    package func follows(_ earlier: RequestCounters) -> Bool {
        began >= earlier.began && answered >= earlier.answered
            && serverErrors >= earlier.serverErrors && connectErrors >= earlier.connectErrors
            && responseErrors >= earlier.responseErrors && retries >= earlier.retries
    }
}

extension [RequestCounters] {
    /// The rows of servers of backends in HTTP mode.
    init(answer: String) throws(UnreadableAnswer) {
        let wanted = ["pxname", "svname", "mode", "stot", "hrsp_5xx"]
        self = []
        for row in try StatTable(answer: answer, columns: wanted).rows {
            if let counters = try RequestCounters(row) { append(counters) }
        }
    }
}

extension RequestCounters {
    /// Nil for what is no server of a backend in HTTP mode.
    fileprivate init?(_ row: StatRow) throws(UnreadableAnswer) {
        guard try row.text("mode") == "http" else { return nil }
        server = try row.text("svname")
        if server == "BACKEND" || server == "FRONTEND" { return nil }
        backend = try row.text("pxname")
        (inFlight, queued) = (try row.countIfAny("scur") ?? 0, try row.countIfAny("qcur") ?? 0)
        began = try row.countIfAny("stot") ?? 0
        answered = try row.answersBelow500()
        serverErrors = try row.countIfAny("hrsp_5xx") ?? 0
        connectErrors = try row.countIfAny("econ") ?? 0
        responseErrors = try row.countIfAny("eresp") ?? 0
        retries = (try row.countIfAny("wretr") ?? 0) + (try row.countIfAny("wredis") ?? 0)
    }
}
