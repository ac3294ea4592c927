package import DNSMessages
package import Values

/// The way a request came.
package enum Transport: Hashable, Sendable {
    case udp, tcp
}

/// What an answer must look like beside its contents, by what the request was: EDNS, the length
/// that its way allows, a signature.
package struct ReplyForm: Hashable, Sendable {
    let transport: Transport
    let edns: EDNS?
    let signature: VerifiedSignature?

    /// Payload without EDNS (RFC 1035 section 4.2.1), in bytes.
    static let plainPayloadMax = 512

    private var bytesMax: Int {
        guard transport == .udp else { return DNSMessage.bytesMax }
        guard let edns else { return ReplyForm.plainPayloadMax }
        return ReplyForm.bytesMax(payloadMax: Int(edns.payloadMax))
    }

    /// The longest answer over UDP to a request whose EDNS offers so much (bytes).
    static func bytesMax(payloadMax: Int) -> Int {
        max(plainPayloadMax, min(payloadMax, Int(DNSExchange.payloadMax)))
    }

    /// The bytes to send; what does not fit is left out, and said to be (TC), so that the client
    /// asks again over TCP.
    package func bytes(of reply: DNSMessage, at now: Instant) -> [UInt8] {
        var reply = reply
        reply.edns = edns.map {
            EDNS(payloadMax: DNSExchange.payloadMax, wantsSignatures: $0.wantsSignatures)
        }
        for cut in Cut.allCases {
            let bytes = sealed(cut.applied(to: reply), at: now)
            if bytes.count <= bytesMax { return bytes }
        }
        preconditionFailure("a reply without records and question is longer than \(bytesMax) bytes")
    }

    private func sealed(_ reply: DNSMessage, at now: Instant) -> [UInt8] {
        guard let signature else { return reply.bytes }
        return reply.signed(with: signature.key, at: now, answering: signature.mac).bytes
    }

    private enum Cut: CaseIterable {
        case none, additionals, allRecords, everything

        /// Additional records may be left out without a word (RFC 2181 section 9).
        func applied(to reply: DNSMessage) -> DNSMessage {
            var reply = reply
            if self != .none { reply.additionals = [] }
            if self == .allRecords || self == .everything {
                (reply.answers, reply.authorities, reply.isTruncated) = ([], [], true)
            }
            if self == .everything { reply.questions = [] }
            return reply
        }
    }
}
