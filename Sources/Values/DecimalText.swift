extension Int64 {
    /// Bytes of a text that is read; a longer one is no honest number.
    private static let decimalBytesMax = 400

    /// A decimal such as `12.5`, `-3` or `1.2e-05`, times ten to the power of `places`; what is
    /// left over is cut off. Nil when it is none, or out of bounds: infinities and NaN are none.
    package init?(decimal text: some StringProtocol, timesTenTo places: Int = 0) {
        guard text.utf8.count <= Int64.decimalBytesMax, !text.isEmpty else { return nil }
        let sign = text.utf8.first.map { [UInt8(ascii: "-"), UInt8(ascii: "+")].contains($0) }
        let unsigned = Array(text.utf8.dropFirst(sign == true ? 1 : 0))
        let parts = unsigned.split(maxSplits: 1, omittingEmptySubsequences: false) {
            $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E")
        }
        let mantissa = parts[0].split(
            separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard let exponent = parts.count == 1 ? 0 : Int64.exponent(parts[1]),
            mantissa.allSatisfy({ !$0.isEmpty && $0.allSatisfy(Int64.isDigit) })
        else { return nil }
        let digits = mantissa.joined().drop { $0 == UInt8(ascii: "0") }
        // Where the point stands in the digits that are left.
        let point = exponent + places + digits.count - (mantissa.count == 2 ? mantissa[1].count : 0)
        guard !digits.isEmpty, point > 0 else {
            self = 0
            return
        }
        guard point <= 19 else { return nil }
        let kept = Array(digits.prefix(point))
        let zeros = [UInt8](repeating: UInt8(ascii: "0"), count: point - kept.count)
        let minus = text.utf8.first == UInt8(ascii: "-") ? "-" : ""
        self.init(minus + String(decoding: kept + zeros, as: UTF8.self))
    }

    /// A whole number of at most three digits: a larger one moves the point out of any bounds.
    private static func exponent(_ text: ArraySlice<UInt8>) -> Int? {
        let digits = text.drop { [UInt8(ascii: "-"), UInt8(ascii: "+")].contains($0) }
        guard (1...3).contains(digits.count), text.count - digits.count <= 1,
            digits.allSatisfy(isDigit)
        else { return nil }
        return Int(String(decoding: text, as: UTF8.self))
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
