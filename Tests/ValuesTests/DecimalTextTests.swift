import Testing
import Values

struct DecimalTextTests {
    @Test(arguments: [
        ("0", 0, 0), ("12", 0, 12), ("12.9", 0, 12), ("-12.9", 0, -12), ("+3", 0, 3),
        ("0.25", 9, 250_000_000), ("1.5e3", 0, 1500), ("1e+06", 0, 1_000_000), ("2E-3", 3, 2),
        ("5.2e-05", 9, 52_000), ("0.0004", 3, 0), ("0e999", 0, 0), ("007", 0, 7),
        ("9223372036854775807", 0, Int64.max), ("1435781451.781", 0, 1_435_781_451),
    ])
    func decimalsAreReadAndCut(text: String, places: Int, number: Int64) {
        #expect(Int64(decimal: text, timesTenTo: places) == number, "\(text)")
    }

    @Test(arguments: [
        "", "-", ".", "1.", ".5", "1.2.3", "e5", "1e", "1e5.5", "1e1000", "NaN", "+Inf", "-Inf",
        "0x10", "1_000", " 1", "1 ", "--1", "1e--1", "9223372036854775808", "1e19", "١",
        String(repeating: "1", count: 401),
    ])
    func whatIsNoDecimalIsNone(text: String) { #expect(Int64(decimal: text) == nil, "\(text)") }
}
