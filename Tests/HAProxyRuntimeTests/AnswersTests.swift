import Testing
import Values

@testable import HAProxyRuntime

/// Texts as HAProxy 2.6.12 sent them.
struct AnswersTests {
    private static let be = HAProxyName("be")!
    private static let server = HAProxyName("a")!

    @Test(arguments: [
        (why: "nothing is a yes", text: "", words: nil),
        (why: "a sentence is a no", text: "No such server.", words: "No such server."),
        (
            why: "of a long sentence the first line is kept",
            text: "Unknown command, but maybe one of these\n  show fd\n  quit",
            words: "Unknown command, but maybe one of these"
        ),
        (
            why: "a static algorithm",
            text:
                "Backend is using a static LB algorithm and only accepts weights '0%' and '100%'.",
            words:
                "Backend is using a static LB algorithm and only accepts weights '0%' and '100%'."
        ),
    ])
    func aChangeIsAnsweredByNothing(why: String, text: String, words: String?) {
        let command = RuntimeCommand.setWeight(
            backend: Self.be, server: Self.server, AbsoluteWeight(.all))
        #expect(command.refusal(in: text) == words, "\(why)")
    }

    @Test(arguments: [
        ("IP changed from '127.0.0.1' to '127.0.0.2' by 'stats socket command'", true),
        ("IP changed from '::1' to '::2', port changed from '1' to '2' by 'stats'", true),
        ("port changed from '18981' to '18990' by 'stats socket command'", true),
        ("no need to change the addr by 'stats socket command'", true),
        ("No such server.", false),
        ("Invalid addr format '1'", false),
    ])
    func aChangeOfAddressIsToldInASentence(text: String, isDone: Bool) {
        let command = RuntimeCommand.setAddress(
            backend: Self.be, server: Self.server, Endpoint(.v4(0x7f00_0001), port: 1))
        #expect((command.refusal(in: text) == nil) == isDone)
    }

    @Test(arguments: [
        (why: "one answer", chunks: ["\n> "], answers: [""]),
        (
            why: "several", chunks: ["\n> No such server.\n\n> \n> "],
            answers: ["", "No such server.", ""]
        ),
        (
            why: "cut anywhere", chunks: ["Pid: 1\n", "\n", ">", " ", "x\n\n> "],
            answers: ["Pid: 1", "x"]
        ),
        (why: "an arrow within a line", chunks: ["a > b\nc> d\n\n> "], answers: ["a > b\nc> d"]),
        (why: "an unfinished answer is none", chunks: ["Pid: 1\n\n>"], answers: []),
    ])
    func answersEndInAPrompt(why: String, chunks: [String], answers: [String]) {
        var splitter = AnswerSplitter()
        #expect(chunks.flatMap { splitter.answers(completedBy: $0.utf8) } == answers, "\(why)")
    }

    @Test func aProcessIsKnownByPidAndStart() throws {
        let process = try HAProxyProcess(answer: Samples.info)
        #expect(process.version == "2.6.12-1+deb12u4")
        #expect(process.incarnation == "13348@1795468940")
        #expect(process.uptimeSeconds == 3)
    }

    @Test(arguments: ["", "Name: HAProxy", "Version: 2\nPid: x\nStart_time_sec: 1\nUptime_sec: 0"])
    func aProcessWithoutItsNumbersIsAnError(answer: String) {
        #expect(throws: UnreadableAnswer.self) { try HAProxyProcess(answer: answer) }
    }

    @Test func serversAreReadWithTheirLoad() throws {
        let stats = try HAProxyStats(answer: Samples.stat)
        let servers = try ServersStateTable(answer: Samples.servers).servers(loads: stats)
        #expect(servers.map(\.name.text) == ["a", "b", "c"])
        #expect(servers.map(\.weight.value) == [50, 8, 1])
        #expect(servers.map(\.initialWeight.value) == [100, 1, 1])
        #expect(
            servers.map(\.endpoint) == [
                Endpoint(text: "127.0.0.2:18990"), Endpoint(text: "[::1]:18982"), nil,
            ])
        #expect(servers.map(\.admin.isMaintenance) == [true, false, false])
        #expect(servers.map(\.admin.isDraining) == [false, true, false])
        #expect(servers.map(\.operation) == [.stopped, .running, .running])
        #expect(servers.map(\.isOpen) == [false, false, true])
        #expect(servers[0].load == ServerLoad(sessions: 7, queued: 2))
        #expect(servers[1].load == ServerLoad(isBackup: true))
        #expect(stats.algorithm(of: Self.be) == "roundrobin")
    }

    @Test(arguments: [
        "", "2\n# srv_name\n", "1\n", "1\n# be_name srv_name\nbe a\n",
        Samples.servers.replacing("127.0.0.2 0 1 50", with: "127.0.0.2 0 1 257"),
        Samples.servers.replacing("127.0.0.2 0 1 50", with: "127.0.0.2 9 1 50"),
    ])
    func serversInAnotherFormAreAnError(answer: String) {
        #expect(throws: UnreadableAnswer.self) {
            try ServersStateTable(answer: answer).servers(loads: HAProxyStats(rows: []))
        }
    }

    @Test func aFieldInQuotesMayHoldCommas() throws {
        let stats = try HAProxyStats(
            answer: """
                # pxname,svname,qcur,scur,weight,bck,last_chk,algo
                be,a,1,2,3,0,"L7, bad",
                """)
        #expect(stats.rows.map(\.sessions) == [2])
        #expect(stats.rows.map(\.algorithm) == [""])
    }

    @Test func mapsAreRead() throws {
        let listing = """
            # id (file) description
            0 (/q.map) pattern loaded from file '/q.map' used by map at file 'c' line 11. \
            curr_ver=2 next_ver=3 entry_cnt=1
            """
        #expect(
            try MapListing.listings(in: listing) == [
                MapListing(number: 0, file: "/q.map", version: 2, entryCount: 1)
            ])
        #expect(try MapListing.listings(in: "# id (file) description").isEmpty)
        #expect(
            try MapLine.lines(in: "0x55f010a84510 k v w\n0x55f010a84560 k2 0") == [
                MapLine(key: "k", value: "v w"), MapLine(key: "k2", value: "0"),
            ])
        #expect(try MapLine.preparedVersion(in: "New version created: 7") == 7)
        #expect(throws: UnreadableAnswer.self) { try MapLine.lines(in: "k v") }
    }
}

enum Samples {
    static let info = """
        Name: HAProxy
        Version: 2.6.12-1+deb12u4
        Pid: 13348
        Uptime: 0d 0h00m03s
        Uptime_sec: 3
        node: vm
        Start_time_sec: 1795468940
        """
    static let servers = """
        1
        # be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight \
        srv_iweight srv_time_since_last_change srv_check_status srv_check_result srv_check_health \
        srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord \
        srv_use_ssl srv_check_port srv_check_addr srv_agent_addr srv_agent_port
        3 be 1 a 127.0.0.2 0 1 50 100 0 1 0 0 0 0 0 0 - 18990 - 0 0 - - 0
        3 be 2 b ::1 2 8 8 1 0 1 0 2 0 0 0 0 - 18982 - 0 0 - - 0
        3 be 3 c - 2 0 1 1 0 1 0 2 0 0 0 0 - 0 - 0 0 - - 0
        """
    static let stat = """
        # pxname,svname,qcur,qmax,scur,smax,slim,stot,status,weight,act,bck,algo
        be,a,2,0,7,0,,0,MAINT,50,1,0,
        be,b,0,0,0,0,,0,DRAIN,8,0,1,
        be,BACKEND,0,0,0,0,999,0,UP,59,2,1,roundrobin
        """
}
