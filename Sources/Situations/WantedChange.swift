package import TopologyModel
package import Values

/// What deciding, or a person, wants; the planner finds where to.
package enum WantedChange: Hashable, Codable, Sendable {
    /// Move the region off these hosts; `domain` is the domain that fell, where one did.
    case leave(region: RegionID, hosts: [HostID], cause: Cause, domain: FailureDomain?)
    /// Move everything out of a domain, alive or not.
    case evacuate(domain: FailureDomain)
    /// Both alive: move the region to this host.
    case switchover(region: RegionID, to: HostID)
    /// The next step home: the primary gets this share, the rest stays where it is.
    case comeHome(region: RegionID, share: Percent)
    /// Serve again what stayed unserved, now that there may be room: one step of the ramp where the
    /// region is rationed.
    case serveMore(region: RegionID)
    /// Give no host more than it bears: a share goes to others where `spills`, and quotas hold back
    /// what fits nowhere.
    case relieve(region: RegionID, spills: Bool)
    /// So many percent of those who are let in now, by the classes' order: fewer where even the
    /// quotas are too much, 100 where only the classes ask for more than they did.
    case admit(region: RegionID, percent: Int)
    /// No more entries a second than the dependency bears, and no more than so many percent of what
    /// is let in now where the region is rationed: nobody moves, and who is in stays.
    case pace(region: RegionID, dependency: DependencyID, percent: Int)
    /// Exactly this, as a run that is tried again or taken back had it.
    case settle(region: RegionID, allocation: Allocation, cause: Cause)
    /// Set the door again to what is desired.
    case restore(door: FrontDoorID, region: RegionID)
    /// Let the name point at these edges; hosts stay as they are.
    case repoint(door: FrontDoorID, region: RegionID, edges: [EdgeID])
}
