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
