package import DNSMessages
package import Values

/// A zone as a master file that people can read (RFC 1035 section 5): `$ORIGIN`, `$TTL`, comments,
/// relative names, brackets, and records of the types that are kept.
package enum ZoneFile {
    /// The text that `zone(named:in:file:)` reads back as the same zone.
    package static func text(of zone: ServedZone) -> String {
        let head = """
            ; Zone \(zone.name.text), kept by bascule dns. Stop it before you change this by hand, \
            \(keepsLastLine)
            $ORIGIN \(zone.name)

            """
        return head
            + zone.records.map { record in
                let owner = relativeText(of: record.name, to: zone.name)
                return "\(owner)\t\(record.ttl)\tIN\t\(record.type)\t\(text(of: record.data))\n"
            }.joined() + lastLine(of: zone.name) + "\n"
    }

    /// A first line that ends in this promises the last one.
    private static let keepsLastLine = "and keep the last line."

    private static func lastLine(of name: DNSName) -> String { "; The end of zone \(name.text)." }

    /// What is wrong with a file that begins as one of ours and does not end as one; a file that a
    /// person wrote needs no last line.
    ///
    /// A file that is cut between two lines would otherwise be a sound zone with names missing.
    private static func tear(in text: String, of name: DNSName, file: String) -> Diagnostic? {
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard let first = lines.first, first.starts(with: "; Zone ".utf8),
            first.suffix(keepsLastLine.utf8.count).elementsEqual(keepsLastLine.utf8)
        else { return nil }
        let last = lastLine(of: name)
        let written = lines.last { !$0.isEmpty }
        if let written, written.elementsEqual(last.utf8) { return nil }
        return Diagnostic(
            at: Place(file: file, line: lines.count, column: 1),
            what: "the file is torn: it does not end in '\(last)', so records may be missing",
            mend: "bring it back from a copy; or, if all is there, write that as its last line")
    }

    /// Reads a zone; throws every fault with its line.
    package static func zone(
        named name: DNSName, in text: String, file: String
    ) throws(Diagnostics) -> ServedZone {
        var parser = ZoneFileParser(origin: name)
        for entry in ZoneFileEntry.entries(of: text, file: file) { parser.read(entry) }
        let faults = parser.faults + (tear(in: text, of: name, file: file).map { [$0] } ?? [])
        guard faults.isEmpty else { throw Diagnostics(faults) }
        do throws(ZoneFault) {
            return try ServedZone(name: name, records: parser.records.map(\.record))
        } catch {
            let place = error.record.map { parser.records[$0].place }
            let top = Place(file: file, line: 1, column: 1)
            throw Diagnostics([Diagnostic(at: place ?? top, what: error.what, mend: error.mend)])
        }
    }

    private static func relativeText(of name: DNSName, to zone: DNSName) -> String {
        guard name != zone else { return "@" }
        return DNSName(labels: name.labels.dropLast(zone.labels.count))?.text ?? name.description
    }

    private static func text(of data: RecordData) -> String {
        switch data {
        case .address(let address): address.text
        case .ns(let server): server.description
        case .soa(let start):
            "\(start.server) \(start.keeper) \(start.serial) \(start.refresh) \(start.retry) "
                + "\(start.expire) \(start.minimum)"
        case .txt(let strings): strings.map(quoted).joined(separator: " ")
        case .other(_, let bytes): "\\# \(bytes.count)"
        }
    }

    private static func quoted(_ string: [UInt8]) -> String {
        "\"" + string.map(ZoneText.escaped).joined() + "\""
    }
}
