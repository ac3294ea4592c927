import DNSMessages
import NameServer
import Testing
import Values

private let start = Instant(unixSeconds: 1_000_000)

/// What becomes of answers to one client: `+` sent, `t` truncated, `.` dropped.
private func fates(
    _ limiter: inout RateLimiter, _ answerClass: AnswerClass = .records, to client: String,
    count: Int, at now: Instant = start
) throws -> String {
    let address = try address(client)
    return (0..<count).map { _ in
        switch limiter.verdict(on: answerClass, to: address, at: now) {
        case .send: "+"
        case .truncate: "t"
        case .drop: "."
        }
    }.joined()
}

private func limits(rate: Int, slip: Int = 2) -> RateLimits {
    var limits = RateLimits()
    (limits.answersPerSecond, limits.slip) = (rate, slip)
    return limits
}

@Suite struct RateLimiterTests {
    @Test(arguments: [
        (
            why: "a second's answers at once, then every second one truncated", rate: 3, slip: 2,
            fates: "+++.t.t."
        ),
        (why: "slip 1 truncates each", rate: 3, slip: 1, fates: "+++ttttt"),
        (why: "slip 0 drops each", rate: 3, slip: 0, fates: "+++....."),
        (why: "slip 3 truncates every third", rate: 1, slip: 3, fates: "+..t..t."),
        (why: "rate 0 is no limit", rate: 0, slip: 2, fates: "++++++++"),
    ])
    func slips(why: String, rate: Int, slip: Int, fates wanted: String) throws {
        var limiter = RateLimiter(limits(rate: rate, slip: slip), seed: 1)
        #expect(try fates(&limiter, to: "192.0.2.1", count: 8) == wanted, "\(why)")
    }

    @Test(arguments: [
        (why: "the same /24 shares", client: "192.0.2.200", fates: "..t"),
        (why: "another /24 does not", client: "192.0.3.1", fates: "++."),
        (why: "IPv6 does not", client: "2001:db8::1", fates: "++."),
        (why: "this machine is exempt", client: "127.0.0.1", fates: "+++"),
    ])
    func prefixesCountApart(why: String, client: String, fates wanted: String) throws {
        var limiter = RateLimiter(limits(rate: 2), seed: 1)
        #expect(try fates(&limiter, to: "192.0.2.1", count: 3) == "++.")
        let found = try fates(&limiter, to: client, count: 3)
        #expect(found == wanted || wanted == "..t" && found == "t.t", "\(why): \(found)")
    }

    @Test func aWholeSiteOfIPv6SharesAndItsNeighbourDoesNot() throws {
        var limiter = RateLimiter(limits(rate: 2, slip: 0), seed: 1)
        #expect(try fates(&limiter, to: "2001:db8:0:100::1", count: 2) == "++")
        #expect(try fates(&limiter, to: "2001:db8:0:1ff::2", count: 2) == "..")
        #expect(try fates(&limiter, to: "2001:db8:0:200::1", count: 2) == "++")
    }

    @Test func aFloodForAbsentNamesLeavesTheOthers() throws {
        var limiter = RateLimiter(limits(rate: 2, slip: 0), seed: 1)
        #expect(try fates(&limiter, .absence, to: "192.0.2.1", count: 3) == "++.")
        #expect(try fates(&limiter, .error, to: "192.0.2.1", count: 3) == "++.")
        #expect(try fates(&limiter, .records, to: "192.0.2.1", count: 3) == "++.")
    }

    @Test func anAccountFillsAtItsRate() throws {
        var limiter = RateLimiter(limits(rate: 4, slip: 0), seed: 1)
        #expect(try fates(&limiter, to: "192.0.2.1", count: 5) == "++++.")
        let half = start + .milliseconds(500)
        #expect(try fates(&limiter, to: "192.0.2.1", count: 3, at: half) == "++.")
        let rested = start + .seconds(60)
        #expect(try fates(&limiter, to: "192.0.2.1", count: 6, at: rested) == "++++..")
    }

    @Test func theTableIsBoundedAndItsQuietestAccountGoes() throws {
        var small = limits(rate: 10, slip: 0)
        small.accountsMax = 4
        var limiter = RateLimiter(small, seed: 1)
        #expect(try fates(&limiter, to: "192.0.2.1", count: 11) == "++++++++++.")
        // Many quiet prefixes push each other out, never the loud one.
        for third in 0..<100 {
            #expect(try fates(&limiter, to: "10.0.\(third).1", count: 1) == "+")
        }
        #expect(try fates(&limiter, to: "192.0.2.1", count: 1) == ".")
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false),
        ("192.0.2.7", "192.0.2.7", true), ("192.0.2.7", "192.0.2.8", false),
        ("0.0.0.0/0", "203.0.113.9", true), ("0.0.0.0/0", "::1", false),
        ("2001:db8::/32", "2001:db8:1::", true), ("2001:db8::/72", "2001:db8::1:0:0:0", true),
        ("2001:db8::/72", "2001:db8::100:0:0:1", false), ("::/0", "2001:db8::", true),
        ("2001:db8::/128", "2001:db8::1", false),
    ])
    func prefixesContain(prefix: String, client: String, isIn: Bool) throws {
        let prefix = try #require(AddressPrefix(text: prefix))
        #expect(prefix.contains(try address(client)) == isIn)
    }

    @Test(arguments: [
        "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "/8", "", "ten/8", "::/129",
        "10.0.0.0/8/8", "10.0.0.0/+8",
    ])
    func whatIsNoPrefixIsRefused(text: String) { #expect(AddressPrefix(text: text) == nil) }

    @Test(arguments: [
        ("grand-est.ent.example", true, true), ("grand-est.ent.example", false, true),
        ("none.ent.example", true, true), ("other.example", true, false),
    ])
    func aTruncatedAnswerKeepsItsQuestion(owner: String, edns: Bool, isCut: Bool) throws {
        let catalog = Catalog([Catalog.Entry(zone: try zone(), keys: [])])
        var query = DNSMessage(id: 9, questions: [Question(try name(owner), .a)])
        query.edns = edns ? EDNS(payloadMax: 1232) : nil
        guard case .send(let answer, _) = catalog.reaction(to: query.bytes, over: .udp, at: start)
        else {
            Issue.record("no answer")
            return
        }
        let short = truncated(answer)
        let message = try ReceivedMessage(bytes: short).message
        #expect(message.questions == query.questions && message.id == 9)
        #expect(message.isTruncated == isCut && message.answers.isEmpty)
        #expect((message.edns != nil) == edns)
        #expect(message.responseCode == (isCut ? .noError : .refused))
        #expect(short.count <= query.bytes.count)
    }

    @Test func aTallySpeaksNowAndThen() throws {
        var tally = Tally()
        #expect(tally.line(at: start) == nil)
        let client = try address("192.0.2.77")
        for _ in 0..<3 { tally.add(.answerDropped, client) }
        tally.add(.answerTruncated, client)
        #expect(
            tally.line(at: start)
                == "3 answers dropped by the rate limit (3 since the start); 1 answers truncated "
                + "by the rate limit (1 since the start); last for 192.0.2.0/24")
        tally.add(.answerDropped, client)
        #expect(tally.line(at: start + .seconds(9)) == nil)
        #expect(tally.line(at: start + .seconds(10))?.hasPrefix("1 answers dropped") == true)
        #expect(tally.line(at: start + .seconds(60)) == nil)
    }
}

@Suite struct ConnectionPaceTests {
    private let limits = ConnectionLimits()

    @Test func whoeverSendsNothingIsIdle() {
        let pace = ConnectionPace(openedAt: start)
        #expect(pace.refusal(of: limits, at: start + .seconds(9)) == nil)
        #expect(pace.refusal(of: limits, at: start + .seconds(10)) == .connectionIdle)
    }

    @Test func drippingBytesGainNothing() {
        var pace = ConnectionPace(openedAt: start)
        for second in 0..<5 { pace.hasPart(true, at: start + .seconds(second)) }
        #expect(pace.refusal(of: limits, at: start + .seconds(4)) == nil)
        #expect(pace.refusal(of: limits, at: start + .seconds(5)) == .requestUnfinished)
        _ = pace.countRequest(of: limits, at: start + .seconds(5))
        #expect(pace.refusal(of: limits, at: start + .seconds(14)) == nil)
    }

    @Test func answersMustBeTaken() {
        var pace = ConnectionPace(openedAt: start)
        pace.takesAnswers(false, at: start + .seconds(1))
        pace.takesAnswers(false, at: start + .seconds(5))
        #expect(pace.refusal(of: limits, at: start + .seconds(10)) == nil)
        #expect(pace.refusal(of: limits, at: start + .seconds(11)) == .answersUntaken)
        pace.takesAnswers(true, at: start + .seconds(11))
        #expect(pace.refusal(of: limits, at: start + .seconds(12)) == nil)
    }

    @Test func timeOfTheDiskIsNotTheClients() {
        var pace = ConnectionPace(openedAt: start)
        pace.updates(true, at: start)
        #expect(pace.refusal(of: limits, at: start + .seconds(100)) == nil)
        pace.updates(false, at: start + .seconds(100))
        #expect(pace.refusal(of: limits, at: start + .seconds(109)) == nil)
        #expect(pace.refusal(of: limits, at: start + .seconds(110)) == .connectionIdle)
    }

    @Test func requestsAreUsedUp() {
        var few = limits
        few.requestsMax = 3
        var pace = ConnectionPace(openedAt: start)
        #expect((0..<3).map { _ in pace.countRequest(of: few, at: start) } == [false, false, true])
    }

    @Test func connectionsAreCountedInAllAndByPrefix() throws {
        var limits = limits
        (limits.connectionsMax, limits.connectionsPerPrefixMax) = (4, 2)
        var counts = ConnectionCounts()
        let exempt = AddressPrefix.loopback
        let admit = { (client: String) in
            counts.admit(try address(client), limits, exempt: exempt)
        }
        #expect(try admit("192.0.2.1") == nil)
        #expect(try admit("192.0.2.2") == nil)
        #expect(try admit("192.0.2.3") == .connectionsPerPrefixMax)
        #expect(try admit("127.0.0.1") == nil)
        counts.end(try address("192.0.2.1"))
        #expect(try admit("192.0.2.3") == nil)
        #expect(try admit("127.0.0.1") == nil)
        #expect(try admit("127.0.0.1") == .connectionsMax)
    }
}
