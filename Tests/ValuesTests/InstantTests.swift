import Testing
import Values

struct InstantTests {
    @Test(arguments: [
        (why: "forward", start: 5, moved: Duration.nanoseconds(2), end: 7),
        (why: "backward", start: 5, moved: .nanoseconds(-7), end: -2),
        (why: "past the end", start: .max - 1, moved: .seconds(1), end: .max),
        (why: "before the start", start: .min + 1, moved: .seconds(-1), end: .min),
        (why: "by more than 64 bits hold", start: 0, moved: .seconds(Int64.max), end: .max),
        (why: "by less than 64 bits hold", start: 0, moved: .seconds(Int64.min), end: .min),
    ])
    func addingSaturates(why: String, start: Int64, moved: Duration, end: Int64) {
        #expect((Instant(nanoseconds: start) + moved).nanoseconds == end, "\(why)")
        #expect(
            Instant(nanoseconds: start) - (.zero - moved) == Instant(nanoseconds: end), "\(why)")
    }

    @Test func differencesSaturate() {
        #expect(Instant(unixSeconds: 7) - Instant(unixSeconds: 9) == .seconds(-2))
        #expect(Instant.distantFuture - .distantPast == .nanoseconds(Int64.max))
        #expect(Instant.distantPast - .distantFuture == .nanoseconds(Int64.min))
    }

    @Test(arguments: [(0, 0), (999_999_999, 0), (1_000_000_000, 1), (-1, -1), (-1_000_000_000, -1)])
    func wholeSecondsAreRoundedDown(nanoseconds: Int64, seconds: Int64) {
        #expect(Instant(nanoseconds: nanoseconds).unixSeconds == seconds)
    }

    @Test func hostileSecondsSaturate() {
        #expect(Instant(unixSeconds: .max) == .distantFuture)
        #expect(Instant(unixSeconds: .min) == .distantPast)
    }

    @Test(arguments: [
        (text: "1970-01-01T00:00:00Z", nanoseconds: 0),
        (text: "2021-03-10T00:35:00Z", nanoseconds: 1_615_336_500_000_000_000),
        (text: "2021-04-06T08:50:00.05Z", nanoseconds: 1_617_699_000_050_000_000),
        (text: "1969-12-31T23:59:59.999999999Z", nanoseconds: -1),
        (text: "2262-04-11T23:47:16.854775807Z", nanoseconds: Int64.max),
        (text: "1677-09-21T00:12:43.145224192Z", nanoseconds: Int64.min),
    ])
    func rfc3339IsWrittenAndRead(text: String, nanoseconds: Int64) {
        #expect(Instant(nanoseconds: nanoseconds).rfc3339 == text)
        #expect(Instant(rfc3339: text)?.nanoseconds == nanoseconds)
    }

    @Test(arguments: [
        ("2021-03-10T01:35:00+01:00", "2021-03-10T00:35:00Z"),
        ("2021-03-09T19:05:00-05:30", "2021-03-10T00:35:00Z"),
        ("2021-03-10T00:35:00.100000000Z", "2021-03-10T00:35:00.1Z"),
        ("2262-12-31T00:00:00Z", "2262-04-11T23:47:16.854775807Z"),
    ])
    func otherFormsOfRFC3339AreRead(text: String, same: String) {
        #expect(Instant(rfc3339: text)?.rfc3339 == same)
    }

    @Test(arguments: [
        "", "2021-03-10", "2021-03-10T00:35:00", "2021-03-10 00:35:00Z", "2021-02-29T00:00:00Z",
        "2021-03-10T24:00:00Z", "2021-03-10T00:60:00Z", "2021-03-10T00:00:60Z",
        "2021-03-10T00:35:00.Z", "2021-03-10T00:35:00.1234567890Z", "2021-03-10T00:35:00+1:00",
        "2021-03-10T00:35:00+19:00", "2021-03-10T00:35:00+01:60", "2021-03-10T00:35:00++1:00",
        "2021-03-10T00:35:00+1:000", "2021-03-10T+1:35:00Z", "2021-+3-10T00:35:00Z",
        "2021-03-10T00:35:00ZZ", "2300-01-01T00:00:00Z", "2021-03-10T00:35:00é",
    ])
    func whatIsNotRFC3339IsRefused(text: String) {
        #expect(Instant(rfc3339: text) == nil)
    }

    @Test(arguments: 0..<20) func everyInstantSurvivesItsText(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<200 {
            // Shifted by a random number of bits, so that near and far instants come up.
            let far = Int64(bitPattern: random.next())
            let instant = Instant(nanoseconds: far >> Int64(random.next(below: 64)))
            #expect(Instant(rfc3339: instant.rfc3339) == instant)
        }
    }
}
