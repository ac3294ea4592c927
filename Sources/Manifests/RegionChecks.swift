import OrderedCollections
import TopologyModel
import Values
import YAMLReading

/// The checks of one region against the rest of the topology.
struct RegionChecks {
    private let draft: TopologyDraft
    private let region: Region
    private let faults: Faults

    init(_ draft: TopologyDraft, _ region: Region, _ faults: Faults) {
        (self.draft, self.region, self.faults) = (draft, region, faults)
    }

    func check() {
        checkRoles()
        checkLabels()
        checkSharedFate()
        checkShares()
        checkDNSPort()
        checkTTL()
        checkRTO()
        checkRation()
    }

    private var topology: Topology { draft.topology }

    private func isWhole(_ key: String) -> Bool {
        draft.places.isWhole("regions.\(region.id).\(key)")
    }

    private func report(
        _ severity: Diagnostic.Severity = .error, at key: String, _ what: String, mend: String
    ) {
        faults.report(
            severity, at: draft.places["regions.\(region.id).\(key)"], what: what, mend: mend)
    }

    private func checkRoles() {
        if region.standbys.isEmpty, isWhole("standbys") {
            report(
                .warning, at: "standbys", "\(region.id) has no standby",
                mend: "name a host at another site")
        }
        if Set(region.hosts).count < region.hosts.count {
            report(
                at: "standbys", "\(region.id) names a host twice",
                mend: "a host is its primary, or one of its standbys, once")
        }
    }

    private func checkLabels() {
        for host in region.hosts {
            guard let site = topology.site(of: host) else { continue }
            let missing = region.require.filter { !site.labels.contains($0) }
            if !missing.isEmpty {
                report(
                    at: "require",
                    "\(host) may not serve \(region.id): its site lacks "
                        + missing.joined(separator: ", "),
                    mend: "label the site, or take the host out of the region")
            }
        }
    }

    private func checkSharedFate() {
        guard let home = topology.site(of: region.primary) else { return }
        for standby in region.standbys where standby != region.primary {
            guard let site = topology.site(of: standby) else { continue }
            let shared = site.domains.last { ($0.isFate || $0.depth > 1) && home.isIn($0) }
            if let shared {
                report(
                    .warning, at: "standbys",
                    "standby \(standby) of \(region.id) shares \(shared) with its primary",
                    mend: "what takes the primary may take it too: name one elsewhere")
            }
        }
    }

    private func checkShares() {
        let shares = region.demand.shares
        for share in shares where !topology.classes.contains(where: { $0.id == share.classID }) {
            let names = topology.classes.map(\.id.name)
            report(
                at: "demand",
                "shares of \(region.id) name class '\(share.classID)', which is not declared",
                mend: (didYouMean(share.classID.name, among: names).map { "\($0) " } ?? "")
                    + "declare it under classes")
        }
        let total = shares.reduce(0) { $0 + $1.share.value }
        if !shares.isEmpty, total != 100, isWhole("demand") {
            report(
                at: "demand", "the shares of \(region.id) add up to \(total)%",
                mend: "make them add up to 100%")
        }
    }

    /// DNS publishes addresses, not ports.
    private func checkDNSPort() {
        let namesHosts = region.frontDoors.contains {
            if case .dns(let door) = $0 { door.points == .hosts } else { false }
        }
        guard namesHosts else { return }
        let ports = Set(
            region.hosts.flatMap { topology.hosts[$0]?.addresses.all.map(\.port) ?? [] })
        if ports.count > 1 {
            let list = ports.sorted().map(String.init).joined(separator: ", ")
            report(
                at: "frontDoors",
                "a DNS name publishes addresses, not ports, and the hosts of \(region.id) "
                    + "listen on \(list)",
                mend: "let every host of the region listen on one port, or use an edge")
        }
    }

    private func checkTTL() {
        guard isWhole("frontDoors") else { return }
        for case .dns(let door) in region.frontDoors {
            let least = topology.zones[door.zone]?.ttlMin ?? .zero
            if door.ttl < least {
                report(
                    at: "frontDoors",
                    "the TTL of \(door.name), \(door.ttl.text), is below the least of its zone, "
                        + least.text,
                    mend: "make it at least \(least.text)")
            }
        }
    }

    private func checkRTO() {
        guard let rto = region.rules.rto, isWhole("frontDoors"), isWhole("rules"),
            draft.places.isWhole("defaults")
        else { return }
        let recovery = region.recovery(changing: region.frontDoors)
        if rto < recovery.total {
            report(
                at: "rto",
                "an rto of \(rto.text) cannot be kept: "
                    + "detection \(recovery.detection.text), patience \(recovery.patience.text), "
                    + "run \(recovery.run.text) and TTL \(recovery.tail.text) take "
                    + recovery.total.text,
                mend: "raise it, or lower the interval, the patience or the TTL")
        }
    }

    /// By default every region may be rationed, and one without a gate simply cannot: only to ask
    /// for it there is a fault.
    private func checkRation() {
        let isAsked = draft.places.isNoted("regions.\(region.id).overload.ration")
        guard isAsked, isWhole("frontDoors"), region.rules.overload.rations, !region.hasGate
        else { return }
        report(
            at: "overload.ration", "\(region.id) cannot be rationed: no front door is a gate",
            mend: "write gate: true at an haproxy door, or ration: false")
    }
}
