/// The counters of `show stat` that we use.
package struct HAProxyStats: Hashable, Sendable {
    /// A frontend, a backend or a server.
    package struct Row: Hashable, Sendable {
        package let proxy: String
        /// `FRONTEND`, `BACKEND`, or the server's name.
        package let server: String
        package let sessions: Int
        package let queued: Int
        /// As HAProxy uses it now; 0 for a frontend.
        package let weight: Int
        package let isBackup: Bool
        /// How a backend chooses a server; empty for others, and for sockets of `level user`.
        package let algorithm: String
        package let counters: ServerCounters
    }

    package let rows: [Row]

    package init(rows: [Row]) { self.rows = rows }

    init(answer: String) throws(UnreadableAnswer) {
        var rows: [Row] = []
        for row in try StatTable(answer: answer).rows { rows.append(try HAProxyStats.row(row)) }
        self.rows = rows
    }

    /// The counters of one server; nil when it is not in these rows.
    package func load(of server: HAProxyName, in backend: HAProxyName) -> ServerLoad? {
        rows.first { $0.proxy == backend.text && $0.server == server.text }.map {
            ServerLoad(sessions: $0.sessions, queued: $0.queued, isBackup: $0.isBackup)
        }
    }

    /// How the backend chooses a server; nil when these rows do not tell.
    package func algorithm(of backend: HAProxyName) -> String? {
        let row = rows.first { $0.proxy == backend.text && $0.server == "BACKEND" }
        return row.flatMap { $0.algorithm.isEmpty ? nil : $0.algorithm }
    }

    private static func row(_ cells: StatRow) throws(UnreadableAnswer) -> Row {
        let server = try cells.text("svname")
        let isBackup = try cells.count("bck") > 0 && server != "BACKEND"
        return Row(
            proxy: try cells.text("pxname"), server: server, sessions: try cells.count("scur"),
            queued: try cells.count("qcur"), weight: try cells.count("weight"),
            isBackup: isBackup, algorithm: try cells.text("algo"),
            counters: try ServerCounters(cells))
    }
}
