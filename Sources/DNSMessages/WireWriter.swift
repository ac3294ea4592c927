/// Writes fields of a message in order, with names compressed where RFC 3597 section 4 allows it.
struct WireWriter {
    private(set) var bytes: [UInt8] = []
    /// Ends of names, in canonical form, and where they were written: the first of a message, which
    /// are those that a server's answer repeats.
    private var places: [(end: ArraySlice<UInt8>, place: Int)] = []

    private static let placesMax = 128

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
        var rest = name.canonicalBytes[...]
        for label in name.labels {
            if let known = places.first(where: { $0.end.elementsEqual(rest) }) {
                return word(0xc000 | UInt16(known.place))
            }
            if bytes.count < 0x4000, places.count < WireWriter.placesMax {
                places.append((rest, bytes.count))
            }
            byte(UInt8(label.count))
            append(label)
            rest = rest.dropFirst(label.count + 1)
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
