package import Values

/// A message with its signature, and the MAC that its answer's signature covers too.
package struct SignedMessage: Hashable, Sendable {
    package let bytes: [UInt8]
    package let mac: [UInt8]
}

extension DNSMessage {
    /// Seconds by which the clocks of both sides may differ (RFC 8945 section 10 recommends it).
    package static let fudgeSeconds: UInt16 = 300

    /// This message, signed at `now`.
    ///
    /// - Parameter requestMAC: In an answer, the MAC of the request.
    package func signed(
        with key: TSIGKey, at now: Instant, answering requestMAC: [UInt8]? = nil
    ) -> SignedMessage {
        let draft = TSIGRecord(
            keyName: key.name, algorithm: key.algorithm.name, timeSigned: now.unsignedSeconds,
            fudge: DNSMessage.fudgeSeconds, mac: [], originalID: id, error: .none, otherData: [])
        return signed(draft, with: key, answering: requestMAC)
    }

    /// An answer to a request whose signature does not hold, as RFC 8945 section 5.2 wants it:
    /// signed only when the key was right and the clocks are not.
    package func signed(
        reporting fault: TSIGFault, of request: TSIGRecord, with key: TSIGKey?, at now: Instant
    ) -> [UInt8] {
        var writer = WireWriter()
        if fault.code == .badTime { writer.time(now.unsignedSeconds) }
        let draft = TSIGRecord(
            keyName: request.keyName, algorithm: request.algorithm,
            timeSigned: fault.code == .badTime ? request.timeSigned : now.unsignedSeconds,
            fudge: DNSMessage.fudgeSeconds, mac: [], originalID: id, error: fault.code,
            otherData: writer.bytes)
        if fault.code == .badTime, let key {
            return signed(draft, with: key, answering: request.mac).bytes
        }
        return appended(draft, to: bytes)
    }

    private func signed(
        _ draft: TSIGRecord, with key: TSIGKey, answering requestMAC: [UInt8]?
    ) -> SignedMessage {
        let message = bytes
        let mac = key.mac(of: draft.coveredBytes(message: message, answering: requestMAC))
        return SignedMessage(bytes: appended(draft.with(mac: mac), to: message), mac: mac)
    }

    private func appended(_ record: TSIGRecord, to message: [UInt8]) -> [UInt8] {
        setCount(ofAdditionalsIn: message, by: 1) + record.bytes
    }
}

/// Why a message's signature does not hold, or what the other side found wrong with ours.
package enum TSIGFault: Error, Hashable, Sendable, CustomStringConvertible {
    case unsigned
    case unknownKey(DNSName)
    case badSignature
    case badTime(signedAt: Instant, now: Instant)
    /// The MAC is shorter than its algorithm's.
    case shortMAC(byteCount: Int)
    case reported(TSIGErrorCode)

    var code: TSIGErrorCode {
        switch self {
        case .unsigned: .none
        case .unknownKey: .badKey
        case .badSignature: .badSignature
        case .badTime: .badTime
        case .shortMAC: .badTruncation
        case .reported(let code): code
        }
    }

    package var description: String {
        switch self {
        case .unsigned: "the message is not signed"
        case .unknownKey(let name): "key '\(name.text)' is not known here by that algorithm"
        case .badSignature:
            "the signature is wrong: the secrets differ, or it was changed on its way"
        case .badTime(let signedAt, let now):
            "signed at \(signedAt.unixSeconds) s, here it is \(now.unixSeconds) s since 1970: "
                + "set the clocks"
        case .shortMAC(let byteCount): "the MAC has only \(byteCount) bytes"
        case .reported(let code): "the other side reports \(code)"
        }
    }
}

/// A signature that holds: by which key, and the MAC that an answer's signature covers.
package struct VerifiedSignature: Hashable, Sendable {
    package let key: TSIGKey
    package let mac: [UInt8]
}

extension ReceivedMessage {
    /// Checks the signature: key, then MAC, then time (RFC 8945 section 5.2).
    ///
    /// - Parameter requestMAC: In an answer, the MAC of the request.
    package func verified(
        by keys: [TSIGKey], at now: Instant, answering requestMAC: [UInt8]? = nil
    ) throws(TSIGFault) -> VerifiedSignature {
        guard let signature else { throw .unsigned }
        if signature.mac.isEmpty, signature.error != .none { throw .reported(signature.error) }
        // Keys of several zones may have one name.
        let named = keys.filter { signature.isMade(by: $0) }
        guard let first = named.first else { throw .unknownKey(signature.keyName) }
        guard signature.mac.count >= first.algorithm.macByteCount else {
            throw .shortMAC(byteCount: signature.mac.count)
        }
        let message = setID(of: signedBytes, to: signature.originalID)
        let covered = signature.coveredBytes(
            message: setCount(ofAdditionalsIn: message, by: -1), answering: requestMAC)
        guard let key = named.first(where: { $0.isValid(signature.mac, for: covered) }) else {
            throw .badSignature
        }
        guard signature.error == .none else { throw .reported(signature.error) }
        guard signature.isTimely(at: now) else {
            throw .badTime(signedAt: signature.signedAt, now: now)
        }
        return VerifiedSignature(key: key, mac: signature.mac)
    }
}

extension TSIGRecord {
    fileprivate func isMade(by key: TSIGKey) -> Bool {
        keyName == key.name && algorithm == key.algorithm.name
    }

    fileprivate func isTimely(at now: Instant) -> Bool {
        let (here, there) = (now.unsignedSeconds, timeSigned)
        return max(here, there) - min(here, there) <= UInt64(fudge)
    }
}

extension Instant {
    /// Seconds since 1970, as TSIG counts them; 0 before.
    fileprivate var unsignedSeconds: UInt64 { UInt64(max(unixSeconds, 0)) }
}

private let idPlace = 0
private let additionalCountPlace = 10

private func setID(of message: [UInt8], to id: UInt16) -> [UInt8] {
    replacing(id, at: idPlace, in: message)
}

private func setCount(ofAdditionalsIn message: [UInt8], by difference: Int) -> [UInt8] {
    let place = additionalCountPlace
    let count = Int(message[place]) << 8 | Int(message[place + 1])
    return replacing(UInt16(count + difference), at: place, in: message)
}

private func replacing(_ word: UInt16, at place: Int, in message: [UInt8]) -> [UInt8] {
    var message = message
    message[place] = UInt8(word >> 8)
    message[place + 1] = UInt8(word & 0xff)
    return message
}
