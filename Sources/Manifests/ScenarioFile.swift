import Control
import Detection
import Playbooks
package import Simulation
import Situations
import TopologyModel
package import Values
import YAMLReading

/// A scenario file: which topology and playbooks, what happens when, and what is expected.
package struct ScenarioFile {
    package let scenario: Scenario
    /// Of the topology, relative to the scenario's folder.
    package let topologyPath: String
    /// Of the playbooks, likewise; nil is `playbooks` beside the topology.
    package let playbooksPath: String?

    /// - Throws: `Diagnostics` with every fault of the file.
    package init(bytes: [UInt8], file: String) throws(Diagnostics) {
        let faults = Faults()
        let read = faults.read(
            bytes, file: file,
            as: Form<(Scenario, String, String?)>.object(
                "a mapping of version, title, start, events"
            ) {
                ScenarioFile.scenario($0)
            })
        (scenario, topologyPath, playbooksPath) = try faults.accepted(read)
    }

    private static func scenario(_ fields: Fields) -> (Scenario, String, String?)? {
        guard fields.required("version", .int(1...1)) != nil else { return nil }
        let seed = fields.optional("seed", .int(0...1_000_000_000), default: 1)
        let topology = fields.optional("topology", .text, default: "../topology.yaml")
        let playbooks = fields.optional("playbooks", .text)
        let controllers = fields.optional("controllers", .int(1...5), default: 1)
        let hasOperator = fields.optional("operator", .flag, default: false)
        let crowd = fields.optional("crowd", .habits)
        let policy = fields.optional("policy", .overloadPolicy)
        let events = fields.optional("events", .list(of: .timedEvent), default: [])
        let expected = fields.required("expect", .list(of: .expectation, 1...1000))
        guard let title = fields.required("title", .text),
            let start = fields.required("start", .instant),
            let length = fields.required(
                "length", .duration(.seconds(1) ... .seconds(14 * 86_400))),
            let expected
        else { return nil }
        let scenario = Scenario(
            title: title, start: start, length: length, controllers: controllers,
            seed: UInt64(seed), hasOperator: hasOperator, crowd: crowd, policy: policy,
            events: events, expectations: expected)
        return (scenario, topology, playbooks)
    }
}

extension HostCondition {
    fileprivate init(_ word: ConditionWord) {
        switch word {
        case .burn: self = .burnt
        case .silence: self = .silent
        case .fail: self = .failing
        case .heal: self = .serving
        }
    }
}

private enum ConditionWord: String, CaseIterable { case burn, silence, fail, heal }

private let offsetMax = Duration.seconds(14 * 86_400)

extension Form where Value == Duration {
    fileprivate static var offset: Form { duration(.zero...offsetMax) }
}

extension Form where Value == FailureDomain {
    /// A path, or `fate:label`.
    fileprivate static var domain: Form {
        .parsed("a failure domain such as ovh/strasbourg/sbg2 or fate:power-sbg") {
            $0.isEmpty || $0.contains(" ") ? nil : FailureDomain($0)
        }
    }
}

extension Form where Value == Timed<WorldEvent> {
    /// `{after: 20s, burn: ovh/strasbourg/sbg2}`: a time and exactly one thing that happens.
    fileprivate static var timedEvent: Form {
        .object("a mapping such as {after: 20s, burn: ovh/strasbourg/sbg2}") { fields in
            let after = fields.required("after", .offset)
            var events: [WorldEvent] = ConditionWord.allCases.compactMap { word in
                fields.optional(word.rawValue, .domain).map { .domain($0, is: HostCondition(word)) }
            }
            if let index = fields.optional("crash", .int(1...5)) {
                events.append(.crash(controller: index - 1))
            }
            if let index = fields.optional("restart", .int(1...5)) {
                events.append(.restart(controller: index - 1))
            }
            if let areUp = fields.optional("references", .flag) {
                events.append(.references(areUp: areUp))
            }
            if let domain = fields.optional("declareAlive", .domain) {
                events.append(
                    .command(.declare(domain: domain, kind: .alive, reason: "scenario")))
            }
            if let domain = fields.optional("declareLost", .domain) {
                events.append(.command(.declare(domain: domain, kind: .lost, reason: "scenario")))
            }
            if let door = fields.optional("forget", .id(anyDoor: ())) {
                events.append(.forget(door))
            }
            events += fields.crowdEvents.map { .crowd($0) }
            guard events.count == 1 else {
                fields.report(
                    at: "after", "an event says \(events.count) things that happen",
                    mend: "say exactly one: burn, silence, fail, heal, crash, restart, references, "
                        + "declareAlive, declareLost, forget or "
                        + "what users meet (docs/scenario-reference.md)")
                return nil
            }
            return after.map { Timed(after: $0, events[0]) }
        }
    }
}

extension Form where Value == FrontDoorID {
    fileprivate static func id(anyDoor: Void) -> Form {
        .parsed("a front door such as dns:grand-est.ent.example") {
            $0.contains(":") ? FrontDoorID($0) : nil
        }
    }
}

extension Form where Value == Expectation {
    fileprivate static var expectation: Form {
        .choice([
            "servedOutside": .object { fields in
                let by = fields.required("by", .offset)
                guard let region = fields.required("region", .id(RegionID.self)),
                    let domain = fields.required("domain", .domain), let by
                else { return nil }
                return .servedOutside(region: region, domain: domain, by: by)
            },
            "servedBy": .object { fields in
                let at = fields.required("after", .offset)
                guard let region = fields.required("region", .id(RegionID.self)),
                    let host = fields.required("host", .id(HostID.self)), let at
                else { return nil }
                return .servedBy(region: region, host: host, at: at)
            },
            "neverShiftedInto": .converted(.domain) { .neverShiftedInto(domain: $0) },
            "neverLost": .converted(.id(HostID.self)) { .neverLost(host: $0) },
            "shiftsAtMost": .object { fields in
                guard let region = fields.required("region", .id(RegionID.self)),
                    let count = fields.required("count", .int(0...1000))
                else { return nil }
                return .shiftsAtMost(region: region, count: count)
            },
            "paged": .object { fields in
                guard let text = fields.required("text", .text),
                    let by = fields.required("by", .offset)
                else { return nil }
                return .paged(text: text, by: by)
            },
            "neverOver": .neverOver, "servedAtLeast": .servedAtLeast,
            "servedAtMost": .servedAtMost, "classesInOrder": .classesInOrder,
            "noRelapse": .noRelapse, "overloaded": .overloaded, "refusedAtMost": .refusedAtMost,
            "unrationed": .unrationed,
        ])
    }
}
