/// Reads fields of a message in order; whatever the bytes are, it ends in a value or an error.
struct WireReader {
    let bytes: [UInt8]
    private(set) var offset = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { offset == bytes.count }

    mutating func byte() throws(DNSFormatError) -> UInt8 {
        guard offset < bytes.count else { throw DNSFormatError(.endsEarly, at: offset) }
        offset += 1
        return bytes[offset - 1]
    }

    mutating func word() throws(DNSFormatError) -> UInt16 {
        UInt16(try byte()) << 8 | UInt16(try byte())
    }

    mutating func long() throws(DNSFormatError) -> UInt32 {
        UInt32(try word()) << 16 | UInt32(try word())
    }

    mutating func take(_ count: Int) throws(DNSFormatError) -> [UInt8] {
        guard count <= bytes.count - offset else {
            throw DNSFormatError(.endsEarly, at: bytes.count)
        }
        offset += count
        return Array(bytes[(offset - count)..<offset])
    }

    /// A name, with compression pointers followed (RFC 1035 section 4.1.4).
    ///
    /// Each pointer must lead to before everything read so far of this name, so that no loop
    /// exists.
    mutating func name() throws(DNSFormatError) -> DNSName {
        var labels: [[UInt8]] = []
        var read = self
        var lowest = offset
        var end: Int?
        var count = 1
        while true {
            let place = read.offset
            let first = try read.byte()
            switch first {
            case 0:
                offset = end ?? read.offset
                guard let name = DNSName(labels: labels) else {
                    throw DNSFormatError(.nameTooLong, at: place)
                }
                return name
            case 1...63:
                labels.append(try read.take(Int(first)))
                count += Int(first) + 1
                guard count <= DNSName.bytesMax else {
                    throw DNSFormatError(.nameTooLong, at: place)
                }
            case 0xc0...:
                let target = Int(first & 0x3f) << 8 | Int(try read.byte())
                guard target < lowest else { throw DNSFormatError(.pointerForward, at: place) }
                end = end ?? read.offset
                (lowest, read.offset) = (target, target)
            default: throw DNSFormatError(.labelType, at: place)
            }
        }
    }
}
