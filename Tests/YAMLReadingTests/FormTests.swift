import Testing
import Values
import YAMLReading

/// What each form takes and refuses; `nil` is a fault.
struct FormTests {
    @Test(arguments: [
        ("30s", "30s"), ("\"30s\"", "30s"), ("1h30m", "1h30m"), ("0s", "0s"), ("200ms", "200ms"),
        ("30", nil), ("1.5s", nil), ("-1s", nil), ("~", nil), ("366d", "366d"), ("367d", nil),
    ])
    func durations(text: String, wanted: String?) {
        #expect(value(text, as: .duration)?.text == wanted)
    }

    @Test(arguments: [
        ("0", 0), ("-5", -5), ("9", 9), ("10", nil), ("0x1", nil), ("1e0", nil), ("\"1\"", nil),
        ("+1", nil), ("01", nil), ("1_0", nil), ("-99999999999999999999", nil), ("no", nil),
    ])
    func wholeNumbers(text: String, wanted: Int?) {
        #expect(value(text, as: .int(-5...9)) == wanted)
    }

    @Test(arguments: [
        ("48.585", 48_585), ("-0.5", -500), ("7", 7000), ("7.", nil), (".5", nil), ("1e1", nil),
        ("0.0001", nil), ("180", 180_000), ("180.001", nil), ("9223372036854775807", nil),
    ])
    func decimals(text: String, wanted: Int?) {
        let form = Form<Int>.decimal(places: 3, in: -180_000...180_000)
        #expect(value(text, as: form) == wanted)
    }

    @Test(arguments: [("4", 4_000_000), ("1.5", 1_500_000), ("-1", nil), ("101", nil)])
    func factors(text: String, wanted: Int?) {
        #expect(value(text, as: .factor(upTo: 100))?.value == wanted)
    }

    @Test(arguments: [
        ("40%", 40), ("\"0%\"", 0), ("100%", 100), ("101%", nil), ("40", nil), ("0x1%", nil),
        ("%", nil),
    ])
    func percentages(text: String, wanted: Int?) {
        #expect(value(text, as: .percent)?.value == wanted)
    }

    @Test(arguments: [
        ("campus", "campus"), ("\"yes\"", "yes"), ("yes", nil), ("No", nil), ("12", nil),
        ("\"12\"", "12"), ("null", nil), ("\"null\"", "null"), ("\"\"", nil), ("1e3", nil),
        ("0x1F", nil), (".inf", nil), ("12:30", "12:30"), ("1.2.3", nil), ("a.b", "a.b"),
        ("|\n  two\n  lines", "two\nlines\n"), ("e3", "e3"), ("0xyz", "0xyz"),
    ])
    func texts(text: String, wanted: String?) {
        #expect(value(text, as: .text) == wanted)
    }

    @Test(arguments: [
        ("true", true), ("false", false), ("yes", nil), ("True", nil), ("\"true\"", nil),
    ])
    func truthValues(text: String, wanted: Bool?) {
        #expect(value(text, as: .flag) == wanted)
    }

    @Test(arguments: [
        ("\"07:30-17:30\"", [27_000, 63_000]),
        ("20:00-06:00", [72_000, 21_600]),
        ("7:30-17:30", nil), ("07:30", nil), ("07:30-24:00", nil), ("07:60-08:00", nil),
    ])
    func timesOfDay(text: String, wanted: [Int]?) {
        #expect(value(text, as: .clockRange).map { [$0.from, $0.until] } == wanted)
    }

    @Test(arguments: [
        ("127.0.0.1:80", "127.0.0.1:80"), ("\"[::1]:80\"", "[::1]:80"), ("127.0.0.1:+80", nil),
        ("127.0.0.1", nil), ("127.0.0.1:0", nil), ("127.0.0.1:65536", nil),
    ])
    func endpoints(text: String, wanted: String?) {
        #expect(value(text, as: .endpoint)?.description == wanted)
    }

    @Test(arguments: [("2026-03-02", "2026-3-2"), ("2026-+3-02", nil), ("2026-02-29", nil)])
    func dates(text: String, wanted: String?) {
        let date = value(text, as: .date)
        #expect(date.map { "\($0.year)-\($0.month)-\($0.day)" } == wanted)
    }

    @Test func everyNilHasItsFault() {
        let faults = Faults()
        let form = Form<Int>.object { _ in nil }
        #expect(faults.read([UInt8]("{}".utf8), file: "f", as: form) == nil)
        #expect(faults.hasErrors)
    }

    private func value<Value>(_ text: String, as form: Form<Value>) -> Value? {
        let faults = Faults()
        let value = faults.read([UInt8]("field: \(text)\n".utf8), file: "f", as: field(form))
        #expect((value == nil) == faults.hasErrors, "\(faults.diagnostics)")
        return value
    }

    private func field<Value>(_ form: Form<Value>) -> Form<Value> {
        .object { $0.required("field", form) }
    }
}
