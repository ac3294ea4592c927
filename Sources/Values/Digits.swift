/// Reads decimal digits and nothing else: Swift's own initializers also take a sign, which no
/// format here allows.
func number<Number: FixedWidthInteger>(
    inDigits text: some StringProtocol, as type: Number.Type = Int.self
) -> Number? {
    guard text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Number(text)
}
