package import DNSMessages

/// What becomes of an update.
package enum UpdateOutcome: Hashable, Sendable {
    /// The zone as it is to be saved, then served.
    case changed(ServedZone)
    /// Everything is already so: NOERROR, and the serial number stays.
    case unchanged
    case refused(ResponseCode, why: String)
}

extension ServedZone {
    /// Evaluates an update of this zone: prerequisites (RFC 2136 section 3.2), then our own rules,
    /// then the changes (section 3.4); all of it or nothing.
    package func outcome(of update: DNSUpdate) -> UpdateOutcome {
        if let code = code(failing: update.prerequisites) {
            return .refused(code, why: "a prerequisite does not hold")
        }
        if let why = objectionBeforehand(to: update) { return .refused(.refused, why: why) }
        var changed = self
        for change in update.changes { changed.apply(change) }
        if changed == self { return .unchanged }
        if let why = changed.objectionToWhole ?? objection(becoming: changed, by: update) {
            return .refused(.refused, why: why)
        }
        if changed.start.serial == start.serial { changed.raiseSerial() }
        changed.reindex()
        return .changed(changed)
    }

    // MARK: Prerequisites

    private func code(failing prerequisites: [DNSUpdate.Prerequisite]) -> ResponseCode? {
        for prerequisite in prerequisites {
            if let code = code(failing: prerequisite, among: prerequisites) { return code }
        }
        return nil
    }

    private func code(
        failing prerequisite: DNSUpdate.Prerequisite, among all: [DNSUpdate.Prerequisite]
    ) -> ResponseCode? {
        switch prerequisite {
        case .nameInUse(let name): sets(at: name).isEmpty ? .nameError : nil
        case .nameNotInUse(let name): sets(at: name).isEmpty ? nil : .nameExists
        case .exists(let name, let type): set(name, type) == nil ? .recordsMissing : nil
        case .doesNotExist(let name, let type): set(name, type) == nil ? nil : .recordsExist
        case .holds(let name, let data):
            held(name, data.type) == wanted(name, data.type, in: all) ? nil : .recordsMissing
        }
    }

    private func held(_ name: DNSName, _ type: RecordType) -> Set<RecordData> {
        Set(set(name, type)?.data ?? [])
    }

    private func wanted(
        _ name: DNSName, _ type: RecordType, in prerequisites: [DNSUpdate.Prerequisite]
    ) -> Set<RecordData> {
        Set(
            prerequisites.compactMap {
                guard case .holds(name, let data) = $0, data.type == type else { return nil }
                return data
            })
    }

    // MARK: Our own rules

    /// The server itself holds the epoch: whoever changes a claimed zone must name the claim.
    private func objectionBeforehand(to update: DNSUpdate) -> String? {
        for case .add(let name, let ttl, let data) in update.changes {
            if let objection = objection(to: DNSRecord(name, ttl: ttl, data)) { return objection }
        }
        let epochName = EpochRecord.name(in: name)
        guard case .epoch(let epoch) = epoch,
            update.changes.contains(where: { $0.name != epochName })
        else { return nil }
        let namesTheClaim = update.prerequisites.contains {
            guard case .holds(epochName, let data) = $0 else { return false }
            return data.type == .txt
        }
        return namesTheClaim
            ? nil : "the zone is held under epoch \(epoch), which is not among the prerequisites"
    }

    private func objection(becoming changed: ServedZone, by update: DNSUpdate) -> String? {
        if let objection = objection(becoming: changed.epoch) { return objection }
        let emptied = update.changes.map(\.name).first {
            hasAddresses($0) && !changed.hasAddresses($0)
        }
        return emptied.map { "it would leave '\($0.text)' without any address" }
    }

    private func objection(becoming changed: EpochRecord.Reading) -> String? {
        switch (epoch, changed) {
        case (.epoch(let held), .epoch(let new)):
            new < held ? "epoch \(new) is lower than \(held), which holds the zone" : nil
        case (.epoch(let held), .none), (.epoch(let held), .unreadable):
            "it would take away epoch \(held), which holds the zone"
        case (.none, _), (.unreadable, _): nil
        }
    }

    // MARK: Changes

    /// RFC 2136 section 3.4.2; the SOA and the last NS record at the top always stay.
    private mutating func apply(_ change: DNSUpdate.Change) {
        switch change {
        case .add(_, let ttl, .soa(let new)):
            if isSerial(new.serial, after: start.serial) { begin(with: new, ttl: ttl) }
        case .add(let name, let ttl, let data): insert(name, ttl: ttl, data)
        case .deleteSet(let name, let type):
            if !isKept(name, type) { replace(name, type, by: nil) }
        case .deleteName(let name):
            for type in sets(at: name).compactMap(\.data.first?.type) where !isKept(name, type) {
                replace(name, type, by: nil)
            }
        case .delete(let name, let data):
            guard let set = set(name, data.type), set.data.contains(data) else { return }
            let rest = set.without(data)
            if data.type != .soa, rest != nil || !isKept(name, data.type) {
                replace(name, data.type, by: rest)
            }
        }
    }

    private func isKept(_ name: DNSName, _ type: RecordType) -> Bool {
        name == self.name && (type == .soa || type == .ns)
    }

    private mutating func raiseSerial() {
        var next = start
        next.serial &+= 1
        if next.serial == 0 { next.serial = 1 }  // RFC 2136 section 7.11.
        begin(with: next, ttl: startTTL)
    }
}
