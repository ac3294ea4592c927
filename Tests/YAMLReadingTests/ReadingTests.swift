import Testing
import Values
import YAMLReading

struct ReadingTests {
    private let good = """
        version: 1
        defaults: {interval: 200ms, failures: 40%}
        sites:
          sbg2: {title: Strasbourg, position: [48.585, 7.797]}
          gra1: {}
        hosts:
          ent-sbg2: &host
            site: sbg2
            ipv4: "127.0.21.1:8080"
            capacity: {users: 60000, measured: 2026-03-02}
            sessions: replicated
          ent-gra1: *host
        doors:
          - dns: {name: grand-est.ent.example}
          - haproxy: {socket: /run/haproxy.sock}
        """

    @Test func aGoodFileReadsWithoutAFault() throws {
        let faults = Faults()
        let small = try faults.accepted(
            faults.read([UInt8](good.utf8), file: "good.yaml", as: .object(Small.read)))
        #expect(faults.diagnostics.all.isEmpty)
        #expect(small.defaults.interval == .milliseconds(200))
        #expect(small.sites.map(\.position) == [[48_585, 7797], []])
        #expect(small.hosts.map(\.id.value) == ["ent-sbg2", "ent-gra1"])
        #expect(small.hosts.map(\.users) == [60_000, 60_000])
        #expect(small.doors.count == 2)
    }

    @Test func everyValueKeepsItsPlace() throws {
        let root = try #require(Faults().root(of: [UInt8](good.utf8), file: "good.yaml"))
        guard case .mapping(let top) = root.content, let hosts = top["hosts"]?.value.content,
            case .mapping(let byName) = hosts, let alias = byName["ent-gra1"]
        else {
            Issue.record("no hosts")
            return
        }
        #expect(alias.key.place == Place(file: "good.yaml", line: 12, column: 3))
        #expect(alias.value.place == Place(file: "good.yaml", line: 12, column: 13))
    }

    @Test func columnsCountCharactersAndABomIsNone() throws {
        let text = "\u{feff}{é: ü, ok: 1}"
        let root = try #require(Faults().root(of: [UInt8](text.utf8), file: "f"))
        guard case .mapping(let mapping) = root.content else {
            Issue.record("no mapping")
            return
        }
        #expect(mapping["ok"]?.key.place.column == 8)
    }

    @Test func warningsAloneDoNotRefuseAFile() throws {
        let faults = Faults()
        let text = "version: 1\nsites: {}\nhosts: {}\n"
        let small = faults.read([UInt8](text.utf8), file: "f", as: .object(Small.read))
        #expect(try faults.accepted(small).hosts.isEmpty)
        #expect(faults.diagnostics.description.hasPrefix("f:3:8: warning: hosts: none"))
    }

    @Test func faultsBeyondTheLimitAreCounted() {
        let faults = Faults()
        let keys = (1...500).map { "k\($0): 1\n" }.joined()
        _ = faults.read([UInt8](keys.utf8), file: "f", as: .object { _ in 1 })
        #expect(faults.diagnostics.all.count == 201)
        #expect(faults.diagnostics.description.contains("300 more errors and 0 more warnings"))
    }

    @Test(arguments: [
        ("a: [[1]]", "f:1:5: error: more than 2 lists and mappings inside each other"),
        ("a: &a [1]\nb: [*a]", "f:2:5: error: more than 2 lists"),
        ("[1, 2, 3, 4, 5, 6, 7, 8]", "f:1:23: error: more than 8 values"),
        ("{a: &a 1, b: *a, c: *a}", "f:1:21: error: more than 8 values"),
        ("{a: 1, b: 2, c: 3}", "f:1:14: error: more than 2 keys in one mapping"),
        ("a: xxxxxx", "f:1:4: error: a text of 6 bytes; at most 5 are read"),
        ("abcde: 1", "f:1:1: error: a key must have 1 to 4 bytes"),
        ("a: 1 # a comment that makes it long", "f:1:1: error: the file has 35 bytes; at most 24"),
    ])
    func everyLimitIsAnErrorThatNamesIt(text: String, wanted: String) {
        var limits = ReadingLimits()
        (limits.bytesMax, limits.scalarBytesMax, limits.keyBytesMax) = (24, 5, 4)
        (limits.depthMax, limits.nodesMax, limits.keysPerMappingMax) = (2, 8, 2)
        let faults = Faults(limits: limits)
        _ = faults.root(of: [UInt8](text.utf8), file: "f", limits: limits)
        #expect(faults.diagnostics.description.hasPrefix(wanted), "\(faults.diagnostics)")
    }
}
