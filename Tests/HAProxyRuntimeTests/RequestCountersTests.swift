import Testing

@testable import HAProxyRuntime

/// Rows of `show stat` as HAProxy 2.6.12 sends them, with fewer columns.
struct RequestCountersTests {
    private static let header =
        "# pxname,svname,qcur,scur,stot,econ,eresp,wretr,wredis,hrsp_1xx,hrsp_2xx,hrsp_3xx,"
        + "hrsp_4xx,hrsp_5xx,hrsp_other,mode,"

    @Test func serversOfHTTPBackendsAreRead() throws {
        let rows = [
            Self.header, "be,a,1,2,30,3,4,5,6,1,10,2,3,7,0,http,",
            "be,BACKEND,0,0,30,3,4,5,6,1,10,2,3,9,0,http,", "raw,b,0,0,30,3,4,5,6,,,,,,,tcp,",
        ].joined(separator: "\n")
        let servers = try [RequestCounters](answer: rows)
        #expect(
            servers == [
                RequestCounters(
                    backend: "be", server: "a", inFlight: 2, queued: 1, began: 30, answered: 16,
                    serverErrors: 7, connectErrors: 3, responseErrors: 4, retries: 11)
            ])
    }

    @Test(arguments: [
        (why: "no header", text: "be,a,1"), (why: "another table", text: "# pxname,svname\nbe,a"),
        (why: "a number that is none", text: header + "\nbe,a,1,x,0,0,0,0,0,0,0,0,0,0,0,http,"),
        (why: "a number below 0", text: header + "\nbe,a,1,-2,0,0,0,0,0,0,0,0,0,0,0,http,"),
    ])
    func whatCannotBeReadIsAnError(why: String, text: String) {
        #expect(throws: UnreadableAnswer.self, "\(why)") {
            try [RequestCounters](answer: text)
        }
    }

    @Test func countersThatWentBackAreAnotherProcess() {
        #expect(Self.counters(began: 5, answered: 5).follows(Self.counters(began: 5, answered: 4)))
        #expect(!Self.counters(began: 5, answered: 3).follows(Self.counters(began: 4, answered: 4)))
    }

    private static func counters(began: Int, answered: Int) -> RequestCounters {
        RequestCounters(
            backend: "be", server: "a", inFlight: 0, queued: 0, began: began, answered: answered,
            serverErrors: 0, connectErrors: 0, responseErrors: 0, retries: 0)
    }
}
