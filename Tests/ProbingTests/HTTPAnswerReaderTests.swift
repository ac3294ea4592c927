import Testing

@testable import Probing

/// What one answer is judged to be, whole and in pieces of each size.
private func verdict(
    of answer: String, status: Int = 200, body: String? = nil, inPiecesOf size: Int
) -> HTTPAnswerReader.Verdict {
    let question = HTTPQuestion(host: "h", path: "/", status: status, body: body)
    var reader = HTTPAnswerReader()
    let bytes = Array(answer.utf8)
    for start in stride(from: 0, to: bytes.count, by: size) {
        let piece = bytes[start..<min(start + size, bytes.count)]
        let verdict = piece.withUnsafeBytes { reader.take($0, to: question) }
        if verdict != .more { return verdict }
    }
    return reader.end(of: question)
}

private let searched = HTTPAnswerReader.bodyMax

private typealias Case = (why: String, answer: String, is: HTTPAnswerReader.Verdict)

private let answers: [Case] = [
    ("a length", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nup", .passed),
    ("names of fields in any case", "HTTP/1.1 200 OK\r\ncOnTeNt-LENGTH:2\r\n\r\nup", .passed),
    ("no reason", "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nup", .passed),
    ("HTTP/1.0, until the end", "HTTP/1.0 200 OK\r\n\r\nall up", .passed),
    ("bare line feeds", "HTTP/1.1 200 OK\nContent-Length: 2\n\nup", .passed),
    (
        "the same length twice",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\ncontent-length: 2\r\n\r\nup", .passed
    ),
    ("a folded field", "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\nup", .passed),
    (
        "an early hint before it",
        "HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nup",
        .passed
    ),
    ("more than its length", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nupup", .passed),
    (
        "chunks",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nu\r\n1;x=y\r\np\r\n0\r\n\r\n",
        .passed
    ),
    (
        "chunks and a trailer",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked \r\n\r\n2\r\nup\r\n0\r\nA: b\r\n\r\n",
        .passed
    ),
    (
        "a long field",
        "HTTP/1.1 200 OK\r\nSet-Cookie: \(String(repeating: "c", count: 4000))\r\n"
            + "Content-Length: 2\r\n\r\nup",
        .passed
    ),
    (
        "a length beside chunks counts for nothing",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "2\r\nup\r\n0\r\n\r\n",
        .passed
    ),
    ("the word after a false start", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nuuup", .passed),
    ("another status", "HTTP/1.1 500 Oops\r\nContent-Length: 2\r\n\r\nup", .wrongStatus),
    ("overload", "HTTP/1.1 503 Busy\r\nContent-Length: 2\r\n\r\nup", .overloaded),
    ("too many requests", "HTTP/1.1 429 Slow Down\r\nContent-Length: 0\r\n\r\n", .overloaded),
    ("switching protocols", "HTTP/1.1 101 Switching\r\n\r\n", .wrongStatus),
    ("an empty body", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", .wrongBody),
    ("another body", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndown", .wrongBody),
    (
        "the word too late", "HTTP/1.1 200 OK\r\n\r\n\(String(repeating: "x", count: searched))up",
        .wrongBody
    ),
    ("the word in a field", "HTTP/1.1 200 OK\r\nX: up\r\nContent-Length: 0\r\n\r\n", .wrongBody),
    ("nothing", "", .broken),
    ("half a head", "HTTP/1.1 200 OK\r\nContent-Le", .broken),
    ("half a body", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nup", .broken),
    (
        "chunks that break off", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nup",
        .broken
    ),
    (
        "a chunk without its end",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nupup\r\n", .broken
    ),
    ("a chunk of no size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", .broken),
    (
        "a chunk past counting",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n", .broken
    ),
    ("a negative length", "HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nup", .broken),
    (
        "a length past counting",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nup", .broken
    ),
    ("two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nup", .broken),
    ("a field without a colon", "HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", .broken),
    ("another protocol", "SSH-2.0-OpenSSH_9.2\r\n", .broken),
    ("another version", "HTTP/2.0 200 OK\r\n\r\n", .broken),
    ("a status of four digits", "HTTP/1.1 2000 OK\r\n\r\n", .broken),
    (
        "a head without an end",
        "HTTP/1.1 200 OK\r\n" + String(repeating: "A: b\r\n", count: 20_000), .broken
    ),
    (
        "interim answers without an end", String(repeating: "HTTP/1.1 100 Go\r\n\r\n", count: 5000),
        .broken
    ),
    (
        "a line without an end", String(repeating: "H", count: 2 * HTTPAnswerReader.linesMax),
        .broken
    ),
]

@Test(arguments: answers.indices, [1, 2, 3, 7, 64, 100_000])
func anAnswerIsJudgedHoweverItComes(index: Int, size: Int) {
    let (why, answer, expected) = answers[index]
    #expect(verdict(of: answer, body: "up", inPiecesOf: size) == expected, "\(why)")
}

@Test(arguments: [
    (why: "no content", answer: "HTTP/1.1 204 No Content\r\n\r\n", status: 204),
    (
        why: "not modified", answer: "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
        status: 304
    ),
    (why: "a wanted upgrade", answer: "HTTP/1.1 101 Switching\r\n\r\n", status: 101),
    (
        why: "a body that nobody reads", answer: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        status: 200
    ),
])
func aStatusIsEnoughWhereNoBodyIsWanted(why: String, answer: String, status: Int) {
    #expect(verdict(of: answer, status: status, inPiecesOf: 5) == .passed, "\(why)")
}

/// Against the plain search, over every text of two letters.
@Test func aPatternIsFoundWhereverItStands() throws {
    let texts = (0..<512).map { number in
        (0..<9).map { UInt8(ascii: "a") + UInt8(number >> $0 & 1) }
    }
    for wanted in texts.map({ Array($0.prefix(4)) }) {
        let pattern = try #require(BodyPattern(wanted))
        for text in texts {
            let matched = text.withUnsafeBytes { pattern.matched(after: 0, $0[...]) }
            let isThere = (0...5).contains { Array(text[$0..<$0 + 4]) == wanted }
            #expect(pattern.isWhole(matched) == isThere)
        }
    }
}
