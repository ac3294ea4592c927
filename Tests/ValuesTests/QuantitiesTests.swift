import Testing
import Values

struct QuantitiesTests {
    @Test(arguments: [
        (percent: 0, whole: 999, share: 0), (percent: 1, whole: 1, share: 1),
        (percent: 15, whole: 100, share: 15), (percent: 15, whole: 101, share: 16),
        (percent: 100, whole: Users.usersMax, share: Users.usersMax),
    ])
    func aPercentOfUsersIsRoundedUp(percent: Int, whole: Int, share: Int) throws {
        #expect(try #require(Percent(percent)).roundedUp(of: whole) == share)
    }

    @Test(arguments: [-1, 101, Int.max, Int.min]) func noPercentIsOutOfBounds(value: Int) {
        #expect(Percent(value) == nil)
    }

    @Test(arguments: [
        (millionths: 0, whole: 5, share: 0), (millionths: 1, whole: 1, share: 1),
        (millionths: 1_000_000, whole: 7, share: 7), (millionths: 4_000_000, whole: 7, share: 28),
        (millionths: 333_333, whole: 3, share: 1), (millionths: 333_334, whole: 3, share: 2),
        (millionths: Int.max, whole: 2, share: Int.max),
    ])
    func aRatioOfUsersIsRoundedUpAndSaturates(millionths: Int, whole: Int, share: Int) {
        #expect(PartsPerMillion(millionths).roundedUp(of: whole) == share)
    }

    @Test(arguments: [
        (why: "one letter off", name: "grvelines", suggested: "gravelines" as String?),
        (why: "two letters swapped", name: "pra", suggested: "par"),
        (why: "case does not count", name: "Ent-SBG2", suggested: "ent-sbg2"),
        (why: "the nearest wins", name: "ent-gra2", suggested: "ent-gra1"),
        (why: "nothing is near", name: "marseille", suggested: nil),
        (why: "a short name may be one off", name: "pa", suggested: "par"),
        (why: "an empty name", name: "", suggested: nil),
    ])
    func aMisspeltNameGetsTheNearestDeclaredOne(why: String, name: String, suggested: String?) {
        let declared = ["ent-gra1", "ent-sbg2", "gravelines", "par"]
        #expect(suggestion(for: name, among: declared) == suggested, "\(why)")
    }

    @Test func diagnosticsComeInTheOrderOfTheFileAndSayHowToMend() {
        let late = Diagnostic(
            .warning, at: Place(file: "t.yaml", line: 9, column: 1), what: "old", mend: "measure")
        let early = Diagnostic(
            at: Place(file: "t.yaml", line: 2, column: 7), what: "bad", mend: "mend it")
        #expect(
            Diagnostics([late, early]).description == """
                t.yaml:2:7: error: bad
                  mend: mend it
                t.yaml:9:1: warning: old
                  mend: measure
                """)
        #expect(Diagnostics([late, early]).hasErrors)
        #expect(!Diagnostics([late]).hasErrors)
    }
}
