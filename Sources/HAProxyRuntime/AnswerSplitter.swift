/// Cuts what HAProxy sends in interactive mode into answers: each ends in an empty line's start
/// and the prompt, `\n> `. No line of an answer that we ask for begins with `> `.
struct AnswerSplitter {
    /// How much of `\n> ` the last bytes were.
    private var matched = 0
    private var unfinished: [UInt8] = []

    /// Bytes of the answer that is not yet complete.
    var pendingBytes: Int { unfinished.count }

    /// The answers that `bytes` complete, each without its ends of line.
    mutating func answers(completedBy bytes: some Sequence<UInt8>) -> [String] {
        var answers: [String] = []
        for byte in bytes {
            unfinished.append(byte)
            matched = AnswerSplitter.matched(after: matched, byte)
            guard matched == 3 else { continue }
            answers.append(answer())
        }
        return answers
    }

    private mutating func answer() -> String {
        var text = unfinished.dropLast(3)
        while text.last == UInt8(ascii: "\n") { text.removeLast() }
        (matched, unfinished) = (0, [])
        return String(decoding: text, as: UTF8.self)
    }

    private static func matched(after matched: Int, _ byte: UInt8) -> Int {
        switch (matched, byte) {
        case (_, UInt8(ascii: "\n")): 1
        case (1, UInt8(ascii: ">")): 2
        case (2, UInt8(ascii: " ")): 3
        default: 0
        }
    }
}
