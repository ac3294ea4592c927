import DNSMessages
import Testing
import Values

@Suite struct ExchangeTests {
    private let mine = Epoch(term: 8, revision: 0, owner: ControllerID("c1"))
    private let older = Epoch(term: 7, revision: 0, owner: ControllerID("c1"))

    private func claim() throws -> DNSUpdate {
        .claim(try name("ent.example"), replacing: older, by: mine)
    }

    private func change() throws -> DNSUpdate {
        .change(
            try name("ent.example"), under: mine,
            to: [
                NamedAddresses(
                    try name("grand-est.ent.example"), ttl: 30,
                    addresses: [try address("192.0.2.1"), try address("2001:db8::1")])
            ])
    }

    @Test func anUpdateIsReadBackFromItsMessage() throws {
        var other = DNSUpdate(zone: try name("ent.example"))
        let host = try name("a.ent.example")
        other.prerequisites = [.nameInUse(host), .nameNotInUse(host), .exists(host, .a)]
        other.changes = [.deleteName(host), .delete(host, .txt(text: "x"))]
        for update in [try claim(), try change(), other] {
            let received = try ReceivedMessage(bytes: update.message(id: 9).bytes)
            #expect(try DNSUpdate(received.message) == update)
        }
    }

    @Test func aClaimComparesWhatWasRead() throws {
        let epochName = try name("_bascule-epoch.ent.example")
        #expect(try claim().prerequisites == [.holds(epochName, .txt(text: "7.0.c1"))])
        let first = DNSUpdate.claim(try name("ent.example"), replacing: nil, by: mine)
        #expect(first.prerequisites == [.doesNotExist(epochName, .txt)])
        #expect(first.changes.last == .add(epochName, ttl: 0, .txt(text: "8.0.c1")))
    }

    @Test func aChangeNeedsMyEpochAndReplacesBothFamilies() throws {
        let region = try name("grand-est.ent.example")
        let change = try change()
        #expect(
            change.prerequisites
                == [.holds(try name("_bascule-epoch.ent.example"), .txt(text: "8.0.c1"))])
        #expect(
            change.changes == [
                .deleteSet(region, .a), .deleteSet(region, .aaaa),
                .add(region, ttl: 30, .address(try address("192.0.2.1"))),
                .add(region, ttl: 30, .address(try address("2001:db8::1"))),
            ])
    }

    @Test func readsTheEpochOfAnAnswer() throws {
        let zone = try name("ent.example")
        let epochName = EpochRecord.name(in: zone)
        let record = { (text: String) in DNSRecord(epochName, ttl: 0, .txt(text: text)) }
        #expect(EpochRecord.reading(of: [], in: zone) == .none)
        #expect(EpochRecord.reading(of: [record("8.0.c1")], in: zone) == .epoch(mine))
        #expect(EpochRecord.reading(of: [record("x")], in: zone) == .unreadable("x"))
        #expect(
            EpochRecord.reading(of: [record("8.0.c1"), record("7.0.c1")], in: zone)
                == .unreadable("8.0.c1, 7.0.c1"))
    }

    @Test func tellsWhatAnAnswerMeans() throws {
        let exchange = DNSExchange(update: try change(), id: 7, key: try key(), at: noon)
        let request = try ReceivedMessage(bytes: exchange.bytes)
        let mac = try request.verified(by: [key()], at: noon).mac
        let reply = { (code: ResponseCode, mac: [UInt8]) in
            try request.message.response(code).signed(with: key(), at: noon, answering: mac).bytes
        }
        let done = exchange.outcome(of: try reply(.noError, mac), at: noon)
        #expect(done == .answer(request.message.response(.noError)))
        let late = exchange.outcome(of: try reply(.noError, mac), at: noon + .seconds(301))
        #expect(
            late == .unverified(.badTime(signedAt: noon, now: noon + .seconds(301)), .noError))
        #expect(
            exchange.outcome(of: try reply(.recordsMissing, mac), at: noon)
                == .refused(.recordsMissing))
        #expect(
            exchange.outcome(of: try reply(.noError, [1]), at: noon)
                == .unverified(.badSignature, .noError))
        let unsigned = request.message.response(.refused).bytes
        #expect(exchange.outcome(of: unsigned, at: noon) == .unverified(.unsigned, .refused))
    }

    @Test func anotherExchangesAnswerIsNotOurs() throws {
        let question = DNSExchange(
            question: try name("grand-est.ent.example"), .a, id: 7, at: noon)
        let request = try ReceivedMessage(bytes: question.bytes).message
        var others = [DNSMessage](repeating: request.response(.noError), count: 4)
        others[0].id = 8
        others[1].isResponse = false
        others[2].opcode = .update
        others[3].questions = [Question(try name("x.ent.example"), .a)]
        for other in others {
            guard case .notOurs = question.outcome(of: other.bytes, at: noon) else {
                Issue.record("\(other) was taken for the answer")
                continue
            }
        }
        var cut = request.response(.noError)
        cut.isTruncated = true
        #expect(question.outcome(of: cut.bytes, at: noon) == .truncated)
        #expect(question.outcome(of: [0, 7], at: noon) != .truncated)
    }
}
