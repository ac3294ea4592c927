import Control
package import Detection
package import Documents
import OrderedCollections
package import Playbooks
import Situations
package import TopologyModel
package import Values

/// What the looking commands read: a topology, and how things stand in it where a controller says
/// so.
package struct Picture: Sendable {
    package let topology: Topology
    package let digest: Digest
    package let playbooks: [Playbook]
    /// Nil where the topology comes from a file and nobody was asked.
    package let status: StatusDocument?
    package let now: Instant

    package init(
        topology: Topology, digest: Digest, playbooks: [Playbook], status: StatusDocument?,
        now: Instant
    ) {
        (self.topology, self.digest, self.playbooks) = (topology, digest, playbooks)
        (self.status, self.now) = (status, now)
    }
}

/// A verdict and what it rests on, in words; nil verdicts are of a file, where nobody was asked.
package struct Judgement: Hashable, Codable, Sendable {
    package let verdict: Verdict?
    package let since: Instant?
    package let because: String?

    package init(verdict: Verdict?, since: Instant? = nil, because: String? = nil) {
        (self.verdict, self.since, self.because) = (verdict, since, because)
    }

    init(_ standing: Standing?, isAsked: Bool) {
        guard let standing else {
            self.init(verdict: isAsked ? .unknown : nil)
            return
        }
        self.init(
            verdict: standing.verdict, since: standing.since,
            because: "\(standing.evidence.detector)")
    }

    var cell: Cell { Cell(verdict?.rawValue ?? "-", verdict?.tone ?? .faint) }
}

// MARK: - What is held to be true

extension Picture {
    /// What its probes say; where they are well, what its load does.
    package func judgement(of host: HostID) -> Judgement {
        let known = status?.sites.lazy.flatMap(\.hosts).first { $0.id == host }
        if known?.standing?.verdict == .up, let load = known?.load,
            load.verdict == .saturated || load.verdict == .degraded
        {
            return Judgement(
                verdict: load.verdict, since: load.since, because: load.sentence(of: host))
        }
        return Judgement(known?.standing, isAsked: status != nil)
    }

    package func judgement(of region: RegionID, at host: HostID) -> Judgement {
        let known = status?.regions.first { $0.id == region }?.hosts.first { $0.host == host }
        return Judgement(known?.standing, isAsked: status != nil)
    }

    package func judgement(of dependency: DependencyID) -> Judgement {
        let known = status?.dependencies.first { $0.id == dependency }
        if let logins = known?.logins, logins.verdict == .saturated,
            known?.standing?.verdict != .lost
        {
            return Judgement(
                verdict: .saturated, since: logins.since, because: logins.words)
        }
        return Judgement(known?.standing, isAsked: status != nil)
    }

    package func judgement(of edge: EdgeID) -> Judgement {
        Judgement(status?.edges.first { $0.id == edge }?.standing, isAsked: status != nil)
    }

    package func judgement(of zone: ZoneID) -> Judgement {
        Judgement(status?.zones.first { $0.id == zone }?.standing, isAsked: status != nil)
    }

    /// A failure domain's own verdict, or its doubt; a domain of which nothing is held is up when
    /// a host in it is: what is lost in it is told of, and condemns no neighbour.
    package func judgement(of domain: FailureDomain) -> Judgement {
        guard let known = status?.domains.first(where: { $0.id == domain }) else {
            return Judgement(verdict: status == nil ? nil : .unknown)
        }
        if let declared = known.declaration, declared.kind == .lost {
            return Judgement(
                verdict: .lost, since: declared.at,
                because: "declared by \(declared.by): \(declared.reason)")
        }
        if known.standing?.verdict == .lost { return Judgement(known.standing, isAsked: true) }
        if let doubt = known.doubt {
            return Judgement(
                verdict: .doubted, since: doubt.since,
                because: "\(doubt.because) is lost; until \(doubt.until.end(at: now))")
        }
        if let standing = known.standing, standing.verdict != .unknown {
            return Judgement(standing, isAsked: true)
        }
        let hosts = topology.hosts(in: domain).map { judgement(of: $0).verdict }
        if hosts.isEmpty { return Judgement(verdict: .unknown, because: "no host stands there") }
        let lost = hosts.count { $0 == .lost }
        return Judgement(
            verdict: hosts.contains(.up) ? .up : .unknown,
            because: lost > 0 ? "\(lost) of \(hosts.count) hosts there are lost" : nil)
    }

    /// A site falls with the widest of its domains that is lost or in doubt.
    package func judgement(of site: Site) -> Judgement {
        for domain in site.domains {
            let found = judgement(of: domain)
            if found.verdict == .lost, domain != site.domain {
                return Judgement(verdict: .lost, since: found.since, because: "with \(domain)")
            }
        }
        let own = judgement(of: site.domain)
        if own.verdict == .lost { return own }
        let doubted = site.domains.first { judgement(of: $0).verdict == .doubted }
        return doubted.map { judgement(of: $0) } ?? own
    }
}

// MARK: - Who is where

/// What a host is to a region.
package struct Role: Hashable, Codable, Sendable {
    package let region: RegionID
    /// `primary`, or `standby`.
    package let role: String
    /// The region's users that it is to have.
    package let percent: Percent
    package let service: Judgement
}

extension Picture {
    /// The region's users that each of its hosts has; from a file, all are home.
    package func percent(of region: Region, at host: HostID) -> Percent {
        guard let status else { return host == region.primary ? .all : .zero }
        let known = status.regions.first { $0.id == region.id }
        return known?.allocation?.percent(of: host) ?? .zero
    }

    package func roles(of host: HostID) -> [Role] {
        topology.regions.values.filter { $0.hosts.contains(host) }.map { region in
            Role(
                region: region.id, role: region.primary == host ? "primary" : "standby",
                percent: percent(of: region, at: host), service: judgement(of: region.id, at: host))
        }
    }

    /// Users that the host is to expect now: of each region its share of the hour's demand.
    package func expectedUsers(at host: HostID) -> Users {
        topology.regions.values.reduce(0) { sum, region in
            guard region.hosts.contains(host) else { return sum }
            let demand = region.demand.users(at: now, in: topology.calendar)
            return sum + percent(of: region, at: host).roundedUp(of: demand)
        }
    }

    /// Regions that have a host in the domain, and whether one of them has users there.
    package func regions(in domain: FailureDomain) -> [(region: Region, isServed: Bool)] {
        let hosts = topology.hosts(in: domain)
        return topology.regions.values.compactMap { region in
            let there = region.hosts.filter(hosts.contains)
            guard !there.isEmpty else { return nil }
            return (region, there.contains { percent(of: region, at: $0) > .zero })
        }
    }

    package func regionStatus(_ id: RegionID) -> StatusDocument.RegionStatus? {
        status?.regions.first { $0.id == id }
    }

    /// The edges that a region's users come through.
    package func edges(of region: Region) -> [EdgeID] {
        var edges: [EdgeID] = []
        for case .haproxy(let door) in region.frontDoors where !edges.contains(door.edge) {
            edges.append(door.edge)
        }
        return edges
    }
}
