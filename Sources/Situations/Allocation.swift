package import TopologyModel
package import Values

/// A host's weight for a region.
package struct Share: Hashable, Codable, Sendable {
    package let host: HostID
    /// 1 through 100; a host without users has no share.
    package let percent: Percent

    package init(host: HostID, percent: Percent) { (self.host, self.percent) = (host, percent) }
}

/// How many of a class a region lets in; a class without a quota is let in whole.
package struct ClassQuota: Hashable, Codable, Sendable {
    package let classID: ClassID
    /// Admitted at the same time, over all edges; 0 lets nobody in.
    package let users: Users
    /// Let in each second, over all edges.
    package let entriesPerSecond: Int

    /// Numbers below 0 count as 0, and above `Users.usersMax` as that.
    package init(classID: ClassID, users: Users, entriesPerSecond: Int) {
        self.classID = classID
        self.users = min(max(users, 0), Users.usersMax)
        self.entriesPerSecond = min(max(entriesPerSecond, 0), Users.usersMax)
    }

    /// What the gate at `place` of `count` gates of a region gets of it: an even part, the first
    /// gates taking what is left over.
    ///
    /// A pace below the number of gates is one a second at each, for a gate without a pace would
    /// shut the class out where it alone is seen.
    package func part(at place: Int, of count: Int) -> ClassQuota {
        func even(_ whole: Int) -> Int { whole / count + (place < whole % count ? 1 : 0) }
        let pace = even(entriesPerSecond)
        return ClassQuota(
            classID: classID, users: even(users),
            entriesPerSecond: entriesPerSecond > 0 ? max(1, pace) : 0)
    }
}

extension [ClassQuota] {
    /// The quotas of several gates added up, in the order of their first one.
    package func added(to more: [ClassQuota]) -> [ClassQuota] {
        var sums = self
        for quota in more {
            if let index = sums.firstIndex(where: { $0.classID == quota.classID }) {
                sums[index] = ClassQuota(
                    classID: quota.classID, users: sums[index].users + quota.users,
                    entriesPerSecond: sums[index].entriesPerSecond + quota.entriesPerSecond)
            } else {
                sums.append(quota)
            }
        }
        return sums
    }
}

/// Since when a region's quotas are as they are, or are lifted, and on whose word.
package struct QuotaStanding: Hashable, Codable, Sendable {
    package let since: Instant
    /// A person set the quotas: they stay until a person lifts them.
    package let isByPerson: Bool
    /// The surge that they were made for, in percent of the curves.
    package let surge: Int
    /// Why they are there: `dependency` until the login that was short lets everybody in again; nil
    /// where that was not written down.
    package let cause: Cause?
    /// They let everybody in who is expected, and stay until then only to hold back what is not;
    /// nil where they ration.
    package let armedUntil: Instant?

    package init(
        since: Instant, isByPerson: Bool, surge: Int, cause: Cause? = nil,
        armedUntil: Instant? = nil
    ) {
        (self.since, self.isByPerson, self.surge) = (since, isByPerson, surge)
        (self.cause, self.armedUntil) = (cause, armedUntil)
    }
}

extension QuotaStanding {
    /// The same, holding somebody back as far as is known.
    package var disarmed: QuotaStanding {
        QuotaStanding(since: since, isByPerson: isByPerson, surge: surge, cause: cause)
    }
}

/// A region's shares over hosts, what stays unserved, and the admission of each class, as one
/// value: planned, journaled and applied together.
package struct Allocation: Hashable, Codable, Sendable {
    /// In the order of the region's hosts, none at 0; at most 100 in all.
    package let shares: [Share]
    /// Empty is everybody.
    package let admission: [ClassQuota]

    /// Drops shares of 0; more than 100 in all is a broken promise of ours.
    package init(shares: [Share], admission: [ClassQuota] = []) {
        self.shares = shares.filter { $0.percent > .zero }
        self.admission = admission
        let total = self.shares.reduce(0) { $0 + $1.percent.value }
        precondition(total <= 100, "an allocation adds up to \(total) percent")
    }

    /// A document from outside: more than 100 in all is its error, and never stops the program.
    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            shares: try fields.shares(forKey: .shares),
            admission: try fields.decode([ClassQuota].self, forKey: .admission))
    }

    /// Everybody at one host.
    package init(all host: HostID) { self.init(shares: [Share(host: host, percent: .all)]) }

    package static let nothing = Allocation(shares: [])

    package var unserved: Percent {
        Percent(checked: 100 - shares.reduce(0) { $0 + $1.percent.value })
    }

    package func percent(of host: HostID) -> Percent {
        shares.first { $0.host == host }?.percent ?? .zero
    }

    package var hosts: [HostID] { shares.map(\.host) }

    /// Whether it lets in only so many of some class.
    package var isRationed: Bool { !admission.isEmpty }

    /// What a door of the region is to hold: its hosts, and its part of the quotas where it is a
    /// gate.
    package func state(at door: FrontDoor, of region: Region) -> DoorState {
        let gates = region.shiftedDoors.filter(\.isGate)
        guard let place = gates.firstIndex(where: { $0.id == door.id }) else {
            return DoorState(shares: shares)
        }
        return DoorState(
            shares: shares, admission: admission.map { $0.part(at: place, of: gates.count) })
    }

    /// The same shares in the order of the region's hosts, so that equal allocations are equal
    /// values.
    package func ordered(for region: Region) -> Allocation {
        let order = region.hosts
        let place = { (host: HostID) in order.firstIndex(of: host) ?? order.count }
        return Allocation(
            shares: shares.sorted { (place($0.host), $0.host) < (place($1.host), $1.host) },
            admission: admission)
    }
}

extension [Share] {
    /// Brought to `total` percent in all, in proportion, in whole percents, the largest remainders
    /// first; nothing stays nothing.
    package func scaled(to total: Int) -> [Share] {
        let held = reduce(0) { $0 + $1.percent.value }
        guard held > 0 else { return [] }
        let floors = map { $0.percent.value * total / held }
        let remainders = map { $0.percent.value * total % held }
        let largestFirst = indices.sorted { (remainders[$1], $0) < (remainders[$0], $1) }
        let raised = largestFirst.prefix(total - floors.reduce(0, +))
        return indices.map { index in
            let percent = floors[index] + (raised.contains(index) ? 1 : 0)
            return Share(host: self[index].host, percent: Percent(checked: percent))
        }
    }
}

extension KeyedDecodingContainer {
    /// Shares of at most 100 in all.
    func shares(forKey key: Key) throws -> [Share] {
        let shares = try decode([Share].self, forKey: key)
        let total = shares.reduce(0) { $0 + $1.percent.value }
        guard total <= 100 else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: self,
                debugDescription: "shares add up to \(total) percent, more than 100")
        }
        return shares
    }
}
