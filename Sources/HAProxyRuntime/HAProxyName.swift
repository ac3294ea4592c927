/// The name of a backend or a server in HAProxy's configuration; a server is named as its host.
///
/// ASCII letters, digits, `-`, `_`, `.` and `:`, 1 through 128 of them: what HAProxy takes as a
/// name (configuration manual, section 2.1), and nothing that could end or split a command.
package struct HAProxyName: Hashable, Comparable, Sendable, CustomStringConvertible {
    static let bytesMax = 128

    package let text: String

    /// Nil when a character is not one of a name's, or there are none, or too many.
    package init?(_ text: some StringProtocol) {
        guard (1...HAProxyName.bytesMax).contains(text.utf8.count),
            text.utf8.allSatisfy({ $0.isOfAName })
        else { return nil }
        self.text = String(text)
    }

    package var description: String { text }

    package static func < (left: HAProxyName, right: HAProxyName) -> Bool { left.text < right.text }
}

/// A key or a value of a map, or the file that a map is named for: one word of a command.
///
/// As a name, and `/`, `@`, `%`, `+`, `=`, `,`; 1 through 256 bytes, not beginning with `@`, which
/// would be read as a version.
package struct HAProxyWord: Hashable, Sendable, CustomStringConvertible {
    static let bytesMax = 256

    package let text: String

    /// Nil when a character is not one of a word's, or there are none, or too many.
    package init?(_ text: some StringProtocol) {
        guard (1...HAProxyWord.bytesMax).contains(text.utf8.count), !text.hasPrefix("@"),
            text.utf8.allSatisfy({ $0.isOfAName || HAProxyWord.more.contains($0) })
        else { return nil }
        self.text = String(text)
    }

    package var description: String { text }

    private static let more = Array("/@%+=,".utf8)
}

extension UInt8 {
    fileprivate var isOfAName: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
            UInt8(ascii: "."), UInt8(ascii: ":"):
            true
        default: false
        }
    }
}
