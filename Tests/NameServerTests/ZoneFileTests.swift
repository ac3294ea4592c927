import DNSMessages
import NameServer
import Testing
import Values

@Suite struct ZoneFileTests {
    @Test func readsWhatPeopleWrite() throws {
        let zone = try zone()
        #expect(zone.start.serial == 7)
        #expect(zone.start.server == (try name("ns1.ent.example")))
        let region = try #require(zone.set(try name("grand-est.ent.example"), .a))
        #expect(region.ttl == 30)
        #expect(
            region.data == [.address(try address("192.0.2.1")), .address(try address("192.0.2.2"))])
        let text = zone.set(try name("deep.down.ent.example"), .txt)
        #expect(text?.data == [.txt([Array("a b".utf8), Array("c".utf8)])])
    }

    @Test func readsBracketsCommentsAndAbsoluteNames() throws {
        let text = """
            ent.example. 60 IN SOA ns1.ent.example. root.ent.example. ( ; serial and times
              4294967295 1 2
              3 4 ) ; end
            ent.example. IN 60 NS ns.elsewhere.example.
            odd\\;name 5 TXT "semi;colon \\"quoted\\" \\255"
            """
        let zone = try zone(text)
        #expect(zone.start.serial == .max)
        let odd = zone.set(try name("odd\\;name.ent.example"), .txt)
        #expect(odd?.data == [.txt([Array("semi;colon \"quoted\" ".utf8) + [255]])])
        #expect(try again(zone) == zone)
    }

    @Test func readsBackWhatItWrites() throws {
        let zone = try zone(epoch: "7.0.c1")
        #expect(try again(zone) == zone)
        #expect(
            ZoneFile.text(of: zone).contains("two\t30\tIN\tAAAA\t2001:db8::3\n"), "people read it")
    }

    private func again(_ zone: ServedZone) throws -> ServedZone {
        try ZoneFile.zone(named: zone.name, in: ZoneFile.text(of: zone), file: "again")
    }

    @Test(arguments: [
        ("x 30 A 192.0.2.999", "zone:11:8: error: '192.0.2.999' is not data of type A"),
        ("x 30 AAAA 192.0.2.9", "zone:11:11: error: '192.0.2.9' is not data of type AAAA"),
        ("x 30 MX 10 mail", "zone:11:6: error: there is no record type that is kept here"),
        ("x 30 A 1.2.3.4 5.6.7.8", "zone:11:6: error: A takes one value"),
        ("x 99999999999 A 1.2.3.4", "zone:11:3: error: '99999999999' is not a number"),
        ("x..y 30 A 1.2.3.4", "zone:11:1: error: 'x..y' is not a name"),
        ("x.other.example. 30 A 1.2.3.4", "zone:11:1: error: 'x.other.example' is not in zone"),
        ("x NS ns1", "zone:11:1: error: NS stands only at the top"),
        ("x TXT \"open", "zone:11:7: error: the quote is never closed"),
        ("@ SOA ns1 root ( 1 2 3", "zone:11:16: error: '(' is never closed"),
        ("x A ) 1.2.3.4", "zone:11:5: error: ')' closes nothing"),
        ("@ SOA ns1 root 1 2 3", "zone:11:3: error: SOA takes seven values"),
        ("@ SOA ns1 root 1 2 3 4 5", "zone:1:1: error: zone 'ent.example' has no SOA record, or"),
        ("$INCLUDE other", "zone:11:1: error: '$INCLUDE' is not read here"),
        ("$TTL", "zone:11:1: error: '$TTL' takes one value"),
        ("_bascule-epoch TXT x", "zone:1:1: error: 'x' is not an epoch"),
        ("x TXT", "zone:11:3: error: TXT has no text"),
    ])
    func namesTheFaultAndItsPlace(line: String, fault: String) throws {
        let error = try #require(throws: Diagnostics.self) { try zone(smallZone + "\n" + line) }
        #expect(error.description.contains(fault))
    }

    @Test func reportsEveryFaultOfAFile() throws {
        let error = try #require(throws: Diagnostics.self) {
            try zone(smallZone + "\nx A 1\ny A 2\nz A 1.2.3.4")
        }
        #expect(error.all.map(\.place.line) == [11, 12])
    }

    @Test func hostileFilesEndInAZoneOrInFaults() throws {
        let valid = Array(smallZone.utf8)
        let owner = try name("ent.example")
        var random = SplitMix64(seed: 1035)
        var reread: [ServedZone] = []
        for _ in 0..<3000 {
            var bytes = valid
            for _ in 0...random.next(below: 6) {
                bytes[random.next(below: bytes.count)] = UInt8(random.next(in: 9...126))
            }
            do throws(Diagnostics) {
                let zone = try ZoneFile.zone(
                    named: owner, in: String(decoding: bytes, as: UTF8.self),
                    file: "zone")
                reread.append(zone)
            } catch {
                #expect(error.hasErrors)
            }
        }
        for zone in reread { #expect(try again(zone) == zone) }
    }
}

/// A file of ours that was cut is found, wherever it was cut.
@Suite struct TornZoneFileTests {
    @Test func aFileOfOursMustEndAsOne() throws {
        let text = ZoneFile.text(of: try zone())
        #expect(try zone(text) == zone())
        var torn = 0
        for end in text.indices.dropFirst(1) where end < text.index(text.endIndex, offsetBy: -1) {
            do {
                _ = try zone(String(text[..<end]))
                Issue.record("cut to \(text[..<end].suffix(30)) it was taken")
            } catch { torn += 1 }
        }
        #expect(torn > 100)
    }

    @Test func theFaultSaysWhatToDo() throws {
        let lines = ZoneFile.text(of: try zone()).split(separator: "\n").dropLast(2)
        let error = #expect(throws: Diagnostics.self) { try zone(lines.joined(separator: "\n")) }
        #expect(
            error?.description.contains("does not end in '; The end of zone ent.example.'") == true)
    }

    @Test func aFileOfAPersonNeedsNoLastLine() throws { _ = try zone(smallZone) }
}
