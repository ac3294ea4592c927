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

    static let dependencyShort = DecisionRow(
        "dependency-short",
        when:
            "a dependency that the region needs is saturated or lost, its logins a second are "
            + "bounded, and nothing was done for the region since",
        then:
            "nobody moves, and who is in stays in; entries at the pace that the dependency bears, "
            + "the first classes first",
        heldBy: rationing
    ) { view in
        guard view.situation.mayRation(view.region), !view.isRationedByPerson,
            let trouble = view.situation.loginTrouble(of: view.region),
            view.reliefAt.map({ $0 < trouble.since }) ?? true
        else { return nil }
        // What is too much for it at the pace of now must become less than that.
        let isTooMuch = view.allocation.isRationed && trouble.verdict == .saturated
        return view.pace(for: trouble, percent: isTooMuch ? view.oneStepFewer : 100)
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
            "a rationed region's host is saturated or degraded, or its dependency saturated, for "
            + "the ramp's dwell since its quotas were set",
        then: "let one step of the ramp fewer in", heldBy: rationing
    ) { view in
        guard view.isRationedByItself, view.armedUntil == nil else { return nil }
        if view.haveLoadsDwelt,
            view.loads.contains(where: { [.saturated, .degraded].contains($0.verdict) })
        {
            return .wanted(change: .admit(region: view.region.id, percent: view.oneStepFewer))
        }
        guard let trouble = view.situation.loginTrouble(of: view.region),
            trouble.verdict == .saturated, view.haveDwelt([trouble.since])
        else { return nil }
        return view.pace(for: trouble, percent: view.oneStepFewer)
    }

    static let ramp = DecisionRow(
        "ramp",
        when:
            "a rationed region's hosts and dependencies are all calm for the ramp's dwell since "
            + "its quotas were set, and bear more; or it was armed, and that is over",
        then:
            "let one step more in, as far as they bear it; once everybody fits and nobody waits, "
            + "keep the quotas armed for `ramp.armedFor`, then lift them",
        heldBy: rationing
    ) { view in
        guard view.isRationedByItself, view.loads.count == view.hostsInUse.count,
            view.armedUntil.map({ $0 <= view.situation.now }) ?? true,
            view.haveLoadsDwelt, view.loads.allSatisfy({ $0.verdict == .up }),
            view.areLoginsCalm, view.situation.canAdmitMore(of: view.region)
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

    /// Until when its quotas, which let everybody in, stay; nil where they ration, or there are
    /// none.
    var armedUntil: Instant? { isRationedByItself ? quotas?.armedUntil : nil }

    /// Of what is let in now, in percent.
    fileprivate var oneStepFewer: Int { 100 - region.rules.ramp.step.value }

    fileprivate func pace(for trouble: LoginTrouble, percent: Int) -> DecisionOutcome {
        .wanted(
            change: .pace(region: region.id, dependency: trouble.dependency, percent: percent))
    }

    /// Whether all that bounds the region's logins has borne them for the ramp's dwell.
    fileprivate var areLoginsCalm: Bool {
        let dependencies = situation.boundedDependencies(of: region)
        return situation.loginTrouble(of: region) == nil
            && haveDwelt(dependencies.map { situation.loginsChangedAt(of: $0) })
    }

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
    fileprivate var haveLoadsDwelt: Bool { haveDwelt(loads.map(\.since)) }

    /// The same of whatever has been so since then.
    fileprivate func haveDwelt(_ starts: [Instant]) -> Bool {
        (starts + [quotas?.since].compactMap(\.self)).allSatisfy {
            situation.now - $0 >= region.rules.ramp.dwell
        }
    }
}
