import DNSMessages
import NameServer
import Values

private let now = Instant(unixSeconds: 1_741_600_800)

private func known<Value>(_ value: Value?) -> Value {
    guard let value else { preconditionFailure("the harness itself is broken") }
    return value
}

private let zoneName = known(DNSName(text: "ent.example"))
private let key = TSIGKey(
    name: known(DNSName(text: "bascule")), algorithm: .hmacSHA256, secret: [1, 2, 3])

private func served() -> Catalog {
    let text = """
        @ 30 SOA ns1 hostmaster 7 3600 600 604800 20
        @ 30 NS ns1
        ns1 30 A 127.0.0.1
        grand-est 30 A 192.0.2.1
        _bascule-epoch 0 TXT "8.0.c1"
        deep.down 30 TXT "a b" "c"
        """
    do {
        let zone = try ZoneFile.zone(named: zoneName, in: text, file: "zone")
        return Catalog([Catalog.Entry(zone: zone, keys: [key])])
    } catch { preconditionFailure("the harness itself is broken: \(error)") }
}

private let catalog = served()

/// libFuzzer's entry. The first byte says which door the others come in by.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = [UInt8](UnsafeBufferPointer(start: bytes, count: count))
    guard let door = input.first else { return 0 }
    let rest = Array(input.dropFirst())
    switch door % 4 {
    case 0: react(to: rest, over: .udp)
    case 1: react(to: rest, over: .tcp)
    case 2: reactToSigned(rest)
    default: readZoneFile(rest)
    }
    return 0
}

/// Whatever comes in, what goes out is an answer, as long as its way allows, and the same from
/// memory as from the catalog.
private func react(to request: [UInt8], over way: Transport) {
    let reaction = catalog.reaction(to: request, over: way, at: now)
    switch reaction {
    case .ignore: break
    case .send(let answer, _):
        check(answer, over: way)
        check(truncated(answer), over: way)
        guard let usual = UsualQuestion(request, over: way) else { break }
        var memory = AnswerMemory()
        memory.keep(answer, for: usual)
        if let again = memory.answer(to: request, usual) {
            precondition(again == answer, "memory: \(again), catalog: \(answer)")
        }
    case .refuse(let answer, _): check(answer, over: way)
    case .update(let update, let form):
        guard case .changed(let zone) = catalog.outcome(of: update) else { break }
        precondition(zone != catalog[zoneName]?.zone, "a change that changes nothing")
        check(form.bytes(of: update.message.response(.noError), at: now), over: way)
        do {
            let again = try ZoneFile.zone(
                named: zoneName, in: ZoneFile.text(of: zone), file: "zone")
            precondition(again.records == zone.records, "the file says something else")
        } catch { preconditionFailure("what was saved cannot be read: \(error)") }
    }
}

private func check(_ answer: [UInt8], over way: Transport) {
    precondition(answer.count <= (way == .udp ? 1232 : 65_535), "\(answer.count) bytes")
    do {
        let message = try ReceivedMessage(bytes: answer).message
        precondition(message.isResponse, "not an answer")
    } catch { preconditionFailure("an answer of ours cannot be read: \(error)") }
}

/// Signs what is a message, so that updates reach the zone.
private func reactToSigned(_ bytes: [UInt8]) {
    do {
        let message = try ReceivedMessage(bytes: bytes).message
        let signed = message.signed(with: key, at: now).bytes
        if signed.count <= 65_535 { react(to: signed, over: .tcp) }
    } catch { return }
}

/// Reading ends in a zone that can be written and read, or in faults with a place.
private func readZoneFile(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    do {
        let zone = try ZoneFile.zone(named: zoneName, in: text, file: "fuzz.zone")
        let written = ZoneFile.text(of: zone)
        let again = try ZoneFile.zone(named: zoneName, in: written, file: "again.zone")
        precondition(again.records == zone.records, written)
    } catch {
        precondition(!error.description.contains("again.zone"), "\(error)")
        precondition(error.description.contains("fuzz.zone:"), "\(error)")
    }
}
