import DNSMessages
import NameServer
import Testing
import Values

@Suite struct PrerequisiteTests {
    enum Wanted: Sendable { case met, fails(ResponseCode) }

    /// RFC 2136 section 3.2, by the lines that nsupdate writes after `prereq`.
    @Test(
        arguments: [
            (["yxdomain grand-est"], .met), (["yxdomain none"], .fails(.nameError)),
            (["yxdomain down"], .fails(.nameError)),
            (["nxdomain none"], .met), (["nxdomain grand-est"], .fails(.nameExists)),
            (["yxrrset grand-est A"], .met), (["yxrrset grand-est AAAA"], .fails(.recordsMissing)),
            (["nxrrset grand-est AAAA"], .met), (["nxrrset grand-est A"], .fails(.recordsExist)),
            (["yxrrset grand-est A 192.0.2.2", "yxrrset grand-est A 192.0.2.1"], .met),
            (["yxrrset grand-est A 192.0.2.1"], .fails(.recordsMissing)),
            (["yxrrset grand-est A 192.0.2.9"], .fails(.recordsMissing)),
            (["yxrrset none A 192.0.2.9"], .fails(.recordsMissing)),
            (["yxrrset GRAND-est A", "nxdomain none"], .met),
            (["yxrrset grand-est A", "nxdomain two"], .fails(.nameExists)),
        ] as [(lines: [String], wanted: Wanted)])
    func areEvaluated(lines: [String], wanted: Wanted) throws {
        let update = DNSUpdate(
            zone: try name("ent.example"), prerequisites: try lines.map(prerequisite),
            changes: [.add(try name("new.ent.example"), ttl: 1, .txt(text: "x"))])
        switch (wanted, try zone().outcome(of: update)) {
        case (.met, .changed): break
        case (.fails(let code), .refused(let found, _)): #expect(code == found)
        case (_, let outcome): Issue.record("\(lines): \(outcome)")
        }
    }

    private func prerequisite(_ line: String) throws -> DNSUpdate.Prerequisite {
        let words = line.split(separator: " ").map(String.init)
        let owner = try name(words[1] + ".ent.example")
        switch (words[0], words.count) {
        case ("yxdomain", 2): return .nameInUse(owner)
        case ("nxdomain", 2): return .nameNotInUse(owner)
        case ("yxrrset", 3): return .exists(owner, try #require(RecordType(name: words[2])))
        case ("nxrrset", 3): return .doesNotExist(owner, try #require(RecordType(name: words[2])))
        default: return .holds(owner, try data(words[2], words[3]))
        }
    }
}

@Suite struct ChangeTests {
    private func changed(
        _ changes: [DNSUpdate.Change], of start: ServedZone? = nil
    ) throws -> ServedZone {
        let start = try start ?? zone()
        let update = DNSUpdate(zone: start.name, changes: changes)
        guard case .changed(let zone) = start.outcome(of: update) else {
            Issue.record("\(start.outcome(of: update))")
            return start
        }
        return zone
    }

    @Test func areMadeInOrderAndRaiseTheSerialOnce() throws {
        let region = try name("grand-est.ent.example")
        let new = RecordData.address(try address("192.0.2.9"))
        let zone = try changed([.deleteSet(region, .a), .add(region, ttl: 5, new)])
        #expect(zone.set(region, .a)?.data == [new])
        #expect(zone.start.serial == 8)
    }

    @Test func giveAWholeSetTheNewTTL() throws {
        let region = try name("grand-est.ent.example")
        let zone = try changed([.add(region, ttl: 5, .address(try address("192.0.2.1")))])
        #expect(zone.set(region, .a)?.ttl == 5)
        #expect(zone.set(region, .a)?.data.count == 2)
    }

    @Test func thatChangeNothingLeaveTheSerial() throws {
        let region = try name("grand-est.ent.example")
        let none = try name("none.ent.example")
        let update = DNSUpdate(
            zone: try name("ent.example"),
            changes: [
                .add(region, ttl: 30, .address(try address("192.0.2.1"))), .deleteName(none),
                .delete(region, .address(try address("192.0.2.77"))),
            ])
        #expect(try zone().outcome(of: update) == .unchanged)
    }

    @Test func neverTakeTheTopOfTheZoneAway() throws {
        let top = try name("ent.example")
        let server = RecordData.ns(try name("ns1.ent.example"))
        let zone = try changed([
            .deleteName(top), .deleteSet(top, .soa), .deleteSet(top, .ns), .delete(top, server),
            .add(top, ttl: 1, .txt(text: "still here")),
        ])
        #expect(zone.set(top, .ns)?.data == [server])
        #expect(zone.set(top, .soa) != nil)
    }

    @Test func takeAnSOAOnlyWithALaterSerial() throws {
        let top = try name("ent.example")
        let server = try name("ns1.ent.example")
        let new = StartOfAuthority(server: server, keeper: server, serial: 20)
        let old = StartOfAuthority(server: server, keeper: server, serial: 6)
        let zone = try changed([.add(top, ttl: 9, .soa(new)), .add(top, ttl: 8, .soa(old))])
        #expect(zone.start == new)
        #expect(zone.startTTL == 9)
    }

    @Test func passFromTheLastSerialToOne() throws {
        let last = smallZone.replacing(" 7 ", with: " 4294967295 ")
        let new = DNSUpdate.Change.add(try name("a.ent.example"), ttl: 1, .txt(text: "x"))
        #expect(try changed([new], of: zone(last)).start.serial == 1)
    }

    @Test func ofTypesThatAreNotKeptAreRefused() throws {
        let update = DNSUpdate(
            zone: try name("ent.example"),
            changes: [.add(try name("a.ent.example"), ttl: 1, .other(RecordType(15), [0]))])
        #expect(
            try zone().outcome(of: update)
                == .refused(.refused, why: "records of type TYPE15 are not kept"))
    }

    @Test func thatAreTooManyAreRefused() throws {
        let owner = try name("a.ent.example")
        let changes = (0..<UInt32(2000)).map {
            DNSUpdate.Change.add(owner, ttl: 1, .address(.v4($0)))
        }
        let update = DNSUpdate(zone: try name("ent.example"), changes: changes)
        guard case .refused(.refused, _) = try zone().outcome(of: update) else {
            Issue.record("2000 addresses were taken")
            return
        }
    }
}

@Suite struct EpochTests {
    private let region = "grand-est.ent.example"

    private func move(under text: String) throws -> DNSUpdate {
        .change(
            try name("ent.example"), under: try epoch(text),
            to: [NamedAddresses(try name(region), ttl: 30, addresses: [try address("192.0.2.9")])])
    }

    private func code(_ update: DNSUpdate, epoch: String?) throws -> ResponseCode {
        switch try zone(epoch: epoch).outcome(of: update) {
        case .changed, .unchanged: .noError
        case .refused(let code, _): code
        }
    }

    @Test(
        arguments: [
            (why: "mine", held: "8.0.c1", under: "8.0.c1", code: ResponseCode.noError),
            (why: "an older leader", held: "8.0.c1", under: "7.0.c1", code: .recordsMissing),
            (why: "another owner", held: "8.0.c1", under: "8.0.c2", code: .recordsMissing),
            (why: "not yet claimed", held: "8.0.c1", under: "9.0.c1", code: .recordsMissing),
            (why: "a zone nobody claimed", held: nil, under: "8.0.c1", code: .recordsMissing),
        ] as [(why: String, held: String?, under: String, code: ResponseCode)])
    func aChangeHoldsTheZonesEpoch(
        why: String, held: String?, under: String, code: ResponseCode
    ) throws {
        #expect(try self.code(move(under: under), epoch: held) == code, "\(why)")
    }

    @Test(
        arguments: [
            (held: nil, read: nil, new: "8.0.c1", code: ResponseCode.noError),
            (held: "7.0.c1", read: "7.0.c1", new: "8.0.c1", code: .noError),
            (held: "7.0.c1", read: "7.0.c1", new: "7.0.c1", code: .noError),
            (held: "7.0.c1", read: "6.0.c1", new: "8.0.c1", code: .recordsMissing),
            (held: "7.0.c1", read: nil, new: "8.0.c1", code: .recordsExist),
            (held: nil, read: "7.0.c1", new: "8.0.c1", code: .recordsMissing),
            (held: "8.0.c1", read: "8.0.c1", new: "7.9.c9", code: .refused),
            (held: "8.5.c1", read: "8.5.c1", new: "8.4.c9", code: .refused),
            (held: "8.5.c2", read: "8.5.c2", new: "8.5.c1", code: .refused),
            (held: "9.0.c1", read: "9.0.c1", new: "10.0.c1", code: .noError),
        ] as [(held: String?, read: String?, new: String, code: ResponseCode)])
    func aClaimComparesAndOnlyRises(
        held: String?, read: String?, new: String, code: ResponseCode
    ) throws {
        let claim = DNSUpdate.claim(
            try name("ent.example"), replacing: try read.map(epoch), by: try epoch(new))
        #expect(try self.code(claim, epoch: held) == code)
    }

    @Test func aClaimedZoneTakesNothingWithoutItsEpoch() throws {
        let owner = EpochRecord.name(in: try name("ent.example"))
        var update = try move(under: "8.0.c1")
        for other in [[], [.exists(owner, .txt)], [.nameInUse(owner)]]
            as [[DNSUpdate.Prerequisite]]
        {
            update.prerequisites = other
            #expect(try code(update, epoch: "8.0.c1") == .refused)
        }
        update.prerequisites = []
        #expect(
            try code(update, epoch: nil) == .noError, "before the first claim, people change it")
    }

    @Test func anEpochIsNeverTakenAwayDoubledOrGarbled() throws {
        let owner = EpochRecord.name(in: try name("ent.example"))
        let held = DNSUpdate.Prerequisite.holds(owner, .txt(text: "8.0.c1"))
        for changes in [
            [.deleteName(owner)], [.deleteSet(owner, .txt)],
            [.delete(owner, .txt(text: "8.0.c1"))], [.add(owner, ttl: 0, .txt(text: "9.0.c1"))],
            [.deleteSet(owner, .txt), .add(owner, ttl: 0, .txt(text: "nobody"))],
        ] as [[DNSUpdate.Change]] {
            let update = DNSUpdate(
                zone: try name("ent.example"), prerequisites: [held], changes: changes)
            #expect(try code(update, epoch: "8.0.c1") == .refused, "\(changes)")
        }
    }

    @Test func aMoveUnderAClaimOfItsOwnMessageRisesTogether() throws {
        let claim = DNSUpdate.claim(
            try name("ent.example"), replacing: try epoch("7.0.c1"), by: try epoch("8.0.c1"))
        var both = try move(under: "7.0.c1")
        both.changes += claim.changes
        #expect(try code(both, epoch: "7.0.c1") == .noError)
    }
}

@Suite struct NeverAnEmptyAnswerTests {
    @Test(arguments: [
        (lines: ["grand-est A", "grand-est AAAA"], code: ResponseCode.refused),
        (lines: ["two A"], code: .noError),
        (lines: ["two A", "two AAAA"], code: .refused),
        (lines: ["down TXT", "deep.down TXT"], code: .noError),
    ])
    func aServedNameKeepsAnAddress(lines: [String], code: ResponseCode) throws {
        let changes = try lines.map { line in
            let words = line.split(separator: " ")
            return DNSUpdate.Change.deleteSet(
                try name(words[0] + ".ent.example"), try #require(RecordType(name: words[1])))
        }
        let update = DNSUpdate(zone: try name("ent.example"), changes: changes)
        switch try zone().outcome(of: update) {
        case .changed: #expect(code == .noError)
        case .refused(let found, let why):
            #expect(found == code)
            #expect(why.contains("without any address"))
        case .unchanged: Issue.record("nothing changed")
        }
    }

    @Test func deletingByOneRecordOrByNameIsNoWayAround() throws {
        let region = try name("grand-est.ent.example")
        let each = try ["192.0.2.1", "192.0.2.2"].map {
            DNSUpdate.Change.delete(region, .address(try address($0)))
        }
        for changes in [each, [.deleteName(region)]] {
            let update = DNSUpdate(zone: try name("ent.example"), changes: changes)
            guard case .refused(.refused, _) = try zone().outcome(of: update) else {
                Issue.record("\(changes) left a name without an address")
                continue
            }
        }
    }
}
