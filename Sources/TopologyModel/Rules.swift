package import Values

/// How one kind of probe is repeated and counted.
package struct ProbeRules: Hashable, Sendable {
    /// From start to start.
    package let interval: Duration
    /// After a first failure, until it is confirmed or gone.
    package let fastInterval: Duration
    package let timeout: Duration
    /// Failures in a row that turn it down.
    package let fall: Int
    /// Passes in a row that turn it up.
    package let rise: Int
    /// The second detector: at least this share of the probes of the last `window` failed.
    package let window: Duration
    package let windowFailures: Percent
    /// How long a host may only time out before it counts as lost rather than slow.
    package let lostAfterTimeouts: Duration

    package init(
        interval: Duration = .seconds(1), fastInterval: Duration = .milliseconds(200),
        timeout: Duration = .seconds(1), fall: Int = 3, rise: Int = 2,
        window: Duration = .seconds(20), windowFailures: Percent = Percent(checked: 40),
        lostAfterTimeouts: Duration = .seconds(5)
    ) {
        (self.interval, self.fastInterval, self.timeout) = (interval, fastInterval, timeout)
        (self.fall, self.rise) = (fall, rise)
        (self.window, self.windowFailures) = (window, windowFailures)
        self.lostAfterTimeouts = lostAfterTimeouts
    }

    /// The longest time from a fault that answers nothing to its verdict, without load.
    package var detection: Duration {
        interval + max(fastInterval * fall + timeout, lostAfterTimeouts + timeout)
    }
}

/// How long a verdict must have stood before a door of this kind is touched.
package struct Patience: Hashable, Sendable {
    package let weights: Duration
    package let dns: Duration
    package let promote: Duration

    package init(
        weights: Duration = .zero, dns: Duration = .zero, promote: Duration = .seconds(120)
    ) {
        (self.weights, self.dns, self.promote) = (weights, dns, promote)
    }
}

/// The time after a shift in which no automatic shift for the same cause may go back or sideways.
package struct HoldDownRules: Hashable, Sendable {
    package let lost: Duration
    package let saturated: Duration
    /// The hold-down before a return doubles with each return that failed, up to this.
    package let dampingMax: Duration

    package init(
        lost: Duration = .seconds(900), saturated: Duration = .seconds(300),
        dampingMax: Duration = .seconds(86_400)
    ) {
        (self.lost, self.saturated, self.dampingMax) = (lost, saturated, dampingMax)
    }
}

/// How a region comes home.
package struct FailbackRules: Hashable, Sendable {
    /// Whether a person must approve it.
    package let approve: Bool
    /// How long a host that was lost must have been up.
    package let dwellHost: Duration
    /// The same for a failure domain.
    package let dwellDomain: Duration
    /// The local times in which it may start; nil is always.
    package let window: TimeOfDayRange?
    /// The primary's share after each step; the last is 100.
    package let steps: [Percent]
    package let stepDwell: Duration

    package init(
        approve: Bool = true, dwellHost: Duration = .seconds(1800),
        dwellDomain: Duration = .seconds(86_400), window: TimeOfDayRange? = nil,
        steps: [Percent] = [5, 20, 50, 100].map(Percent.init(checked:)),
        stepDwell: Duration = .seconds(900)
    ) {
        (self.approve, self.dwellHost, self.dwellDomain) = (approve, dwellHost, dwellDomain)
        (self.window, self.steps, self.stepDwell) = (window, steps, stepDwell)
    }
}

/// When a host counts as saturated or degraded, and how often its load is read.
package struct LoadRules: Hashable, Sendable {
    /// From start to start.
    package let interval: Duration
    /// A load that is older says nothing any more.
    package let freshFor: Duration
    /// Saturated from this share of the capacity on.
    package let saturatedAt: Percent
    /// No longer saturated below this share; lower than `saturatedAt`, so that it does not flap.
    package let calmBelow: Percent
    /// From this share of the proven capacity on a queue, slow answers and errors are taken for
    /// load, and not for a sickness of the host: in doubt it bears less than was proven.
    package static let busyAt = Percent(checked: 60)
    /// Slow above this; without load to explain it, that is `degraded`.
    package let latencyMax: Duration
    /// Partly failing above this share of errors.
    package let errorsMax: Percent
    /// For how long it must be so before the verdict changes, in either direction.
    package let dwell: Duration

    package init(
        interval: Duration = .seconds(1), freshFor: Duration = .seconds(10),
        saturatedAt: Percent = Percent(checked: 95), calmBelow: Percent = Percent(checked: 90),
        latencyMax: Duration = .seconds(2), errorsMax: Percent = Percent(checked: 5),
        dwell: Duration = .seconds(3)
    ) {
        (self.interval, self.freshFor) = (interval, freshFor)
        (self.saturatedAt, self.calmBelow) = (saturatedAt, calmBelow)
        (self.latencyMax, self.errorsMax, self.dwell) = (latencyMax, errorsMax, dwell)
    }
}

/// How a quota rises again after a repair, and when it steps back.
package struct RampRules: Hashable, Sendable {
    /// How much more of the region's demand each step lets in.
    package let step: Percent
    /// How long all must be calm before the next step.
    package let dwell: Duration
    /// How long the gate stays armed after everybody is let in.
    package let armedFor: Duration

    package init(
        step: Percent = Percent(checked: 10), dwell: Duration = .seconds(300),
        armedFor: Duration = .seconds(86_400)
    ) {
        (self.step, self.dwell, self.armedFor) = (step, dwell, armedFor)
    }
}

/// What may be done by itself when a region is saturated.
package struct OverloadPolicy: Hashable, Sendable {
    /// Move a share to hosts with head-room.
    package let spills: Bool
    /// Admit only a quota where there is no head-room.
    package let rations: Bool

    package init(spills: Bool = true, rations: Bool = true) {
        (self.spills, self.rations) = (spills, rations)
    }
}

/// The rules of one region: the file's defaults, with what the region overrides.
package struct RegionRules: Hashable, Sendable {
    package let probe: ProbeRules
    package let patience: Patience
    package let holdDown: HoldDownRules
    package let failback: FailbackRules
    package let ramp: RampRules
    package let overload: OverloadPolicy
    /// The longest time allowed to restore service.
    package let rto: Duration?
    /// The most data, as a duration, that may be lost.
    package let rpo: Duration?

    package init(
        probe: ProbeRules = ProbeRules(), patience: Patience = Patience(),
        holdDown: HoldDownRules = HoldDownRules(), failback: FailbackRules = FailbackRules(),
        ramp: RampRules = RampRules(), overload: OverloadPolicy = OverloadPolicy(),
        rto: Duration? = nil, rpo: Duration? = nil
    ) {
        (self.probe, self.patience, self.holdDown) = (probe, patience, holdDown)
        (self.failback, self.ramp, self.overload) = (failback, ramp, overload)
        (self.rto, self.rpo) = (rto, rpo)
    }
}

/// The rules that concern the whole topology.
package struct GlobalRules: Hashable, Sendable {
    /// How edges, name servers, dependencies and references are probed.
    package let probe: ProbeRules
    /// When hosts are saturated or degraded.
    package let load: LoadRules
    /// When live requests turn a host down.
    package let traffic: TrafficRules
    /// What stays free on every host in a plan.
    package let headroom: Percent
    package let doorReadInterval: Duration
    /// The share of a domain's children that must be lost before the domain itself counts as lost.
    package let inferAt: Percent
    /// Losses this close together may share a fate.
    package let fateWindow: Duration
    /// How long a parent of something lost takes no new users.
    package let doubtedFor: Duration
    /// After how long in doubt a domain is evacuated by itself; nil is never.
    package let doubtedEvacuate: Duration?
    /// Whether a provider as a whole may be inferred lost.
    package let inferProviders: Bool
    package let brake: BrakeRules
    /// How long a person has to approve before a request is dropped.
    package let approvalMax: Duration
    /// Automatic shifts of one region in an hour; more are held by the guard `shiftsPerHour`.
    package let shiftsPerRegionPerHourMax: Int
    /// Hosts that a plan spreads a region's users over: more are more to watch and to undo.
    package let hostsPerRegionMax: Int

    package init(
        probe: ProbeRules = ProbeRules(), load: LoadRules = LoadRules(),
        traffic: TrafficRules = TrafficRules(), headroom: Percent = Percent(checked: 15),
        doorReadInterval: Duration = .seconds(5),
        inferAt: Percent = Percent(checked: 50), fateWindow: Duration = .seconds(600),
        doubtedFor: Duration = .seconds(7200), doubtedEvacuate: Duration? = nil,
        inferProviders: Bool = false, brake: BrakeRules = BrakeRules(),
        approvalMax: Duration = .seconds(3600), shiftsPerRegionPerHourMax: Int = 6,
        hostsPerRegionMax: Int = 2
    ) {
        (self.probe, self.load, self.traffic) = (probe, load, traffic)
        (self.headroom, self.doorReadInterval) = (headroom, doorReadInterval)
        (self.inferAt, self.fateWindow) = (inferAt, fateWindow)
        (self.doubtedFor, self.doubtedEvacuate) = (doubtedFor, doubtedEvacuate)
        (self.inferProviders, self.brake) = (inferProviders, brake)
        self.approvalMax = approvalMax
        self.shiftsPerRegionPerHourMax = shiftsPerRegionPerHourMax
        self.hostsPerRegionMax = hostsPerRegionMax
    }
}

/// When so much falls at once that the observer is to be doubted.
package struct BrakeRules: Hashable, Sendable {
    /// More independent domains than this, lost within `within`, hold every automatic action.
    package let domainsMax: Int
    package let within: Duration

    package init(domainsMax: Int = 2, within: Duration = .seconds(300)) {
        (self.domainsMax, self.within) = (domainsMax, within)
    }
}
