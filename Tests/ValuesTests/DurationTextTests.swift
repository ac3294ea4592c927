import Testing
import Values

struct DurationTextTests {
    @Test(arguments: [
        (duration: Duration.zero, text: "0s"),
        (duration: .seconds(90), text: "1m30s"),
        (duration: .milliseconds(200), text: "200ms"),
        (duration: .seconds(5400), text: "1h30m"),
        (duration: .seconds(86_400), text: "1d"),
        (duration: .nanoseconds(1_000_001_001), text: "1s1us1ns"),
        (duration: .seconds(-61), text: "-1m1s"),
    ])
    func durationsAreWrittenAndRead(duration: Duration, text: String) {
        #expect(duration.text == text)
        #expect(Duration(text: text) == duration)
    }

    @Test(arguments: [
        ("90s", Duration.seconds(90)), ("120m", .seconds(7200)), ("1500ms", .milliseconds(1500)),
        ("0s", .zero), ("-0s", .zero),
    ])
    func otherFormsAreRead(text: String, duration: Duration) {
        #expect(Duration(text: text) == duration)
    }

    @Test(arguments: [
        "", "-", "5", "s", "1.5s", "1 s", "1S", "+1s", "--1s", "1s-1s", "1w", "1µs", "٣s",
        "99999999999999999999s", "107000d", "1s ",
    ])
    func whatIsNoDurationIsRefused(text: String) {
        #expect(Duration(text: text) == nil)
    }

    @Test(arguments: 0..<20) func everyDurationSurvivesItsText(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<200 {
            let far = Int64(bitPattern: random.next()) | 1  // Never the one that saturates.
            let duration = Duration.nanoseconds(far >> Int64(random.next(below: 64)))
            #expect(Duration(text: duration.text) == duration)
        }
    }

    @Test(arguments: [
        (duration: Duration.zero, text: "0ms"),
        (duration: .milliseconds(999), text: "999ms"),
        (duration: .milliseconds(1490), text: "1.4s"),
        (duration: .milliseconds(10_990), text: "10s"),
        (duration: .seconds(60), text: "1m"),
        (duration: .seconds(3599), text: "59m59s"),
        (duration: .seconds(5459), text: "1h30m"),
        (duration: .seconds(48 * 3600), text: "2d"),
        (duration: .seconds(51 * 3600 + 1800), text: "2d3h"),
        (duration: .seconds(-12), text: "-12s"),
        (duration: .seconds(Int64.min), text: "-106751d23h"),
    ])
    func peopleSeeTheTwoLargestUnits(duration: Duration, text: String) {
        #expect(duration.shortText == text)
    }
}
