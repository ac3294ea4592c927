import OrderedCollections
package import Detection
package import TopologyModel
package import Values

// How many may log in by what a region needs, and whether that is too few: what decisions and plans
// both count with.

/// A dependency that bears fewer logins than are asked of it, or none.
package struct LoginTrouble: Hashable, Sendable {
    package let dependency: DependencyID
    /// `saturated` or `lost`.
    package let verdict: Verdict
    package let since: Instant
}

extension Situation {
    /// How much less than it bore when it was found saturated a host or a dependency is planned
    /// for, in percent: that was too much, whatever was proven of it.
    package static let saturatedBackOff = Percent(checked: 10)

    /// What the region needs, and what that needs, where its logins a second are bounded.
    package func boundedDependencies(of region: Region) -> [DependencyID] {
        topology.dependencies(of: region).filter {
            topology.dependencies[$0]?.loginsPerSecond != nil
        }
    }

    /// The newest trouble of what bounds the region's logins, or nil.
    package func loginTrouble(of region: Region) -> LoginTrouble? {
        boundedDependencies(of: region).compactMap(loginTrouble).max { $0.since < $1.since }
    }

    private func loginTrouble(of id: DependencyID) -> LoginTrouble? {
        if let probes = board.dependencies[id], probes.verdict == .lost {
            return LoginTrouble(dependency: id, verdict: .lost, since: probes.since)
        }
        guard let logins = board.logins[id], logins.verdict == .saturated else { return nil }
        return LoginTrouble(dependency: id, verdict: .saturated, since: logins.since)
    }

    /// Logins a second that the dependency may be planned for: what was proven, less head-room; and
    /// while it is saturated no more than it bore when it was found so, less `saturatedBackOff`.
    /// At least 1; nil where nothing is declared.
    package func loginsBearable(by id: DependencyID) -> Int? {
        guard let proven = topology.dependencies[id]?.loginsPerSecond else { return nil }
        let planned = max(1, proven * (100 - headroom.value) / 100)
        guard let standing = board.logins[id], standing.verdict == .saturated,
            let borne = standing.perSecond
        else { return planned }
        return min(planned, max(1, borne * (100 - Situation.saturatedBackOff.value) / 100))
    }

    /// Whether the region's quotas were made for a login that was short, and have not let everybody
    /// in since.
    package func isPaced(_ region: Region) -> Bool {
        allocations[region.id]?.isRationed ?? false && quotas[region.id]?.cause == .dependency
    }

    /// When the dependency last became what it is, by its probes and by its logins.
    package func loginsChangedAt(of id: DependencyID) -> Instant {
        let known = [board.dependencies[id]?.since, board.logins[id]?.since].compactMap(\.self)
        return known.max() ?? .distantPast
    }
}
