import Values

extension WireReader {
    /// A record's fields before its data, and where the record begins.
    struct RecordHead {
        let start: Int
        let name: DNSName
        let type: RecordType
        let classNumber: UInt16
        let ttl: UInt32
        let dataCount: Int
    }

    mutating func recordHead() throws(DNSFormatError) -> RecordHead {
        let start = offset
        let head = RecordHead(
            start: start, name: try name(), type: RecordType(try word()), classNumber: try word(),
            ttl: try long(), dataCount: Int(try word()))
        guard head.dataCount <= bytes.count - offset else {
            throw DNSFormatError(.endsEarly, at: bytes.count)
        }
        return head
    }

    mutating func recordData(_ head: RecordHead) throws(DNSFormatError) -> RecordData {
        let start = offset
        let end = start + head.dataCount
        let data = try formedData(head, end: end)
        guard offset == end else { throw DNSFormatError(.recordData, at: start) }
        return data
    }

    private mutating func formedData(
        _ head: RecordHead, end: Int
    ) throws(DNSFormatError) -> RecordData {
        if head.dataCount == 0 { return .other(head.type, []) }
        switch head.type {
        case .a: return .address(try address(byteCount: 4, of: head))
        case .aaaa: return .address(try address(byteCount: 16, of: head))
        case .ns: return .ns(try name())
        case .soa: return .soa(try startOfAuthority())
        case .txt: return .txt(try strings(until: end))
        default: return .other(head.type, try take(head.dataCount))
        }
    }

    private mutating func address(
        byteCount: Int, of head: RecordHead
    ) throws(DNSFormatError) -> IPAddress {
        guard head.dataCount == byteCount, let address = IPAddress(bytes: try take(byteCount))
        else { throw DNSFormatError(.recordData, at: offset) }
        return address
    }

    private mutating func startOfAuthority() throws(DNSFormatError) -> StartOfAuthority {
        StartOfAuthority(
            server: try name(), keeper: try name(), serial: try long(), refresh: try long(),
            retry: try long(), expire: try long(), minimum: try long())
    }

    private mutating func strings(until end: Int) throws(DNSFormatError) -> [[UInt8]] {
        var strings: [[UInt8]] = []
        while offset < end { strings.append(try take(Int(try byte()))) }
        return strings
    }
}

extension WireWriter {
    mutating func record(_ record: DNSRecord) {
        name(record.name)
        word(record.type.number)
        word(record.recordClass.number)
        long(record.ttl)
        counted { $0.data(record.data) }
    }

    private mutating func data(_ data: RecordData) {
        switch data {
        case .address(let address): append(address.bytes)
        case .ns(let server): name(server)
        case .soa(let start):
            name(start.server)
            name(start.keeper)
            for value in [start.serial, start.refresh, start.retry, start.expire, start.minimum] {
                long(value)
            }
        case .txt(let strings):
            for string in strings {
                precondition(string.count <= 255, "a TXT string has \(string.count) bytes")
                byte(UInt8(string.count))
                append(string)
            }
        case .other(_, let bytes): append(bytes)
        }
    }
}
