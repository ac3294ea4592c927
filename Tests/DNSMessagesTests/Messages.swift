import DNSMessages
import Testing
import Values

/// A name that the test knows to be one.
func name(_ text: String) throws -> DNSName { try #require(DNSName(text: text)) }

func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text: text)) }

let secret: [UInt8] = Array(0..<32)

func key(_ text: String = "bascule", _ algorithm: TSIGAlgorithm = .hmacSHA256) throws -> TSIGKey {
    TSIGKey(name: try name(text), algorithm: algorithm, secret: secret)
}

let noon = Instant(unixSeconds: 1_741_600_800)

/// One message with everything that the codec knows.
func fullMessage() throws -> DNSMessage {
    let zone = try name("ent.example")
    let region = try name("grand-est.ent.example")
    var message = DNSMessage(id: 4711, questions: [Question(region, .a)])
    message.isResponse = true
    message.isAuthoritative = true
    message.isRecursionDesired = true
    message.answers = [
        DNSRecord(region, ttl: 30, .address(try address("192.0.2.1"))),
        DNSRecord(region, ttl: 30, .address(try address("2001:db8::1"))),
        DNSRecord(region, ttl: 30, .txt([Array("a".utf8), [], [0, 255]])),
    ]
    let start = StartOfAuthority(
        server: try name("ns1.ent.example"), keeper: try name("hostmaster.ent.example"),
        serial: 7)
    message.authorities = [
        DNSRecord(zone, ttl: 60, .soa(start)),
        DNSRecord(zone, ttl: 60, .ns(try name("ns1.ent.example"))),
    ]
    message.additionals = [DNSRecord(zone, ttl: 1, .other(RecordType(65), [1, 2, 3]))]
    message.edns = EDNS(payloadMax: 1232, wantsSignatures: true)
    return message
}
