/// A domain name, always absolute: compared without regard to case, written as it was read.
///
/// Bounds: labels of 1 to 63 bytes, 255 bytes in all. Sources: RFC 1035 section 2.3.4, RFC 4343.
package struct DNSName: Hashable, Sendable, CustomStringConvertible {
    package static let bytesMax = 255
    package static let labelBytesMax = 63
    package static let root = DNSName(checked: [])

    /// From the left; none for the root.
    package let labels: [[UInt8]]
    /// The uncompressed wire form in lower case: what names are compared, signed and sorted by.
    package let canonicalBytes: [UInt8]

    /// Nil when a label or the whole is out of bounds.
    package init?(labels: [[UInt8]]) {
        let count = labels.reduce(1) { $0 + $1.count + 1 }
        guard count <= DNSName.bytesMax,
            labels.allSatisfy({ (1...DNSName.labelBytesMax).contains($0.count) })
        else { return nil }
        self.init(checked: labels)
    }

    private init(checked labels: [[UInt8]]) {
        var canonical: [UInt8] = []
        canonical.reserveCapacity(labels.reduce(1) { $0 + $1.count + 1 })
        for label in labels {
            canonical.append(UInt8(label.count))
            for byte in label { canonical.append(lowercased(byte)) }
        }
        canonical.append(0)
        (self.labels, canonicalBytes) = (labels, canonical)
    }

    private init(labels: [[UInt8]], canonicalBytes: [UInt8]) {
        (self.labels, self.canonicalBytes) = (labels, canonicalBytes)
    }

    /// Reads `grand-est.ent.example`, with or without the final dot, and with the escapes of master
    /// files: `\.` and `\046` (RFC 1035 section 5.1).
    package init?(text: some StringProtocol) {
        guard let labels = labelBytes(of: Array(text.utf8)) else { return nil }
        self.init(labels: labels)
    }

    /// With the final dot, as in master files: `grand-est.ent.example.`.
    package var description: String {
        labels.isEmpty ? "." : labels.map { escaped($0) + "." }.joined()
    }

    /// Without the final dot, as in a topology.
    package var text: String { labels.map(escaped).joined(separator: ".") }

    /// Whether it is `zone` itself or below it.
    package func isWithin(_ zone: DNSName) -> Bool {
        let more = labels.count - zone.labels.count
        guard more >= 0 else { return false }
        let start = labels[..<more].reduce(0) { $0 + $1.count + 1 }
        return canonicalBytes.count - start == zone.canonicalBytes.count
            && canonicalBytes[start...].elementsEqual(zone.canonicalBytes)
    }

    /// The name one label shorter, or nil for the root.
    package var parent: DNSName? {
        guard let first = labels.first else { return nil }
        return DNSName(
            labels: Array(labels.dropFirst()),
            canonicalBytes: Array(canonicalBytes.dropFirst(first.count + 1)))
    }

    /// This name with one label before it, or nil when that is too long.
    package func child(_ label: String) -> DNSName? {
        DNSName(labels: [Array(label.utf8)] + labels)
    }

    package static func == (left: DNSName, right: DNSName) -> Bool {
        left.canonicalBytes == right.canonicalBytes
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(canonicalBytes) }
}

extension DNSName: Comparable {
    /// The order of RFC 4034 section 6.1: from the right, so that a zone comes before its names.
    package static func < (left: DNSName, right: DNSName) -> Bool {
        for (one, other) in zip(left.labels.reversed(), right.labels.reversed()) {
            let (mine, its) = (one.lazy.map(lowercased), other.lazy.map(lowercased))
            if mine.lexicographicallyPrecedes(its) { return true }
            if its.lexicographicallyPrecedes(mine) { return false }
        }
        return left.labels.count < right.labels.count
    }
}

private func lowercased(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
}

private func labelBytes(of text: [UInt8]) -> [[UInt8]]? {
    guard !text.isEmpty, text.count <= 4 * DNSName.bytesMax else { return nil }
    if text == [UInt8(ascii: ".")] { return [] }
    var labels: [[UInt8]] = []
    var label: [UInt8] = []
    var index = 0
    while index < text.count {
        switch text[index] {
        case UInt8(ascii: "."):
            labels.append(label)
            label = []
            index += 1
        case UInt8(ascii: "\\"):
            guard let escape = escape(in: text[index...]) else { return nil }
            label.append(escape.byte)
            index += escape.count
        case 0x21...0x7e:
            label.append(text[index])
            index += 1
        default: return nil
        }
    }
    return label.isEmpty ? labels : labels + [label]
}

/// The byte that an escape at the start of `text` stands for, and how many bytes the escape takes.
func escape(in text: ArraySlice<UInt8>) -> (byte: UInt8, count: Int)? {
    let after = text.dropFirst()
    guard let first = after.first else { return nil }
    guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return (first, 2) }
    let digits = after.prefix(3)
    guard digits.count == 3, let byte = UInt8(String(decoding: digits, as: UTF8.self)) else {
        return nil
    }
    return (byte, 4)
}

private func escaped(_ label: [UInt8]) -> String {
    label.map { byte in
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: ";"),
            UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "@"), UInt8(ascii: "$"):
            "\\" + String(UnicodeScalar(byte))
        case 0x21...0x7e: String(UnicodeScalar(byte))
        default: decimalEscape(byte)
        }
    }.joined()
}

/// `\009`: a byte as RFC 1035 section 5.1 writes what has no character.
func decimalEscape(_ byte: UInt8) -> String {
    let digits = String(byte)
    return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
}
