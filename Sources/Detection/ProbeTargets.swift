import OrderedCollections
package import TopologyModel

/// Everything that a topology asks to be probed, in declared order: each region's probes at each
/// of its hosts over each family, then dependencies, then references (by TCP).
///
/// Dependencies and references have no rules of their own in the file and take `ProbeRules()`.
package func probeTargets(
    of topology: Topology
) -> [(target: ProbeTarget, kind: ProbeKind, rules: ProbeRules)] {
    serviceTargets(of: topology) + dependencyTargets(of: topology) + referenceTargets(of: topology)
}

private typealias Declared = (target: ProbeTarget, kind: ProbeKind, rules: ProbeRules)

private func serviceTargets(of topology: Topology) -> [Declared] {
    topology.regions.values.flatMap { region in
        region.hosts.compactMap { topology.hosts[$0] }.flatMap { host in
            host.addresses.all.flatMap { endpoint in
                region.probes.enumerated().map { index, kind in
                    let subject = Subject.service(region: region.id, host: host.id)
                    let target = ProbeTarget(subject: subject, endpoint: endpoint, index: index)
                    return (target, kind, region.rules.probe)
                }
            }
        }
    }
}

private func dependencyTargets(of topology: Topology) -> [Declared] {
    topology.dependencies.values.flatMap { dependency in
        dependency.probes.enumerated().map { index, probe in
            let subject = Subject.dependency(id: dependency.id)
            let target = ProbeTarget(subject: subject, endpoint: probe.endpoint, index: index)
            return (target, probe.kind, ProbeRules())
        }
    }
}

private func referenceTargets(of topology: Topology) -> [Declared] {
    topology.references.map { endpoint in
        let target = ProbeTarget(subject: .reference(at: endpoint), endpoint: endpoint)
        return (target, .tcp, ProbeRules())
    }
}
