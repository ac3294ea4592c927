/// Blanks comments and the insides of strings, so that rules see code only; line breaks stay.
///
/// Interpolated expressions are code and stay. Regex literals are not known to it.
struct CodeScanner {
    private enum Mode {
        /// Depth counts open parentheses, so that an interpolation ends at its own.
        case code(depth: Int)
        case string(quotes: Int, hashes: Int)
    }

    private let bytes: [UInt8]
    private var code: [UInt8] = []
    private var place = 0
    private var modes: [Mode] = [.code(depth: 0)]

    static func code(of text: String) -> [UInt8] {
        var scanner = CodeScanner(bytes: Array(text.utf8))
        return scanner.scan()
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
        code.reserveCapacity(bytes.count)
    }

    private mutating func scan() -> [UInt8] {
        while place < bytes.count {
            switch modes[modes.count - 1] {
            case .code(let depth): scanCode(depth: depth)
            case .string(let quotes, let hashes): scanString(quotes: quotes, hashes: hashes)
            }
        }
        return code
    }

    private mutating func scanCode(depth: Int) {
        keepPlainCode()
        guard place < bytes.count else { return }
        if sees("//") {
            let start = place
            while place < bytes.count, bytes[place] != UInt8(ascii: "\n") { place += 1 }
            code += repeatElement(UInt8(ascii: " "), count: place - start)
        } else if sees("/*") {
            blankComment()
        } else if let opening = openingOfString() {
            modes.append(.string(quotes: opening.quotes, hashes: opening.hashes))
            keep(opening.quotes + opening.hashes)
        } else {
            switch bytes[place] {
            case UInt8(ascii: "("): setDepth(depth + 1)
            case UInt8(ascii: ")") where depth == 1 && modes.count > 1: modes.removeLast()
            case UInt8(ascii: ")"): setDepth(depth - 1)
            default: break
            }
            keep(1)
        }
    }

    /// Most bytes are none of those that the rest looks at; tests are not optimized.
    private mutating func keepPlainCode() {
        let start = place
        while place < bytes.count, !CodeScanner.isSpecial[Int(bytes[place])] { place += 1 }
        code += bytes[start..<place]
    }

    private static let isSpecial: [Bool] = (UInt8.min...UInt8.max).map {
        "/\"#()".utf8.contains($0)
    }

    private mutating func scanString(quotes: Int, hashes: Int) {
        guard "\"\\\n".utf8.contains(bytes[place]) else { return blank(1) }
        let mark = String(repeating: "#", count: hashes)
        if sees(String(repeating: "\"", count: quotes) + mark) {
            modes.removeLast()
            keep(quotes + hashes)
        } else if sees("\\\(mark)(") {
            blank(1 + hashes)
            modes.append(.code(depth: 0))
        } else if sees("\\\(mark)") {
            blank(min(2 + hashes, bytes.count - place))
        } else if quotes == 1, bytes[place] == UInt8(ascii: "\n") {
            modes.removeLast()  // Not Swift; go on with the next line.
        } else {
            blank(1)
        }
    }

    private mutating func blankComment() {
        var depth = 0
        repeat {
            if sees("/*") {
                depth += 1
                blank(2)
            } else if sees("*/") {
                depth -= 1
                blank(2)
            } else {
                blank(1)
            }
        } while depth > 0 && place < bytes.count
    }

    private func openingOfString() -> (quotes: Int, hashes: Int)? {
        var end = place
        while end < bytes.count, bytes[end] == UInt8(ascii: "#") { end += 1 }
        guard end < bytes.count, bytes[end] == UInt8(ascii: "\"") else { return nil }
        let isMultiline = bytes[end...].starts(with: Array("\"\"\"".utf8))
        return (isMultiline ? 3 : 1, end - place)
    }

    private func sees(_ text: String) -> Bool { bytes[place...].starts(with: text.utf8) }

    private mutating func setDepth(_ depth: Int) { modes[modes.count - 1] = .code(depth: depth) }

    private mutating func keep(_ count: Int) {
        code += bytes[place..<(place + count)]
        place += count
    }

    private mutating func blank(_ count: Int) {
        for _ in 0..<count {
            code.append(bytes[place] == UInt8(ascii: "\n") ? bytes[place] : UInt8(ascii: " "))
            place += 1
        }
    }
}
