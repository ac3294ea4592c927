import Values

package struct ProviderID: Identifier {
    package let name: String
    package init(_ name: String) { self.name = name }
}

package struct SiteID: Identifier {
    package let name: String
    package init(_ name: String) { self.name = name }
}

package struct HostID: Identifier {
    package let name: String
    package init(_ name: String) { self.name = name }
}

package struct EdgeID: Identifier {
    package let name: String
    package init(_ name: String) { self.name = name }
}

/// A DNS zone, by its name without the final dot.
package struct ZoneID: Identifier {
    package let name: String
    package init(_ name: String) { self.name = name }
}

package struct DependencyID: Identifier {
    package let name: String
    package init(_ name: String) { self.name = name }
}

/// A class of users: staff, pupils, parents.
package struct ClassID: Identifier {
    package let name: String
    package init(_ name: String) { self.name = name }
}

package struct RegionID: Identifier {
    package let name: String
    package init(_ name: String) { self.name = name }
}

/// A front door: `dns:grand-est.ent.example`, `haproxy:edge-1/grand-est`.
package struct FrontDoorID: Identifier {
    package let name: String
    package init(_ name: String) { self.name = name }
}
