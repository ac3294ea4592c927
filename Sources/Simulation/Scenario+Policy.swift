import Control
import OrderedCollections
import Situations
import TopologyModel
import Values

extension Configuration {
    /// The same with another policy of overload in every region; nil changes nothing.
    func with(_ policy: OverloadPolicy?) -> Configuration {
        guard let policy else { return self }
        let changed = topology.with(regions: topology.regions.values.map { $0.with(policy) })
        return Configuration(topology: changed, playbooks: playbooks, digest: digest)
    }

    /// The same file with another capacity of a host, as somebody has proven it.
    func proving(_ percent: Int, of id: HostID) -> Configuration {
        let hosts = topology.hosts.values.map { $0.id == id ? $0.bearing(percent) : $0 }
        let text = "\(digest.hex) \(id) \(percent)"
        return Configuration(
            topology: topology.with(hosts: hosts), playbooks: playbooks,
            digest: Digest(hex: String(repeating: "0", count: 48) + StableHash.hex(of: text)))
    }
}

extension Host {
    fileprivate func bearing(_ percent: Int) -> Host {
        let proven = Capacity(
            users: capacity.users * percent / 100,
            loginsPerSecond: capacity.loginsPerSecond.map { $0 * percent / 100 },
            measured: capacity.measured)
        return with(proven)
    }
}

extension Region {
    fileprivate func with(_ policy: OverloadPolicy) -> Region {
        with(
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
