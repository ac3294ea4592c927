/// The counters of `show stat` that we use: CSV, the names of the columns in the first line.
package struct HAProxyStats: Hashable, Sendable {
    /// An answer of more rows is not read.
    static let rowsMax = 20_000
    /// A larger number counts as this: sums of them never overflow.
    static let numberMax = 1 << 56

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
        let lines = answer.split(separator: "\n")
        guard let header = lines.first, header.hasPrefix("# ") else {
            throw UnreadableAnswer("it does not begin with the columns' names")
        }
        guard lines.count <= HAProxyStats.rowsMax else {
            throw UnreadableAnswer("there are more than \(HAProxyStats.rowsMax) rows")
        }
        let names = CSVLine.fields(of: header.dropFirst(2))
        let columns = Dictionary(
            names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        var rows: [Row] = []
        for line in lines.dropFirst() {
            let cells = Cells(columns: columns, fields: CSVLine.fields(of: line))
            rows.append(try HAProxyStats.row(cells))
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

    private static func row(_ cells: Cells) throws(UnreadableAnswer) -> Row {
        let server = try cells.text("svname")
        let isBackup = try cells.count("bck") > 0 && server != "BACKEND"
        return Row(
            proxy: try cells.text("pxname"), server: server, sessions: try cells.count("scur"),
            queued: try cells.count("qcur"), weight: try cells.count("weight"),
            isBackup: isBackup, algorithm: try cells.text("algo"),
            counters: try ServerCounters(cells))
    }
}

/// The fields of one line, by the names of their columns.
struct Cells {
    let columns: [String: Int]
    let fields: [String]

    func text(_ column: String) throws(UnreadableAnswer) -> String {
        guard let index = columns[column], index < fields.count else {
            throw UnreadableAnswer("there is no \(column)")
        }
        return fields[index]
    }

    func count(_ column: String) throws(UnreadableAnswer) -> Int {
        try number(in: try text(column), column) ?? 0
    }

    /// Nil where HAProxy leaves it empty, or has no such column.
    func countIfAny(_ column: String) throws(UnreadableAnswer) -> Int? {
        guard columns[column] != nil else { return nil }
        return try number(in: try text(column), column)
    }

    private func number(in field: String, _ column: String) throws(UnreadableAnswer) -> Int? {
        if field.isEmpty { return nil }
        guard let number = Int(field), number >= 0 else {
            throw UnreadableAnswer("\(column) is '\(field)'")
        }
        return min(number, HAProxyStats.numberMax)
    }
}

/// One line of CSV as RFC 4180 has it: a field in quotes may hold commas, and doubled quotes.
private enum CSVLine {
    static func fields(of line: Substring) -> [String] {
        guard line.utf8.contains(UInt8(ascii: "\"")) else {
            let parts = line.utf8.split(
                separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            return parts.map { String(Substring($0)) }
        }
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
