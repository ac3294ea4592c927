package import DNSMessages
import Values

/// The records of one name and type, which share their TTL (RFC 2181 section 5.2).
package struct RecordSet: Hashable, Sendable {
    /// Seconds.
    package var ttl: UInt32
    /// At least one, each once, in the order in which they came.
    package private(set) var data: [RecordData]

    init(ttl: UInt32, _ data: RecordData) { (self.ttl, self.data) = (ttl, [data]) }

    /// Puts a record in; one that is there already only gets the TTL (RFC 2136 section 3.4.2.2).
    mutating func insert(_ new: RecordData, ttl: UInt32) {
        self.ttl = ttl
        if !data.contains(new) { data.append(new) }
    }

    /// The set without one record, or nil when nothing is left.
    func without(_ old: RecordData) -> RecordSet? {
        var rest = self
        rest.data.removeAll { $0 == old }
        return rest.data.isEmpty ? nil : rest
    }

    /// About how many bytes an answer with all of it takes.
    var byteCount: Int { data.reduce(0) { $0 + $1.byteCount + 12 } }

    func records(of name: DNSName) -> [DNSRecord] {
        data.map { DNSRecord(name, ttl: ttl, $0) }
    }
}

extension RecordData {
    fileprivate var byteCount: Int {
        switch self {
        case .address(let address): address.bytes.count
        case .ns(let name): name.canonicalBytes.count
        case .soa(let start):
            start.server.canonicalBytes.count + start.keeper.canonicalBytes.count + 20
        case .txt(let strings): strings.reduce(0) { $0 + $1.count + 1 }
        case .other(_, let bytes): bytes.count
        }
    }
}
