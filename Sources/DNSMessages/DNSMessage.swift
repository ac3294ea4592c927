/// A DNS message without its signature, if it has one: `ReceivedMessage` reads both.
package struct DNSMessage: Hashable, Sendable {
    package var id: UInt16
    package var opcode: Opcode
    package var isResponse = false
    package var isAuthoritative = false
    package var isTruncated = false
    package var isRecursionDesired = false
    package var responseCode = ResponseCode.noError
    /// In an update: the zone.
    package var questions: [Question]
    /// In an update: the prerequisites.
    package var answers: [DNSRecord] = []
    /// In an update: the changes.
    package var authorities: [DNSRecord] = []
    /// Without OPT and TSIG.
    package var additionals: [DNSRecord] = []
    package var edns: EDNS?

    package init(id: UInt16, opcode: Opcode = .query, questions: [Question] = []) {
        (self.id, self.opcode, self.questions) = (id, opcode, questions)
    }

    /// An answer to this request, yet without records: same id, opcode and question. Several
    /// questions are nobody's request; to repeat them would let a small one ask for a large answer.
    package func response(_ code: ResponseCode) -> DNSMessage {
        let questions = self.questions.count == 1 ? self.questions : []
        var response = DNSMessage(id: id, opcode: opcode, questions: questions)
        response.isResponse = true
        response.isRecursionDesired = isRecursionDesired
        response.responseCode = code
        return response
    }
}

/// What is asked for: records of a type at a name; in an update, the zone.
package struct Question: Hashable, Sendable {
    package let name: DNSName
    package let type: RecordType
    package let recordClass: RecordClass

    package init(_ name: DNSName, _ type: RecordType, class recordClass: RecordClass = .internet) {
        (self.name, self.type, self.recordClass) = (name, type, recordClass)
    }
}

/// The OPT record (RFC 6891); options are read over.
package struct EDNS: Hashable, Sendable {
    /// Bytes of UDP payload that a message in the other direction may have.
    package let payloadMax: UInt16
    package let version: UInt8
    /// The DO bit, which an answer repeats (RFC 3225 section 3).
    package let wantsSignatures: Bool

    package init(payloadMax: UInt16, version: UInt8 = 0, wantsSignatures: Bool = false) {
        (self.payloadMax, self.version) = (payloadMax, version)
        self.wantsSignatures = wantsSignatures
    }
}

extension DNSMessage {
    /// The longest message there is: its length has 16 bits over TCP (RFC 1035 section 4.2.2).
    package static let bytesMax = 65_535

    /// The wire form; may be longer than the way it is to take allows, which the sender checks.
    package var bytes: [UInt8] {
        var writer = WireWriter()
        writer.word(id)
        writer.word(flags)
        let additionalCount = additionals.count + (edns == nil ? 0 : 1)
        for count in [questions.count, answers.count, authorities.count, additionalCount] {
            precondition(count <= 65_535, "a section has \(count) records")
            writer.word(UInt16(count))
        }
        for question in questions {
            writer.name(question.name)
            writer.word(question.type.number)
            writer.word(question.recordClass.number)
        }
        for record in answers + authorities + additionals { writer.record(record) }
        if let edns { writer.record(edns.record(upperResponseCode: responseCode.number >> 4)) }
        return writer.bytes
    }

    private var flags: UInt16 {
        (isResponse ? 0x8000 : 0) | UInt16(opcode.number) << 11 | (isAuthoritative ? 0x0400 : 0)
            | (isTruncated ? 0x0200 : 0) | (isRecursionDesired ? 0x0100 : 0)
            | responseCode.number & 0x0f
    }

    init(id: UInt16, flags: UInt16) {
        self.init(id: id, opcode: Opcode(UInt8(flags >> 11 & 0x0f)))
        isResponse = flags & 0x8000 != 0
        isAuthoritative = flags & 0x0400 != 0
        isTruncated = flags & 0x0200 != 0
        isRecursionDesired = flags & 0x0100 != 0
        responseCode = ResponseCode(flags & 0x0f)
    }
}

extension EDNS {
    fileprivate func record(upperResponseCode: UInt16) -> DNSRecord {
        let flags: UInt32 = wantsSignatures ? 0x8000 : 0
        let ttl = UInt32(upperResponseCode & 0xff) << 24 | UInt32(version) << 16 | flags
        return DNSRecord(.root, ttl: ttl, class: RecordClass(payloadMax), .other(.opt, []))
    }
}
