/// Writes fields of a message in order, with names compressed where RFC 3597 section 4 allows it.
struct WireWriter {
    private(set) var bytes: [UInt8] = []
    private var places: [DNSName: Int] = [:]

    mutating func byte(_ value: UInt8) { bytes.append(value) }

    mutating func word(_ value: UInt16) {
        bytes.append(UInt8(value >> 8))
        bytes.append(UInt8(value & 0xff))
    }

    mutating func long(_ value: UInt32) {
        word(UInt16(value >> 16))
        word(UInt16(value & 0xffff))
    }

    mutating func append(_ other: some Sequence<UInt8>) { bytes.append(contentsOf: other) }

    /// A name, which points to where it, or its end, was written before.
    mutating func name(_ name: DNSName) {
        var rest: DNSName? = name
        while let current = rest, let label = current.labels.first {
            if let place = places[current] { return word(0xc000 | UInt16(place)) }
            if bytes.count < 0x4000 { places[current] = bytes.count }
            byte(UInt8(label.count))
            append(label)
            rest = current.parent
        }
        byte(0)
    }

    /// Writes `body` after its length in 16 bits.
    ///
    /// - Precondition: `body` writes at most 65,535 bytes.
    mutating func counted(_ body: (inout WireWriter) -> Void) {
        let place = bytes.count
        word(0)
        body(&self)
        let count = bytes.count - place - 2
        precondition(count <= 65_535, "record data has \(count) bytes")
        bytes[place] = UInt8(count >> 8)
        bytes[place + 1] = UInt8(count & 0xff)
    }
}
