import OrderedCollections
package import TopologyModel
package import Values

// What is read out of the judge: a host's load, and what it says of the host's probes.

extension LoadJudge {
    /// The host's load as it was last read; nil where nothing fresh was.
    package func picture(of id: HostID, in topology: Topology, at now: Instant) -> LoadPicture? {
        guard let host = hosts[id], let declared = topology.hosts[id],
            let total = LoadJudge.total(
                of: host, at: now, freshFor: topology.rules.load.freshFor)
        else { return nil }
        let at = host.parts.values.map(\.at).max() ?? now
        return LoadPicture(
            at: at, load: total.load, capacity: declared.capacity.users,
            usersPerMinute: LoadJudge.rise(host.samples), isPartial: total.isPartial)
    }

    /// What the host's load says of probes that fail there; `held` is the verdict of its load that
    /// the board holds. Nil where it was never read.
    package func strain(
        on id: HostID, held: Verdict?, in topology: Topology, at now: Instant
    ) -> Strain? {
        guard let host = hosts[id], let declared = topology.hosts[id], let last = host.samples.last
        else { return nil }
        let rules = topology.rules.load
        let capacity = declared.capacity.users
        let total = LoadJudge.total(of: host, at: now, freshFor: rules.freshFor)
        // Where a part is silent, what the whole was within the last minute may still be there.
        let whole = host.samples.last { $0.parts > last.parts }?.users ?? 0
        let load = Load(users: max(total?.load.users ?? last.users, whole))
        let ahead = max(0, LoadJudge.rise(host.samples)) * LoadJudge.riseAheadMinutes
        let isHigh =
            Load(users: load.users + ahead).reaches(LoadRules.busyAt, of: capacity)
            || (total != nil && held == .saturated)
        var isOwnAnswer = false
        if case .http? = declared.load { isOwnAnswer = true }
        return Strain(
            isHigh: isHigh, share: load.share(of: capacity), at: last.at, isFresh: total != nil,
            isOwnAnswer: isOwnAnswer)
    }

    struct Total {
        let load: Load
        /// Whether a part of it is silent.
        let isPartial: Bool
        let parts: Int
    }

    /// The sum of the fresh parts; nil where none is fresh.
    static func total(of host: Host, at now: Instant, freshFor: Duration) -> Total? {
        let fresh = host.parts.filter { now - $0.value.at < freshFor }
        if case .read(let whole)? = fresh[nil]?.result {
            return Total(load: whole, isPartial: false, parts: host.parts.count)
        }
        let loads = fresh.values.compactMap { reading -> Load? in
            if case .read(let load) = reading.result { load } else { nil }
        }
        guard !loads.isEmpty else { return nil }
        return Total(
            load: loads.reduce(Load(users: 0)) { $0 + $1 },
            isPartial: loads.count < host.parts.count, parts: loads.count)
    }

    /// Users more than a minute ago, from the first and the last sample of as many parts; 0 for
    /// fewer than two.
    static func rise(_ samples: [Sample]) -> Int {
        guard let last = samples.last, let first = samples.first(where: { $0.parts == last.parts })
        else { return 0 }
        let milliseconds = Int((last.at - first.at).inNanoseconds / 1_000_000)
        return milliseconds < 1000 ? 0 : (last.users - first.users) * 60_000 / milliseconds
    }
}
