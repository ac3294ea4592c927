import OrderedCollections
import Values

/// One object of a topology, and what it was like when a plan was made of it.
package struct EntityDigest: Hashable, Codable, Sendable {
    /// As the file has it: `hosts.ent-gra1`, `defaults`.
    package let name: String
    /// 16 hexadecimal digits; comments, order and other objects of the file leave it as it is.
    package let digest: String

    package init(name: String, digest: String) { (self.name, self.digest) = (name, digest) }
}

extension Topology {
    /// Of everything that a plan for these regions relies on, each once, in declared order: the
    /// regions, their hosts with their sites, edges and zones, what they depend on, the calendar,
    /// the classes and the rules of the whole.
    package func digests(for regions: [RegionID]) -> [EntityDigest] {
        let names = Set(regions)
        let planned = self.regions.values.filter { names.contains($0.id) }
        let hostNames = Set(planned.flatMap(\.hosts))
        let edgeNames = Set(planned.flatMap(\.edges))
        let zoneNames = Set(planned.flatMap(\.zones))
        let hosts = self.hosts.values.filter { hostNames.contains($0.id) }
        let edges = self.edges.values.filter { edgeNames.contains($0.id) }
        let zones = self.zones.values.filter { zoneNames.contains($0.id) }
        let siteNames = Set(hosts.map(\.site) + edges.map(\.site))
        let sites = self.sites.values.filter { siteNames.contains($0.id) }
        return [
            entity("calendar", calendar), entity("defaults", rules), entity("classes", classes),
        ]
            + sites.map { entity("sites.\($0.id)", $0) }
            + hosts.map { entity("hosts.\($0.id)", $0) }
            + edges.map { entity("edges.\($0.id)", $0) }
            + zones.map { entity("zones.\($0.id)", $0) }
            + OrderedSet(planned.flatMap(dependencies)).compactMap { dependencies[$0] }
            .map { entity("dependencies.\($0.id)", $0) }
            + planned.map { entity("regions.\($0.id)", $0) }
    }

    /// Its description has every field by name, and nothing that differs between two processes.
    private func entity(_ name: String, _ value: some Sendable) -> EntityDigest {
        EntityDigest(name: name, digest: StableHash.hex(of: String(describing: value)))
    }
}
