/// The message is not an update that RFC 2136 allows; the code to answer with.
package struct UpdateFormatError: Error, Hashable, Sendable, CustomStringConvertible {
    package let code: ResponseCode
    package let description: String
}

extension DNSUpdate {
    /// Reads an update out of its message, with the checks of RFC 2136, sections 3.1.1, 3.2.5 and
    /// 3.4.1.3. A malformed change is found before any prerequisite is looked at. Whether the zone
    /// is served is for the server to say.
    package init(_ message: DNSMessage) throws(UpdateFormatError) {
        guard message.questions.count == 1, let question = message.questions.first,
            question.type == .soa, question.recordClass == .internet
        else {
            throw UpdateFormatError(code: .formatError, description: "it does not name one zone")
        }
        self.init(zone: question.name)
        for record in message.answers {
            prerequisites.append(try Prerequisite(record, in: zone))
        }
        for record in message.authorities { changes.append(try Change(record, in: zone)) }
    }
}

extension DNSRecord {
    fileprivate var isEmpty: Bool { data == .other(type, []) }

    fileprivate func check(isWithin zone: DNSName) throws(UpdateFormatError) {
        guard name.isWithin(zone) else {
            throw UpdateFormatError(
                code: .notInZone, description: "'\(name.text)' is not in zone '\(zone.text)'")
        }
    }

    fileprivate func malformed(_ what: String) -> UpdateFormatError {
        UpdateFormatError(
            code: .formatError, description: "the \(what) on '\(name.text)' \(type) is malformed")
    }
}

extension DNSUpdate.Prerequisite {
    fileprivate init(_ record: DNSRecord, in zone: DNSName) throws(UpdateFormatError) {
        guard record.ttl == 0 else { throw record.malformed("prerequisite") }
        try record.check(isWithin: zone)
        switch (record.recordClass, record.isEmpty, record.type) {
        case (.any, true, .any): self = .nameInUse(record.name)
        case (.any, true, let type): self = .exists(record.name, type)
        case (.none, true, .any): self = .nameNotInUse(record.name)
        case (.none, true, let type): self = .doesNotExist(record.name, type)
        case (.internet, false, let type) where !type.isMeta:
            self = .holds(record.name, record.data)
        default: throw record.malformed("prerequisite")
        }
    }
}

extension DNSUpdate.Change {
    fileprivate init(_ record: DNSRecord, in zone: DNSName) throws(UpdateFormatError) {
        try record.check(isWithin: zone)
        switch (record.recordClass, record.isEmpty, record.type) {
        case (.internet, false, let type) where !type.isMeta:
            self = .add(record.name, ttl: record.ttl, record.data)
        case (.any, true, .any) where record.ttl == 0: self = .deleteName(record.name)
        case (.any, true, let type) where record.ttl == 0 && !type.isMeta:
            self = .deleteSet(record.name, type)
        case (.none, false, let type) where record.ttl == 0 && !type.isMeta:
            self = .delete(record.name, record.data)
        default: throw record.malformed("change")
        }
    }
}
