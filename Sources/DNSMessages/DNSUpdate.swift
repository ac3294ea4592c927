/// A change of one zone that is made as a whole or not at all (RFC 2136).
package struct DNSUpdate: Hashable, Sendable {
    /// What must hold before anything is changed (RFC 2136 section 2.4).
    package enum Prerequisite: Hashable, Sendable {
        case nameInUse(DNSName)
        case nameNotInUse(DNSName)
        case exists(DNSName, RecordType)
        case doesNotExist(DNSName, RecordType)
        /// One record of a set; the whole set must equal all of these of its name and type.
        case holds(DNSName, RecordData)
    }

    /// One change (RFC 2136 section 2.5).
    package enum Change: Hashable, Sendable {
        case add(DNSName, ttl: UInt32, RecordData)
        case deleteSet(DNSName, RecordType)
        case deleteName(DNSName)
        case delete(DNSName, RecordData)
    }

    package let zone: DNSName
    package var prerequisites: [Prerequisite]
    package var changes: [Change]

    package init(zone: DNSName, prerequisites: [Prerequisite] = [], changes: [Change] = []) {
        (self.zone, self.prerequisites, self.changes) = (zone, prerequisites, changes)
    }

    package func message(id: UInt16) -> DNSMessage {
        var message = DNSMessage(id: id, opcode: .update, questions: [Question(zone, .soa)])
        message.answers = prerequisites.map(\.record)
        message.authorities = changes.map(\.record)
        return message
    }
}

extension DNSUpdate.Prerequisite {
    package var name: DNSName {
        switch self {
        case .nameInUse(let name), .nameNotInUse(let name), .exists(let name, _),
            .doesNotExist(let name, _), .holds(let name, _):
            name
        }
    }

    fileprivate var record: DNSRecord {
        switch self {
        case .nameInUse(let name): DNSRecord(name, ttl: 0, class: .any, .other(.any, []))
        case .nameNotInUse(let name): DNSRecord(name, ttl: 0, class: .none, .other(.any, []))
        case .exists(let name, let type): DNSRecord(name, ttl: 0, class: .any, .other(type, []))
        case .doesNotExist(let name, let type):
            DNSRecord(name, ttl: 0, class: .none, .other(type, []))
        case .holds(let name, let data): DNSRecord(name, ttl: 0, data)
        }
    }
}

extension DNSUpdate.Change {
    package var name: DNSName {
        switch self {
        case .add(let name, _, _), .deleteSet(let name, _), .deleteName(let name),
            .delete(let name, _):
            name
        }
    }

    fileprivate var record: DNSRecord {
        switch self {
        case .add(let name, let ttl, let data): DNSRecord(name, ttl: ttl, data)
        case .deleteSet(let name, let type):
            DNSRecord(name, ttl: 0, class: .any, .other(type, []))
        case .deleteName(let name): DNSRecord(name, ttl: 0, class: .any, .other(.any, []))
        case .delete(let name, let data): DNSRecord(name, ttl: 0, class: .none, data)
        }
    }
}
