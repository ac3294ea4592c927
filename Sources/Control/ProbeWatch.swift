package import Detection
import OrderedCollections
import TopologyModel
package import Values

/// What probes show that is no verdict and that people must know: certificates that end soon,
/// hosts that one address family no longer reaches, and probes that cannot be run. Volatile: a
/// restart tells it again.
package struct ProbeWatch: Sendable {
    /// A certificate, wherever it was shown.
    package struct Certificate: Hashable, Codable, Sendable {
        package let target: ProbeTarget
        package let end: Instant
    }

    /// Probes that this machine cannot run, for one reason.
    package struct Hindrance: Hashable, Codable, Sendable {
        /// `/usr/lib/bascule/check cannot be started: Permission denied`.
        package let why: String
        package let targets: [ProbeTarget]
    }

    /// How often people are told again.
    static let repeatAfter = Duration.seconds(86_400)

    private var ends: OrderedDictionary<ProbeTarget, Instant> = [:]
    private var toldAt: OrderedDictionary<ProbeTarget, Instant> = [:]
    /// Certificates within their warning, as of the last look.
    package fileprivate(set) var ending: [Certificate] = []
    /// Families that are lost where another one serves, as of the last look.
    package fileprivate(set) var lostFamilies: [LostFamily] = []
    /// Probes that cannot be run here, by reason, as of the last look.
    package fileprivate(set) var hindrances: [Hindrance] = []
    fileprivate var lookedAt = Instant.distantPast

    mutating func note(_ observations: [Observation]) {
        for observation in observations {
            guard let end = observation.certificateEnd else { continue }
            ends[observation.target] = end
        }
    }

    /// Looks at every certificate; those that people are to be told of now.
    fileprivate mutating func look(at topology: Topology, _ now: Instant) -> [Certificate] {
        ends = ends.filter { topology.probe(of: $0.key) != nil }
        ending = ends.compactMap { target, end in
            guard let warning = topology.probe(of: target)?.expiryWarning, end < now + warning
            else { return nil }
            return Certificate(target: target, end: end)
        }
        toldAt = toldAt.filter { told in ending.contains { $0.target == told.key } }
        let due = ending.filter { certificate in
            toldAt[certificate.target].map { now - $0 >= ProbeWatch.repeatAfter } ?? true
        }
        for certificate in due { toldAt[certificate.target] = now }
        return due
    }
}

extension Controller {
    /// Once a second at most: certificates, families, and probes that cannot be run.
    mutating func warn(in turn: inout Turn) {
        guard turn.now - watch.lookedAt >= Controller.tick,
            let topology = configuration?.topology
        else { return }
        watch.lookedAt = turn.now
        for certificate in watch.look(at: topology, turn.now) {
            turn.say(.page, certificate.target.region, certificate.words(at: turn.now))
        }
        let before = watch.lostFamilies
        watch.lostFamilies = detection?.lostFamilies(at: turn.now) ?? []
        for new in watch.lostFamilies where !before.contains(new) {
            turn.say(
                .page, new.region,
                "\(new.lost.rawValue) of \(new.host) is lost for \(new.region); "
                    + "\(new.serving.rawValue) serves")
        }
        for old in before where !watch.lostFamilies.contains(old) {
            turn.say(
                .info, old.region,
                "\(old.lost.rawValue) of \(old.host) is no longer lost alone for \(old.region)")
        }
        tellHindrances(in: &turn)
    }

    private mutating func tellHindrances(in turn: inout Turn) {
        let before = watch.hindrances
        let found = detection?.hindrances ?? []
        guard !before.isEmpty || !found.isEmpty else { return }
        let targets = OrderedDictionary(grouping: found, by: \.why)
        watch.hindrances = targets.map { why, found in
            ProbeWatch.Hindrance(why: why, targets: found.map(\.target))
        }
        for new in watch.hindrances where !before.contains(where: { $0.why == new.why }) {
            turn.say(.page, nil, new.words)
        }
        for old in before where targets[old.why] == nil {
            turn.say(.info, nil, "no probe is held up any more by: \(old.why)")
        }
    }
}

extension ProbeWatch.Hindrance {
    /// Subjects that are named before the rest is counted.
    private static let namedMax = 3

    /// `/x/check cannot be started: Permission denied; the probes of login rest on it, and say
    /// nothing until it can`.
    package var words: String {
        let subjects = OrderedSet(targets.map(\.words))
        let rest = subjects.count - ProbeWatch.Hindrance.namedMax
        let named =
            subjects.prefix(ProbeWatch.Hindrance.namedMax).joined(separator: ", ")
            + (rest > 0 ? " and \(rest) more" : "")
        return "\(why); the probe of \(named) says nothing until it can"
    }
}

extension ProbeWatch.Certificate {
    /// `the certificate of ent-sbg2 (127.0.21.1:8443) for grand-est ends 2026-12-01, in 7d`.
    package func words(at now: Instant) -> String {
        let what = target.words
        let left = end - now
        let when = left > .zero ? "in \(left.shortText)" : "\((now - end).shortText) ago"
        return "the certificate of \(what) ends \(CivilTime(end).date.text), \(when)"
    }
}

extension ProbeTarget {
    /// `ent-sbg2 (127.0.21.1:8443) for grand-est`.
    fileprivate var words: String {
        switch subject {
        case .service(let region, let host): "\(host) (\(endpoint)) for \(region)"
        case .dependency(let id): "dependency \(id) (\(endpoint))"
        case .edge(let id): "edge \(id) (\(endpoint))"
        case .nameServer, .reference: "\(endpoint)"
        }
    }

    fileprivate var region: RegionID? {
        if case .service(let region, _) = subject { region } else { nil }
    }
}

extension Topology {
    /// The probe that a target stands for, or nil when it is no longer declared.
    fileprivate func probe(of target: ProbeTarget) -> ProbeKind? {
        switch target.subject {
        case .service(let region, _):
            guard let probes = regions[region]?.probes, probes.indices.contains(target.index)
            else { return nil }
            return probes[target.index]
        case .dependency(let id):
            guard let probes = dependencies[id]?.probes, probes.indices.contains(target.index)
            else { return nil }
            return probes[target.index].kind
        case .edge(let id):
            guard let probes = edges[id]?.probes, probes.indices.contains(target.index)
            else { return nil }
            return probes[target.index]
        case .nameServer(let zone, _): return zones[zone]?.check
        case .reference: return .tcp
        }
    }
}
