import Detection
import Testing
import TopologyModel
import Values

@testable import Probing

private let hostile: [[UInt8]] = [
    [0xff, 0xfe], Array(#"{"users":99999999999999999999}"#.utf8),
    Array(#"{"users":1e999}"#.utf8), Array(#"{"users":NaN}"#.utf8),
    Array((String(repeating: "[", count: 60_000)).utf8),
    Array((#"{"users":1,"\#(String(repeating: "k", count: 60_000))":1,"#).utf8),
]

/// A page of a load is read as the reference says, or is silent.
@Suite struct LoadPageTests {
    @Test func aWholePageIsRead() throws {
        let page = """
            {"users":120,"waiting":7,"queue":3,"loginsPerSecond":12,"latencyMs":340,
             "errorsPerMillion":15000,"build":{"of":["yesterday",null,true]}}
            """
        #expect(
            try Load(page: Array(page.utf8))
                == Load(
                    users: 120, waiting: 7, queue: 3, loginsPerSecond: 12,
                    latency: .milliseconds(340), errors: PartsPerMillion(15_000)))
    }

    @Test func whatAPageDoesNotSayIsUnknown() throws {
        #expect(try Load(page: Array(#"{"users":5}"#.utf8)) == Load(users: 5))
        let nulls = #"{"users":5,"loginsPerSecond":null,"latencyMs":null}"#
        #expect(try Load(page: Array(nulls.utf8)) == Load(users: 5))
    }

    @Test func fractionsAreCut() throws {
        let page = #"{"users":5.9,"latencyMs":0.4}"#
        #expect(try Load(page: Array(page.utf8)) == Load(users: 5, latency: .zero))
    }

    @Test(arguments: [
        ("", "its page is no JSON: the document ends too soon at byte 0"),
        ("<html>busy</html>", "its page is no JSON: a value is missing at byte 0"),
        ("{}", "its page has no users"),
        ("[1]", "its page is no JSON object"), ("12", "its page is no JSON object"),
        ("null", "its page is no JSON object"),
        (#"{"queue":1}"#, "its page has no users"), (#"{"users":null}"#, "its page has no users"),
        (#"{"users":"12"}"#, "users is no number"), (#"{"users":true}"#, "users is no number"),
        (#"{"users":[12]}"#, "users is no number"),
        (#"{"users":-1}"#, "users is -1, and not from 0 to 1000000000"),
        (#"{"users":1000000001}"#, "users is 1000000001, and not from 0 to 1000000000"),
        (#"{"users":1,"latencyMs":-3}"#, "latencyMs is -3, and not from 0 to 86400000"),
        (
            #"{"users":1,"errorsPerMillion":1000001}"#,
            "errorsPerMillion is 1000001, and not from 0 to 1000000"
        ),
        (#"{"users":1,"users":2}"#, "its page is no JSON: 'users' stands twice at byte 19"),
        (#"{"users":1}{"#, "its page is no JSON: text after the document at byte 11"),
    ])
    func whatIsNoPageIsSilent(page: String, why: String) {
        #expect(throws: SilentSource(why)) { try Load(page: Array(page.utf8)) }
    }

    @Test(arguments: hostile)
    func hostileBytesAreSilentInFewWords(page: [UInt8]) {
        let silent = #expect(throws: SilentSource.self) { try Load(page: page) }
        #expect(silent?.why.count ?? .max <= SilentSource.whyMax)
    }

    /// Each byte of a good page changed, and each cut of it: never a load that nobody wrote.
    @Test func noDamageStopsTheReader() {
        let page = Array(#"{"users":120,"queue":3,"latencyMs":340}"#.utf8)
        for index in page.indices {
            #expect(throws: SilentSource.self) { try Load(page: Array(page[..<index])) }
            for byte: UInt8 in [0, 0x22, 0x2d, 0x39, 0x7b, 0x7d, 0xff] {
                var damaged = page
                damaged[index] = byte
                do throws(SilentSource) {
                    let load = try Load(page: damaged)
                    #expect((0...Users.usersMax).contains(load.users))
                } catch { #expect(!error.why.isEmpty) }
            }
        }
    }
}

private func vector(_ samples: String...) -> String {
    let result = samples.joined(separator: ",")
    return #"{"status":"success","data":{"resultType":"vector","result":[\#(result)]}}"#
}

private func sample(_ value: String, region: String? = nil) -> String {
    let labels = region.map { #""region":"\#($0)""# } ?? ""
    return #"{"metric":{\#(labels)},"value":[1435781451.781,"\#(value)"]}"#
}

/// What Prometheus answers, as its HTTP API writes it.
@Suite struct PrometheusAnswerTests {
    private static let est = RegionID("est")

    private func answer(_ body: String, places: Int = 0) throws -> PrometheusAnswer {
        try PrometheusAnswer(body: Array(body.utf8), places: places)
    }

    @Test func oneValueIsTheHosts() throws {
        #expect(try answer(vector(sample("12.5"))).whole == 12)
        #expect(try answer(vector(sample("0.25")), places: 9).whole == 250_000_000)
        let scalar =
            #"{"status":"success","data":{"resultType":"scalar","result":[1435781451,"7"]}}"#
        #expect(try answer(scalar).whole == 7)
    }

    @Test func labelledValuesAreTheRegions() throws {
        let both = vector(
            sample("1", region: "est"), sample("1e+06", region: "ouest"))
        #expect(try answer(both).byRegion == [Self.est: 1, RegionID("ouest"): 1_000_000])
    }

    @Test func noNumberIsNoValue() throws {
        for text in ["NaN", "+Inf", "-Inf"] {
            #expect(try answer(vector(sample(text))).whole == nil)
            #expect(try answer(vector(sample(text, region: "est"))).byRegion == [:])
        }
        #expect(try answer(vector()).whole == nil)
    }

    @Test(arguments: [
        ("", "its answer is no JSON: the document ends too soon at byte 0"),
        ("{}", "its answer is none of Prometheus"),
        (#"{"status":"error","error":"x"}"#, "its answer is none of Prometheus"),
        (
            vector().replacing("vector", with: "matrix"),
            "the query gives a matrix, not a vector or a scalar"
        ),
        (
            vector(sample("1"), sample("2")),
            "the query gives several values without the label region"
        ),
        (
            vector(sample("1", region: "est"), sample("2", region: "est")),
            "the query gives several values for region est"
        ),
        (
            vector(sample("1"), sample("2", region: "est")),
            "the query gives values with the label region and without it"
        ),
        (vector("1"), "a sample has no metric, or no value"),
        (vector(sample("many")), "'many' is no number, or out of bounds"),
        (vector(sample("1e300")), "'1e300' is no number, or out of bounds"),
        (
            vector(#"{"metric":{},"value":["1",2]}"#),
            "a value is no pair of a time and a number"
        ),
    ])
    func whatIsNoAnswerIsSilent(body: String, why: String) {
        #expect(throws: SilentSource(why)) { try answer(body) }
    }

    @Test func regionsWithoutAValueAreSilent() throws {
        let users = try answer(
            vector(sample("5", region: "est"), sample("9", region: "elsewhere")))
        let latency = try answer(vector(sample("0.5")), places: 9)
        let results = PrometheusQuestion.results(
            for: [Self.est, RegionID("ouest")], users: users, latency: latency)
        #expect(results.map(\.region) == [Self.est, RegionID("ouest")])
        #expect(results[0].result == .read(load: Load(users: 5, latency: .milliseconds(500))))
        #expect(
            results[1].result == .silent(why: "the query gives no value for region ouest"))
    }

    @Test(arguments: ["-1", "1000000001"])
    func usersOutOfBoundsAreSilent(text: String) throws {
        let users = try answer(vector(sample(text)))
        let results = PrometheusQuestion.results(for: [Self.est], users: users, latency: nil)
        #expect(
            results.map(\.result) == [
                .silent(why: "\(text) users are not from 0 to 1000000000")
            ])
    }

    @Test func aQueryIsEncoded() {
        #expect(
            PrometheusAnswer.path(asking: #"a{b="c"} é"#)
                == "/api/v1/query?query=a%7Bb%3D%22c%22%7D%20%C3%A9")
    }
}
