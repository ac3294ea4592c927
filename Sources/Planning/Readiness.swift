import OrderedCollections
package import Situations
package import TopologyModel
package import Values

/// A host of a region that does not have all of it now, and so could take it over.
package struct Standby: Hashable, Codable, Sendable {
    package let region: RegionID
    package let host: HostID

    package init(region: RegionID, host: HostID) { (self.region, self.host) = (region, host) }
}

/// Whether each standby could take its region over now, alone: with its own users and those who are
/// there, not with what else would move when a whole site falls (`Survivability` tells that).
package struct Readiness: Hashable, Codable, Sendable {
    package let at: Instant
    /// Regions in declared order, their hosts in the order of preference.
    package let standbys: [StandbyReadiness]
    /// Regions that no other host may take.
    package let alone: [RegionID]

    package init(at: Instant, standbys: [StandbyReadiness], alone: [RegionID]) {
        (self.at, self.standbys, self.alone) = (at, standbys, alone)
    }

    /// Of the standby that is worst off.
    package var grade: ReadinessGrade {
        alone.isEmpty ? standbys.map(\.grade).max() ?? .ready : .notReady
    }

    /// Regions that no standby could take over now, in declared order.
    package var regionsWithoutReady: [RegionID] {
        let able = Set(standbys.filter { $0.grade < .notReady }.map(\.standby.region))
        return OrderedSet(standbys.map(\.standby.region)).filter { !able.contains($0) } + alone
    }
}

package enum ReadinessGrade: String, CaseIterable, Hashable, Comparable, Codable, Sendable {
    case ready
    /// It could take over, but not everybody, or not for long, or with less than all its doors.
    case warning
    case notReady

    package static func < (left: Self, right: Self) -> Bool { left.place < right.place }
    private var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// What is looked at of a standby.
package enum ReadinessCheck: String, CaseIterable, Hashable, Codable, Sendable {
    /// Verdicts, drains, labels: whether a plan may take it.
    case host
    case room
    case data
    case certificate
    case doors
}

package struct StandbyReadiness: Hashable, Codable, Sendable {
    package let standby: Standby
    /// What speaks against it, in the order of the checks.
    package let findings: [ReadinessFinding]
    /// Users of the region that fit there in the hour of the next day that lacks most room, and
    /// those who are expected in that hour.
    package let room: Users
    package let need: Users
    /// How far its data is behind; nil where nobody asks, or nobody told.
    package let dataLag: Duration?
    /// When the first of the certificates ends; nil where none was looked at, or seen.
    package let certificateEnd: Instant?

    package var grade: ReadinessGrade { findings.map(\.grade).max() ?? .ready }

    package func grade(of check: ReadinessCheck) -> ReadinessGrade {
        findings.filter { $0.check == check }.map(\.grade).max() ?? .ready
    }
}

package struct ReadinessFinding: Hashable, Codable, Sendable {
    package let check: ReadinessCheck
    package let grade: ReadinessGrade
    package let fault: Fault

    package init(_ check: ReadinessCheck, _ grade: ReadinessGrade, _ fault: Fault) {
        (self.check, self.grade, self.fault) = (check, grade, fault)
    }
}

/// What speaks against setting a door, as the door itself said when it was asked.
package struct DoorObjection: Hashable, Sendable {
    package let door: FrontDoorID
    /// Whom it concerns; nil is every host of the region.
    package let host: HostID?
    package let grade: ReadinessGrade
    package let fault: Fault

    package init(
        door: FrontDoorID, host: HostID? = nil, grade: ReadinessGrade = .notReady, fault: Fault
    ) {
        (self.door, self.host, self.grade, self.fault) = (door, host, grade, fault)
    }
}

/// What a standby, or an edge before it, answered when it was asked.
package struct StandbyAnswers: Hashable, Sendable {
    package enum Certificate: Hashable, Sendable {
        /// People are told `warning` before it ends.
        case ends(at: Instant, warning: Duration)
        case faulty(Fault)
    }

    package enum DataLag: Hashable, Sendable {
        case told(Duration)
        case untold(Fault)
    }

    /// One a name and place that was asked.
    package let certificates: [Certificate]
    /// Nil where the region sets no bound.
    package let dataLag: DataLag?

    package init(certificates: [Certificate] = [], dataLag: DataLag? = nil) {
        (self.certificates, self.dataLag) = (certificates, dataLag)
    }
}

/// All that doors and standbys said of themselves.
package struct ReadinessAnswers: Hashable, Sendable {
    package let doors: [DoorObjection]
    package let standbys: [Standby: StandbyAnswers]

    package init(doors: [DoorObjection] = [], standbys: [Standby: StandbyAnswers] = [:]) {
        (self.doors, self.standbys) = (doors, standbys)
    }
}

extension Situation {
    /// In the order of a report.
    package var standbys: [Standby] {
        topology.regions.values.flatMap { region in
            let present = allocations[region.id] ?? Allocation(all: region.primary)
            return region.hosts.filter { present.percent(of: $0) < .all }.map {
                Standby(region: region.id, host: $0)
            }
        }
    }
}
