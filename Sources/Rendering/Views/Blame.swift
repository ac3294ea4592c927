import Detection
import Documents
import OrderedCollections
package import Situations
package import TopologyModel
package import Values

/// What a region hangs on, through which edges, and what it does not hang on.
package struct Blame: APIDocument, Hashable {
    package struct Thing: Hashable, Encodable, Sendable {
        /// `host`, `site`, `domain`, `fate`, `edge`, `zone`, `dependency`, `door`.
        package let kind: String
        package let name: String
        /// How it hangs on it: `serves 100%`, `standby`, `needed`; nil for what it does not need.
        package let role: String?
        package let standing: Judgement
    }

    package static let kind = "Blame"
    package let region: RegionID
    package let at: Instant
    /// Whether somebody was asked how things stand.
    package let isAsked: Bool
    /// What it suffers from; nil where nobody was asked.
    package let diagnosis: Diagnosis?
    /// What its users need now: where they are, and what they come through.
    package let hangsOn: [Thing]
    /// What it would need if it moved, and does not need now.
    package let couldUse: [Thing]
    package let doesNotHangOn: [Thing]
}

extension Picture {
    package func blame(for region: Region) -> Blame {
        let serving = region.hosts.filter { percent(of: region, at: $0) > .zero }
        let hosts = serving.isEmpty ? [region.primary] : serving
        let now =
            hosts.map { thing($0, role: role(of: region, at: $0)) }
            + places(of: hosts.compactMap { topology.hosts[$0]?.site }, "its host")
        let hanging = (now + ways(of: region) + needs(of: region)).unique
        let others = region.hosts.filter { !hosts.contains($0) }
        let could =
            others.map { thing($0, role: "standby") }
            + places(of: others.compactMap { topology.hosts[$0]?.site }, "its host")
        let known = OrderedSet(hanging.map(\.key))
        let spare = could.unique.filter { !known.contains($0.key) }
        let used = known.union(spare.map(\.key))
        return Blame(
            region: region.id, at: self.now, isAsked: status != nil,
            diagnosis: status?.regions.first { $0.id == region.id }?.diagnosis, hangsOn: hanging,
            couldUse: spare,
            doesNotHangOn: everything.filter { !used.contains($0.key) })
    }

    private func role(of region: Region, at host: HostID) -> String {
        let percent = percent(of: region, at: host)
        return percent > .zero ? "serves \(percent)" : "home"
    }

    private func thing(_ host: HostID, role: String?) -> Blame.Thing {
        Blame.Thing(kind: "host", name: host.name, role: role, standing: judgement(of: host))
    }

    /// Sites, and everything that these fall with, each once.
    private func places(of sites: [SiteID], _ whose: String) -> [Blame.Thing] {
        let sites = OrderedSet(sites).compactMap { topology.sites[$0] }
        let domains = OrderedSet(sites.flatMap(\.domains))
        return sites.map { thing($0, role: "\(whose) stands there") }
            + domains.map { thing($0, role: "\(whose) falls with it") }
    }

    private func thing(_ site: Site, role: String?) -> Blame.Thing {
        Blame.Thing(kind: "site", name: site.id.name, role: role, standing: judgement(of: site))
    }

    private func thing(_ domain: FailureDomain, role: String?) -> Blame.Thing {
        Blame.Thing(
            kind: domain.isFate ? "fate" : "domain", name: domain.name, role: role,
            standing: judgement(of: domain))
    }

    /// What its users come through: edges, with the domains they stand in, and zones.
    private func ways(of region: Region) -> [Blame.Thing] {
        let edges = edges(of: region).map {
            Blame.Thing(
                kind: "edge", name: $0.name, role: "its users come through it",
                standing: judgement(of: $0))
        }
        let zones = region.zones
        let answering = zones.map {
            Blame.Thing(
                kind: "zone", name: $0.name, role: "answers for its name",
                standing: judgement(of: $0))
        }
        let edgeSites = self.edges(of: region).compactMap { topology.edges[$0]?.site }
        let serverSites = zones.flatMap { topology.zones[$0]?.servers.map(\.site) ?? [] }
        let servers = serverSites.count > 1 ? "one of its name servers" : "its name server"
        return edges + places(of: edgeSites, "its edge") + answering
            + places(of: serverSites, servers)
    }

    private func needs(of region: Region) -> [Blame.Thing] {
        topology.dependencies(of: region).map {
            let role = region.dependsOn.contains($0) ? "needed" : "needed by what it needs"
            return Blame.Thing(
                kind: "dependency", name: $0.name, role: role, standing: judgement(of: $0))
        }
    }

    private var everything: [Blame.Thing] {
        topology.hosts.keys.map { thing($0, role: nil) }
            + topology.sites.values.map { thing($0, role: nil) }
            + topology.domains.map { thing($0, role: nil) }
            + topology.edges.keys.map {
                Blame.Thing(
                    kind: "edge", name: $0.name, role: nil, standing: judgement(of: $0))
            }
            + topology.zones.keys.map {
                Blame.Thing(
                    kind: "zone", name: $0.name, role: nil, standing: judgement(of: $0))
            }
            + topology.dependencies.keys.map {
                Blame.Thing(
                    kind: "dependency", name: $0.name, role: nil, standing: judgement(of: $0))
            }
    }
}

extension [Blame.Thing] {
    /// Each once, as it was named first.
    fileprivate var unique: [Blame.Thing] {
        var seen: OrderedSet<String> = []
        return filter { seen.append($0.key).inserted }
    }
}

extension Blame.Thing {
    fileprivate var key: String { kind + "/" + name }

    fileprivate var isSuffering: Bool {
        switch standing.verdict {
        case .lost, .degraded, .saturated: true
        case .up, .unknown, .doubted, nil: false
        }
    }
}

extension Blame {
    package func text(_ palette: Palette) -> String {
        let heading = palette.paint(region.name, .strong)
        var text = ""
        if let diagnosis {
            text += wrapped(diagnosis.sentence(at: at)) + "\n"
            text += diagnosis.attackSentence.map { wrapped($0) + "\n" } ?? ""
        }
        text += elsewhereSentence.map { wrapped($0) + "\n" } ?? ""
        text += isAsked ? "\n" : ""
        text += "\(heading) hangs on:\n" + table(hangsOn, palette) + "\n"
        if !couldUse.isEmpty {
            text += "\(heading) could use, and does not need now:\n"
            text += table(couldUse, palette) + "\n"
        }
        return text + "\(heading) does not hang on:\n" + others(palette)
    }

    private var elsewhereSentence: String? {
        let elsewhere = doesNotHangOn.filter(\.isSuffering).map(\.name)
        guard !elsewhere.isEmpty else { return nil }
        return "It does not hang on what is in trouble elsewhere: "
            + elsewhere.joined(separator: ", ") + "."
    }

    private func table(_ things: [Thing], _ palette: Palette) -> String {
        var table = TextTable(["", "NAME", "VERDICT", "HOW"])
        for thing in things {
            table.add([
                Cell(thing.kind, .faint), Cell(thing.name, .strong), thing.standing.cell,
                Cell((thing.role ?? "") + (thing.note.map { "; \($0)" } ?? "")),
            ])
        }
        return table.text(palette)
    }

    /// A line a kind: nobody reads a row for each host of the country.
    private func others(_ palette: Palette) -> String {
        var table = TextTable(["", "NAMES"])
        for kind in OrderedSet(doesNotHangOn.map(\.kind)) {
            let names = doesNotHangOn.filter { $0.kind == kind }.map { thing in
                thing.isSuffering ? "\(thing.name) (\(thing.standing.cell.text))" : thing.name
            }
            table.add([Cell(kind, .faint), Cell(names.joined(separator: ", "))])
        }
        return table.isEmpty ? "(everything else is used)\n" : table.text(palette)
    }
}

extension Blame.Thing {
    /// Why, for what is not well.
    fileprivate var note: String? {
        switch standing.verdict {
        case .lost, .doubted, .degraded, .saturated: standing.because
        case .up, .unknown, nil: nil
        }
    }
}
