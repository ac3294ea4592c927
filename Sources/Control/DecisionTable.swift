import OrderedCollections
import Detection
import Planning
package import Situations
package import TopologyModel
package import Values

/// The ordered rows; for each region the first row that applies wins.
package enum DecisionTable {
    package static let rows: [DecisionRow] = [
        domainLost, hostLost, serviceLost, doubtedTooLong, doorForgot, doorDrifted, unread,
        saturated, dependencyShort, surgeRose, tooMuch, ramp, unserved, home, stay,
    ]

    /// What the table concludes for `region`, guards counted.
    package static func decision(for region: Region, in situation: Situation) -> Decision {
        let view = RegionView(situation: situation, region: region)
        for row in rows {
            guard let outcome = row.outcome(view) else { continue }
            return Decision(
                region: region.id, row: row.name, outcome: guarded(outcome, by: row, in: view))
        }
        return Decision(region: region.id, row: stay.name, outcome: .stay)
    }

    /// What the rows for names conclude; nil for a region without a name that points at edges.
    package static func edgeDecision(for region: Region, in situation: Situation) -> Decision? {
        guard region.frontDoors.contains(where: \.pointsAtEdges) else { return nil }
        let view = RegionView(situation: situation, region: region)
        for row in edgeRows {
            guard let outcome = row.outcome(view) else { continue }
            return Decision(
                region: region.id, row: row.name, outcome: guarded(outcome, by: row, in: view))
        }
        return Decision(region: region.id, row: stay.name, outcome: .stay)
    }

    private static func guarded(
        _ outcome: DecisionOutcome, by row: DecisionRow, in view: RegionView
    ) -> DecisionOutcome {
        guard case .wanted(let change) = outcome,
            let holding = row.heldBy.first(where: { $0.holds(change, in: view) })
        else { return outcome }
        return .proposed(change: change, heldBy: holding)
    }

    // MARK: - Rows

    private static let leaving: [Guard] = [
        .run, .pause, .isolation, .brake, .patience, .shiftsPerHour,
    ]

    private static let domainLost = DecisionRow(
        "domain-lost", when: "a host in use stands in a failure domain that is held lost",
        then: "leave every host of that domain", heldBy: leaving
    ) { view in
        let lost = view.hostsInUse.compactMap { view.site(of: $0) }
            .compactMap { view.situation.board.lostDomain(of: $0) }
        guard let domain = lost.min(by: { ($0.depth, $0) < ($1.depth, $1) }) else { return nil }
        let hosts = view.hostsInUse.filter { view.site(of: $0)?.isIn(domain) ?? false }
        return .wanted(
            change: .leave(region: view.region.id, hosts: hosts, cause: .lost, domain: domain))
    }

    private static let hostLost = DecisionRow(
        "host-lost", when: "a host in use is held lost", then: "leave it", heldBy: leaving
    ) { view in
        view.leaving { view.situation.board.verdict(of: $0) == .lost }
    }

    private static let serviceLost = DecisionRow(
        "service-lost", when: "the region's own probe is held lost at a host in use",
        then: "leave that host; other regions stay there", heldBy: leaving
    ) { view in
        view.leaving { view.situation.board.verdict(of: view.region.id, at: $0) == .lost }
    }

    private static let doubtedTooLong = DecisionRow(
        "doubted-too-long",
        when: "a host in use stands in a domain in doubt for longer than `doubtedEvacuate`",
        then: "leave that domain, where capacity elsewhere allows",
        heldBy: [.run, .pause, .maintenance, .isolation, .brake, .shiftsPerHour, .holdDown]
    ) { view in
        guard let patience = view.situation.topology.rules.doubtedEvacuate else { return nil }
        return view.leaving { host in
            guard let site = view.site(of: host),
                let domain = view.situation.board.doubtedDomain(of: site, at: view.situation.now),
                let doubt = view.situation.board.doubts[domain]
            else { return false }
            return view.situation.now - doubt.since >= patience
        }
    }

    private static let doorForgot = DecisionRow(
        "door-forgot",
        when:
            "a door restarted, a late write of ours reached it, or it missed a shift while its "
            + "edge was lost",
        then: "set it again to what is desired", heldBy: [.run, .pause, .isolation]
    ) { view in
        let door = view.doors.first { door in
            if case .forgot = door.standing { return true }
            return door.missed != nil && !view.situation.isOut(door.id)
        }
        return door.map { .wanted(change: .restore(door: $0.id, region: view.region.id)) }
    }

    private static let doorDrifted = DecisionRow(
        "door-drifted", when: "somebody else changed a front door",
        then: "page, and leave it alone until `adopt` or `reassert`", heldBy: []
    ) { view in
        let door = view.doors.first { if case .drifted = $0.standing { true } else { false } }
        return door.map { .ask(door: $0.id) }
    }

    private static let unread = DecisionRow(
        "unread", when: "where the region is was never known: no door of it could be read yet",
        then: "read on; each door that cannot be read is paged", heldBy: []
    ) { view in
        view.isRead ? nil : .stay
    }

    private static let unserved = DecisionRow(
        "unserved",
        when:
            "a share of the region is sent nowhere (not elsewhere, by a person's hand), and some "
            + "host may take users",
        then: "serve more of it",
        heldBy: [.run, .pause, .isolation, .brake, .shiftsPerHour]
    ) { view in
        guard view.allocation.unserved > .zero, !view.isElsewhere,
            view.region.hosts.contains(where: {
                view.situation.objection(to: $0, for: view.region) == nil
            })
        else { return nil }
        return .wanted(change: .serveMore(region: view.region.id))
    }

    private static let home = DecisionRow(
        "home",
        when:
            "away at a door, but not by a person; its primary and domains sound for their dwells, "
            + "and where it is rationed (an armed gate is not) with room there for everybody",
        then:
            "come home by the ramp of its `failback` rules, with its quotas as they are (approval "
            + "is a step of the playbook)",
        heldBy: [
            .run, .pause, .isolation, .brake, .holdDown, .window, .shiftsPerHour,
        ]
    ) { view in
        guard !view.isHome, view.awayReason == nil,
            !view.allocation.isRationed || view.armedUntil != nil
                || view.situation.hasRoomAtHome(for: view.region)
        else { return nil }
        return .wanted(change: .comeHome(region: view.region.id, share: .all))
    }

    private static let stay = DecisionRow(
        "stay", when: "nothing else applies", then: "nothing", heldBy: []
    ) { _ in .stay }
}

extension RegionView {
    /// Whether the region's allocation is known: its doors were read, or a run set them.
    fileprivate var isRead: Bool { situation.allocations[region.id] != nil }

    /// Whether every door is to send everybody to the primary: one door that was adopted, or
    /// undone, speaks for the allocation but not for the others.
    package var isHome: Bool {
        allocation.percent(of: region.primary) == .all && situation.doorsAgree(in: region)
    }

    fileprivate func leaving(where isToLeave: (HostID) -> Bool) -> DecisionOutcome? {
        let hosts = hostsInUse.filter(isToLeave)
        guard !hosts.isEmpty else { return nil }
        return .wanted(
            change: .leave(region: region.id, hosts: hosts, cause: .lost, domain: nil))
    }

    fileprivate var isElsewhere: Bool { doors.contains(where: \.isElsewhere) }

    /// Whether a person moved it away last: it then stays until a person brings it home.
    fileprivate var wasMovedByAPerson: Bool {
        let shifts = situation.history.shifts
        guard let last = shifts.last(where: { $0.region == region.id && $0.from != $0.to }) else {
            return false
        }
        return last.cause == .asked && last.to.percent(of: region.primary) < .all
    }

    /// Why the region does not come home now; nil when it is there, or when nothing but a guard
    /// holds it back.
    package var awayReason: AwayReason? {
        if isHome { return nil }
        if isElsewhere { return .elsewhere }
        if wasMovedByAPerson { return .movedByAPerson }
        let host = region.primary
        if let objection = situation.objection(to: host, for: region) {
            return .primaryCannot(because: objection)
        }
        guard let dwelt = dwellEnd(at: host) else { return .primaryCannot(because: .unknown) }
        return situation.now < dwelt ? .dwell(until: dwelt) : nil
    }

    /// From when on the host has been sound for as long as failback asks.
    private func dwellEnd(at host: HostID) -> Instant? {
        guard let site = site(of: host), let standing = situation.board.hosts[host] else {
            return nil
        }
        let rules = region.rules.failback
        let domains = site.domains.compactMap { situation.board.domains[$0] }
        return domains.reduce(standing.since + rules.dwellHost) {
            max($0, $1.since + rules.dwellDomain)
        }
    }
}

/// Why a region that is away stays there.
package enum AwayReason: Hashable, Codable, Sendable {
    /// A door points at what is no host of ours.
    case elsewhere
    /// It stays until a person brings it home.
    case movedByAPerson
    /// The primary may take no users.
    case primaryCannot(because: Objection)
    /// The primary, or a domain of it, has not been sound for long enough.
    case dwell(until: Instant)
}
