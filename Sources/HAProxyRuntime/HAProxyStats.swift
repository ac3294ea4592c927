/// The counters of `show stat` that we use: CSV, the names of the columns in the first line.
package struct HAProxyStats: Hashable, Sendable {
    /// An answer of more rows is not read.
    static let rowsMax = 20_000

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
    }

    package let rows: [Row]

    package init(rows: [Row]) { self.rows = rows }

    init(answer: String) throws(UnreadableAnswer) {
        let lines = answer.split(separator: "\n")
        guard let header = lines.first, header.hasPrefix("# ") else {
            throw UnreadableAnswer("it does not begin with the columns' names")
        }
        guard lines.count <= HAProxyStats.rowsMax else {
            throw UnreadableAnswer("there are more than \(HAProxyStats.rowsMax) rows")
        }
        let columns = CSVLine.fields(of: header.dropFirst(2))
        var rows: [Row] = []
        for line in lines.dropFirst() {
            rows.append(try HAProxyStats.row(CSVLine.fields(of: line), columns: columns))
        }
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

    private static func row(
        _ fields: [String], columns: [String]
    ) throws(UnreadableAnswer) -> Row {
        func text(_ column: String) throws(UnreadableAnswer) -> String {
            guard let index = columns.firstIndex(of: column), index < fields.count else {
                throw UnreadableAnswer("there is no \(column)")
            }
            return fields[index]
        }
        func count(_ column: String) throws(UnreadableAnswer) -> Int {
            let field = try text(column)
            guard let number = field.isEmpty ? 0 : Int(field), number >= 0 else {
                throw UnreadableAnswer("\(column) is '\(field)'")
            }
            return number
        }
        let server = try text("svname")
        let isBackup = try count("bck") > 0 && server != "BACKEND"
        return Row(
            proxy: try text("pxname"), server: server, sessions: try count("scur"),
            queued: try count("qcur"), weight: try count("weight"), isBackup: isBackup,
            algorithm: try text("algo"))
    }
}

/// One line of CSV as RFC 4180 has it: a field in quotes may hold commas, and doubled quotes.
private enum CSVLine {
    static func fields(of line: Substring) -> [String] {
        var fields = [""]
        var isQuoted = false
        for character in line {
            switch character {
            case "\"": isQuoted.toggle()
            case "," where !isQuoted: fields.append("")
            default: fields[fields.count - 1].append(character)
            }
        }
        return fields
    }
}
