import DNSMessages
import Testing

@Suite struct DNSNameTests {
    @Test(arguments: [
        ("ent.example", "ent.example."), ("ENT.Example.", "ENT.Example."), (".", "."),
        ("a\\.b.example", "a\\.b.example."), ("a\\046b.example", "a\\.b.example."),
        ("_bascule-epoch.ent.example", "_bascule-epoch.ent.example."),
        ("\\000x", "\\000x."), ("\\@.x", "\\@.x."),
    ])
    func readsAndWritesNames(text: String, written: String) throws {
        #expect(try name(text).description == written)
        #expect(try name(written) == name(text), "its own text is read back")
    }

    @Test(arguments: [
        "", "..", ".a", "a..b", "a b", "a\\", "a\\25", "a\\999", "é.example",
        String(repeating: "a", count: 64) + ".example",
        Array(repeating: String(repeating: "a", count: 63), count: 4).joined(separator: "."),
    ])
    func refusesWhatIsNoName(text: String) {
        #expect(DNSName(text: text) == nil)
    }

    @Test func comparesWithoutCase() throws {
        #expect(try name("Grand-Est.ENT.example") == name("grand-est.ent.EXAMPLE"))
        #expect(try Set([name("A.b"), name("a.B")]).count == 1)
    }

    @Test(arguments: [
        ("ent.example", "ent.example", true), ("a.ent.example", "ENT.example", true),
        ("example", "ent.example", false), ("xent.example", "ent.example", false),
        ("a.b", ".", true), ("x\\003ent.example", "ent.example", false),
    ])
    func knowsWhatIsInAZone(text: String, zone: String, isWithin: Bool) throws {
        #expect(try name(text).isWithin(name(zone)) == isWithin)
    }

    @Test func sortsAZoneBeforeItsNames() throws {
        let names = try ["z.ent.example", "a.z.ent.example", "ent.example", "A.ent.example"].map(
            name)
        #expect(
            names.sorted().map(\.text)
                == ["ent.example", "A.ent.example", "z.ent.example", "a.z.ent.example"])
    }
}
