import TopologyModel
import Values
import YAMLReading

/// The section `defaults`: what holds for every region, and for the whole.
struct Defaults {
    var global = GlobalRules()
    var region = RegionRules()
}

private let durationMax = Duration.seconds(30 * 86_400)

extension Form where Value == Defaults {
    static var defaults: Form {
        .object { fields in
            let usual = GlobalRules()
            let fate = fields.optional("sharedFate", .sharedFate, default: usual)
            let region = fields.regionRules(over: RegionRules())
            let global = GlobalRules(
                probe: region.probe,
                load: fields.optional("load", .loadRules, default: usual.load),
                traffic: fields.optional("traffic", .traffic, default: usual.traffic),
                headroom: fields.optional("headroom", .percent(0...90), default: usual.headroom),
                doorReadInterval: fields.optional(
                    "doorReadInterval", .duration(.milliseconds(200) ... .seconds(300)),
                    default: usual.doorReadInterval),
                inferAt: fate.inferAt, fateWindow: fate.fateWindow, doubtedFor: fate.doubtedFor,
                doubtedEvacuate: fate.doubtedEvacuate, inferProviders: fate.inferProviders,
                brake: fields.optional("brake", .brake, default: usual.brake),
                approvalMax: fields.optional(
                    "approvalMax", .duration(.seconds(1)...durationMax),
                    default: usual.approvalMax),
                shiftsPerRegionPerHourMax: fields.optional(
                    "shiftsPerRegionPerHourMax", .int(1...100),
                    default: usual.shiftsPerRegionPerHourMax),
                hostsPerRegionMax: fields.optional(
                    "hostsPerRegionMax", .int(1...4), default: usual.hostsPerRegionMax))
            return Defaults(global: global, region: region)
        }
    }
}

extension Form where Value == GlobalRules {
    fileprivate static var sharedFate: Form {
        .object { fields in
            let usual = GlobalRules()
            return GlobalRules(
                inferAt: fields.optional("inferAt", .percent(1...100), default: usual.inferAt),
                fateWindow: fields.optional(
                    "window", .duration(.seconds(1)...durationMax), default: usual.fateWindow),
                doubtedFor: fields.optional(
                    "doubtedFor", .duration(.seconds(1)...durationMax),
                    default: usual.doubtedFor),
                doubtedEvacuate: fields.optional(
                    "doubtedEvacuate", .duration(.seconds(1)...durationMax)),
                inferProviders: fields.optional(
                    "inferProviders", .flag, default: usual.inferProviders))
        }
    }
}

extension Form where Value == BrakeRules {
    fileprivate static var brake: Form {
        .object { fields in
            let usual = BrakeRules()
            return BrakeRules(
                domainsMax: fields.optional("domainsMax", .int(1...100), default: usual.domainsMax),
                within: fields.optional(
                    "within", .duration(.seconds(1)...durationMax), default: usual.within))
        }
    }
}

extension Fields {
    /// The rules that a region has of its own, or the whole file's defaults.
    func regionRules(over usual: RegionRules) -> RegionRules {
        RegionRules(
            probe: optional("probe", .probeRules(over: usual.probe), default: usual.probe),
            patience: optional(
                "patience", .patience(over: usual.patience), default: usual.patience),
            holdDown: optional(
                "holdDown", .holdDown(over: usual.holdDown), default: usual.holdDown),
            failback: optional(
                "failback", .failback(over: usual.failback), default: usual.failback),
            ramp: optional("ramp", .ramp(over: usual.ramp), default: usual.ramp),
            overload: optional(
                "overload", .overload(over: usual.overload), default: usual.overload),
            rto: optional("rto", .duration(.seconds(1)...durationMax)) ?? usual.rto,
            rpo: optional("rpo", .duration(.zero...durationMax)) ?? usual.rpo)
    }
}

extension Form where Value == ProbeRules {
    fileprivate static func probeRules(over usual: ProbeRules) -> Form {
        .object { fields in
            let rules = ProbeRules(
                interval: fields.optional("interval", .probeInterval, default: usual.interval),
                fastInterval: fields.optional(
                    "fastInterval", .probeInterval, default: usual.fastInterval),
                timeout: fields.optional("timeout", .probeInterval, default: usual.timeout),
                fall: fields.optional("fall", .int(1...100), default: usual.fall),
                rise: fields.optional("rise", .int(1...100), default: usual.rise),
                window: fields.optional(
                    "window", .duration(.seconds(1) ... .seconds(3600)), default: usual.window),
                windowFailures: fields.optional(
                    "windowFailures", .percent(1...100), default: usual.windowFailures),
                lostAfterTimeouts: fields.optional(
                    "lostAfterTimeouts", .duration(.milliseconds(100) ... .seconds(3600)),
                    default: usual.lostAfterTimeouts))
            if rules.fastInterval > rules.interval {
                fields.report(
                    at: "fastInterval", "fastInterval is longer than interval",
                    mend: "make it at most \(rules.interval.text)")
            }
            return rules
        }
    }
}

extension Form where Value == Duration {
    fileprivate static var probeInterval: Form { duration(.milliseconds(50) ... .seconds(300)) }
}

extension Form where Value == Patience {
    fileprivate static func patience(over usual: Patience) -> Form {
        .object { fields in
            Patience(
                weights: fields.optional("weights", .hold, default: usual.weights),
                dns: fields.optional("dns", .hold, default: usual.dns),
                promote: fields.optional("promote", .hold, default: usual.promote))
        }
    }
}

extension Form where Value == HoldDownRules {
    fileprivate static func holdDown(over usual: HoldDownRules) -> Form {
        .object { fields in
            HoldDownRules(
                lost: fields.optional("lost", .hold, default: usual.lost),
                saturated: fields.optional("saturated", .hold, default: usual.saturated),
                dampingMax: fields.optional("dampingMax", .hold, default: usual.dampingMax))
        }
    }
}

extension Form where Value == Duration {
    fileprivate static var hold: Form { duration(.zero...durationMax) }
}

extension Form where Value == FailbackRules {
    fileprivate static func failback(over usual: FailbackRules) -> Form {
        .object { fields in
            let dwell = fields.optional("dwell", .dwell(over: usual), default: usual)
            let steps = fields.optional(
                "steps", .list(of: .percent(1...100), 1...20), default: usual.steps)
            let isRising = zip(steps, steps.dropFirst()).allSatisfy { $0 < $1 }
            if !isRising || steps.last != .all {
                fields.report(
                    at: "steps", "the steps must rise and end at 100%",
                    mend: "write for example [5%, 20%, 50%, 100%]")
            }
            return FailbackRules(
                approve: fields.optional("approve", .flag, default: usual.approve),
                dwellHost: dwell.dwellHost, dwellDomain: dwell.dwellDomain,
                window: fields.optional("window", .clockRange).map(TimeOfDayRange.init)
                    ?? usual.window,
                steps: steps,
                stepDwell: fields.optional("stepDwell", .hold, default: usual.stepDwell))
        }
    }

    private static func dwell(over usual: FailbackRules) -> Form {
        .object { fields in
            FailbackRules(
                dwellHost: fields.optional("host", .hold, default: usual.dwellHost),
                dwellDomain: fields.optional("domain", .hold, default: usual.dwellDomain))
        }
    }
}
