/// The bytes of standard base64 with padding (RFC 4648 section 4), or nil when it is not that.
func base64Bytes(_ text: some StringProtocol) -> [UInt8]? {
    let characters = Array(text.utf8)
    let padding = characters.reversed().prefix { $0 == UInt8(ascii: "=") }.count
    guard characters.count % 4 == 0, padding <= 2 else { return nil }
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    for (index, character) in characters.dropLast(padding).enumerated() {
        guard let six = sixBits(character) else { return nil }
        bits = bits << 6 | UInt32(six)
        if index % 4 == 0 { continue }
        let rest = UInt32(6 - 2 * (index % 4))
        bytes.append(UInt8(truncatingIfNeeded: bits >> rest))
        bits &= (1 << rest) - 1
    }
    return bits == 0 ? bytes : nil  // Bits left over must be 0, so that a secret has one text.
}

private func sixBits(_ character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
}
