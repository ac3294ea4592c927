package import DNSMessages
package import Values

/// A zone as a master file that people can read (RFC 1035 section 5): `$ORIGIN`, `$TTL`, comments,
/// relative names, brackets, and records of the types that are kept.
package enum ZoneFile {
    /// The text that `zone(named:in:file:)` reads back as the same zone.
    package static func text(of zone: ServedZone) -> String {
        let head = """
            ; Zone \(zone.name.text), kept by bascule dns. Stop it before you change this by hand.
            $ORIGIN \(zone.name)

            """
        return head
            + zone.records.map { record in
                let owner = relativeText(of: record.name, to: zone.name)
                return "\(owner)\t\(record.ttl)\tIN\t\(record.type)\t\(text(of: record.data))\n"
            }.joined()
    }

    /// Reads a zone; throws every fault with its line.
    package static func zone(
        named name: DNSName, in text: String, file: String
    ) throws(Diagnostics) -> ServedZone {
        var parser = ZoneFileParser(origin: name)
        for entry in ZoneFileEntry.entries(of: text, file: file) { parser.read(entry) }
        guard parser.faults.isEmpty else { throw Diagnostics(parser.faults) }
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
