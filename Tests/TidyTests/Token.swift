/// A word, a number, one punctuation character, or `"` for a whole run inside a string.
struct Token: Equatable, Sendable {
    let text: String
    /// Counts from 1.
    let line: Int

    static func all(in code: [UInt8]) -> [Token] {
        var tokens: [Token] = []
        var line = 1
        var place = 0
        while place < code.count {
            let start = place
            while place < code.count, isWordPart(code[place]) { place += 1 }
            if place > start {
                let text = String(decoding: code[start..<place], as: UTF8.self)
                tokens.append(Token(text: text, line: line))
                continue
            }
            let byte = code[place]
            if byte == UInt8(ascii: "\n") { line += 1 }
            if byte > UInt8(ascii: " ") {
                tokens.append(Token(text: String(UnicodeScalar(byte)), line: line))
            }
            place += 1
        }
        return tokens
    }

    private static func isWordPart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }
}
