package import DNSMessages

/// The zones of a server, and whose updates each takes.
package struct Catalog: Hashable, Sendable {
    package struct Entry: Hashable, Sendable {
        package var zone: ServedZone
        package let keys: [TSIGKey]

        package init(zone: ServedZone, keys: [TSIGKey]) { (self.zone, self.keys) = (zone, keys) }
    }

    /// Every key of every zone.
    let keys: [TSIGKey]
    private var entries: [DNSName: Entry]

    package init(_ entries: [Entry]) {
        keys = entries.flatMap(\.keys)
        self.entries = Dictionary(entries.map { ($0.zone.name, $0) }) { first, _ in first }
    }

    package subscript(name: DNSName) -> Entry? { entries[name] }

    package mutating func replace(_ zone: ServedZone) { entries[zone.name]?.zone = zone }

    /// The zone that a name is in, the deepest when zones stand below each other.
    func zone(of name: DNSName) -> ServedZone? {
        var candidate: DNSName? = name
        while let current = candidate {
            if let entry = entries[current] { return entry.zone }
            candidate = current.parent
        }
        return nil
    }

    /// What becomes of an update whose signature holds.
    package func outcome(of request: UpdateRequest) -> UpdateOutcome {
        let update: DNSUpdate
        do throws(UpdateFormatError) {
            update = try DNSUpdate(request.message)
        } catch {
            return .refused(error.code, why: error.description)
        }
        guard let entry = entries[update.zone] else {
            return .refused(.notAuthorized, why: "zone '\(update.zone.text)' is not kept here")
        }
        guard entry.keys.contains(request.key) else {
            return .refused(.refused, why: "\(request.key) is not one of the zone's keys")
        }
        return entry.zone.outcome(of: update)
    }
}

/// An update whose signature holds.
package struct UpdateRequest: Hashable, Sendable {
    package let message: DNSMessage
    package let key: TSIGKey
}
