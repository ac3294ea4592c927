import Detection
import OrderedCollections
import TopologyModel
import Values

/// Detection on a small topology, fed by hand; its changes are applied to its board as a journal
/// would.
struct Stand {
    static let start = Instant(unixSeconds: 1_615_336_500)
    static let me = ControllerID("c1")

    let topology: Topology
    var detection: Detection
    var loads = LoadJudge()
    var board = VerdictBoard()
    var now = Stand.start
    /// Every change so far, oldest first.
    var changes: [BoardChange] = []

    init(_ topology: Topology, vantage: ControllerID = Stand.me) {
        self.topology = topology
        detection = Detection(topology: topology, digest: Digest(hex: "d0"), vantage: vantage)
    }

    /// The same board with empty counters: what a restart finds.
    mutating func restart() {
        detection = Detection(
            topology: topology, digest: Digest(hex: "d0"), vantage: detection.vantage)
    }

    /// Every target whose host is named fails as told, every other one passes, once now.
    mutating func probe(_ failing: [String: FailureKind] = [:], by vantage: ControllerID? = nil) {
        let observations = probeTargets(of: topology).map { declared in
            let kind = failing[Stand.name(of: declared.target)]
            return observation(
                declared.target, kind.map { .fail(kind: $0) } ?? .pass(latency: .milliseconds(1)))
        }
        detection.observe(observations, at: now)
        settle()
    }

    /// So many seconds, one probe of everything in each.
    mutating func run(seconds: Int, _ failing: [String: FailureKind] = [:]) {
        for _ in 0..<seconds {
            now = now + .seconds(1)
            probe(failing)
        }
    }

    mutating func observe(
        _ target: ProbeTarget, _ result: ProbeResult, lateness: Duration = .zero
    ) {
        detection.observe([observation(target, result, lateness: lateness)], at: now)
        settle()
    }

    /// Another vantage point reports the hosts named as lost and, if `others`, the rest as up.
    mutating func hear(_ vantage: String, lost: [String], others: Bool = true, at: Instant? = nil) {
        let opinions = probeTargets(of: topology).compactMap { declared -> Opinion? in
            let isLost = lost.contains(Stand.name(of: declared.target))
            guard isLost || others else { return nil }
            return Opinion(
                target: declared.target, verdict: isLost ? .lost : .up, since: now,
                kind: isLost ? .refused : nil)
        }
        let report = VantageReport(
            vantage: ControllerID(vantage), at: at ?? now, opinions: opinions,
            topology: Digest(hex: "d0"))
        detection.hear(report, at: now)
        settle()
    }

    /// What the host's load source says now; nil is that it does not answer.
    mutating func read(_ load: Load?, of host: String, for region: RegionID? = nil) {
        let result: LoadReading.Result =
            load.map { .read(load: $0) } ?? .silent(why: "no answer in 1s")
        let reading = LoadReading(
            vantage: detection.vantage, host: HostID(host), region: region, at: now,
            result: result)
        loads.note([reading], under: topology.rules.load)
    }

    mutating func declare(_ kind: Declaration.Kind, _ domain: String) {
        let declaration = Declaration(kind: kind, by: "ada", reason: "seen", at: now)
        board.apply(.declaration(id: FailureDomain(domain), declaration: declaration))
        settle()
    }

    mutating func wait(_ duration: Duration) {
        now = now + duration
        settle()
    }

    mutating func settle() {
        let found =
            detection.changes(to: board, under: loads, at: now)
            + loads.changes(to: board, in: topology, at: now)
        found.forEach { board.apply($0) }
        changes += found
    }

    func isLost(_ domain: String) -> Bool { board.isLost(FailureDomain(domain)) }
    func isDoubted(_ domain: String) -> Bool { board.doubts[FailureDomain(domain)] != nil }
    func verdict(_ host: String) -> Verdict { board.verdict(of: HostID(host)) }

    /// The domains held lost, sorted.
    var lostDomains: [String] {
        board.domains.elements.filter { $0.value.verdict == .lost }.map(\.key.name).sorted()
    }

    private func observation(
        _ target: ProbeTarget, _ result: ProbeResult, lateness: Duration = .zero
    ) -> Observation {
        Observation(
            vantage: detection.vantage, target: target, sentAt: now, lateness: lateness,
            result: result)
    }

    /// The host, dependency or `reference` that a target is about.
    static func name(of target: ProbeTarget) -> String {
        switch target.subject {
        case .service(_, let host): host.name
        case .dependency(let id): id.name
        case .edge(let id): id.name
        case .nameServer(let zone, _): zone.name
        case .reference: "reference"
        }
    }
}

extension Topology {
    /// One host a site, named as the site's last part; every region is probed at every host, by
    /// TCP.
    static func of(
        _ sites: [(domain: String, fate: [String])], hostsPerSite: Int = 1, regions: Int = 1,
        probes: [ProbeKind] = [.tcp], rules: ProbeRules = .quick,
        global: GlobalRules = GlobalRules(), controllers: [ControllerPlace] = [],
        dependencies: [Dependency] = [], references: [Endpoint] = [], families: Int = 1,
        load: LoadSource? = nil
    ) -> Topology {
        let declared = sites.map { site in
            Site(
                id: SiteID(site.domain), provider: ProviderID("p"),
                domain: FailureDomain(site.domain), fate: site.fate.map(FailureDomain.init(fate:)))
        }
        let hosts = sites.enumerated().flatMap { place, site in
            (0..<hostsPerSite).map { number in
                Host(
                    id: HostID(hostName(site.domain, number)), site: SiteID(site.domain),
                    addresses: addresses(place, number, families: families),
                    capacity: Capacity(users: 1000), load: load)
            }
        }
        let ids = hosts.map(\.id)
        return Topology(
            rules: global, providers: [], sites: declared, hosts: hosts,
            dependencies: dependencies, controllers: controllers, references: references,
            regions: (0..<regions).map { number in
                Region(
                    id: RegionID("r\(number)"), title: "R\(number)", priority: 1,
                    demand: Demand(peakUsers: 1, curve: DemandCurve.flat), probes: probes,
                    primary: ids[0], standbys: Array(ids.dropFirst()), frontDoors: [],
                    rules: RegionRules(probe: rules))
            })
    }

    /// `ovh/strasbourg/sbg2` has `sbg2`; further hosts are `sbg2-1`, `sbg2-2`.
    private static func hostName(_ domain: String, _ number: Int) -> String {
        let last = domain.split(separator: "/").last.map(String.init) ?? domain
        return number == 0 ? last : "\(last)-\(number)"
    }

    private static func addresses(_ place: Int, _ number: Int, families: Int) -> Addresses {
        Addresses(
            ipv4: Endpoint(text: "127.0.\(place + 1).\(number + 1):80"),
            ipv6: families > 1 ? Endpoint(text: "[::\(place + 1):\(number + 1)]:80") : nil)
    }

    /// Strasbourg as it was, two sites of Gravelines, and one elsewhere.
    static func strasbourg(global: GlobalRules = GlobalRules()) -> Topology {
        .of(
            [
                ("ovh/strasbourg/sbg1", ["power"]), ("ovh/strasbourg/sbg2", ["power"]),
                ("ovh/strasbourg/sbg3", []), ("ovh/strasbourg/sbg4", []),
                ("ovh/gravelines/gra1", []), ("ovh/gravelines/gra2", []),
                ("scaleway/paris/par1", []),
            ], global: global)
    }
}

extension ProbeRules {
    /// Three failures down, two passes up, and a window too short to matter.
    static let quick = ProbeRules(fall: 3, rise: 2, window: .seconds(1))
}
