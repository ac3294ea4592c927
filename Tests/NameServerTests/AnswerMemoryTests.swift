import DNSMessages
import NameServer
import Testing
import Values

private let noon = Instant(unixSeconds: 1_741_600_800)

/// Memory beside the catalog: what it gives must be what the catalog gives, byte for byte.
@Suite struct AnswerMemoryTests {
    private func answer(_ catalog: Catalog, _ request: [UInt8], _ way: Transport) -> [UInt8]? {
        guard case .send(let bytes, _) = catalog.reaction(to: request, over: way, at: noon)
        else { return nil }
        return bytes
    }

    @Test func memoryAnswersAsTheCatalogDoes() throws {
        let lines = (0..<60).map { "many A 10.0.0.\($0)" }.joined(separator: "\n")
        let catalog = Catalog([Catalog.Entry(zone: try zone(smallZone + "\n" + lines), keys: [])])
        let owners = [
            "grand-est.ent.example", "GRAND-est.Ent.example", "two.ent.example", "ent.example",
            "many.ent.example", "none.ent.example", "deep.down.ent.example", "other.example",
        ]
        let types = [RecordType.a, .aaaa, .txt, .ns, .soa, .any, RecordType(65)]
        var memory = AnswerMemory()
        var random = SplitMix64(seed: 11)
        var hits = 0
        for _ in 0..<6000 {
            let owner = owners[random.next(below: owners.count)]
            let type = types[random.next(below: types.count)]
            var query = DNSMessage(
                id: UInt16(random.next(below: 65_536)), questions: [Question(try name(owner), type)]
            )
            query.isRecursionDesired = random.chance(perMille: 500)
            if random.chance(perMille: 600) {
                let payload = [100, 512, 800, 1232, 4096][random.next(below: 5)]
                query.edns = EDNS(
                    payloadMax: UInt16(payload), wantsSignatures: random.chance(perMille: 300))
            }
            var request = query.bytes
            if random.chance(perMille: 100) {
                request[random.next(below: request.count)] = UInt8(random.next(below: 256))
            }
            let way = random.chance(perMille: 300) ? Transport.tcp : .udp
            let wanted = answer(catalog, request, way)
            guard let usual = UsualQuestion(request, over: way) else { continue }
            if let found = memory.answer(to: request, usual) {
                hits += 1
                #expect(found == wanted, "\(owner) \(type)")
            } else if let wanted {
                memory.keep(wanted, for: usual)
            }
        }
        #expect(hits > 1000)
    }

    @Test func namesThatDoNotExistAreNotKept() throws {
        let catalog = Catalog([Catalog.Entry(zone: try zone(), keys: [])])
        var memory = AnswerMemory()
        for owner in ["none.ent.example", "other.example", "two.ent.example"] {
            let request = DNSMessage(id: 1, questions: [Question(try name(owner), .a)]).bytes
            let usual = try #require(UsualQuestion(request, over: .udp))
            memory.keep(try #require(answer(catalog, request, .udp)), for: usual)
        }
        #expect(memory.count == 1)
        memory.forget()
        #expect(memory.count == 0)
    }
}
