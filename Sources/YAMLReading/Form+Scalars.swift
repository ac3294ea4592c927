import Values

extension Form where Value == String {
    /// A text that is not empty; what could be a number or a truth value must be quoted.
    package static var text: Form { text(charactersMax: 1000) }

    package static func text(charactersMax: Int) -> Form {
        .scalar("a text of 1 to \(charactersMax) characters") { scalar in
            if scalar.isNumber || scalar.isTruthValue {
                let kind = scalar.isNumber ? "a number" : "a truth value"
                return .wrong(
                    because: "which reads as \(kind)",
                    mend: "quote it: \"\(shown(scalar.text))\"")
            }
            let isFine = (1...charactersMax).contains(scalar.text.count)
            return isFine ? .value(scalar.text) : .wrong()
        }
    }

    /// A name of letters, digits and `-._`, at most 253 long, which begins with a letter or digit.
    package static var name: Form {
        .scalar("a name such as ent-sbg2 (letters, digits, - . _)") { scalar in
            if scalar.isNumber || scalar.isTruthValue {
                return .wrong(
                    because: "which reads as \(scalar.isNumber ? "a number" : "a truth value")",
                    mend: "quote it, or choose another name")
            }
            return isName(scalar.text) ? .value(scalar.text) : .wrong()
        }
    }
}

/// Whether a text is letters, digits and `-._`, 1 to 253 of them, the first a letter or digit.
func isName(_ text: String) -> Bool {
    guard (1...253).contains(text.utf8.count), let first = text.utf8.first else { return false }
    return isASCIIAlphanumeric(first)
        && text.utf8.allSatisfy { isASCIIAlphanumeric($0) || "-._".utf8.contains($0) }
}

private func isASCIIAlphanumeric(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
}

extension Form where Value == Bool {
    /// Plain `true` or `false`, and nothing else.
    package static var flag: Form {
        .scalar("true or false") { scalar in
            switch (scalar.isPlain, scalar.text) {
            case (true, "true"): .value(true)
            case (true, "false"): .value(false)
            case (false, "true"), (false, "false"): .wrong(mend: "remove the quotes")
            case (true, _), (false, _): .wrong()
            }
        }
    }
}

extension Form where Value == Int {
    /// A whole number in plain decimal digits.
    package static func int(_ range: ClosedRange<Int>) -> Form {
        let bounds = "from \(range.lowerBound) to \(range.upperBound)"
        let wanted =
            range.count == 1 ? "the number \(range.lowerBound)" : "a whole number \(bounds)"
        return .scalar(wanted) { scalar in
            guard scalar.isPlain else {
                let isInt = plainInt(scalar.text) != nil
                return .wrong(mend: isInt ? "remove the quotes" : nil)
            }
            guard let number = plainInt(scalar.text) else {
                return .wrong(
                    mend: scalar.isNumber
                        ? "write it in decimal digits alone, without 0x, 1e3, 1_000 or a point"
                        : nil)
            }
            return range.contains(number)
                ? .value(number) : .wrong(because: "which is out of bounds")
        }
    }

    /// A decimal number with at most `places` digits after the point, as a whole number of its
    /// last digit's unit: `7.797` with 3 places is 7797.
    package static func decimal(places: Int, in range: ClosedRange<Int>) -> Form {
        let bounds = (range.lowerBound, range.upperBound)
        let from = decimalText(bounds.0, places: places)
        let wanted = "a number from \(from) to \(decimalText(bounds.1, places: places))"
        return .scalar("\(wanted) with at most \(places) decimals") { scalar in
            guard scalar.isPlain, let number = decimalNumber(scalar.text, places: places) else {
                return .wrong()
            }
            return range.contains(number)
                ? .value(number) : .wrong(because: "which is out of bounds")
        }
    }
}

extension Form where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
    /// One of an enum's words.
    package static func word(_ type: Value.Type) -> Form {
        let words = Value.allCases.map(\.rawValue)
        return .scalar(words.count == 1 ? words[0] : "one of \(words.joined(separator: ", "))") {
            if let value = Value(rawValue: $0.text) { return .value(value) }
            return .wrong(mend: nearest($0.text, among: words).map { "did you mean '\($0)'?" })
        }
    }
}

/// The suggestion for a misspelt name; none for a name too long to be one.
package func nearest(_ name: String, among declared: some Sequence<String>) -> String? {
    name.utf8.count <= 64 ? suggestion(for: name, among: declared) : nil
}

/// `-5`, `0`, `42`; nothing that readers disagree about (`+5`, `010`, `1_000`). Saturates.
func plainInt(_ text: some StringProtocol) -> Int? {
    let isNegative = text.first == "-"
    let digits = isNegative ? text.dropFirst() : text[...]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }),
        digits == "0" || digits.first != "0"
    else { return nil }
    return Int(text) ?? (isNegative ? .min : .max)
}

private func decimalNumber(_ text: String, places: Int) -> Int? {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, plainInt(first) != nil else { return nil }
    let fraction = parts.count == 2 ? parts[1] : ""
    guard parts.count == 1 || !fraction.isEmpty, fraction.utf8.count <= places,
        fraction.utf8.allSatisfy({ (48...57).contains($0) })
    else { return nil }
    // As one number, so that the sign of -0.5 is kept.
    let zeros = String(repeating: "0", count: places - fraction.utf8.count)
    return Int(first + fraction + zeros)
}

private func decimalText(_ number: Int, places: Int) -> String {
    let unit = (0..<places).reduce(1) { unit, _ in unit * 10 }
    let (whole, rest) = number.quotientAndRemainder(dividingBy: unit)
    return rest == 0 ? "\(whole)" : "\(whole).\(String(unit + abs(rest)).dropFirst())"
}
