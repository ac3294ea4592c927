import TopologyModel
import Values
import YAMLReading

// Where the load of hosts is read, when it is too much, and what may be done then.

extension Form where Value == LoadSource {
    static var load: Form {
        .choice([
            "http": .object { fields in
                fields.required("path", .urlPath).map(LoadSource.http)
            },
            "haproxy": .object { _ in .haproxy },
            "prometheus": .object { fields in
                let latency = fields.optional("latency", .query)
                let dataLag = fields.optional("dataLag", .query)
                let endpoint = fields.required("address", .endpoint)
                let users = fields.required("users", .query)
                guard let endpoint, let users else { return nil }
                return .prometheus(
                    PrometheusQuery(
                        endpoint: endpoint, users: users, latency: latency, dataLag: dataLag))
            },
        ])
    }
}

extension Form where Value == String {
    /// PromQL, in which `${host}` is the only name that is filled in.
    fileprivate static var query: Form {
        let wanted = "a query such as sum by (region) (sessions{host=\"${host}\"})"
        return .checked(.text(charactersMax: 4096), wanted) { text in
            text.utf8.count <= 4096 && !text.replacing("${host}", with: "").contains("${")
        }
    }
}

extension Form where Value == LoadRules {
    static var loadRules: Form {
        .object { fields in
            let usual = LoadRules()
            let upToAnHour = Form<Duration>.duration(.zero ... .seconds(3600))
            let rules = LoadRules(
                interval: fields.optional(
                    "interval", .duration(.milliseconds(100) ... .seconds(300)),
                    default: usual.interval),
                freshFor: fields.optional(
                    "freshFor", .duration(.seconds(1) ... .seconds(3600)),
                    default: usual.freshFor),
                saturatedAt: fields.optional(
                    "saturatedAt", .percent(1...100), default: usual.saturatedAt),
                calmBelow: fields.optional(
                    "calmBelow", .percent(1...100), default: usual.calmBelow),
                latencyMax: fields.optional(
                    "latencyMax", .duration(.milliseconds(1) ... .seconds(300)),
                    default: usual.latencyMax),
                errorsMax: fields.optional(
                    "errorsMax", .percent(1...100), default: usual.errorsMax),
                dwell: fields.optional("dwell", upToAnHour, default: usual.dwell))
            if rules.calmBelow >= rules.saturatedAt {
                fields.report(
                    at: "calmBelow", "calmBelow is not below saturatedAt, so that it would flap",
                    mend: "make it less than \(rules.saturatedAt)")
            }
            if rules.freshFor < rules.interval {
                fields.report(
                    at: "freshFor", "freshFor is shorter than interval, so that no load is fresh",
                    mend: "make it at least \(rules.interval.text)")
            }
            return rules
        }
    }
}

extension Form where Value == RampRules {
    static func ramp(over usual: RampRules) -> Form {
        .object { fields in
            RampRules(
                step: fields.optional("step", .percent(1...100), default: usual.step),
                dwell: fields.optional(
                    "dwell", .duration(.seconds(1) ... .seconds(86_400)), default: usual.dwell),
                armedFor: fields.optional(
                    "armedFor", .duration(.zero ... .seconds(30 * 86_400)),
                    default: usual.armedFor))
        }
    }
}

extension Form where Value == OverloadPolicy {
    static func overload(over usual: OverloadPolicy) -> Form {
        .object { fields in
            OverloadPolicy(
                spills: fields.optional("spill", .flag, default: usual.spills),
                rations: fields.optional("ration", .flag, default: usual.rations))
        }
    }
}
