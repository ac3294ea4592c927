package import Values

/// One resource record.
package struct DNSRecord: Hashable, Sendable {
    package let name: DNSName
    package let recordClass: RecordClass
    /// Seconds that it may be cached.
    package let ttl: UInt32
    package let data: RecordData

    package init(
        _ name: DNSName, ttl: UInt32, class recordClass: RecordClass = .internet, _ data: RecordData
    ) {
        (self.name, self.recordClass) = (name, recordClass)
        (self.ttl, self.data) = (ttl, data)
    }

    package var type: RecordType { data.type }
}

/// What a record says, by its type; a type without a case here stays as the bytes it came in.
package enum RecordData: Hashable, Sendable {
    /// A or AAAA, by the address's family.
    case address(IPAddress)
    case ns(DNSName)
    case soa(StartOfAuthority)
    /// Strings of at most 255 bytes each.
    case txt([[UInt8]])
    /// Also what an update writes without data: `.other(.a, [])`.
    case other(RecordType, [UInt8])

    package var type: RecordType {
        switch self {
        case .address(let address): RecordType(address.family)
        case .ns: .ns
        case .soa: .soa
        case .txt: .txt
        case .other(let type, _): type
        }
    }

    /// TXT data that holds `text`, split into strings of at most 255 bytes.
    package static func txt(text: String) -> RecordData {
        let bytes = Array(text.utf8)
        let starts = stride(from: 0, to: max(bytes.count, 1), by: 255)
        return .txt(starts.map { Array(bytes[$0..<min($0 + 255, bytes.count)]) })
    }

    /// The strings of TXT data joined, or nil for another type or bytes that are not UTF-8.
    package var text: String? {
        guard case .txt(let strings) = self else { return nil }
        return String(validating: strings.joined(), as: UTF8.self)
    }

    package var address: IPAddress? {
        guard case .address(let address) = self else { return nil }
        return address
    }
}

extension RecordType {
    /// A or AAAA.
    package init(_ family: IPAddress.Family) {
        switch family {
        case .ipv4: self = .a
        case .ipv6: self = .aaaa
        }
    }
}

/// The start of a zone (RFC 1035 section 3.3.13): its first server, its keeper, its serial number,
/// and times in seconds for secondaries and (minimum) for caching that a name does not exist.
package struct StartOfAuthority: Hashable, Sendable {
    package let server: DNSName
    package let keeper: DNSName
    package var serial: UInt32
    package let refresh: UInt32
    package let retry: UInt32
    package let expire: UInt32
    package let minimum: UInt32

    package init(
        server: DNSName, keeper: DNSName, serial: UInt32, refresh: UInt32 = 3600,
        retry: UInt32 = 600, expire: UInt32 = 604_800, minimum: UInt32 = 30
    ) {
        (self.server, self.keeper, self.serial) = (server, keeper, serial)
        (self.refresh, self.retry, self.expire) = (refresh, retry, expire)
        self.minimum = minimum
    }
}
