extension Duration {
    /// The shortest text of whole units, largest first: `1h30m`, `90s` as `1m30s`, `200ms`, `0s`.
    ///
    /// Parts below a millisecond are written as `us` and `ns`, so that a journal loses nothing.
    /// Bounds: 292 years; longer ones saturate.
    package var text: String {
        let nanoseconds = inNanoseconds
        guard nanoseconds != 0 else { return "0s" }
        var text = nanoseconds < 0 ? "-" : ""
        var rest = nanoseconds == .min ? .max : abs(nanoseconds)
        for (unit, nanoseconds) in DurationText.units where rest >= nanoseconds {
            text += "\(rest / nanoseconds)\(unit)"
            rest %= nanoseconds
        }
        return text
    }

    /// For people: the two largest units only, rounded down: `1h30m`, `12s`, `1.4s`, `200ms`.
    package var shortText: String {
        let nanoseconds = inNanoseconds
        guard nanoseconds >= 0 else { return "-" + (.zero - self).shortText }
        let milliseconds = nanoseconds / 1_000_000
        if milliseconds < 1000 { return "\(milliseconds)ms" }
        if milliseconds < 10_000 { return "\(milliseconds / 1000).\(milliseconds % 1000 / 100)s" }
        let seconds = milliseconds / 1000
        if seconds < 60 { return "\(seconds)s" }
        if seconds < 3600 {
            return seconds % 60 == 0 ? "\(seconds / 60)m" : "\(seconds / 60)m\(seconds % 60)s"
        }
        let (hours, minutes) = (seconds / 3600, seconds % 3600 / 60)
        if hours < 48 { return minutes == 0 ? "\(hours)h" : "\(hours)h\(minutes)m" }
        return hours % 24 == 0 ? "\(hours / 24)d" : "\(hours / 24)d\(hours % 24)h"
    }

    /// Reads `500ms`, `90s`, `1h30m`, `2d`; nil when it is not one (`1.5s` has no whole unit).
    package init?(text: some StringProtocol) {
        guard let duration = DurationText.duration(in: text) else { return nil }
        self = duration
    }
}

private enum DurationText {
    static let units: [(unit: String, nanoseconds: Int64)] = [
        ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000),
        ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1000), ("ns", 1),
    ]

    static func duration(in text: some StringProtocol) -> Duration? {
        var rest = text[...]
        var total: Int64 = 0
        let isNegative = rest.first == "-"
        if isNegative { rest = rest.dropFirst() }
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            let letters = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(letters.count)
            guard let count = Int64(digits),
                let unit = units.first(where: { $0.unit == letters })
            else { return nil }
            let (product, overflow) = count.multipliedReportingOverflow(by: unit.nanoseconds)
            let (sum, overflowed) = total.addingReportingOverflow(product)
            guard !overflow, !overflowed else { return nil }
            total = sum
        }
        return .nanoseconds(isNegative ? -total : total)
    }
}
