package import Control
package import Values

/// The compare-and-set store of the simulated world: the journal, and the leader's key with its
/// lease. Every write compares leadership, as one on etcd would.
package struct Store: Hashable, Sendable {
    /// How long a lease lives without renewal.
    package static let leaseLength = Duration.seconds(6)

    package private(set) var entries: [JournalEntry] = []
    package private(set) var leader: Epoch?
    package private(set) var leaseUntil = Instant.distantPast
    private var revision: UInt64 = 0
    private var term: UInt64 = 1

    package init() {}

    /// Renews the lease of `controller`, or takes a lease that has run out.
    package mutating func lease(for controller: ControllerID, at now: Instant) -> Lease {
        if let leader, leader.owner == controller, now < leaseUntil {
            leaseUntil = now + Store.leaseLength
            return .held(epoch: leader, until: leaseUntil)
        }
        guard now >= leaseUntil else { return .notHeld(leader: leader?.owner) }
        revision += 1
        let epoch = Epoch(term: term, revision: revision, owner: controller)
        (leader, leaseUntil) = (epoch, now + Store.leaseLength)
        return .held(epoch: epoch, until: leaseUntil)
    }

    package mutating func release(_ epoch: Epoch) {
        if leader == epoch { leaseUntil = .distantPast }
    }

    /// Appends all or nothing; false when the writer does not lead any more.
    package mutating func append(_ new: [JournalEntry], under epoch: Epoch, at now: Instant) -> Bool
    {
        guard leader == epoch, now < leaseUntil else { return false }
        revision += UInt64(new.count)
        entries += new
        return true
    }
}
