package import TopologyModel
package import Values

/// What a probe is about.
package enum Subject: Hashable, Comparable, Codable, Sendable {
    /// A region's probe at one of its hosts.
    case service(region: RegionID, host: HostID)
    case dependency(id: DependencyID)
    case edge(id: EdgeID)
    case nameServer(zone: ZoneID, at: Endpoint)
    /// What must be reachable if this controller is not the isolated one.
    case reference(at: Endpoint)
}

/// One thing to probe over one family: the key of schedules and counters.
package struct ProbeTarget: Hashable, Comparable, Codable, Sendable {
    package let subject: Subject
    package let endpoint: Endpoint
    /// Which of the subject's declared probes, counted from 0.
    package let index: Int

    package init(subject: Subject, endpoint: Endpoint, index: Int = 0) {
        (self.subject, self.endpoint, self.index) = (subject, endpoint, index)
    }

    package var family: IPAddress.Family { endpoint.address.family }

    package static func < (left: ProbeTarget, right: ProbeTarget) -> Bool {
        (left.subject, left.endpoint, left.index) < (right.subject, right.endpoint, right.index)
    }
}

/// How a probe failed; which of them can mean `lost` and which only `saturated` is Detection's
/// rule.
package enum FailureKind: String, CaseIterable, Hashable, Codable, Sendable {
    /// Connection refused (RST).
    case refused
    /// No route, host or network unreachable.
    case unreachable
    /// The connection was not answered in time.
    case connectTimeout
    /// Closed or reset after it was accepted.
    case reset
    /// Accepted, but no full answer in time.
    case timeout
    /// Also an exit code that is not 0, or a DNS answer other than NOERROR.
    case wrongStatus
    /// It answers that too much is asked of it: 503 (RFC 9110, section 15.6.4) or 429 (RFC 6585,
    /// section 4).
    case overloaded
    /// Also a DNS answer without what is wanted.
    case wrongBody
    /// The certificate is over, or not yet valid.
    case certificateExpired
    /// No trusted authority vouches for the certificate.
    case certificateUnknown
    /// The certificate is another name's.
    case certificateName
    /// TLS was refused for another reason, as where no version is common.
    case handshake

    /// Whether it shows that nothing serves there any more, rather than that it is slow.
    package var isRefusal: Bool { self == .refused || self == .unreachable }
    /// Whether it is enough for `lost`; silence and resets may be overload, and want more time.
    package var showsLoss: Bool { isRefusal || !isTransport }
    /// Whether a host that is only full may fail so too.
    package var mayBeOverload: Bool { self == .overloaded || (isTransport && !isRefusal) }
    /// Whether nothing at all was heard.
    package var isSilence: Bool { self == .connectTimeout || self == .timeout }
    /// Whether the transport itself failed; a wrong answer shows that it works.
    package var isTransport: Bool {
        switch self {
        case .refused, .unreachable, .connectTimeout, .reset, .timeout: true
        case .wrongStatus, .overloaded, .wrongBody, .certificateExpired, .certificateUnknown,
            .certificateName, .handshake:
            false
        }
    }
}

package enum ProbeResult: Hashable, Codable, Sendable {
    case pass(latency: Duration)
    case fail(kind: FailureKind)
    /// This machine cannot make the probe at all: no evidence, whoever is asked.
    case notRun(because: String)
}

/// One probe's outcome, as one vantage point saw it.
package struct Observation: Hashable, Codable, Sendable {
    package let vantage: ControllerID
    package let target: ProbeTarget
    package let sentAt: Instant
    /// By how much this machine was late in sending or reading; a late probe is no evidence.
    package let lateness: Duration
    package let result: ProbeResult
    /// When the certificate that was shown ends; nil where none was.
    package let certificateEnd: Instant?

    package init(
        vantage: ControllerID, target: ProbeTarget, sentAt: Instant, lateness: Duration,
        result: ProbeResult, certificateEnd: Instant? = nil
    ) {
        (self.vantage, self.target, self.sentAt) = (vantage, target, sentAt)
        (self.lateness, self.result) = (lateness, result)
        self.certificateEnd = certificateEnd
    }
}

/// What one vantage point believes of one target, after its own hysteresis.
package struct Opinion: Hashable, Codable, Sendable {
    package let target: ProbeTarget
    /// Unknown where the probe cannot be run: the target's others decide.
    package let verdict: Verdict
    package let since: Instant
    /// Of the last failure, when the verdict is not up.
    package let kind: FailureKind?

    package init(target: ProbeTarget, verdict: Verdict, since: Instant, kind: FailureKind?) {
        (self.target, self.verdict, self.since, self.kind) = (target, verdict, since, kind)
    }
}

/// A controller's compact record for the others, published once a second under its own lease.
package struct VantageReport: Hashable, Codable, Sendable {
    package let vantage: ControllerID
    package let at: Instant
    /// One a target, in the order of targets; a target without one is not judged (an abstention).
    package let opinions: [Opinion]
    package let topology: Digest

    package init(vantage: ControllerID, at: Instant, opinions: [Opinion], topology: Digest) {
        (self.vantage, self.at, self.opinions, self.topology) = (vantage, at, opinions, topology)
    }
}
