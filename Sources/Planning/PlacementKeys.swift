import Values

/// What makes one placement better than another, in order; less is better everywhere.
struct PlacementKeys: Hashable, Comparable {
    /// Users over the limits of hosts, each host in its worst hour, summed.
    var overcommitted = 0
    /// What stays unserved in the worst hour, weighted by priority, in hundredths of a user.
    var unserved = 0
    /// Planned changes that were not made for want of room.
    var heldBack = 0
    /// Regions that get a host that they had nothing on; of those that could stay as they are, also
    /// those that change in any other way.
    var moved = 0
    /// Users of regions that could stay as they are, taken off hosts, in hundredths of a user.
    var disturbed = 0
    /// Of the fullest host that a planned region uses, in percent of its limit, rounded up.
    var utilisation = 0
    /// Users of regions that must leave a host, taken off others that they need not leave, in
    /// hundredths of a user.
    var rearranged = 0
    /// The most domains that a target shares with what its region left, over the least that any of
    /// the region's eligible hosts shares.
    var fate = 0

    static func < (left: PlacementKeys, right: PlacementKeys) -> Bool {
        let first = (left.overcommitted, left.unserved, left.heldBack, left.moved)
        let second = (right.overcommitted, right.unserved, right.heldBack, right.moved)
        guard first == second else { return first < second }
        return (left.disturbed, left.utilisation, left.rearranged, left.fate)
            < (right.disturbed, right.utilisation, right.rearranged, right.fate)
    }
}
