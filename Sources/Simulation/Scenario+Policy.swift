import Control
import OrderedCollections
import Situations
import TopologyModel
import Values

extension Configuration {
    /// The same with another policy of overload in every region; nil changes nothing.
    func with(_ policy: OverloadPolicy?) -> Configuration {
        guard let policy else { return self }
        let topology = Topology(
            calendar: topology.calendar, rules: topology.rules,
            providers: Array(topology.providers.values), sites: Array(topology.sites.values),
            hosts: Array(topology.hosts.values), edges: Array(topology.edges.values),
            zones: Array(topology.zones.values),
            dependencies: Array(topology.dependencies.values), classes: topology.classes,
            controllers: topology.controllers, references: topology.references,
            regions: topology.regions.values.map { $0.with(policy) })
        return Configuration(topology: topology, playbooks: playbooks, digest: digest)
    }
}

extension Region {
    fileprivate func with(_ policy: OverloadPolicy) -> Region {
        Region(
            id: id, title: title, priority: priority, demand: demand, probes: probes,
            primary: primary, standbys: standbys, dependsOn: dependsOn, require: require,
            frontDoors: frontDoors,
            rules: RegionRules(
                probe: rules.probe, patience: rules.patience, holdDown: rules.holdDown,
                failback: rules.failback, ramp: rules.ramp, overload: policy, rto: rules.rto,
                rpo: rules.rpo))
    }
}

extension Scenario {
    /// An event or expectation about users, in a day that has none.
    var faultWithoutCrowd: Fault? {
        let hasEvent = events.contains { if case .crowd = $0.content { true } else { false } }
        let hasExpectation = expectations.contains {
            if case .crowd = $0 { true } else { false }
        }
        guard hasEvent || hasExpectation else { return nil }
        return Fault(
            what: "the scenario says something about users, and has none",
            mend: "add 'crowd: {visit: 12m}'")
    }
}
