package import Detection
package import TopologyModel
package import Values

/// What a region suffers from, with what speaks for and against each cause.
///
/// For people: decisions go by the rows of the decision table, and a cause never moves anybody.
package struct Diagnosis: Hashable, Codable, Sendable {
    /// What is done by itself for a region that too many come to.
    package enum Relief: String, CaseIterable, Hashable, Codable, Sendable {
        /// Its gates let in so many of each class.
        case quotas
        /// A share, or all of it, goes to hosts with room.
        case spill
        case none
    }

    /// Of the causes that hold, the one that acting begins with; `unaffected` where none does, and
    /// nil while it is not known where the region is served, or whether its hosts answer.
    package let cause: Cause?
    /// Whether what is seen of too many users, or of a sick host, may be an attack as well.
    package let mayBeAttack: Bool
    /// One a cause, in the order in which they are asked; none of `unaffected` and `asked`.
    package let findings: [Finding]
    package let relief: Relief

    package init(cause: Cause?, mayBeAttack: Bool, findings: [Finding], relief: Relief) {
        (self.cause, self.mayBeAttack) = (cause, mayBeAttack)
        (self.findings, self.relief) = (findings, relief)
    }

    package func finding(of cause: Cause) -> Finding? { findings.first { $0.cause == cause } }

    package func holds(_ cause: Cause) -> Bool { finding(of: cause)?.answer == .holds }

    /// Whether a cause holds, and on what evidence.
    package struct Finding: Hashable, Codable, Sendable {
        package enum Answer: String, CaseIterable, Hashable, Codable, Sendable {
            case holds, possible, ruledOut, unknown
        }

        package let cause: Cause
        package let answer: Answer
        package let speaksFor: [CauseEvidence]
        package let speaksAgainst: [CauseEvidence]

        package init(
            _ cause: Cause, _ answer: Answer, for speaksFor: [CauseEvidence] = [],
            against speaksAgainst: [CauseEvidence] = []
        ) {
            (self.cause, self.answer) = (cause, answer)
            (self.speaksFor, self.speaksAgainst) = (speaksFor, speaksAgainst)
        }
    }
}

/// One thing seen, or not seen, that speaks for or against a cause.
package enum CauseEvidence: Hashable, Codable, Sendable {
    case host(id: HostID, verdict: Verdict, since: Instant)
    case hostUnknown(id: HostID)
    /// The region's own probe at that host.
    case service(at: HostID, verdict: Verdict, since: Instant)
    case domainLost(id: FailureDomain)
    /// A host in use stands in it.
    case domainDoubted(id: FailureDomain, because: String)
    /// So much of the region is sent nowhere.
    case unserved(percent: Percent)
    /// A door holds what is no host of ours.
    case elsewhere(door: FrontDoorID)
    case door(id: FrontDoorID, standing: DoorStanding)
    case edge(id: EdgeID, isOut: Bool)
    /// So many of the zone's name servers are lost.
    case nameServers(zone: ZoneID, lost: Int, of: Int)
    case dependency(id: DependencyID, verdict: Verdict, since: Instant)
    /// What logs in by it is too much for it.
    case loginsShort(id: DependencyID, standing: LoginStanding)
    case dependencyUnknown(id: DependencyID)
    case noDependencies
    case load(host: HostID, standing: LoadStanding)
    /// No source tells of the host's load.
    case loadUnread(host: HostID)
    /// The most users, in percent of those whom the curves expect, that came to one of all hosts
    /// lately.
    case surge(percent: Int)
    /// Quotas hold users of the region back.
    case rationed(since: Instant, isByPerson: Bool)
    /// Logins a second beside those that so many users make.
    case logins(host: HostID, perSecond: Int, expected: Int)
    /// The source of the host's load does not tell of logins, or too few use it to tell.
    case loginsUntold(host: HostID)
    /// The host turns users away, or answers with errors: who is turned away logs in as little.
    case refusing(host: HostID)
    /// Users of this region, who are rationed, are on the host too.
    case rationedBeside(region: RegionID, host: HostID)
    /// Hosts that do not serve the region, and are saturated too.
    case othersSaturated(hosts: [HostID])
    /// Of the other hosts with room whose load is read, those that are degraded.
    case peers(degraded: Int, of: Int)
    case isolated(since: Instant)
    case referencesNotLost
    case noReferences
    case brake(reason: BrakeReason)
}
