/// A message as it came in: its contents, and the bytes that its signature covers.
package struct ReceivedMessage: Hashable, Sendable {
    package private(set) var message: DNSMessage
    /// The signature, not yet checked.
    package private(set) var signature: TSIGRecord?
    /// All bytes up to the signature, with the signature still counted in the header.
    private(set) var signedBytes: [UInt8]

    /// Reads the whole of `bytes`; what follows the last record is an error.
    package init(bytes: [UInt8]) throws(DNSFormatError) {
        guard bytes.count <= DNSMessage.bytesMax else {
            throw DNSFormatError(.messageTooLong, at: DNSMessage.bytesMax)
        }
        var reader = WireReader(bytes)
        message = DNSMessage(id: try reader.word(), flags: try reader.word())
        signedBytes = bytes
        let counts = (
            try reader.word(), try reader.word(), try reader.word(), try reader.word()
        )
        for _ in 0..<counts.0 { message.questions.append(try reader.question()) }
        message.answers = try reader.plainRecords(counts.1)
        message.authorities = try reader.plainRecords(counts.2)
        try readAdditionals(counts.3, from: &reader)
        guard reader.isAtEnd else { throw DNSFormatError(.trailingBytes, at: reader.offset) }
    }

    private mutating func readAdditionals(
        _ count: UInt16, from reader: inout WireReader
    ) throws(DNSFormatError) {
        for index in 0..<count {
            let head = try reader.recordHead()
            switch head.type {
            case .opt: try readOption(head, from: &reader)
            case .tsig:
                guard index == count - 1 else {
                    throw DNSFormatError(.misplacedSignature, at: head.start)
                }
                signature = try reader.signature(head)
                signedBytes = Array(reader.bytes[..<head.start])
            default: message.additionals.append(try reader.record(head))
            }
        }
    }

    private mutating func readOption(
        _ head: WireReader.RecordHead, from reader: inout WireReader
    ) throws(DNSFormatError) {
        guard message.edns == nil, head.name == .root else {
            throw DNSFormatError(.misplacedOption, at: head.start)
        }
        _ = try reader.take(head.dataCount)
        message.edns = EDNS(
            payloadMax: head.classNumber, version: UInt8(head.ttl >> 16 & 0xff),
            wantsSignatures: head.ttl & 0x8000 != 0)
        let upper = UInt16(head.ttl >> 24) << 4
        message.responseCode = ResponseCode(upper | message.responseCode.number)
    }
}

extension WireReader {
    fileprivate mutating func question() throws(DNSFormatError) -> Question {
        Question(try name(), RecordType(try word()), class: RecordClass(try word()))
    }

    fileprivate mutating func plainRecords(_ count: UInt16) throws(DNSFormatError) -> [DNSRecord] {
        var records: [DNSRecord] = []
        for _ in 0..<count {
            let head = try recordHead()
            if head.type == .opt { throw DNSFormatError(.misplacedOption, at: head.start) }
            if head.type == .tsig { throw DNSFormatError(.misplacedSignature, at: head.start) }
            records.append(try record(head))
        }
        return records
    }

    fileprivate mutating func record(_ head: RecordHead) throws(DNSFormatError) -> DNSRecord {
        DNSRecord(
            head.name, ttl: head.ttl, class: RecordClass(head.classNumber), try recordData(head))
    }
}
