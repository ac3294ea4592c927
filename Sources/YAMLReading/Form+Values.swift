package import Values

extension Form where Value: Identifier {
    /// A name (see `name`) as an identifier of its own type.
    package static func id(_ type: Value.Type) -> Form { .converted(.name, Value.init) }
}

extension Form where Value == PartsPerMillion {
    /// A factor such as 4 or 1.5, from 0 to `max`.
    package static func factor(upTo max: Int) -> Form {
        .converted(.decimal(places: 6, in: 0...(max * 1_000_000)), PartsPerMillion.init)
    }
}

extension Form where Value == Percent {
    package static var percent: Form { percent(0...100) }

    /// A whole percent with its sign: `40%`.
    package static func percent(_ range: ClosedRange<Int>) -> Form {
        let example = range.contains(40) ? 40 : range.lowerBound
        let bounds = "from \(range.lowerBound)% to \(range.upperBound)%"
        return .scalar("a percentage \(bounds) such as \(example)%") { scalar in
            if plainInt(scalar.text) != nil {
                return .wrong(because: "which has no unit", mend: "write \(scalar.text)%")
            }
            guard scalar.text.last == "%", let number = plainInt(scalar.text.dropLast()) else {
                return .wrong()
            }
            guard range.contains(number), let percent = Percent(number) else {
                return .wrong(because: "which is out of bounds")
            }
            return .value(percent)
        }
    }
}

extension Form where Value == CivilDate {
    /// `2026-03-02`.
    package static var date: Form {
        .parsed("a date such as 2026-03-02") { text in
            text.utf8.allSatisfy(isDigitOrDash) ? CivilDate(text: text) : nil
        }
    }
}

private func isDigitOrDash(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || byte == UInt8(ascii: "-")
}

extension Form where Value == Instant {
    /// RFC 3339 with its zone: `2021-03-10T00:35:00Z`, `2021-03-10T01:35:00+01:00`.
    package static var instant: Form {
        .parsed("a date, time and zone such as 2021-03-10T00:35:00Z") { Instant(rfc3339: $0) }
    }
}

extension Form where Value == Endpoint {
    /// `127.0.0.1:8080` or `"[::1]:8080"`.
    package static var endpoint: Form {
        .parsed("an address and port such as 127.0.0.1:8080 or \"[::1]:8080\"") { text in
            text.contains("+") ? nil : Endpoint(text: text)
        }
    }

    /// An endpoint of one family.
    package static func endpoint(_ family: IPAddress.Family) -> Form {
        let example = family == .ipv4 ? "127.0.0.1:8080" : "\"[::1]:8080\""
        let name = family == .ipv4 ? "IPv4" : "IPv6"
        return .parsed("an \(name) address and port such as \(example)") { text in
            guard !text.contains("+"), let endpoint = Endpoint(text: text) else { return nil }
            return endpoint.address.family == family ? endpoint : nil
        }
    }
}

extension Form where Value == IPAddress {
    package static var address: Form {
        .parsed("an IP address such as 127.0.0.1 or \"::1\"") { IPAddress(text: $0) }
    }
}
