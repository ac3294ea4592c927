import Control
import OrderedCollections
package import Situations
package import TopologyModel
import Values

extension Scenario {
    /// What the scenario names that the topology does not have, or nil.
    package func fault(in topology: Topology) -> Fault? {
        guard controllers <= topology.controllers.count else {
            return Fault(
                what: "the scenario wants \(controllers) controllers, the topology declares "
                    + "\(topology.controllers.count)",
                mend: "declare them under controllers, or lower the scenario's number")
        }
        if crowd == nil, let fault = faultWithoutCrowd { return fault }
        for event in events {
            if let fault = event.content.fault(in: topology, controllers: controllers) {
                return fault
            }
        }
        for expectation in expectations {
            if let fault = expectation.fault(in: topology) { return fault }
        }
        return nil
    }
}

extension WorldEvent {
    fileprivate func fault(in topology: Topology, controllers: Int) -> Fault? {
        switch self {
        case .domain(let domain, _): return topology.fault(naming: domain)
        case .blind(_, let domain, _): return topology.fault(naming: domain)
        case .command(.declare(let domain, _, _)): return topology.fault(naming: domain)
        case .crash(let index), .restart(let index), .isolate(let index, _):
            guard index >= controllers else { return nil }
            return Fault(
                what: "an event names controller \(index + 1) of \(controllers)",
                mend: "count from 1, and raise `controllers` where more are meant")
        case .forget(let door), .mood(let door, _), .meddle(let door, _):
            guard topology.door(door) == nil else { return nil }
            return unknown(
                "door", door.name, topology.regions.values.flatMap(\.frontDoors).map(\.id.name))
        case .crowd(let event): return event.fault(in: topology)
        case .condition, .edge, .references, .command, .person: return nil
        }
    }
}

extension Expectation {
    fileprivate func fault(in topology: Topology) -> Fault? {
        switch self {
        case .servedOutside(let region, let domain, _):
            topology.fault(naming: region) ?? topology.fault(naming: domain)
        case .servedBy(let region, _, _), .shiftsAtMost(let region, _):
            topology.fault(naming: region)
        case .neverShiftedInto(let domain): topology.fault(naming: domain)
        case .neverLost(let host): topology.fault(naming: host)
        case .paged: nil
        case .crowd(let expectation): expectation.fault(in: topology)
        }
    }
}

extension Topology {
    func fault(naming domain: FailureDomain) -> Fault? {
        domains.contains(domain) ? nil : unknown("failure domain", domain.name, domains.map(\.name))
    }

    func fault(naming region: RegionID) -> Fault? {
        regions[region] != nil ? nil : unknown("region", region.name, regions.keys.map(\.name))
    }

    func fault(naming host: HostID) -> Fault? {
        hosts[host] != nil ? nil : unknown("host", host.name, hosts.keys.map(\.name))
    }

    func fault(naming dependency: DependencyID) -> Fault? {
        dependencies[dependency] != nil
            ? nil : unknown("dependency", dependency.name, dependencies.keys.map(\.name))
    }
}

func unknown(_ kind: String, _ name: String, _ known: [String]) -> Fault {
    Fault(
        what: "the scenario names \(kind) '\(name)', which the topology does not declare",
        mend: nameMend(for: name, among: known))
}
