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

/// Reads the rows of servers of `show stat` ten times a second: bytes are split once, and only the
/// fields that are wanted become numbers.
struct RequestCountersTable {
    /// An answer of more rows is not read.
    static let rowsMax = 20_000

    let servers: [RequestCounters]

    init(answer: String) throws(UnreadableAnswer) {
        let lines = answer.utf8.split(separator: UInt8(ascii: "\n"))
        guard let header = lines.first, header.starts(with: "# ".utf8) else {
            throw UnreadableAnswer("it does not begin with the columns' names")
        }
        guard lines.count <= RequestCountersTable.rowsMax else {
            throw UnreadableAnswer("there are more than \(RequestCountersTable.rowsMax) rows")
        }
        let columns = try Columns(RequestCountersTable.fields(of: header.dropFirst(2)))
        var servers: [RequestCounters] = []
        for line in lines.dropFirst() {
            let fields = RequestCountersTable.fields(of: line)
            if let row = try columns.counters(in: fields) { servers.append(row) }
        }
        self.servers = servers
    }

    /// None of the fields that we read is ever quoted, and none before them holds a comma.
    private static func fields(of line: Substring.UTF8View) -> [Substring.UTF8View] {
        line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    }
}

/// Where the fields stand that are read.
private struct Columns {
    private let names: [String: Int]

    init(_ header: [Substring.UTF8View]) throws(UnreadableAnswer) {
        names = Dictionary(
            header.enumerated().map { (String($0.element) ?? "", $0.offset) },
            uniquingKeysWith: { first, _ in first })
        for name in ["pxname", "svname", "mode", "stot", "hrsp_5xx"] where names[name] == nil {
            throw UnreadableAnswer("there is no \(name)")
        }
    }

    /// Nil for what is no server of a backend in HTTP mode.
    func counters(in fields: [Substring.UTF8View]) throws(UnreadableAnswer) -> RequestCounters? {
        let (backend, server) = (text("pxname", fields), text("svname", fields))
        guard text("mode", fields) == "http", server != "BACKEND", server != "FRONTEND" else {
            return nil
        }
        var answered = 0
        for column in ["hrsp_1xx", "hrsp_2xx", "hrsp_3xx", "hrsp_4xx", "hrsp_other"] {
            answered += try count(column, fields)
        }
        return RequestCounters(
            backend: backend, server: server, inFlight: try count("scur", fields),
            queued: try count("qcur", fields), began: try count("stot", fields),
            answered: answered, serverErrors: try count("hrsp_5xx", fields),
            connectErrors: try count("econ", fields), responseErrors: try count("eresp", fields),
            retries: try count("wretr", fields) + count("wredis", fields))
    }

    private func text(_ column: String, _ fields: [Substring.UTF8View]) -> String {
        guard let index = names[column], index < fields.count else { return "" }
        return String(fields[index]) ?? ""
    }

    /// Bounded, so that no sum of them overflows.
    private func count(
        _ column: String, _ fields: [Substring.UTF8View]
    ) throws(UnreadableAnswer) -> Int {
        let text = text(column, fields)
        guard let number = text.isEmpty ? 0 : Int(text), (0...(1 << 56)).contains(number) else {
            throw UnreadableAnswer("\(column) is '\(text)'")
        }
        return number
    }
}
