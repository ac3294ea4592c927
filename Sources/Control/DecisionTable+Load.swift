import OrderedCollections
import Detection
import Planning
import Situations
import TopologyModel
import Values

// Rows for hosts that are full: dead is not saturated, and to open again is a ramp.
extension DecisionTable {
    private static let rationing: [Guard] = [.run, .pause, .isolation]

    static let saturated = DecisionRow(
        "saturated",
        when: "a host in use is saturated, and nothing was done for the region since",
        then:
            "send a share to hosts with room at the same hour and at their next peak; quotas hold "
            + "back what fits nowhere",
        heldBy: rationing
    ) { view in
        guard !view.isRationedByPerson,
            let since = view.loads.filter({ $0.verdict == .saturated }).map(\.since).max(),
            view.reliefAt.map({ $0 < since }) ?? true
        else { return nil }
        return view.relief(spills: view.region.rules.overload.spills && view.mayShift)
    }

    static let surgeRose = DecisionRow(
        "surge-rose", when: "the surge is larger than the one that the quotas were made for",
        then: "make the quotas anew: the first classes ask for more", heldBy: rationing
    ) { view in
        guard view.isRationedByItself, let known = view.quotas?.surge,
            view.situation.board.surge > known
        else { return nil }
        return .wanted(change: .admit(region: view.region.id, percent: 100))
    }

    static let tooMuch = DecisionRow(
        "ration-less",
        when:
            "a rationed region's host is saturated or degraded for the ramp's dwell since its "
            + "quotas were set",
        then: "let one step of the ramp fewer in", heldBy: rationing
    ) { view in
        guard view.isRationedByItself, view.haveLoadsDwelt,
            view.loads.contains(where: { [.saturated, .degraded].contains($0.verdict) })
        else { return nil }
        let percent = 100 - view.region.rules.ramp.step.value
        return .wanted(change: .admit(region: view.region.id, percent: percent))
    }

    static let ramp = DecisionRow(
        "ramp",
        when:
            "a rationed region's hosts are all calm for the ramp's dwell since its quotas were set, "
            + "and bear more",
        then: "let one step more in, as far as the hosts bear it", heldBy: rationing
    ) { view in
        guard view.isRationedByItself, view.loads.count == view.hostsInUse.count,
            view.haveLoadsDwelt, view.loads.allSatisfy({ $0.verdict == .up }),
            view.situation.canAdmitMore(of: view.region)
        else { return nil }
        return .wanted(change: .serveMore(region: view.region.id))
    }
}

extension RegionView {
    /// Of the hosts in use whose load is read.
    fileprivate var loads: [LoadStanding] {
        hostsInUse.compactMap { situation.board.loads[$0] }
    }

    fileprivate var quotas: QuotaStanding? { situation.quotas[region.id] }

    fileprivate var isRationedByPerson: Bool {
        allocation.isRationed && quotas?.isByPerson ?? false
    }

    fileprivate var isRationedByItself: Bool { allocation.isRationed && !isRationedByPerson }

    fileprivate var mayShift: Bool {
        shiftsInTheLastHour < situation.topology.rules.shiftsPerRegionPerHourMax
    }

    /// When quotas or shares were last changed.
    fileprivate var reliefAt: Instant? {
        let shift = situation.history.shifts.last { $0.region == region.id }?.at
        return [quotas?.since, shift].compactMap(\.self).max()
    }

    fileprivate func relief(spills: Bool) -> DecisionOutcome? {
        guard spills || situation.mayRation(region) else { return nil }
        return .wanted(change: .relieve(region: region.id, spills: spills))
    }

    /// Whether the loads have been as they are for the ramp's dwell, and for as long under these
    /// quotas.
    fileprivate var haveLoadsDwelt: Bool {
        let starts = loads.map(\.since) + [quotas?.since].compactMap(\.self)
        return starts.allSatisfy { situation.now - $0 >= region.rules.ramp.dwell }
    }
}
