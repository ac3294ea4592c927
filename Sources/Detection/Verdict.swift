package import TopologyModel
package import Values

/// What is held to be true of a host, an edge, a name server or a failure domain, after hysteresis
/// and quorum.
///
/// `doubted` is for domains only: something in it was lost, so it takes no new users. `degraded`
/// is of a host's load (`LoadStanding`). `saturated` is that too, and of a service or host whose
/// probes fail because it is full (`Overload`): its users stay, and it takes no others.
package enum Verdict: String, CaseIterable, Hashable, Codable, Sendable {
    case unknown, up, doubted, degraded, saturated, lost
}

/// Which rule made a verdict.
package enum Detector: Hashable, Codable, Sendable {
    /// `count` passes or failures in a row.
    case inARow(count: Int)
    /// `failed` of `probes` in the window.
    case window(failed: Int, probes: Int)
    /// So many of the vantage points that may vote; this one saw nothing of it itself.
    case vantagePoints(agreeing: Int, of: Int)
    /// Live requests failed: `failed` of `requests` in the window, or none was answered any more.
    /// Not believed its probes for `heldFor`, unless these saw it too.
    case traffic(failed: TrafficFailures, requests: Int, heldFor: Duration)
    /// Probes fail, and overload explains it: saturated, not lost.
    case overload(because: Overload)
    /// Only silence, for this long.
    case silence(lasted: Duration)
    /// Most of the host's regions fail at it.
    case mostRegions(lost: Int, of: Int)
    /// Shared fate: these children of the domain are lost.
    case sharedFate(lost: [String], of: Int)
    /// The probe cannot be run.
    case notRun(because: String)
    /// A person said so.
    case declared(by: String, reason: String)
    /// Nothing has been seen yet.
    case none
}

/// What one vantage point said when a verdict was reached.
package struct Vote: Hashable, Codable, Sendable {
    package let vantage: ControllerID
    package let verdict: Verdict
    package let kind: FailureKind?

    package init(vantage: ControllerID, verdict: Verdict, kind: FailureKind?) {
        (self.vantage, self.verdict, self.kind) = (vantage, verdict, kind)
    }
}

/// Why a verdict was reached: kept with it in the journal and shown by `explain`.
package struct Evidence: Hashable, Codable, Sendable {
    package let detector: Detector
    /// One a configured vantage point that had an opinion; the others abstained.
    package let votes: [Vote]
    /// How many votes the quorum wanted.
    package let quorum: Int
    package let firstFailure: Instant?
    package let lastPass: Instant?
    /// The last outcomes, oldest first, run-length coded for people: `+12 refused*3`.
    package let outcomes: String

    package init(
        detector: Detector, votes: [Vote] = [], quorum: Int = 0, firstFailure: Instant? = nil,
        lastPass: Instant? = nil, outcomes: String = ""
    ) {
        (self.detector, self.votes, self.quorum) = (detector, votes, quorum)
        (self.firstFailure, self.lastPass, self.outcomes) = (firstFailure, lastPass, outcomes)
    }
}

/// A verdict, since when, and why.
package struct Standing: Hashable, Codable, Sendable {
    package let verdict: Verdict
    package let since: Instant
    package let evidence: Evidence

    package init(verdict: Verdict, since: Instant, evidence: Evidence) {
        (self.verdict, self.since, self.evidence) = (verdict, since, evidence)
    }
}

/// A domain takes no new users until then, for something in it was lost.
package struct Doubt: Hashable, Codable, Sendable {
    package let since: Instant
    package let until: Instant
    /// The lost child that brought the doubt: a site or a narrower domain.
    package let because: String

    package init(since: Instant, until: Instant, because: String) {
        (self.since, self.until, self.because) = (since, until, because)
    }
}

/// Why the observer is doubted rather than the world.
package enum BrakeReason: Hashable, Codable, Sendable {
    /// More independent domains fell at once than the rules allow.
    case domainsAtOnce(domains: [FailureDomain])
    /// The losses have nothing in common but everything.
    case everythingAtOnce(lost: Int, of: Int)
}

/// One change of what is held to be true; journaled, and applied to the board.
package enum BoardChange: Hashable, Codable, Sendable {
    case service(region: RegionID, host: HostID, standing: Standing)
    case host(id: HostID, standing: Standing)
    case domain(id: FailureDomain, standing: Standing)
    case doubt(id: FailureDomain, doubt: Doubt?)
    case dependency(id: DependencyID, standing: Standing)
    case edge(id: EdgeID, standing: Standing)
    case nameServer(zone: ZoneID, at: Endpoint, standing: Standing)
    case load(host: HostID, standing: LoadStanding)
    case logins(dependency: DependencyID, standing: LoginStanding)
    /// Users beyond what the curves say, in percent of them (a step of `SurgeEstimate`), and the
    /// host that shows it; nil where nothing is beyond them any more.
    case surge(percent: Int, host: HostID?, at: Instant)
    /// The references are gone (true) or back.
    case isolation(isIsolated: Bool, at: Instant)
    case brake(reason: BrakeReason?, at: Instant)
    case declaration(id: FailureDomain, declaration: Declaration?)
}

/// What a person said of a failure domain; it overrides what is seen.
package struct Declaration: Hashable, Codable, Sendable {
    package enum Kind: String, CaseIterable, Hashable, Codable, Sendable {
        case lost, alive
    }

    package let kind: Kind
    package let by: String
    package let reason: String
    package let at: Instant

    package init(kind: Kind, by: String, reason: String, at: Instant) {
        (self.kind, self.by, self.reason, self.at) = (kind, by, reason, at)
    }
}
