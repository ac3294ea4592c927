import Values

/// From one time of day to another, in seconds of the day, 0 through 86,399; the end excluded.
package struct ClockRange: Hashable, Sendable {
    package let from: Int
    package let until: Int
}

extension Form where Value == Duration {
    /// From nothing to a leap year.
    package static var duration: Form { duration(.zero ... .seconds(366 * 86_400)) }

    /// A duration with its units: `30s`, `1h30m`, `200ms`.
    package static func duration(_ range: ClosedRange<Duration>) -> Form {
        let bounds = "from \(range.lowerBound.text) to \(range.upperBound.text)"
        let example = durationExample(in: range)
        return .scalar("a duration \(bounds) such as \(example)") { scalar in
            if plainInt(scalar.text) != nil {
                let units = ["ms", "s", "m", "h"].map { scalar.text + $0 }
                return .wrong(
                    because: "which has no unit",
                    mend: "write one of \(units.joined(separator: ", "))")
            }
            guard let duration = Duration(text: scalar.text) else {
                return .wrong(mend: "use whole numbers with d, h, m, s, ms, us, ns: \(example)")
            }
            return range.contains(duration)
                ? .value(duration) : .wrong(because: "which is out of bounds")
        }
    }
}

private func durationExample(in range: ClosedRange<Duration>) -> String {
    let usual: [Duration] = [.seconds(30), .seconds(300), .milliseconds(200), .seconds(7200)]
    return (usual.first(where: range.contains) ?? range.lowerBound).text
}

extension Form where Value == ClockRange {
    /// `07:30-17:30`; over midnight when the end is not after the start.
    package static var clockRange: Form {
        .parsed("times of day such as \"07:30-17:30\"") { text in
            let parts = text.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count == 2, let from = secondOfDay(parts[0]),
                let until = secondOfDay(parts[1])
            else { return nil }
            return ClockRange(from: from, until: until)
        }
    }
}

private func secondOfDay(_ text: Substring) -> Int? {
    let bytes = Array(text.utf8)
    guard bytes.count == 5, bytes[2] == UInt8(ascii: ":"),
        [0, 1, 3, 4].allSatisfy({ (48...57).contains(bytes[$0]) })
    else { return nil }
    let digits = bytes.map { Int($0) - 48 }
    let (hour, minute) = (digits[0] * 10 + digits[1], digits[3] * 10 + digits[4])
    return hour < 24 && minute < 60 ? hour * 3600 + minute * 60 : nil
}
