/// Reads one HTTP/1 answer as its bytes come, and judges it.
///
/// Pure, and bounded whatever the peer sends: of a line it keeps `lineKept` bytes, of a body a
/// number. Follows RFC 9112; a bare line feed ends a line too.
struct HTTPAnswerReader: Sendable {
    enum Verdict: Equatable, Sendable {
        /// The answer goes on.
        case more
        case passed
        case wrongStatus
        /// 503 or 429 where something else was asked for.
        case overloaded
        case wrongBody
        /// No HTTP, or it broke off.
        case broken
    }

    private enum Place {
        case statusLine, header
        /// Nil is until the connection ends.
        case body(left: Int?)
        case chunkSize
        case chunk(left: Int)
        case chunkEnd, trailer
    }

    /// As much of a line as is looked at (bytes); header fields that matter are shorter.
    static let lineKept = 256
    /// Bytes of lines in one answer, interim ones and the lines of chunks included.
    static let linesMax = 64 * 1024
    /// As much of a body as is searched (bytes); what comes after it changes nothing.
    static let bodyMax = 64 * 1024
    /// Digits of a length that are read: more are no honest length.
    private static let digitsMax = 15

    private var place = Place.statusLine
    private var line: [UInt8] = []
    private var isLineCut = false
    private var lineBytes = 0
    /// 0 until the answer has one.
    private(set) var status = 0
    /// What came of the body, up to `bodyMax`; empty where the question does not keep it.
    private(set) var body: [UInt8] = []
    private var length: Int?
    /// The last coding of the transfer; nil when there is none.
    private var isChunked: Bool?
    private var searched = 0
    private var matched = 0

    /// Ready for another answer; keeps its memory.
    mutating func reset() {
        line.removeAll(keepingCapacity: true)
        (place, isLineCut, lineBytes, status) = (.statusLine, false, 0, 0)
        (length, isChunked, searched, matched) = (nil, nil, 0, 0)
        body.removeAll(keepingCapacity: true)
    }

    /// Takes the next bytes; after anything but `more` the answer is judged.
    mutating func take(_ bytes: UnsafeRawBufferPointer, to question: HTTPQuestion) -> Verdict {
        var rest = bytes[...]
        while !rest.isEmpty {
            let verdict =
                switch place {
                case .body(let left): takeBody(&rest, left: left, to: question)
                case .chunk(let left): takeBody(&rest, left: left, to: question)
                case .statusLine, .header, .chunkSize, .chunkEnd, .trailer:
                    takeLine(&rest, to: question)
                }
            if verdict != .more { return verdict }
        }
        return .more
    }

    /// The peer has ended the connection.
    func end(of question: HTTPQuestion) -> Verdict {
        if case .body(left: nil) = place { judgement(on: question) } else { .broken }
    }

    private func judgement(on question: HTTPQuestion) -> Verdict {
        question.pattern.map { $0.isWhole(matched) } ?? true ? .passed : .wrongBody
    }

    private mutating func takeBody(
        _ rest: inout UnsafeRawBufferPointer.SubSequence, left: Int?, to question: HTTPQuestion
    ) -> Verdict {
        let part = rest.prefix(left ?? rest.count)
        rest = rest.dropFirst(part.count)
        let room = HTTPAnswerReader.bodyMax - searched
        if let pattern = question.pattern {
            matched = pattern.matched(after: matched, part.prefix(room))
        }
        if question.keepsBody { body.append(contentsOf: part.prefix(room)) }
        searched += min(part.count, room)
        if searched == HTTPAnswerReader.bodyMax { return judgement(on: question) }
        guard let left else { return .more }
        switch place {
        case .chunk:
            place = left == part.count ? .chunkEnd : .chunk(left: left - part.count)
            return .more
        default:
            place = .body(left: left - part.count)
            return left == part.count ? judgement(on: question) : .more
        }
    }

    private mutating func takeLine(
        _ rest: inout UnsafeRawBufferPointer.SubSequence, to question: HTTPQuestion
    ) -> Verdict {
        let end = rest.firstIndex(of: UInt8(ascii: "\n"))
        let part = rest[rest.startIndex..<(end ?? rest.endIndex)]
        rest = rest[(end.map { $0 + 1 } ?? rest.endIndex)...]
        lineBytes += part.count + 1
        guard lineBytes <= HTTPAnswerReader.linesMax else { return .broken }
        let kept = part.prefix(HTTPAnswerReader.lineKept - line.count)
        isLineCut = isLineCut || kept.count < part.count
        line.append(contentsOf: kept)
        guard end != nil else { return .more }
        if !isLineCut, line.last == UInt8(ascii: "\r") { line.removeLast() }
        let verdict = judgeLine(question)
        line.removeAll(keepingCapacity: true)
        isLineCut = false
        return verdict
    }

    private mutating func judgeLine(_ question: HTTPQuestion) -> Verdict {
        switch place {
        case .statusLine: return takeStatus() ? .more : .broken
        case .header:
            guard line.isEmpty else { return takeHeader() ? .more : .broken }
            return endHead(question)
        case .chunkSize:
            guard let size = chunkSize else { return .broken }
            place = size == 0 ? .trailer : .chunk(left: size)
            return .more
        case .chunkEnd:
            place = .chunkSize
            return line.isEmpty ? .more : .broken
        case .trailer: return line.isEmpty ? judgement(on: question) : .more
        case .body, .chunk: preconditionFailure("a body has no lines")
        }
    }

    /// `HTTP/1.1 200 OK`: false when it is not one.
    private mutating func takeStatus() -> Bool {
        let known = Array("HTTP/1.".utf8)
        guard line.starts(with: known), line.count >= 12, isDigit(line[7]),
            line[8] == UInt8(ascii: " "), line.count == 12 || line[12] == UInt8(ascii: " "),
            let code = number(line[9..<12]), code >= 100
        else { return false }
        (status, place) = (code, .header)
        return true
    }

    /// Takes note of the two fields that say where the body ends; false when it is no field.
    private mutating func takeHeader() -> Bool {
        if line[0] == UInt8(ascii: " ") || line[0] == UInt8(ascii: "\t") { return true }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0 else {
            // A long name may have been cut before its colon: it is none of the two.
            return isLineCut
        }
        let name = line[..<colon]
        if isEqual(name, "content-length") {
            guard !isLineCut, let value = number(trimmed(line[(colon + 1)...])),
                length == nil || length == value
            else { return false }
            length = value
        } else if isEqual(name, "transfer-encoding") {
            guard !isLineCut else { return false }
            let codings = line[(colon + 1)...].split(separator: UInt8(ascii: ","))
            isChunked = codings.last.map { isEqual(trimmed($0), "chunked") } ?? false
        }
        return true
    }

    private mutating func endHead(_ question: HTTPQuestion) -> Verdict {
        if (100..<200).contains(status), status != 101, status != question.status {
            // An interim answer; the final one follows.
            (place, length, isChunked) = (.statusLine, nil, nil)
            return .more
        }
        guard status == question.status else {
            return status == 503 || status == 429 ? .overloaded : .wrongStatus
        }
        if status < 200 || status == 204 || status == 304 { return judgement(on: question) }
        if let isChunked {
            place = isChunked ? .chunkSize : .body(left: nil)
        } else {
            place = .body(left: length)
        }
        return length == 0 && isChunked == nil ? judgement(on: question) : .more
    }

    /// The size that the line begins with, in hexadecimal digits; what follows it is ignored.
    private var chunkSize: Int? {
        let digits = line.prefix { hexValue($0) != nil }
        guard (1...HTTPAnswerReader.digitsMax).contains(digits.count) else { return nil }
        if let next = line.dropFirst(digits.count).first,
            ![UInt8(ascii: ";"), UInt8(ascii: " "), UInt8(ascii: "\t")].contains(next)
        {
            return nil
        }
        return digits.reduce(0) { $0 << 4 | (hexValue($1) ?? 0) }
    }

    private func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard (1...HTTPAnswerReader.digitsMax).contains(digits.count), digits.allSatisfy(isDigit)
        else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }
}

private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

private func hexValue(_ byte: UInt8) -> Int? {
    switch byte {
    case 0x30...0x39: Int(byte) - 0x30
    case 0x41...0x46: Int(byte) - 0x41 + 10
    case 0x61...0x66: Int(byte) - 0x61 + 10
    default: nil
    }
}

private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

private func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let rest = bytes.drop(while: isBlank)
    return rest[..<(rest.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? rest.startIndex)]
}

/// Whether the bytes are these letters, in whatever case.
private func isEqual(_ bytes: ArraySlice<UInt8>, _ lowercase: StaticString) -> Bool {
    guard bytes.count == lowercase.utf8CodeUnitCount else { return false }
    return zip(bytes, 0...).allSatisfy { byte, index in
        let small = (0x41...0x5a).contains(byte) ? byte | 0x20 : byte
        return small == lowercase.utf8Start[index]
    }
}
