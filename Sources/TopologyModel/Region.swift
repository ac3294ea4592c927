package import Values

/// A thing that regions need and that no shift of theirs can mend: the login that all share.
package struct Dependency: Hashable, Sendable {
    package let id: DependencyID
    /// Where it is probed.
    package let probes: [DependencyProbe]
    package let loginsPerSecond: Int?
    /// What it needs itself; no cycles.
    package let dependsOn: [DependencyID]

    package init(
        id: DependencyID, probes: [DependencyProbe], loginsPerSecond: Int? = nil,
        dependsOn: [DependencyID] = []
    ) {
        (self.id, self.probes, self.loginsPerSecond) = (id, probes, loginsPerSecond)
        self.dependsOn = dependsOn
    }
}

package struct DependencyProbe: Hashable, Sendable {
    package let endpoint: Endpoint
    package let kind: ProbeKind

    package init(endpoint: Endpoint, kind: ProbeKind) {
        (self.endpoint, self.kind) = (endpoint, kind)
    }
}

/// A class of users; the topology lists them in the order in which they are let in.
package struct UserClass: Hashable, Sendable {
    package enum Recognition: String, CaseIterable, Hashable, Sendable {
        case cookie
    }

    package let id: ClassID
    package let knownBy: Recognition
    /// When the class is let in under a quota; nil is always.
    package let hours: TimeOfDayRange?

    package init(id: ClassID, knownBy: Recognition, hours: TimeOfDayRange? = nil) {
        (self.id, self.knownBy, self.hours) = (id, knownBy, hours)
    }
}

/// What a region's users ask for.
package struct Demand: Hashable, Sendable {
    /// Users at the same time in the busiest hour of an ordinary week.
    package let peakUsers: Users
    package let curve: DemandCurve
    /// Each class's share; they add up to 100, or there are none.
    package let shares: [ClassShare]

    package init(peakUsers: Users, curve: DemandCurve, shares: [ClassShare] = []) {
        (self.peakUsers, self.curve, self.shares) = (peakUsers, curve, shares)
    }
}

package struct ClassShare: Hashable, Sendable {
    package let classID: ClassID
    package let share: Percent

    package init(classID: ClassID, share: Percent) { (self.classID, self.share) = (classID, share) }
}

/// An ENT region: the unit that is shifted.
package struct Region: Hashable, Sendable {
    package let id: RegionID
    package let title: String
    /// 1 through 5, 1 first; its weight in a plan is `6 - priority`.
    package let priority: Int
    package let demand: Demand
    package let probes: [ProbeKind]
    package let primary: HostID
    /// In the order of preference.
    package let standbys: [HostID]
    package let dependsOn: [DependencyID]
    package let require: [String]
    /// In the order in which a shift sets them.
    package let frontDoors: [FrontDoor]
    package let rules: RegionRules

    package init(
        id: RegionID, title: String, priority: Int, demand: Demand, probes: [ProbeKind],
        primary: HostID, standbys: [HostID], dependsOn: [DependencyID] = [],
        require: [String] = [], frontDoors: [FrontDoor], rules: RegionRules = RegionRules()
    ) {
        (self.id, self.title, self.priority, self.demand) = (id, title, priority, demand)
        (self.probes, self.primary, self.standbys) = (probes, primary, standbys)
        (self.dependsOn, self.require) = (dependsOn, require)
        (self.frontDoors, self.rules) = (frontDoors, rules)
    }

    /// The primary, then the standbys in declared order.
    package var hosts: [HostID] { [primary] + standbys }

    package var weightInPlan: Int { 6 - priority }

    /// The doors that a shift sets, in the order in which it sets them.
    package var shiftedDoors: [FrontDoor] { frontDoors.filter { !$0.pointsAtEdges } }

    /// The edges that split it, in the order of its doors; a name that points at edges names these.
    package var edges: [EdgeID] {
        frontDoors.compactMap(\.edge).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// The zones of its names, in the order of its doors.
    package var zones: [ZoneID] {
        frontDoors.reduce(into: []) { zones, door in
            if case .dns(let name) = door, !zones.contains(name.zone) { zones.append(name.zone) }
        }
    }

    /// The coarsest granularity of its doors that publish hosts: what the region's shares can be.
    package var granularity: FrontDoor.Granularity {
        frontDoors.contains { $0.granularity == .whole } ? .whole : .percent
    }

    /// Whether a quota can be held at all: some door is a gate.
    package var hasGate: Bool { frontDoors.contains(where: \.isGate) }
}
