import OrderedCollections
import Values

/// Why a text is not a JSON document that we read.
package struct JSONSyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
    package let what: String
    /// Bytes from the start.
    package let offset: Int

    package var description: String { "\(what) at byte \(offset)" }
}

extension JSONValue {
    /// Nesting that is still read; deeper is an error and never an overflow of the stack.
    package static let depthMax = 128
    /// The size of a document that is still read (bytes).
    package static let bytesMax = 64 * 1024 * 1024

    /// What is done with numbers that are not whole, such as `1.5` and `2e3`.
    package enum Fractions: Sendable {
        /// They are faults, as in every document of ours.
        case refused
        /// They are read without what stands behind the point: for documents of others.
        case cut
    }

    /// Reads one document.
    package init(
        parsing text: String, fractions: Fractions = .refused
    ) throws(JSONSyntaxError) {
        var text = text
        guard text.utf8.count <= JSONValue.bytesMax else {
            throw JSONSyntaxError(what: "more than \(JSONValue.bytesMax) bytes", offset: 0)
        }
        var parser = JSONParser(bytes: text.withUTF8 { Array($0) }, fractions: fractions)
        self = try parser.document()
    }
}

private struct JSONParser {
    let bytes: [UInt8]
    let fractions: JSONValue.Fractions
    var index = 0

    init(bytes: [UInt8], fractions: JSONValue.Fractions) {
        (self.bytes, self.fractions) = (bytes, fractions)
    }

    mutating func document() throws(JSONSyntaxError) -> JSONValue {
        let value = try value(depth: 0)
        skipSpace()
        guard index == bytes.count else { throw fault("text after the document") }
        return value
    }

    private func fault(_ what: String) -> JSONSyntaxError {
        JSONSyntaxError(what: what, offset: index)
    }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        // RFC 8259, section 2: space, tab, line feed, carriage return.
        while let byte = next, [0x20, 0x09, 0x0a, 0x0d].contains(byte) { index += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard next == byte else { return false }
        index += 1
        return true
    }

    private mutating func value(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        guard depth <= JSONValue.depthMax else { throw fault("nested too deeply") }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), .some(0x30...0x39): return try number()
        default: throw fault(next == nil ? "the document ends too soon" : "a value is missing")
        }
    }

    private mutating func object(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        index += 1
        var fields: OrderedDictionary<String, JSONValue> = [:]
        if take(UInt8(ascii: "}")) { return .object(fields) }
        repeat {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw fault("a key is missing") }
            let key = try string()
            guard take(UInt8(ascii: ":")) else { throw fault("':' is missing after '\(key)'") }
            guard fields[key] == nil else { throw fault("'\(key)' stands twice") }
            fields[key] = try value(depth: depth + 1)
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw fault("',' or '}' is missing") }
        return .object(fields)
    }

    private mutating func array(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        index += 1
        var values: [JSONValue] = []
        if take(UInt8(ascii: "]")) { return .array(values) }
        repeat { values.append(try value(depth: depth + 1)) } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw fault("',' or ']' is missing") }
        return .array(values)
    }

    private mutating func word(
        _ word: String, _ value: JSONValue
    ) throws(JSONSyntaxError) -> JSONValue {
        guard bytes[index...].starts(with: word.utf8) else { throw fault("a value is missing") }
        index += word.utf8.count
        return value
    }

    private mutating func number() throws(JSONSyntaxError) -> JSONValue {
        let start = index
        if next == UInt8(ascii: "-") { index += 1 }
        while let byte = next, (0x30...0x39).contains(byte) { index += 1 }
        if let byte = next,
            [UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")].contains(byte)
        {
            guard fractions == .cut else { throw fault("only whole numbers are read here") }
            return try fraction(from: start)
        }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        let digits = text.drop { $0 == "-" }
        guard !digits.isEmpty, digits == "0" || digits.first != "0" else {
            throw fault("'\(text)' is no number")
        }
        guard let number = Int64(text) else { throw fault("a number is out of bounds") }
        return .number(number)
    }

    /// A number whose whole part ends here.
    private mutating func fraction(from start: Int) throws(JSONSyntaxError) -> JSONValue {
        let whole = bytes[start..<index].drop { $0 == UInt8(ascii: "-") }
        while let byte = next, JSONParser.ofAFraction.contains(byte) { index += 1 }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        guard !whole.isEmpty, whole.count == 1 || whole.first != UInt8(ascii: "0"),
            let number = Int64(decimal: text)
        else { throw fault("'\(text)' is no number, or out of bounds") }
        return .number(number)
    }

    private static let ofAFraction = Array("0123456789.eE+-".utf8)

    private mutating func string() throws(JSONSyntaxError) -> String {
        index += 1
        var content: [UInt8] = []
        while let byte = next {
            index += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: content, as: UTF8.self) else {
                    throw fault("a string is not UTF-8")
                }
                return text
            case UInt8(ascii: "\\"): content += try escaped()
            case 0..<0x20: throw fault("a control character stands in a string")
            default: content.append(byte)
            }
        }
        throw fault("a string does not end")
    }

    private mutating func escaped() throws(JSONSyntaxError) -> [UInt8] {
        guard let byte = next else { throw fault("a string does not end") }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0c]
        case UInt8(ascii: "n"): return [0x0a]
        case UInt8(ascii: "r"): return [0x0d]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return Array(String(Character(try scalar())).utf8)
        default: throw fault("an escape is not known")
        }
    }

    private mutating func scalar() throws(JSONSyntaxError) -> Unicode.Scalar {
        let high = try fourHexDigits()
        if let scalar = Unicode.Scalar(high) { return scalar }
        guard (0xd800..<0xdc00).contains(high), next == UInt8(ascii: "\\") else {
            throw fault("half of a surrogate pair")
        }
        index += 1
        guard next == UInt8(ascii: "u") else { throw fault("half of a surrogate pair") }
        index += 1
        let low = try fourHexDigits()
        guard (0xdc00..<0xe000).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (high - 0xd800) << 10 + (low - 0xdc00))
        else { throw fault("half of a surrogate pair") }
        return scalar
    }

    private mutating func fourHexDigits() throws(JSONSyntaxError) -> UInt32 {
        let digits = bytes[index...].prefix(4).prefix { UInt8(ascii: "0") <= $0 }
        // `UInt32` alone would read "+123" too, whose sign stands before every digit.
        guard digits.count == 4,
            let word = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw fault("four hex digits are missing") }
        index += 4
        return word
    }
}
