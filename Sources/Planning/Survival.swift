package import OrderedCollections
package import Situations
package import TopologyModel
package import Values

/// What becomes of one region when failure domains are lost.
package struct RegionSurvival: Hashable, Codable, Sendable {
    package enum Outcome: Hashable, Codable, Sendable {
        /// Everybody is served, elsewhere or through another door.
        case fits
        /// So much of the demand of its worst hour is served; the rest waits at its gates.
        case rationed(served: Percent, classes: [ClassServed])
        /// Everybody is sent where there is no room for so many, for no gate holds them back.
        case overloaded(by: Users)
        case lost(because: Loss)
    }

    /// Of those of a class who come, the part that is served.
    package struct ClassServed: Hashable, Codable, Sendable {
        package let classID: ClassID
        package let served: Percent
    }

    /// Why nobody of a region is served.
    package enum Loss: Hashable, Codable, Sendable {
        /// No host may take it.
        case noHost
        /// Every edge that its users come through is lost.
        case noEdge
        /// No name server of the zone is left: its name is not answered.
        case noAnswer(zone: ZoneID)
        /// It has to move, and too few servers of the zone that take changes are left.
        case noUpdate(zone: ZoneID)
    }

    package let region: RegionID
    package let outcome: Outcome
    /// Where it goes; what it has where only its doors are hit.
    package let to: Allocation
    /// One a host of the region: why not there; empty where it keeps its hosts.
    package let explanation: [HostExplanation]
    /// Until its users are served again; nil where nobody waits, where they are not, and where
    /// nobody acts by itself.
    package let recovery: Recovery?
}

/// What the loss of failure domains, all at once, makes of the regions that it hits.
package struct LossSurvival: Hashable, Codable, Sendable {
    package let lost: [FailureDomain]
    /// Only those that are hit, in declared order.
    package let regions: [RegionSurvival]
    package let acting: Acting

    /// Who does something about it.
    package enum Acting: String, Hashable, Codable, Sendable {
        /// A controller.
        case byItself
        /// So much falls at once that the brake holds the controller: a person.
        case person
        /// No controller stands outside.
        case nobody
    }

    package init(lost: [FailureDomain], regions: [RegionSurvival], acting: Acting) {
        (self.lost, self.regions, self.acting) = (lost, regions, acting)
    }

    package var grade: SurvivalGrade { regions.map(\.outcome.grade).max() ?? .unhit }
}

/// How bad it is, the best first.
package enum SurvivalGrade: String, CaseIterable, Hashable, Comparable, Codable, Sendable {
    case unhit, fits, rationed, overloaded, lost

    private var rank: Int { SurvivalGrade.allCases.firstIndex(of: self) ?? 0 }

    package static func < (left: SurvivalGrade, right: SurvivalGrade) -> Bool {
        left.rank < right.rank
    }
}

extension RegionSurvival.Outcome {
    package var grade: SurvivalGrade {
        switch self {
        case .fits: .fits
        case .rationed: .rationed
        case .overloaded: .overloaded
        case .lost: .lost
        }
    }
}

/// What the loss of each failure domain, alone and in pairs, makes of the regions.
package struct Survivability: Hashable, Codable, Sendable {
    /// From when; where the regions are then, and what is lost already, is as it is now.
    package let at: Instant
    /// The hours that every answer holds for: those that ask the most of some region.
    package let hours: [Instant]
    package let before: Before
    package let losses: [LossSurvival]
    /// Domains that hold just what an earlier one holds, and fall with it.
    package let same: [SameDomain]

    /// What is so without any further loss.
    package struct Before: Hashable, Codable, Sendable {
        package let lost: [FailureDomain]
        package let doubted: [FailureDomain]
        /// Drained, or under maintenance.
        package let closed: [HoldPlace]
        /// Regions that are not fully served where they are.
        package let regions: [RegionSurvival]

        package var grade: SurvivalGrade { regions.map(\.outcome.grade).max() ?? .unhit }
    }

    package struct SameDomain: Hashable, Codable, Sendable {
        package let domain: FailureDomain
        package let fallsWith: FailureDomain
    }

    /// Of the worst loss, or of what is so without any.
    package var grade: SurvivalGrade { max(before.grade, losses.map(\.grade).max() ?? .unhit) }

    package var byLost: OrderedDictionary<[FailureDomain], LossSurvival> {
        OrderedDictionary(losses.map { ($0.lost, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The same for losses of at most so many domains.
    package func losing(atMost count: Int) -> Survivability {
        Survivability(
            at: at, hours: hours, before: before,
            losses: losses.filter { $0.lost.count <= count }, same: same)
    }
}
