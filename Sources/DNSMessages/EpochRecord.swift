package import Values

/// The TXT record `_bascule-epoch` by which a zone knows who may change it: each change has it as a
/// prerequisite, so that the server itself refuses an older leader.
package enum EpochRecord {
    package static let label = "_bascule-epoch"
    /// Seconds; it is read at the server, never through a cache.
    static let ttl: UInt32 = 0

    /// - Precondition: The zone's name leaves room for the label.
    package static func name(in zone: DNSName) -> DNSName {
        guard let name = zone.child(label) else {
            preconditionFailure("zone '\(zone.text)' is too long for \(label)")
        }
        return name
    }

    /// What an answer to a question for the record says.
    package enum Reading: Hashable, Sendable {
        case none
        case epoch(Epoch)
        /// Something else stands there; a person put it there, and must take it away.
        case unreadable(String)
    }

    package static func reading(of records: [DNSRecord], in zone: DNSName) -> Reading {
        let found = records.filter { $0.name == name(in: zone) && $0.type == .txt }
        guard let first = found.first else { return .none }
        guard found.count == 1, let text = first.data.text, let epoch = Epoch(text: text) else {
            return .unreadable(found.map { $0.data.text ?? "bytes" }.joined(separator: ", "))
        }
        return .epoch(epoch)
    }
}

extension DNSUpdate {
    /// Takes the zone for `epoch`, if the record still says what was read: `current`, or nothing.
    ///
    /// The caller refuses by itself to claim over a higher epoch; `bascule dns` refuses it too.
    package static func claim(_ zone: DNSName, replacing current: Epoch?, by epoch: Epoch) -> Self {
        let name = EpochRecord.name(in: zone)
        return DNSUpdate(
            zone: zone, prerequisites: [stillHeld(under: current, zone)],
            changes: [
                .deleteSet(name, .txt),
                .add(name, ttl: EpochRecord.ttl, .txt(text: epoch.description)),
            ])
    }

    /// Asks whether the server would let us change these names, and changes nothing: it takes away
    /// records that are nowhere (RFC 2136 section 3.4.2.4: that is no error, and no change), of
    /// each kind that a change touches.
    ///
    /// - Parameter current: The epoch that the zone is held under; nil is none.
    package static func trial(
        _ zone: DNSName, under current: Epoch?, of names: [DNSName]
    ) -> Self {
        let nowhere = IPAddress.Family.allCases.map { IPAddress(unspecified: $0) }
        return DNSUpdate(
            zone: zone, prerequisites: [stillHeld(under: current, zone)],
            changes: [.delete(EpochRecord.name(in: zone), .txt(text: "trial"))]
                + names.flatMap { name in nowhere.map { .delete(name, .address($0)) } })
    }

    /// Gives names new addresses, all in one message, if the zone is still held under `epoch`.
    ///
    /// For each name both families are replaced: one without addresses is deleted. A name is never
    /// left without any, which `bascule dns` refuses.
    package static func change(
        _ zone: DNSName, under epoch: Epoch, to names: [NamedAddresses]
    ) -> Self {
        DNSUpdate(
            zone: zone, prerequisites: [stillHeld(under: epoch, zone)],
            changes: names.flatMap(\.changes))
    }

    private static func stillHeld(under epoch: Epoch?, _ zone: DNSName) -> Prerequisite {
        let name = EpochRecord.name(in: zone)
        return epoch.map { .holds(name, .txt(text: $0.description)) } ?? .doesNotExist(name, .txt)
    }
}

/// A name with all the addresses that it is to have.
package struct NamedAddresses: Hashable, Sendable {
    package let name: DNSName
    /// Seconds.
    package let ttl: UInt32
    package let addresses: [IPAddress]

    package init(_ name: DNSName, ttl: UInt32, addresses: [IPAddress]) {
        (self.name, self.ttl, self.addresses) = (name, ttl, addresses)
    }

    package var records: [DNSRecord] {
        addresses.map { DNSRecord(name, ttl: ttl, .address($0)) }
    }

    /// First what is added last is deleted: an update is applied in order, and as a whole.
    fileprivate var changes: [DNSUpdate.Change] {
        IPAddress.Family.allCases.map { .deleteSet(name, RecordType($0)) }
            + addresses.map { .add(name, ttl: ttl, .address($0)) }
    }
}
