/// An IPv4 or IPv6 address.
package enum IPAddress: Hashable, Comparable, Sendable {
    case v4(UInt32)
    case v6(high: UInt64, low: UInt64)

    package enum Family: String, CaseIterable, Hashable, Comparable, Codable, Sendable {
        case ipv4, ipv6

        package static func < (left: Family, right: Family) -> Bool {
            left == .ipv4 && right == .ipv6
        }
    }

    /// What no host has (RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.2).
    package var isUnspecified: Bool { self == IPAddress(unspecified: family) }

    package init(unspecified family: Family) {
        switch family {
        case .ipv4: self = .v4(0)
        case .ipv6: self = .v6(high: 0, low: 0)
        }
    }

    package var family: Family {
        switch self {
        case .v4: .ipv4
        case .v6: .ipv6
        }
    }

    /// Network byte order: 4 or 16 bytes.
    package var bytes: [UInt8] {
        switch self {
        case .v4(let word): bigEndianBytes(UInt64(word), count: 4)
        case .v6(let high, let low): bigEndianBytes(high, count: 8) + bigEndianBytes(low, count: 8)
        }
    }

    /// Nil unless there are 4 or 16 bytes.
    package init?(bytes: some Collection<UInt8>) {
        switch bytes.count {
        case 4: self = .v4(UInt32(truncatingIfNeeded: bigEndianWord(bytes)))
        case 16:
            self = .v6(high: bigEndianWord(bytes.prefix(8)), low: bigEndianWord(bytes.dropFirst(8)))
        default: return nil
        }
    }

    /// Reads dotted IPv4 without leading zeros, or IPv6 as RFC 4291 section 2.2 writes it.
    package init?(text: some StringProtocol) {
        if text.contains(":") {
            guard let bytes = IPAddress.sixteenBytes(String(text)) else { return nil }
            self.init(bytes: bytes)
        } else {
            guard let bytes = IPAddress.fourBytes(String(text)) else { return nil }
            self.init(bytes: bytes)
        }
    }

    /// The text of RFC 5952: lower case, the longest run of zeros as `::`.
    package var text: String {
        switch self {
        case .v4: bytes.map(String.init).joined(separator: ".")
        case .v6: IPAddress.colonText(of: bytes)
        }
    }

    package static func < (left: IPAddress, right: IPAddress) -> Bool {
        left.family == right.family
            ? left.bytes.lexicographicallyPrecedes(right.bytes) : left.family < right.family
    }

    private static func fourBytes(_ text: String) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let bytes = parts.compactMap { part -> UInt8? in
            guard (1...3).contains(part.utf8.count), part == "0" || part.first != "0",
                part.utf8.allSatisfy({ (48...57).contains($0) })
            else { return nil }
            return UInt8(part)
        }
        return parts.count == 4 && bytes.count == 4 ? bytes : nil
    }

    private static func sixteenBytes(_ text: String) -> [UInt8]? {
        guard text.utf8.count <= 45, let halves = doubleColonHalves(text) else { return nil }
        guard let head = groups(halves.head, mayEndInIPv4: halves.tail == nil),
            let tail = groups(halves.tail ?? "", mayEndInIPv4: true)
        else {
            return nil
        }
        let missing = 16 - head.count - tail.count
        guard halves.tail == nil ? missing == 0 : missing >= 2 else { return nil }
        return head + [UInt8](repeating: 0, count: missing) + tail
    }

    private static func doubleColonHalves(_ text: String) -> (head: String, tail: String?)? {
        let characters = Array(text)
        let places = characters.indices.dropLast().filter {
            characters[$0] == ":" && characters[$0 + 1] == ":"
        }
        guard let place = places.first else { return (text, nil) }
        guard places.count == 1 else { return nil }
        return (String(characters[..<place]), String(characters[(place + 2)...]))
    }

    private static func groups(_ text: String, mayEndInIPv4: Bool) -> [UInt8]? {
        if text.isEmpty { return [] }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var bytes: [UInt8] = []
        for (index, part) in parts.enumerated() {
            if part.contains(".") {
                guard mayEndInIPv4, index == parts.count - 1, let four = fourBytes(String(part))
                else {
                    return nil
                }
                bytes += four
            } else {
                guard (1...4).contains(part.count), part.allSatisfy(\.isHexDigit),
                    let group = UInt16(part, radix: 16)
                else { return nil }
                bytes += [UInt8(group >> 8), UInt8(group & 0xff)]
            }
        }
        return bytes
    }

    private static func colonText(of bytes: [UInt8]) -> String {
        let groups = stride(from: 0, to: 16, by: 2).map {
            UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1])
        }
        var longest = 0..<0
        var start = 0
        for index in 0...8 where index == 8 || groups[index] != 0 {
            if index - start > max(longest.count, 1) { longest = start..<index }
            start = index + 1
        }
        let hex = { (part: ArraySlice<UInt16>) in
            part.map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard !longest.isEmpty else { return hex(groups[...]) }
        return hex(groups[..<longest.lowerBound]) + "::" + hex(groups[longest.upperBound...])
    }
}

private func bigEndianWord(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0) { $0 << 8 | UInt64($1) }
}

private func bigEndianBytes(_ word: UInt64, count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * (count - 1 - $0))) }
}

/// An address and a port: where something listens.
package struct Endpoint: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let address: IPAddress
    package let port: UInt16

    package init(_ address: IPAddress, port: UInt16) {
        (self.address, self.port) = (address, port)
    }

    /// Reads `127.0.0.1:8080` or `[::1]:8080`; the port is 1 through 65,535.
    package init?(text: some StringProtocol) {
        guard let colon = text.lastIndex(of: ":"),
            let port = number(inDigits: text[text.index(after: colon)...], as: UInt16.self),
            port > 0
        else { return nil }
        var host = text[..<colon]
        let isBracketed = host.first == "[" && host.last == "]" && host.count > 2
        if isBracketed { host = host.dropFirst().dropLast() }
        guard let address = IPAddress(text: host), isBracketed == (address.family == .ipv6)
        else { return nil }
        self.init(address, port: port)
    }

    package var description: String {
        address.family == .ipv6 ? "[\(address.text)]:\(port)" : "\(address.text):\(port)"
    }

    package static func < (left: Endpoint, right: Endpoint) -> Bool {
        (left.address, left.port) < (right.address, right.port)
    }
}
