package import DNSMessages
import Values

/// A zone and its records: what questions are answered from and updates change. A pure value.
///
/// It holds A, AAAA, TXT, and at its top SOA and NS; there are no delegations and no wildcards.
package struct ServedZone: Hashable, Sendable {
    /// More records than any zone of front doors has.
    package static let recordsMax = 200_000
    /// About the bytes of one set, so that every answer fits a message of 64 KiB.
    package static let setBytesMax = 16_384
    /// Of all records together, their names counted too: written as text, each byte may take four,
    /// and that must be read back (`NameServerLimits.zoneFileBytesMax`).
    package static let bytesMax = 16_000_000

    package let name: DNSName
    package private(set) var start: StartOfAuthority
    package private(set) var startTTL: UInt32
    private var sets: [DNSName: [RecordType: RecordSet]] = [:]
    /// Every name that has records or stands above one that has.
    private var nodes: Set<DNSName> = []

    /// Checks every record, then the whole; `ZoneFault` says which record is at fault.
    package init(name: DNSName, records: [DNSRecord]) throws(ZoneFault) {
        let starts = records.filter { $0.type == .soa }
        guard starts.count == 1, let first = starts.first, first.name == name,
            case .soa(let start) = first.data
        else {
            throw ZoneFault("zone '\(name.text)' has no SOA record, or several", "give it one")
        }
        (self.name, self.start, startTTL) = (name, start, first.ttl)
        for (index, record) in records.enumerated() where record.type != .soa {
            if let objection = objection(to: record) {
                throw ZoneFault(objection, "take the record away", record: index)
            }
            insert(record.name, ttl: record.ttl, record.data)
        }
        if let objection = objectionToWhole { throw ZoneFault(objection, "mend the zone") }
        reindex()
    }

    // MARK: What is in it

    package func set(_ name: DNSName, _ type: RecordType) -> RecordSet? {
        type == .soa && name == self.name
            ? RecordSet(ttl: startTTL, .soa(start)) : sets[name]?[type]
    }

    /// The sets at a name in order of their types, the SOA first.
    package func sets(at name: DNSName) -> [RecordSet] {
        let others = (sets[name] ?? [:]).sorted { $0.key < $1.key }.map(\.value)
        return (name == self.name ? [RecordSet(ttl: startTTL, .soa(start))] : []) + others
    }

    /// Whether the name exists, be it without records above one that has some (RFC 8020).
    package func exists(_ name: DNSName) -> Bool { nodes.contains(name) }

    /// In the order of names; the SOA first.
    package var records: [DNSRecord] {
        Set(sets.keys).union([name]).sorted().flatMap { name in
            sets(at: name).flatMap { $0.records(of: name) }
        }
    }

    package var epoch: EpochRecord.Reading {
        let name = EpochRecord.name(in: name)
        return EpochRecord.reading(of: set(name, .txt)?.records(of: name) ?? [], in: self.name)
    }

    package func hasAddresses(_ name: DNSName) -> Bool {
        IPAddress.Family.allCases.contains { set(name, RecordType($0)) != nil }
    }

    // MARK: Changing it

    /// Why a record cannot be in this zone, or nil when it can.
    func objection(to record: DNSRecord) -> String? {
        if !record.name.isWithin(name) {
            return "'\(record.name.text)' is not in zone '\(name.text)'"
        }
        switch record.data {
        case .address, .txt: return nil
        case .ns, .soa:
            return record.name == name
                ? nil
                : "\(record.type) stands only at the top of a zone, not at '\(record.name.text)'"
        case .other(let type, _): return "records of type \(type) are not kept"
        }
    }

    /// Why this zone as a whole cannot be served, or nil when it can.
    var objectionToWhole: String? {
        if sets[name]?[.ns] == nil { return "zone '\(name.text)' has no NS record" }
        if case .unreadable(let text) = epoch { return "'\(text)' is not an epoch" }
        var (recordCount, byteCount) = (0, 0)
        for (owner, types) in sets {
            for set in types.values {
                if set.byteCount > ServedZone.setBytesMax {
                    return "'\(owner.text)' has more than \(ServedZone.setBytesMax) bytes of "
                        + "records of one type"
                }
                recordCount += set.data.count
                byteCount += set.byteCount + set.data.count * owner.canonicalBytes.count
            }
        }
        if recordCount > ServedZone.recordsMax {
            return "zone '\(name.text)' has more than \(ServedZone.recordsMax) records"
        }
        return byteCount > ServedZone.bytesMax
            ? "zone '\(name.text)' has more than \(ServedZone.bytesMax) bytes of records" : nil
    }

    mutating func insert(_ name: DNSName, ttl: UInt32, _ data: RecordData) {
        var set = sets[name]?[data.type] ?? RecordSet(ttl: ttl, data)
        set.insert(data, ttl: ttl)
        sets[name, default: [:]][data.type] = set
    }

    mutating func replace(_ name: DNSName, _ type: RecordType, by set: RecordSet?) {
        sets[name]?[type] = set
        if sets[name]?.isEmpty == true { sets[name] = nil }
    }

    mutating func begin(with start: StartOfAuthority, ttl: UInt32) {
        (self.start, startTTL) = (start, ttl)
    }

    /// To be called after changes, before the zone answers again.
    mutating func reindex() {
        nodes = [name]
        for owner in sets.keys {
            var node = owner
            while nodes.insert(node).inserted, let parent = node.parent { node = parent }
        }
    }
}

/// Why records do not make a zone.
package struct ZoneFault: Error, Hashable, Sendable, CustomStringConvertible {
    package let what: String
    package let mend: String
    /// The place of the record at fault in the list, or nil when the whole is at fault.
    package let record: Int?

    init(_ what: String, _ mend: String, record: Int? = nil) {
        (self.what, self.mend, self.record) = (what, mend, record)
    }

    package var description: String { "\(what); \(mend)" }
}

/// Whether one serial number is after another (RFC 1982 section 3.2).
func isSerial(_ new: UInt32, after old: UInt32) -> Bool { Int32(bitPattern: new &- old) > 0 }
