import Testing

@testable import HAProxyRuntime

struct LaneQuotaTests {
    @Test(arguments: [
        ("1200:40", LaneQuota(lane: "pupils", users: 1200, entriesPerSecond: 40)),
        ("0:0", LaneQuota(lane: "pupils", users: 0, entriesPerSecond: 0)),
        (":40", LaneQuota(lane: "pupils", users: nil, entriesPerSecond: 40)),
        ("1200:", LaneQuota(lane: "pupils", users: 1200, entriesPerSecond: nil)),
    ])
    func aValueIsReadAndWrittenAlike(value: String, wanted: LaneQuota) throws {
        let line = MapLine(key: "pupils", value: value)
        let quota = try #require(LaneQuota(line))
        #expect(quota == wanted)
        #expect(quota.line == line)
        #expect(quota.entry?.value.text == value)
    }

    @Test(arguments: [
        "", ":", "500", "a:1", "1:b", "-1:4", "+1:4", "1:2:3", " 1:2", "1 :2", "١:٢",
        "99999999999999999999:1",
    ])
    func whatIsNoQuotaIsNotRead(value: String) {
        #expect(LaneQuota(MapLine(key: "pupils", value: value)) == nil)
    }

    @Test func theLaneOfLoginsIsAWordOfACommand() {
        let quota = LaneQuota(lane: LaneQuota.login, users: nil, entriesPerSecond: 3)
        #expect(quota.entry?.key.text == "/login")
        #expect(LaneQuota(lane: "two words", users: 1, entriesPerSecond: 1).entry == nil)
    }

    @Test(arguments: [
        (why: "nothing to nothing", before: "", after: "", narrow: ""),
        (why: "a first quota narrows", before: "", after: "p 5:5", narrow: "p 5:5"),
        (why: "the last quota goes later", before: "p 5:5", after: "", narrow: "p 5:5"),
        (why: "wider comes later", before: "p 5:5", after: "p 9:9", narrow: "p 5:5"),
        (why: "narrower comes first", before: "p 9:9", after: "p 5:5", narrow: "p 5:5"),
        (why: "each number alone", before: "p 9:1", after: "p 5:5", narrow: "p 5:1"),
        (why: "no limit is the widest", before: "p :4", after: "p 7:", narrow: "p 7:4"),
        (
            why: "each lane alone", before: "s 9:9,p 1:1", after: "p 5:5,x 0:0",
            narrow: "p 1:1,x 0:0,s 9:9"
        ),
    ])
    func betweenTwoStatesOnlyTheNarrowerOfBothHolds(
        why: String, before: String, after: String, narrow: String
    ) {
        let found = LaneQuota.narrower(of: quotas(before), and: quotas(after))
        #expect(found == quotas(narrow), "\(why)")
    }

    private func quotas(_ text: String) -> [LaneQuota] {
        text.split(separator: ",").compactMap { part in
            let words = part.split(separator: " ")
            return LaneQuota(MapLine(key: String(words[0]), value: String(words[1])))
        }
    }
}
