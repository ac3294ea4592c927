/// The escapes of master files (RFC 1035 section 5.1).
enum ZoneText {
    static func escaped(_ byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): "\\" + String(UnicodeScalar(byte))
        case 0x20...0x7e: String(UnicodeScalar(byte))
        default: "\\" + String(repeating: "0", count: 3 - String(byte).count) + String(byte)
        }
    }

    /// The bytes that a text with escapes stands for, or nil when an escape is broken.
    static func bytes(of text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            guard let escaped = unescaped(&rest) else { return nil }
            bytes.append(escaped)
        }
        return bytes
    }

    private static func unescaped(_ rest: inout ArraySlice<UInt8>) -> UInt8? {
        guard let first = rest.popFirst() else { return nil }
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return first }
        let digits = [first] + rest.prefix(2)
        rest = rest.dropFirst(2)
        return digits.count == 3 ? UInt8(String(decoding: digits, as: UTF8.self)) : nil
    }
}
