/// What kind of data a record holds (RFC 1035 section 3.2.2).
package struct RecordType: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let number: UInt16
    package init(_ number: UInt16) { self.number = number }

    package static let a = RecordType(1)
    package static let ns = RecordType(2)
    package static let soa = RecordType(6)
    package static let txt = RecordType(16)
    package static let aaaa = RecordType(28)
    package static let opt = RecordType(41)
    package static let tsig = RecordType(250)
    package static let ixfr = RecordType(251)
    package static let axfr = RecordType(252)
    package static let any = RecordType(255)

    /// Whether it stands only in questions and protocols, never in a zone (RFC 6895 section 3.1).
    package var isMeta: Bool { self == .opt || (128...255).contains(number) }

    /// `A`, or `TYPE65` for those without a name here (RFC 3597 section 5).
    package var description: String {
        RecordType.names.first { $0.type == self }?.name ?? "TYPE\(number)"
    }

    package init?(name: some StringProtocol) {
        let wanted = name.uppercased()
        guard let known = RecordType.names.first(where: { $0.name == wanted }) else { return nil }
        self = known.type
    }

    package static func < (left: RecordType, right: RecordType) -> Bool {
        left.number < right.number
    }

    private static let names: [(name: String, type: RecordType)] = [
        ("A", .a), ("NS", .ns), ("SOA", .soa), ("TXT", .txt), ("AAAA", .aaaa), ("OPT", .opt),
        ("TSIG", .tsig), ("IXFR", .ixfr), ("AXFR", .axfr), ("ANY", .any),
    ]
}

/// The class of a record; NONE and ANY give records of updates their meaning (RFC 2136 section
/// 2.4).
package struct RecordClass: Hashable, Sendable {
    package let number: UInt16
    package init(_ number: UInt16) { self.number = number }

    package static let internet = RecordClass(1)
    package static let none = RecordClass(254)
    package static let any = RecordClass(255)
}

/// What a message asks for (RFC 1035 section 4.1.1); 4 bits.
package struct Opcode: Hashable, Sendable {
    package let number: UInt8
    package init(_ number: UInt8) { self.number = number & 0x0f }

    package static let query = Opcode(0)
    package static let update = Opcode(5)
}

/// How a request was answered (RFC 6895 section 2.3); 12 bits, of which EDNS carries the upper 8.
package struct ResponseCode: Hashable, Sendable, CustomStringConvertible {
    package let number: UInt16
    package init(_ number: UInt16) { self.number = number & 0x0fff }

    package static let noError = ResponseCode(0)
    package static let formatError = ResponseCode(1)
    package static let serverFailure = ResponseCode(2)
    package static let nameError = ResponseCode(3)
    package static let notImplemented = ResponseCode(4)
    package static let refused = ResponseCode(5)
    package static let nameExists = ResponseCode(6)
    package static let recordsExist = ResponseCode(7)
    package static let recordsMissing = ResponseCode(8)
    package static let notAuthorized = ResponseCode(9)
    package static let notInZone = ResponseCode(10)
    package static let badVersion = ResponseCode(16)

    private static let names = [
        "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET",
        "NXRRSET", "NOTAUTH", "NOTZONE",
    ]

    /// `NOERROR`, `REFUSED`, as dig writes them.
    package var description: String {
        if self == .badVersion { return "BADVERS" }
        return Int(number) < ResponseCode.names.count
            ? ResponseCode.names[Int(number)] : "RCODE\(number)"
    }
}
