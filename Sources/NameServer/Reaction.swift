import DNSMessages
package import Values

/// What a server does about bytes that came in.
package enum Reaction: Hashable, Sendable {
    /// Not a request; an answer to it could go in circles.
    case ignore
    /// `isSigned`: for whoever holds a key; anyone else's answers are counted by the rate limit.
    case send([UInt8], isSigned: Bool)
    /// To be decided and saved first, then answered in this form.
    case update(UpdateRequest, ReplyForm)
    /// An update that is refused at the door, and why.
    case refuse([UInt8], why: String)
}

extension Catalog {
    /// Reads a request and answers it, unless it is an update: that must be saved first.
    package func reaction(
        to bytes: [UInt8], over transport: Transport, at now: Instant
    ) -> Reaction {
        let received: ReceivedMessage
        do throws(DNSFormatError) {
            received = try ReceivedMessage(bytes: bytes)
        } catch {
            return reaction(toMalformed: bytes)
        }
        guard !received.message.isResponse else { return .ignore }
        guard let signature = received.signature else {
            return reaction(to: received.message, signature: nil, over: transport, at: now)
        }
        do throws(TSIGFault) {
            let verified = try received.verified(by: keys, at: now)
            return reaction(to: received.message, signature: verified, over: transport, at: now)
        } catch {
            let key = keys.first { $0.name == signature.keyName }
            let reply = received.message.response(.notAuthorized)
            return .refuse(
                reply.signed(reporting: error, of: signature, with: key, at: now),
                why: error.description)
        }
    }

    /// What has a header of a request is answered FORMERR; anything else with silence.
    private func reaction(toMalformed bytes: [UInt8]) -> Reaction {
        let headerBytes = 12
        guard bytes.count >= headerBytes, bytes[2] & 0x80 == 0 else { return .ignore }
        let id = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
        let request = DNSMessage(id: id, opcode: Opcode(bytes[2] >> 3))
        return .send(request.response(.formatError).bytes, isSigned: false)
    }

    private func reaction(
        to message: DNSMessage, signature: VerifiedSignature?, over transport: Transport,
        at now: Instant
    ) -> Reaction {
        let form = ReplyForm(transport: transport, edns: message.edns, signature: signature)
        let send = { (reply: DNSMessage) in
            Reaction.send(form.bytes(of: reply, at: now), isSigned: signature != nil)
        }
        if let edns = message.edns, edns.version != 0 { return send(message.response(.badVersion)) }
        switch message.opcode {
        case .query: return send(answer(to: message))
        case .update:
            guard let key = signature?.key else {
                let reply = form.bytes(of: message.response(.refused), at: now)
                return .refuse(reply, why: "the update is not signed")
            }
            return .update(UpdateRequest(message: message, key: key), form)
        default: return send(message.response(.notImplemented))
        }
    }

    private func answer(to query: DNSMessage) -> DNSMessage {
        guard query.questions.count == 1, let question = query.questions.first else {
            return query.response(.formatError)
        }
        guard question.recordClass == .internet, let zone = zone(of: question.name),
            !question.type.isMeta || question.type == .any
        else { return query.response(.refused) }
        return zone.answer(to: query, question: question)
    }
}
