import Testing
import Values

struct ChanceTests {
    /// Source: the reference splitmix64.c of Sebastiano Vigna, seed 1234567.
    @Test func splitMixGivesTheReferenceNumbers() {
        var random = SplitMix64(seed: 1_234_567)
        let drawn = (0..<5).map { _ in random.next() }
        #expect(
            drawn == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
                4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
            ])
    }

    @Test func numbersStayInTheirBounds() {
        var random = SplitMix64(seed: 1)
        var seen: Set<Int> = []
        for _ in 0..<1000 {
            seen.insert(random.next(in: -2...2))
            #expect((0..<7).contains(random.next(below: 7)))
            let moment = random.duration(upTo: .milliseconds(3))
            #expect(moment >= .zero && moment < .milliseconds(3))
        }
        #expect(seen == [-2, -1, 0, 1, 2])
        #expect(random.next(below: 1) == 0)
        #expect(random.duration(upTo: .zero) == .zero)
        #expect(!random.chance(perMille: 0) && random.chance(perMille: 1000))
    }

    /// Source: FNV-1a, draft-eastlake-fnv-17; each text is followed by the byte 0xff.
    @Test(arguments: [
        ("", 0xaf64_724c_8602_eb6e as UInt64), ("a", 0x089b_c907_b544_c769),
        ("grand-est", 0x5fbe_1d65_1e0f_afad),
    ])
    func stableHashesAreThoseOfFNV(text: String, hash: UInt64) {
        #expect(StableHash.of(text) == hash)
    }

    @Test func textsDoNotRunIntoEachOther() {
        var one = StableHash()
        one.combine("ab")
        one.combine("c")
        var other = StableHash()
        other.combine("a")
        other.combine("bc")
        #expect(one.value != other.value)
    }
}
