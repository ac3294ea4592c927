package import Detection
package import OrderedCollections
package import TopologyModel
package import Values

// How many users an ordinary day would bring to each host now: what the surge is measured against.

extension Demand {
    /// A curve has a step an hour, and users come and leave around it; so far on either side of an
    /// instant the larger one counts, or every morning would be a surge.
    package static let around = Duration.seconds(900)
    /// At least so many percent of the peak are expected: twenty users in place of five are no
    /// surge of four hundred percent.
    package static let floorPercent = Percent(checked: 5)

    /// Users who may be expected about `instant`, at least `floorPercent` of the peak.
    package func usersExpected(about instant: Instant, in calendar: Calendar) -> Users {
        let near = [instant - Demand.around, instant, instant + Demand.around].map {
            users(at: $0, in: calendar)
        }
        return near.reduce(Demand.floorPercent.roundedUp(of: peakUsers), max)
    }
}

extension Situation {
    /// Users expected at each host that regions are sent to, by their shares.
    ///
    /// A host where a region may be whose allocation was never read is left out: too few would be
    /// expected there.
    package var expectedUsers: OrderedDictionary<HostID, Users> {
        var expected: OrderedDictionary<HostID, Users> = [:]
        var unread: OrderedSet<HostID> = []
        for region in topology.regions.values {
            guard let allocation = allocations[region.id] else {
                unread.formUnion(region.hosts)
                continue
            }
            let users = region.demand.usersExpected(about: now, in: topology.calendar)
            for share in allocation.shares {
                expected[share.host, default: 0] += share.percent.roundedUp(of: users)
            }
        }
        return unread.isEmpty ? expected : expected.filter { !unread.contains($0.key) }
    }
}

extension LoadReading {
    /// Who waits at the gates waits for the region: of several hosts that serve it each has its
    /// share of them to come. What is told of a host as a whole is that already.
    package func partWaiting(
        under allocations: OrderedDictionary<RegionID, Allocation>
    ) -> LoadReading {
        guard case .read(let load) = result, load.waiting > 0,
            let allocation = region.flatMap({ allocations[$0] })
        else { return self }
        let part = load.expecting(allocation.percent(of: host).roundedUp(of: load.waiting))
        return LoadReading(
            vantage: vantage, host: host, region: region, at: at, result: .read(load: part))
    }
}
