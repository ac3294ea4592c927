import Values

/// Reads `show servers state BACKEND`: a version, a line of column names, a line a server.
struct ServersStateTable {
    /// A backend of more servers is not read.
    static let serversMax = 1000

    private let columns: [Substring]
    private let rows: [[Substring]]

    init(answer: String) throws(UnreadableAnswer) {
        let lines = answer.split(separator: "\n")
        guard lines.first == "1", lines.count >= 2, lines[1].hasPrefix("# ") else {
            throw UnreadableAnswer("it does not begin with version 1 and the columns' names")
        }
        guard lines.count - 2 <= ServersStateTable.serversMax else {
            throw UnreadableAnswer("there are more than \(ServersStateTable.serversMax) servers")
        }
        columns = lines[1].dropFirst(2).split(separator: " ")
        rows = lines.dropFirst(2).map { $0.split(separator: " ") }
    }

    /// The servers in the configuration's order; `loads` are those of `show stat`.
    func servers(loads: HAProxyStats) throws(UnreadableAnswer) -> [BackendServer] {
        var servers: [BackendServer] = []
        for row in rows { servers.append(try server(in: row, loads: loads)) }
        return servers
    }

    private func server(
        in row: [Substring], loads: HAProxyStats
    ) throws(UnreadableAnswer) -> BackendServer {
        let name: HAProxyName = try field("srv_name", of: row) { HAProxyName($0) }
        let backend: HAProxyName = try field("be_name", of: row) { HAProxyName($0) }
        return BackendServer(
            name: name,
            endpoint: try endpoint(of: row),
            weight: try field("srv_uweight", of: row) { Int($0).flatMap { AbsoluteWeight($0) } },
            initialWeight: try field("srv_iweight", of: row) {
                Int($0).flatMap { AbsoluteWeight($0) }
            },
            admin: BackendServer.Admin(
                bits: try field("srv_admin_state", of: row) { UInt8($0) }),
            operation: try field("srv_op_state", of: row) {
                Int($0).flatMap { BackendServer.Operation(rawValue: $0) }
            },
            load: loads.load(of: name, in: backend) ?? ServerLoad())
    }

    private func endpoint(of row: [Substring]) throws(UnreadableAnswer) -> Endpoint? {
        let port: UInt16 = try field("srv_port", of: row) { UInt16($0) }
        let address: Substring = try field("srv_addr", of: row) { $0 }
        return IPAddress(text: address).map { Endpoint($0, port: port) }
    }

    private func field<Value>(
        _ column: Substring, of row: [Substring], read: (Substring) -> Value?
    ) throws(UnreadableAnswer) -> Value {
        guard let index = columns.firstIndex(of: column), index < row.count else {
            throw UnreadableAnswer("there is no \(column)")
        }
        guard let value = read(row[index]) else {
            throw UnreadableAnswer("\(column) is '\(row[index])'")
        }
        return value
    }
}
