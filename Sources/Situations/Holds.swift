package import TopologyModel
package import Values

/// Until when no automatic shift of a region for a cause may go back to the place it left.
package struct HoldDown: Hashable, Codable, Sendable {
    package let region: RegionID
    package let cause: Cause
    package let left: HostID
    package let until: Instant

    package init(region: RegionID, cause: Cause, left: HostID, until: Instant) {
        (self.region, self.cause, self.left, self.until) = (region, cause, left, until)
    }
}

/// What a pause or a maintenance covers.
package enum HoldScope: Hashable, Codable, Sendable {
    case everything
    case region(id: RegionID)
    case domain(id: FailureDomain)
}

/// A pause of automatic action; it has an owner, a reason and an end.
package struct Pause: Hashable, Codable, Sendable {
    /// Nobody forgets a pause for longer.
    package static let lengthMax = Duration.seconds(30 * 86_400)

    package let scope: HoldScope
    package let owner: String
    package let reason: String
    package let since: Instant
    package let until: Instant

    package init(scope: HoldScope, owner: String, reason: String, since: Instant, until: Instant) {
        (self.scope, self.owner, self.reason) = (scope, owner, reason)
        (self.since, self.until) = (since, until)
    }
}

/// What holds a decision back without hiding it.
package enum Guard: String, CaseIterable, Hashable, Codable, Sendable {
    case pause, maintenance, isolation, brake, holdDown, patience, window, shiftsPerHour
    /// The region's run is still going on.
    case run
}

/// One shift of a region that was carried out.
package struct ShiftRecord: Hashable, Codable, Sendable {
    package let region: RegionID
    package let at: Instant
    package let cause: Cause
    package let from: Allocation
    package let to: Allocation

    package init(
        region: RegionID, at: Instant, cause: Cause, from: Allocation, to: Allocation
    ) {
        (self.region, self.at, self.cause, self.from, self.to) = (region, at, cause, from, to)
    }
}

/// What deciding needs to know of the past.
package struct History: Hashable, Codable, Sendable {
    /// The last shifts, oldest first, at most `shiftsMax`.
    package private(set) var shifts: [ShiftRecord] = []
    /// Returns of each region that failed since its last return that held, for damping.
    package private(set) var failedReturns: [RegionReturns] = []

    package static let shiftsMax = 1000

    package init() {}

    package mutating func record(_ shift: ShiftRecord) {
        shifts.append(shift)
        if shifts.count > History.shiftsMax { shifts.removeFirst(shifts.count - History.shiftsMax) }
    }

    package func shifts(of region: RegionID, since start: Instant) -> [ShiftRecord] {
        shifts.filter { $0.region == region && $0.at >= start }
    }

    package func failedReturns(of region: RegionID) -> Int {
        failedReturns.first { $0.region == region }?.count ?? 0
    }

    package mutating func setFailedReturns(of region: RegionID, to count: Int) {
        failedReturns.removeAll { $0.region == region }
        if count > 0 { failedReturns.append(RegionReturns(region: region, count: count)) }
    }
}

package struct RegionReturns: Hashable, Codable, Sendable {
    package let region: RegionID
    package let count: Int
}
