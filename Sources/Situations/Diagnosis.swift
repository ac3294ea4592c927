package import Detection
package import TopologyModel
package import Values

/// What a region suffers from, with what speaks for and against each cause.
///
/// For people: decisions go by the rows of the decision table, and a cause never moves anybody.
package struct Diagnosis: Hashable, Codable, Sendable {
    /// Of the causes that hold, the one that acting begins with; `unaffected` where none does, and
    /// nil while it is not known where the region is served.
    package let cause: Cause?
    /// Causes that what is seen cannot tell from `cause`.
    package let lookalikes: [Cause]
    /// One a cause, in the order in which they are asked; none of `unaffected` and `asked`.
    package let findings: [Finding]
    /// Whether quotas can hold back who comes.
    package let canRation: Bool

    package init(
        cause: Cause?, lookalikes: [Cause] = [], findings: [Finding], canRation: Bool = false
    ) {
        (self.cause, self.lookalikes, self.findings) = (cause, lookalikes, findings)
        self.canRation = canRation
    }

    package func finding(of cause: Cause) -> Finding? { findings.first { $0.cause == cause } }

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

/// One thing seen that speaks for or against a cause.
package enum CauseEvidence: Hashable, Codable, Sendable {
    case host(id: HostID, verdict: Verdict, since: Instant)
    /// The region's own probe at that host.
    case service(at: HostID, verdict: Verdict, since: Instant)
    case domainLost(id: FailureDomain)
    /// A host in use stands in it.
    case domainDoubted(id: FailureDomain, because: String)
    case door(id: FrontDoorID, standing: DoorStanding)
    case edge(id: EdgeID, isOut: Bool)
    /// So many of the zone's name servers are lost.
    case nameServers(zone: ZoneID, lost: Int, of: Int)
    case dependency(id: DependencyID, verdict: Verdict, since: Instant)
    case noDependencies
    case load(host: HostID, standing: LoadStanding)
    /// No source tells of the host's load.
    case loadUnread(host: HostID)
    /// Users beyond what the curves say, over all hosts, in percent of them.
    case surge(percent: Int)
    /// The region's quotas hold users back.
    case rationed(since: Instant, isByPerson: Bool)
    /// Logins a second beside those that so many users make.
    case logins(host: HostID, perSecond: Int, expected: Int)
    /// The source of the host's load does not tell of logins.
    case loginsUnread(host: HostID)
    /// Hosts that do not serve the region, and are saturated too.
    case othersSaturated(hosts: [HostID])
    /// Of the other hosts whose load is read, those that are slow or partly failing.
    case peers(degraded: Int, of: Int)
    case isolated(since: Instant)
    case referencesAnswer
    case noReferences
    case brake(reason: BrakeReason)
}
