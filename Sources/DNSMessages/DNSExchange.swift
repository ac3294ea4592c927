package import Values

/// One request and what may come back for it; it moves no bytes itself.
///
/// Over UDP, what `notOurs` names is dropped, and the wait for the answer goes on.
package struct DNSExchange: Hashable, Sendable {
    /// The bytes to send: over UDP as they are, over TCP through `TCPFraming.framed`.
    package let bytes: [UInt8]
    private let request: DNSMessage
    private let key: TSIGKey?
    private let mac: [UInt8]

    /// UDP payload that is asked for (bytes): what passes everywhere unfragmented (DNS flag day
    /// 2020).
    package static let payloadMax: UInt16 = 1232

    /// - Parameters:
    ///   - id: Drawn at random by the caller, so that answers are hard to forge.
    ///   - now: By the wall clock, which the server's must agree with.
    package init(update: DNSUpdate, id: UInt16, key: TSIGKey, at now: Instant) {
        self.init(update.message(id: id), key: key, at: now)
    }

    /// A question; signed when there is a key, and then the answer must be too.
    package init(
        question name: DNSName, _ type: RecordType, id: UInt16, key: TSIGKey? = nil,
        at now: Instant
    ) {
        var request = DNSMessage(id: id, questions: [Question(name, type)])
        request.edns = EDNS(payloadMax: DNSExchange.payloadMax)
        self.init(request, key: key, at: now)
    }

    private init(_ request: DNSMessage, key: TSIGKey?, at now: Instant) {
        (self.request, self.key) = (request, key)
        let signed = key.map { request.signed(with: $0, at: now) }
        bytes = signed?.bytes ?? request.bytes
        mac = signed?.mac ?? []
    }

    package enum Outcome: Hashable, Sendable {
        /// NOERROR, by a signature that holds where one was wanted.
        case answer(DNSMessage)
        /// Ask again over TCP.
        case truncated
        /// The server said no, or that a prerequisite does not hold, and signed it.
        case refused(ResponseCode)
        /// The signature of the answer does not hold, or the server's of ours: nothing is known.
        case unverified(TSIGFault, ResponseCode)
        /// Another exchange's answer, or a forged or broken one.
        case notOurs(String)
    }

    /// What `response` means for this request.
    package func outcome(of response: [UInt8], at now: Instant) -> Outcome {
        let received: ReceivedMessage
        do throws(DNSFormatError) {
            received = try ReceivedMessage(bytes: response)
        } catch {
            return .notOurs(error.description)
        }
        let message = received.message
        guard message.isResponse, message.id == request.id, message.opcode == request.opcode,
            message.questions.isEmpty || message.questions == request.questions
        else { return .notOurs("it answers another request") }
        if let key {
            do throws(TSIGFault) {
                _ = try received.verified(by: [key], at: now, answering: mac)
            } catch {
                return .unverified(error, message.responseCode)
            }
        }
        if message.isTruncated { return .truncated }
        return message.responseCode == .noError
            ? .answer(message) : .refused(message.responseCode)
    }
}

extension DNSMessage {
    /// The addresses that the answer section gives to `name`, in its order.
    package func addresses(of name: DNSName) -> [IPAddress] {
        answers.filter { $0.name == name }.compactMap(\.data.address)
    }
}
