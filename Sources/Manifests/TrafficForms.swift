import TopologyModel
import Values
import YAMLReading

extension Form where Value == TrafficRules {
    /// `defaults.traffic`.
    static var traffic: Form {
        .object { fields in
            let usual = TrafficRules()
            let rules = TrafficRules(
                observe: fields.optional("observe", .flag, default: usual.observe),
                interval: fields.optional(
                    "interval", .duration(.milliseconds(100) ... .seconds(1)),
                    default: usual.interval),
                window: fields.optional(
                    "window", .duration(.milliseconds(500) ... .seconds(10)),
                    default: usual.window),
                requestsMin: fields.optional(
                    "requestsMin", .int(2...10_000), default: usual.requestsMin),
                failuresMin: fields.optional(
                    "failuresMin", .int(2...10_000), default: usual.failuresMin),
                share: fields.optional("share", .percent(1...100), default: usual.share),
                distrust: fields.optional("distrust", .distrust, default: usual.distrust),
                distrustMax: fields.optional(
                    "distrustMax", .distrust, default: usual.distrustMax))
            if rules.distrustMax < rules.distrust {
                fields.report(
                    at: "distrustMax", "distrustMax is shorter than distrust",
                    mend: "make it at least \(rules.distrust.text)")
            }
            if rules.interval * 3 > rules.window {
                fields.report(
                    at: "window", "window holds fewer than three intervals",
                    mend: "make it at least \((rules.interval * 3).text)")
            }
            return rules
        }
    }
}

extension Form where Value == Duration {
    fileprivate static var distrust: Form { duration(.seconds(1) ... .seconds(86_400)) }
}
