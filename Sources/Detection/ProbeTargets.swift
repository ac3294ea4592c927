import OrderedCollections
package import TopologyModel

/// Everything that a topology asks to be probed, in declared order: each region's probes at each
/// of its hosts over each family, then edges, name servers, dependencies and references.
///
/// What is no region has no rules of its own in the file, and takes those of the whole.
package func probeTargets(
    of topology: Topology
) -> [(target: ProbeTarget, kind: ProbeKind, rules: ProbeRules)] {
    serviceTargets(of: topology) + edgeTargets(of: topology) + nameServerTargets(of: topology)
        + dependencyTargets(of: topology) + referenceTargets(of: topology)
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

private func edgeTargets(of topology: Topology) -> [Declared] {
    topology.edges.values.flatMap { edge in
        edge.addresses.all.flatMap { endpoint in
            edge.probes.enumerated().map { index, kind in
                let target = ProbeTarget(
                    subject: .edge(id: edge.id), endpoint: endpoint, index: index)
                return (target, kind, topology.rules.probe)
            }
        }
    }
}

/// Every server of every zone, also a secondary: it answers users too.
private func nameServerTargets(of topology: Topology) -> [Declared] {
    topology.zones.values.flatMap { zone in
        zone.servers.map { server in
            let subject = Subject.nameServer(zone: zone.id, at: server.endpoint)
            let target = ProbeTarget(subject: subject, endpoint: server.endpoint)
            return (target, zone.check, topology.rules.probe)
        }
    }
}

extension Zone {
    /// What each of its servers must answer: the zone's start of authority.
    package var check: ProbeKind { .dns(DNSCheck(name: id.name, type: .soa)) }
}

private func dependencyTargets(of topology: Topology) -> [Declared] {
    topology.dependencies.values.flatMap { dependency in
        dependency.probes.enumerated().map { index, probe in
            let subject = Subject.dependency(id: dependency.id)
            let target = ProbeTarget(subject: subject, endpoint: probe.endpoint, index: index)
            return (target, probe.kind, topology.rules.probe)
        }
    }
}

private func referenceTargets(of topology: Topology) -> [Declared] {
    topology.references.map { endpoint in
        let target = ProbeTarget(subject: .reference(at: endpoint), endpoint: endpoint)
        return (target, .tcp, topology.rules.probe)
    }
}
