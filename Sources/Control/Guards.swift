import OrderedCollections
import Detection
package import Situations
import TopologyModel
import Values

extension Guard {
    /// Whether this guard holds `change` back now.
    package func holds(_ change: WantedChange, in view: RegionView) -> Bool {
        let situation = view.situation
        switch self {
        case .run: return situation.underway[view.region.id] != nil
        case .pause: return view.pause != nil
        case .maintenance: return view.maintenance(against: change) != nil
        case .isolation: return situation.board.isolatedSince != nil
        case .brake: return situation.board.brake != nil && !view.isDeclaredLost(change)
        case .holdDown: return view.holdDown(against: change) != nil
        case .patience: return view.isImpatient(change)
        case .window: return !view.isInFailbackWindow
        case .shiftsPerHour:
            return view.shiftsInTheLastHour
                >= situation.topology.rules.shiftsPerRegionPerHourMax
        }
    }
}

extension RegionView {
    /// The pause that covers the region now, or nil.
    package var pause: Pause? {
        situation.pauses.first { pause in
            guard situation.now < pause.until else { return false }
            switch pause.scope {
            case .everything: return true
            case .region(let id): return id == region.id
            case .domain(let domain):
                return region.hosts.contains { site(of: $0)?.isIn(domain) ?? false }
            }
        }
    }

    /// The hold-down that forbids this change, or nil: going back to the place left, or moving
    /// between hosts that are not lost. Leaving a lost host is never forbidden.
    package func holdDown(against change: WantedChange) -> HoldDown? {
        let holds = situation.holdDowns.filter {
            $0.region == region.id && situation.now < $0.until
        }
        switch change {
        case .comeHome: return holds.first { $0.left == region.primary }
        case .switchover(_, let host): return holds.first { $0.left == host }
        case .leave(_, let hosts, _, _):
            return hosts.contains { lostSince($0) != nil } ? nil : holds.first
        case .evacuate, .serveMore, .relieve, .admit, .pace, .settle, .restore, .repoint: return nil
        }
    }

    /// The maintenance that holds this change back, or nil: what somebody works on is not left by
    /// itself while it serves. Leaving a lost host is never held.
    package func maintenance(against change: WantedChange) -> Closure? {
        guard case .leave(_, let hosts, _, _) = change,
            !hosts.contains(where: { lostSince($0) != nil })
        else { return nil }
        return hosts.compactMap { situation.maintenance(of: $0) }.first
    }

    /// Since when the region is held not to be served at the host, or nil while it may be.
    private func lostSince(_ host: HostID) -> Instant? {
        let board = situation.board
        let standings = [
            site(of: host).flatMap { board.lostDomain(of: $0) }.flatMap { board.domains[$0] },
            board.hosts[host], board.services[.init(region: region.id, host: host)],
        ]
        return standings.compactMap(\.self).first { $0.verdict == .lost }?.since
    }

    /// What we did by ourselves; a person's shifts hold nobody back.
    package var shiftsInTheLastHour: Int {
        situation.history.shifts(of: region.id, since: situation.now - .seconds(3600))
            .count { $0.cause != .asked && $0.from != $0.to }
    }

    fileprivate var isInFailbackWindow: Bool {
        guard let window = region.rules.failback.window else { return true }
        let local = situation.topology.calendar.localTime(at: situation.now)
        return window.contains(secondOfDay: local.secondOfDay)
    }

    /// `declare lost` overrides the brake: a person has looked.
    fileprivate func isDeclaredLost(_ change: WantedChange) -> Bool {
        guard case .leave(_, let hosts, _, _) = change else { return false }
        return hosts.contains { host in
            let domains = site(of: host)?.domains ?? []
            return domains.contains { situation.board.declarations[$0]?.kind == .lost }
        }
    }

    /// Whether the verdict that is acted on is younger than the patience of the region's doors.
    fileprivate func isImpatient(_ change: WantedChange) -> Bool {
        if case .repoint(let door, _, _) = change {
            let lost = (situation.doors[door]?.desired?.edges ?? []).filter(situation.isOut)
            let since = lost.compactMap { situation.board.edges[$0]?.since }.min()
            return since.map { situation.now - $0 < region.rules.patience.dns } ?? false
        }
        guard case .leave(_, let hosts, _, let domain) = change else { return false }
        let patience = region.frontDoors.map {
            switch $0 {
            case .dns: region.rules.patience.dns
            case .haproxy: region.rules.patience.weights
            }
        }
        let since = domain.flatMap { situation.board.domains[$0]?.since }
        guard let since = since ?? hosts.compactMap({ lostSince($0) }).min() else { return false }
        return situation.now - since < (patience.max() ?? .zero)
    }
}
