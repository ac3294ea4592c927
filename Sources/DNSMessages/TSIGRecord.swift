package import Values

/// What a server found wrong with a signature (RFC 8945 section 3).
package struct TSIGErrorCode: Hashable, Sendable, CustomStringConvertible {
    package let number: UInt16
    package init(_ number: UInt16) { self.number = number }

    package static let none = TSIGErrorCode(0)
    package static let badSignature = TSIGErrorCode(16)
    package static let badKey = TSIGErrorCode(17)
    package static let badTime = TSIGErrorCode(18)
    package static let badTruncation = TSIGErrorCode(22)

    package var description: String {
        switch self {
        case .none: "NOERROR"
        case .badSignature: "BADSIG"
        case .badKey: "BADKEY"
        case .badTime: "BADTIME"
        case .badTruncation: "BADTRUNC"
        default: "TSIG error \(number)"
        }
    }
}

/// A signature as it stands in a message (RFC 8945 section 4.2).
package struct TSIGRecord: Hashable, Sendable {
    package let keyName: DNSName
    package let algorithm: DNSName
    /// Seconds since 1970, 48 bits.
    package let timeSigned: UInt64
    /// Seconds by which the clocks may differ.
    package let fudge: UInt16
    package let mac: [UInt8]
    package let originalID: UInt16
    package let error: TSIGErrorCode
    package let otherData: [UInt8]

    package var signedAt: Instant { Instant(unixSeconds: Int64(timeSigned)) }

    /// The MAC of the message, with what else RFC 8945 section 4.3 has it cover.
    ///
    /// - Parameters:
    ///   - message: The message without the signature, also in its header's counts.
    ///   - requestMAC: In an answer, the MAC of the request.
    func coveredBytes(message: [UInt8], answering requestMAC: [UInt8]?) -> [UInt8] {
        var writer = WireWriter()
        if let requestMAC { writer.counted { $0.append(requestMAC) } }
        writer.append(message)
        writer.append(keyName.canonicalBytes)
        writer.word(RecordClass.any.number)
        writer.long(0)
        writer.append(algorithm.canonicalBytes)
        writer.time(timeSigned)
        writer.word(fudge)
        writer.word(error.number)
        writer.counted { $0.append(otherData) }
        return writer.bytes
    }

    var bytes: [UInt8] {
        var writer = WireWriter()
        writer.append(keyName.canonicalBytes)
        writer.word(RecordType.tsig.number)
        writer.word(RecordClass.any.number)
        writer.long(0)
        writer.counted {
            $0.append(algorithm.canonicalBytes)
            $0.time(timeSigned)
            $0.word(fudge)
            $0.counted { $0.append(mac) }
            $0.word(originalID)
            $0.word(error.number)
            $0.counted { $0.append(otherData) }
        }
        return writer.bytes
    }

    func with(mac: [UInt8]) -> TSIGRecord {
        TSIGRecord(
            keyName: keyName, algorithm: algorithm, timeSigned: timeSigned, fudge: fudge, mac: mac,
            originalID: originalID, error: error, otherData: otherData)
    }
}

extension WireWriter {
    /// 48 bits of seconds.
    mutating func time(_ seconds: UInt64) {
        word(UInt16(truncatingIfNeeded: seconds >> 32))
        long(UInt32(truncatingIfNeeded: seconds))
    }
}

extension WireReader {
    mutating func signature(_ head: RecordHead) throws(DNSFormatError) -> TSIGRecord {
        let end = offset + head.dataCount
        let isWellFormed = head.classNumber == RecordClass.any.number && head.ttl == 0
        let record = TSIGRecord(
            keyName: head.name, algorithm: try name(),
            timeSigned: UInt64(try word()) << 32 | UInt64(try long()), fudge: try word(),
            mac: try take(Int(try word())), originalID: try word(),
            error: TSIGErrorCode(try word()), otherData: try take(Int(try word())))
        guard isWellFormed, offset == end else {
            throw DNSFormatError(.recordData, at: head.start)
        }
        return record
    }
}
