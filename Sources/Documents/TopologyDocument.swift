package import OrderedCollections
package import TopologyModel
import Values

// A topology as a value of its fields, with the names that topology.yaml has
// (docs/topology-reference.md) and everything filled in; for `topology -o json` and `diff`.
extension Topology {
    /// Every object that it declares, by section and name, in declared order.
    package var declared: OrderedDictionary<String, JSONValue> {
        [
            "calendar": calendar.value, "rules": rules.value,
            "providers": named(providers) { ["name": .string($0.title)] },
            "sites": named(sites, \.fields), "hosts": named(hosts, \.fields),
            "edges": named(edges, \.fields), "zones": named(zones, \.fields),
            "dependencies": named(dependencies, \.fields),
            "classes": .object(
                OrderedDictionary(
                    classes.map { ($0.id.name, $0.value) }, uniquingKeysWith: { first, _ in first })
            ),
            "controllers": .object(
                OrderedDictionary(
                    controllers.map { ($0.id.name, .fields(["site": .text($0.site?.name)])) },
                    uniquingKeysWith: { first, _ in first })),
            "references": .texts(references), "regions": named(regions, \.fields),
        ]
    }
}

private typealias FieldValues = KeyValuePairs<String, JSONValue>

private func named<ID: Identifier, Object>(
    _ objects: OrderedDictionary<ID, Object>, _ fields: (Object) -> FieldValues
) -> JSONValue {
    .object(
        OrderedDictionary(
            objects.map { ($0.key.name, .fields(fields($0.value))) },
            uniquingKeysWith: { first, _ in first }))
}

extension JSONValue {
    /// An object without what is null.
    fileprivate static func fields(_ fields: KeyValuePairs<String, JSONValue>) -> JSONValue {
        .object(
            OrderedDictionary(
                fields.filter { $0.value != .null }.map { ($0.key, $0.value) },
                uniquingKeysWith: { first, _ in first }))
    }

    fileprivate static func text(_ text: (some CustomStringConvertible)?) -> JSONValue {
        text.map { .string("\($0)") } ?? .null
    }

    fileprivate static func time(_ duration: Duration?) -> JSONValue { text(duration?.text) }

    fileprivate static func count(_ number: Int?) -> JSONValue {
        number.map { .number(Int64($0)) } ?? .null
    }

    fileprivate static func texts(_ all: some Sequence<some CustomStringConvertible>) -> JSONValue {
        .array(all.map { .string("\($0)") })
    }
}

extension Calendar {
    fileprivate var value: JSONValue {
        .fields([
            "timeZone": .string(timeZone),
            "schoolHours": .texts(schoolHours.map { "\($0.weekday.rawValue) \($0.hours.text)" }),
            "holidays": .texts(holidays.map { "\($0.from.text) through \($0.until.text)" }),
            "events": .array(
                events.map {
                    .fields([
                        "from": .string($0.from.rfc3339), "until": .string($0.until.rfc3339),
                        "factorPerMillion": .count($0.factor.value), "reason": .string($0.reason),
                    ])
                }),
        ])
    }
}

extension Site {
    fileprivate var fields: KeyValuePairs<String, JSONValue> {
        [
            "provider": .text(provider), "domain": .text(domain),
            "fate": .texts(fate.map { $0.name.dropFirst(FailureDomain.fatePrefix.count) }),
            "position": position.map {
                .array([.count($0.milliLatitude), .count($0.milliLongitude)])
            } ?? .null,
            "labels": .texts(labels),
        ]
    }
}

extension Addresses {
    fileprivate var value: JSONValue { .fields(["ipv4": .text(ipv4), "ipv6": .text(ipv6)]) }
}

extension Capacity {
    fileprivate var value: JSONValue {
        .fields([
            "users": .count(users), "loginsPerSecond": .count(loginsPerSecond),
            "measured": .text(measured?.text),
        ])
    }
}

extension Host {
    fileprivate var fields: KeyValuePairs<String, JSONValue> {
        [
            "site": .text(site), "addresses": addresses.value, "capacity": capacity.value,
            "load": load.map { .text($0.words) } ?? .null, "sessions": .string(sessions.rawValue),
        ]
    }
}

extension LoadSource {
    fileprivate var words: String {
        switch self {
        case .http(let path): "http \(path)"
        case .haproxy: "haproxy"
        case .prometheus(let query):
            (["prometheus \(query.endpoint)", query.users]
                + [query.latency, query.dataLag].compactMap(\.self))
                .joined(separator: "; ")
        }
    }
}

extension Edge {
    fileprivate var fields: KeyValuePairs<String, JSONValue> {
        let socket: String =
            switch socket {
            case .unix(let path): path
            case .tcp(let endpoint): "\(endpoint)"
            }
        return [
            "site": .text(site), "addresses": addresses.value, "socket": .string(socket),
            "probes": .array(probes.map(\.value)), "capacity": capacity?.value ?? .null,
        ]
    }
}

extension Zone {
    fileprivate var fields: KeyValuePairs<String, JSONValue> {
        [
            "servers": .array(
                servers.map {
                    .fields([
                        "address": .text($0.endpoint), "site": .text($0.site),
                        "update": .bool($0.takesUpdates), "tsigKeyFile": .text($0.tsigKeyFile),
                    ])
                }),
            "serversMin": .count(serversMin), "ttlMin": .time(ttlMin),
        ]
    }
}

extension ProbeKind {
    fileprivate var value: JSONValue {
        switch self {
        case .http(let host, let path, let status, let body):
            .fields([
                "http": .fields([
                    "host": .string(host), "path": .string(path), "status": .count(status),
                    "body": .text(body),
                ])
            ])
        case .https(let check):
            .fields([
                "https": .fields([
                    "host": .string(check.host), "path": .string(check.path),
                    "status": .count(check.status), "body": .text(check.body),
                    "verify": .string(check.verification.rawValue),
                    "caFile": .text(check.caFile), "expiryWarning": .time(check.expiryWarning),
                ])
            ])
        case .tcp: .string("tcp")
        case .dns(let check):
            .fields([
                "dns": .fields([
                    "name": .string(check.name), "type": .string(check.type.rawValue),
                    "contains": .text(check.contains?.text),
                ])
            ])
        case .exec(let check): .fields(["exec": .texts(check.command)])
        }
    }
}

extension Dependency {
    fileprivate var fields: KeyValuePairs<String, JSONValue> {
        [
            "probes": .array(
                probes.map {
                    .fields(["address": .text($0.endpoint), "check": $0.kind.value])
                }),
            "loginsPerSecond": .count(loginsPerSecond), "dependsOn": .texts(dependsOn),
        ]
    }
}

extension UserClass {
    fileprivate var value: JSONValue {
        .fields(["knownBy": .string(knownBy.rawValue), "hours": .text(hours?.text)])
    }
}

extension Region {
    fileprivate var fields: KeyValuePairs<String, JSONValue> {
        [
            "name": .string(title), "priority": .count(priority), "demand": demand.value,
            "probes": .array(probes.map(\.value)), "primary": .text(primary),
            "standbys": .texts(standbys), "dependsOn": .texts(dependsOn),
            "require": .texts(require),
            "frontDoors": .object(
                OrderedDictionary(
                    frontDoors.map { ($0.id.name, $0.value) },
                    uniquingKeysWith: { first, _ in first })),
            "rules": rules.value,
        ]
    }
}

extension Demand {
    fileprivate var value: JSONValue {
        .fields([
            "peakUsers": .count(peakUsers), "curve": .string(curve.rawValue),
            "shares": .object(
                OrderedDictionary(
                    shares.map { ($0.classID.name, .string("\($0.share)")) },
                    uniquingKeysWith: { first, _ in first })),
        ])
    }
}

extension FrontDoor {
    fileprivate var value: JSONValue {
        switch self {
        case .dns(let door):
            .fields([
                "zone": .text(door.zone), "ttl": .time(door.ttl),
                "points": .string(door.points.rawValue),
            ])
        case .haproxy(let door):
            .fields(["edge": .text(door.edge), "gate": .bool(door.isGate)])
        }
    }
}

extension RegionRules {
    fileprivate var value: JSONValue {
        .fields([
            "probe": probe.value,
            "patience": .fields([
                "weights": .time(patience.weights), "dns": .time(patience.dns),
                "promote": .time(patience.promote),
            ]),
            "holdDown": .fields([
                "lost": .time(holdDown.lost), "saturated": .time(holdDown.saturated),
                "dampingMax": .time(holdDown.dampingMax),
            ]),
            "failback": failback.value,
            "ramp": .fields([
                "step": .text(ramp.step), "dwell": .time(ramp.dwell),
                "armedFor": .time(ramp.armedFor),
            ]),
            "overload": .fields([
                "spill": .bool(overload.spills), "ration": .bool(overload.rations),
            ]),
            "rto": .time(rto), "rpo": .time(rpo),
        ])
    }
}

extension ProbeRules {
    fileprivate var value: JSONValue {
        .fields([
            "interval": .time(interval), "fastInterval": .time(fastInterval),
            "timeout": .time(timeout), "fall": .count(fall), "rise": .count(rise),
            "window": .time(window), "windowFailures": .text(windowFailures),
            "lostAfterTimeouts": .time(lostAfterTimeouts),
        ])
    }
}

extension FailbackRules {
    fileprivate var value: JSONValue {
        .fields([
            "approve": .bool(approve), "dwellHost": .time(dwellHost),
            "dwellDomain": .time(dwellDomain), "window": .text(window?.text),
            "steps": .texts(steps), "stepDwell": .time(stepDwell),
        ])
    }
}

extension LoadRules {
    fileprivate var value: JSONValue {
        .fields([
            "interval": .time(interval), "freshFor": .time(freshFor),
            "saturatedAt": .text(saturatedAt), "calmBelow": .text(calmBelow),
            "latencyMax": .time(latencyMax), "errorsMax": .text(errorsMax),
            "dwell": .time(dwell),
        ])
    }
}

extension GlobalRules {
    fileprivate var value: JSONValue {
        .fields([
            "load": load.value, "headroom": .text(headroom),
            "doorReadInterval": .time(doorReadInterval),
            "inferAt": .text(inferAt), "fateWindow": .time(fateWindow),
            "doubtedFor": .time(doubtedFor), "doubtedEvacuate": .time(doubtedEvacuate),
            "inferProviders": .bool(inferProviders),
            "brake": .fields([
                "domainsMax": .count(brake.domainsMax), "within": .time(brake.within),
            ]),
            "traffic": traffic.value,
            "approvalMax": .time(approvalMax),
            "shiftsPerRegionPerHourMax": .count(shiftsPerRegionPerHourMax),
            "hostsPerRegionMax": .count(hostsPerRegionMax),
        ])
    }
}

extension TrafficRules {
    fileprivate var value: JSONValue {
        .fields([
            "observe": .bool(observe), "interval": .time(interval), "window": .time(window),
            "requestsMin": .count(requestsMin), "failuresMin": .count(failuresMin),
            "share": .text(share), "distrust": .time(distrust), "distrustMax": .time(distrustMax),
        ])
    }
}
