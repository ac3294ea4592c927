import DNSMessages
import Values

/// Turns the entries of a master file into records, and collects what is wrong.
struct ZoneFileParser {
    private(set) var records: [(record: DNSRecord, place: Place)] = []
    private(set) var faults: [Diagnostic] = []
    private var origin: DNSName
    private var owner: DNSName?
    private var ttl: UInt32?

    private static let form = "write: name seconds IN type data, as in: www 30 IN A 192.0.2.1"

    init(origin: DNSName) { self.origin = origin }

    mutating func read(_ entry: ZoneFileEntry) {
        if let fault = entry.fault { return fail(fault.what, "close it", at: fault.place) }
        guard let first = entry.words.first else { return }
        do throws(Fault) {
            switch first.text {
            case "$ORIGIN": origin = try name(argument(of: entry))
            case "$TTL": ttl = try number(argument(of: entry))
            case let text where text.hasPrefix("$"):
                throw Fault(first, "'\(text)' is not read here", "use $ORIGIN and $TTL only")
            default: try readRecord(entry)
            }
        } catch {
            fail(error.what, error.mend, at: error.place)
        }
    }

    private struct Fault: Error {
        let place: Place
        let what: String
        let mend: String

        init(_ word: ZoneFileEntry.Word, _ what: String, _ mend: String) {
            (place, self.what, self.mend) = (word.place, what, mend)
        }
    }

    private mutating func readRecord(_ entry: ZoneFileEntry) throws(Fault) {
        var words = entry.words[...]
        guard let first = words.first else { return }
        if !entry.repeatsOwner {
            owner = try name(first)
            words = words.dropFirst()
        }
        guard let owner else { throw Fault(first, "no name stands before it", ZoneFileParser.form) }
        let ttl = try readTTLAndClass(&words)
        let typeWord = words.popFirst()
        guard let typeWord, let type = RecordType(name: typeWord.text) else {
            throw Fault(
                typeWord ?? first, "there is no record type that is kept here", ZoneFileParser.form)
        }
        let data = try data(of: type, words, after: typeWord)
        guard let seconds = ttl ?? self.ttl else {
            throw Fault(typeWord, "it has no TTL", "write the seconds, or $TTL above")
        }
        records.append((DNSRecord(owner, ttl: seconds, data), first.place))
    }

    private func readTTLAndClass(
        _ words: inout ArraySlice<ZoneFileEntry.Word>
    ) throws(Fault) -> UInt32? {
        var ttl: UInt32?
        while let word = words.first {
            if word.text.uppercased() == "IN" {
                words = words.dropFirst()
            } else if ttl == nil, word.text.first?.isNumber == true {
                ttl = try number(word)
                words = words.dropFirst()
            } else {
                break
            }
        }
        return ttl
    }

    private func data(
        of type: RecordType, _ words: ArraySlice<ZoneFileEntry.Word>,
        after typeWord: ZoneFileEntry.Word
    ) throws(Fault) -> RecordData {
        switch type {
        case .txt:
            guard !words.isEmpty else { throw Fault(typeWord, "TXT has no text", "quote one") }
            return .txt(try strings(words))
        case .soa: return .soa(try startOfAuthority(words, after: typeWord))
        default: break
        }
        guard words.count == 1, let word = words.first else {
            throw Fault(typeWord, "\(type) takes one value", ZoneFileParser.form)
        }
        if type == .ns { return .ns(try name(word)) }
        guard let address = IPAddress(text: word.text), RecordType(address.family) == type else {
            throw Fault(word, "'\(word.text)' is not data of type \(type)", ZoneFileParser.form)
        }
        return .address(address)
    }

    private func strings(_ words: ArraySlice<ZoneFileEntry.Word>) throws(Fault) -> [[UInt8]] {
        var strings: [[UInt8]] = []
        for word in words {
            guard let bytes = ZoneText.bytes(of: word.text), bytes.count <= 255 else {
                throw Fault(word, "the text is longer than 255 bytes or ends in '\\'", "split it")
            }
            strings.append(bytes)
        }
        return strings
    }

    private func startOfAuthority(
        _ words: ArraySlice<ZoneFileEntry.Word>, after typeWord: ZoneFileEntry.Word
    ) throws(Fault) -> StartOfAuthority {
        guard words.count == 7 else {
            throw Fault(
                typeWord, "SOA takes seven values",
                "write: server keeper serial refresh retry expire minimum")
        }
        let all = Array(words)
        return StartOfAuthority(
            server: try name(all[0]), keeper: try name(all[1]), serial: try number(all[2]),
            refresh: try number(all[3]), retry: try number(all[4]), expire: try number(all[5]),
            minimum: try number(all[6]))
    }

    private func argument(of entry: ZoneFileEntry) throws(Fault) -> ZoneFileEntry.Word {
        guard entry.words.count == 2 else {
            throw Fault(entry.words[0], "'\(entry.words[0].text)' takes one value", "give it one")
        }
        return entry.words[1]
    }

    private func name(_ word: ZoneFileEntry.Word) throws(Fault) -> DNSName {
        if word.text == "@" { return origin }
        guard let name = DNSName(text: word.text) else {
            throw Fault(word, "'\(word.text)' is not a name", "check its dots and lengths")
        }
        if word.text.hasSuffix("."), !word.text.hasSuffix("\\.") { return name }
        guard let whole = DNSName(labels: name.labels + origin.labels) else {
            throw Fault(word, "'\(word.text)' is too long with its origin", "shorten it")
        }
        return whole
    }

    private func number(_ word: ZoneFileEntry.Word) throws(Fault) -> UInt32 {
        guard let number = UInt32(word.text) else {
            throw Fault(word, "'\(word.text)' is not a number of 32 bits", "write plain seconds")
        }
        return number
    }

    private mutating func fail(_ what: String, _ mend: String, at place: Place) {
        faults.append(Diagnostic(at: place, what: what, mend: mend))
    }
}
