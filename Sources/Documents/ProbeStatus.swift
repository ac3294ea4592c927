package import Control
package import Detection
import TopologyModel
package import Values

/// What one vantage point saw of one probe lately, of its flight record; volatile.
package struct ProbeStatus: Hashable, Codable, Sendable {
    package let target: ProbeTarget
    package let family: String
    /// `http grand-est.ent.example/health`, `tcp`.
    package let check: String
    /// The last runs of outcomes, oldest first: `+12 refused*3`; empty before the first.
    package let outcomes: String
    package let lastSentAt: Instant?
    /// Why it cannot be run on the controller's machine; nil where it can, as far as is known.
    package let hindrance: String?

    package init(
        target: ProbeTarget, check: String, record: FlightRecord, hindrance: String? = nil
    ) {
        (self.target, self.check, self.hindrance) = (target, check, hindrance)
        family = target.family == .ipv4 ? "ipv4" : "ipv6"
        (outcomes, lastSentAt) = (record.text, record.runs.last?.last)
    }
}

/// `GET /v1/probes`.
package struct ProbesDocument: Hashable, Codable, Sendable {
    package let vantage: ControllerID
    package let at: Instant
    package let probes: [ProbeStatus]

    package init(vantage: ControllerID, at: Instant, probes: [ProbeStatus]) {
        (self.vantage, self.at, self.probes) = (vantage, at, probes)
    }
}

extension ProbesDocument {
    /// Every probe of the topology in force, in declared order; none until there is one.
    package init(of controller: Controller, at now: Instant) {
        let declared = controller.configuration.map { probeTargets(of: $0.topology) } ?? []
        self.init(
            vantage: controller.id, at: now,
            probes: declared.map { target, kind, _ in
                ProbeStatus(
                    target: target, check: kind.words,
                    record: controller.flightRecord(of: target) ?? FlightRecord(),
                    hindrance: controller.hindrance(of: target))
            })
    }
}

extension ProbeKind {
    fileprivate var words: String {
        switch self {
        case .http(let host, let path, _, _): "http \(host)\(path)"
        case .https(let check): "https \(check.host)\(check.path)"
        case .tcp: "tcp"
        case .dns(let check): "dns \(check.name) \(check.type.rawValue)"
        case .exec(let check): "exec \(check.command.joined(separator: " "))"
        }
    }
}

extension ProbesDocument: APIDocument {
    package static var kind: String { "Probes" }
}

extension StatusDocument: APIDocument {
    package static var kind: String { "Status" }
}
