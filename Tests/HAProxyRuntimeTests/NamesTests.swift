import Testing
import Values

@testable import HAProxyRuntime

struct NamesTests {
    @Test(arguments: ["ent-sbg2", "grand-est", "a", "A_1.b:2", String(repeating: "x", count: 128)])
    func aNameIsTaken(text: String) {
        #expect(HAProxyName(text)?.text == text)
    }

    @Test(arguments: [
        "", "a;show info", "a b", "a\nb", "a\r", "a/b", "a\\;b", "#1", "<<", "a\u{0}", "é", "a\"b",
        "%", "@1", String(repeating: "x", count: 129),
    ])
    func whatCouldSplitACommandIsNoName(text: String) {
        #expect(HAProxyName(text) == nil)
    }

    @Test(arguments: ["", "a;b", "a b", "a\nb", "@1", "<<", "#0", "a\\", "'a'"])
    func whatCouldSplitACommandIsNoWord(text: String) {
        #expect(HAProxyWord(text) == nil)
    }

    @Test(arguments: ["/etc/haproxy/quota.map", "grand-est:pupils", "100%", "a@b"])
    func aWordIsTaken(text: String) {
        #expect(HAProxyWord(text)?.text == text)
    }

    @Test func everyPercentIsAWeightAndBackAgain() {
        for value in 0...100 {
            let percent = Percent(checked: value)
            let weight = AbsoluteWeight(percent)
            #expect((0...256).contains(weight.value))
            #expect(weight.percent == percent)
        }
    }

    @Test(arguments: [(-1, false), (0, true), (256, true), (257, false)])
    func aWeightIs0Through256(value: Int, isTaken: Bool) {
        #expect((AbsoluteWeight(value) != nil) == isTaken)
    }

    @Test func everyCommandIsOneLine() throws {
        let be = try #require(HAProxyName("be"))
        let host = try #require(HAProxyName("ent-sbg2"))
        let map = RuntimeCommand.MapName.file(try #require(HAProxyWord("/q.map")))
        let entry = MapEntry(
            key: try #require(HAProxyWord("pupils")), value: try #require(HAProxyWord("80")))
        let commands: [RuntimeCommand] = [
            .setWeight(backend: be, server: host, AbsoluteWeight(.all)),
            .setState(backend: be, server: host, .drain),
            .setAddress(
                backend: be, server: host, Endpoint(.v6(high: 0, low: 1), port: 8080)),
            .showServersState(backend: be), .addToMap(map, version: 3, entry),
            .commitMap(.number(0), version: 3),
        ]
        #expect(
            commands.map(\.line) == [
                "set server be/ent-sbg2 weight 100", "set server be/ent-sbg2 state drain",
                "set server be/ent-sbg2 addr ::1 port 8080", "show servers state be",
                "add map @3 /q.map pupils 80", "commit map @3 #0",
            ])
    }
}
