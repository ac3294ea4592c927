import DNSMessages
import NameServer
import Testing
import Values

func name(_ text: String) throws -> DNSName { try #require(DNSName(text: text)) }

func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text: text)) }

func epoch(_ text: String) throws -> Epoch { try #require(Epoch(text: text)) }

func key(_ text: String = "bascule") throws -> TSIGKey {
    TSIGKey(name: try name(text), algorithm: .hmacSHA256, secret: Array(0..<32))
}

/// The zone of most tests, as its file.
let smallZone = """
    $ORIGIN ent.example.
    $TTL 30
    @          SOA ns1 hostmaster 7 3600 600 604800 20
    @          NS  ns1
    ns1        A   127.0.0.1
    grand-est  A   192.0.2.1
               A   192.0.2.2
    two        A   192.0.2.3
    two        AAAA 2001:db8::3
    deep.down  TXT "a b" "c"
    """

func zone(_ text: String = smallZone, epoch: String? = nil) throws -> ServedZone {
    let record = epoch.map { "\n_bascule-epoch 0 TXT \"\($0)\"\n" } ?? ""
    return try ZoneFile.zone(named: try name("ent.example"), in: text + record, file: "zone")
}

/// A record as nsupdate writes it: `grand-est A 192.0.2.9`, below ent.example.
func data(_ type: String, _ text: String) throws -> RecordData {
    switch type {
    case "TXT": .txt(text: text)
    case "NS": .ns(try name(text))
    default: .address(try address(text))
    }
}
