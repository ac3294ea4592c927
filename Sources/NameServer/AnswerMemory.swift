import DNSMessages

/// Answers that were given before, ready to be sent again: what a flood of questions costs least.
///
/// A question is remembered by its name in lower case, its type, and all else that shapes the
/// answer (RD, EDNS, DO, the length that the way allows). Only answers with records are kept, so
/// that names that do not exist cannot push out those that do. To be emptied when a zone changes.
package struct AnswerMemory: Sendable {
    /// Answers that are kept; at one more, all are forgotten.
    package static let answersMax = 32_768
    /// Longer answers are not kept (bytes).
    package static let answerBytesMax = Int(DNSExchange.payloadMax)

    private var answers: [[UInt8]: [UInt8]] = [:]

    package init() {}

    package var count: Int { answers.count }

    package mutating func forget() { answers.removeAll(keepingCapacity: true) }

    /// The answer to this request, with its id, and its name as it is written there.
    package func answer(to request: [UInt8], _ question: UsualQuestion) -> [UInt8]? {
        guard var answer = answers[question.key] else { return nil }
        answer[0] = request[0]
        answer[1] = request[1]
        for place in 12..<question.nameEnd { answer[place] = request[place] }
        return answer
    }

    package mutating func keep(_ answer: [UInt8], for question: UsualQuestion) {
        guard answer.count <= AnswerMemory.answerBytesMax, answer.count >= question.nameEnd,
            AnswerClass(of: answer) == .records
        else { return }
        if answers.count >= AnswerMemory.answersMax { forget() }
        answers[question.key] = answer
    }
}

/// A request of the form that nearly all have: one question of class IN, and no record but EDNS.
package struct UsualQuestion: Hashable, Sendable {
    /// Equal for requests whose answers differ in nothing but id and the case of letters.
    package let key: [UInt8]
    /// Where the name ends in the request.
    package let nameEnd: Int

    private static let headerBytes = 12
    private static let optionBytes = 11

    /// Nil for any other request, be it whole or malformed: the catalog sees to it.
    package init?(_ request: [UInt8], over transport: Transport) {
        let count = request.count
        guard count >= UsualQuestion.headerBytes + 5,
            request[2] & 0xf8 == 0,  // A request (QR) for an answer (opcode 0).
            request[4] == 0, request[5] == 1, request[6] == 0, request[7] == 0, request[8] == 0,
            request[9] == 0, request[10] == 0, request[11] <= 1
        else { return nil }
        guard let end = UsualQuestion.nameEnd(in: request), count >= end + 4,
            request[end + 2] == 0, request[end + 3] == 1
        else { return nil }
        let option = request[(end + 4)...]
        guard option.isEmpty == (request[11] == 0),
            option.isEmpty || UsualQuestion.isOption(option)
        else { return nil }
        nameEnd = end
        key = UsualQuestion.key(of: request, nameEnd: end, option: option, over: transport)
    }

    private static func nameEnd(in request: [UInt8]) -> Int? {
        var place = headerBytes
        while place < request.count, request[place] != 0 {
            guard request[place] <= 63 else { return nil }
            place += Int(request[place]) + 1
        }
        return place - headerBytes < DNSName.bytesMax && place < request.count ? place + 1 : nil
    }

    /// EDNS of version 0 with whole data and nothing after it.
    private static func isOption(_ option: ArraySlice<UInt8>) -> Bool {
        let start = option.startIndex
        guard option.count >= optionBytes, option[start] == 0, option[start + 1] == 0,
            option[start + 2] == 41, option[start + 6] == 0
        else { return false }
        let dataCount = Int(option[start + 9]) << 8 | Int(option[start + 10])
        return option.count == optionBytes + dataCount
    }

    private static func key(
        of request: [UInt8], nameEnd: Int, option: ArraySlice<UInt8>, over transport: Transport
    ) -> [UInt8] {
        var key: [UInt8] = []
        key.reserveCapacity(nameEnd)
        for place in headerBytes..<nameEnd {
            let byte = request[place]
            // No length of a label is a capital letter's number but 65 through 90, all above 63.
            key.append((65...90).contains(byte) ? byte | 0x20 : byte)
        }
        key.append(request[nameEnd])
        key.append(request[nameEnd + 1])
        var form: UInt8 = (request[2] & 1) | (transport == .tcp ? 2 : 0)
        if !option.isEmpty {
            let start = option.startIndex
            form |= 4 | (option[start + 7] & 0x80 != 0 ? 8 : 0)
            if transport == .udp {
                let payload = Int(option[start + 3]) << 8 | Int(option[start + 4])
                let bytesMax = ReplyForm.bytesMax(payloadMax: payload)
                key.append(UInt8(truncatingIfNeeded: bytesMax >> 8))
                key.append(UInt8(truncatingIfNeeded: bytesMax))
            }
        }
        key.append(form)
        return key
    }
}
