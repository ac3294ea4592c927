import Values

/// What makes one placement better than another, in order; less is better everywhere.
struct PlacementKeys: Hashable, Comparable {
    /// Users over the limits of hosts, each host in its worst hour, summed.
    var overcommitted = 0
    /// What stays unserved in the worst hour, weighted by priority, in hundredths of a user.
    var unserved = 0
    /// Planned changes that were not made for want of room.
    var heldBack = 0
    var moved = 0
    /// Users taken off hosts that need not be left, in hundredths of a user.
    var disturbed = 0
    /// Of the fullest host that a planned region uses, in percent of its limit, rounded up.
    var utilisation = 0
    /// The most domains that a target shares with what its region left, over the least that any of
    /// the region's eligible hosts shares.
    var fate = 0

    static func < (left: PlacementKeys, right: PlacementKeys) -> Bool {
        let first = (left.overcommitted, left.unserved, left.heldBack, left.moved)
        let second = (right.overcommitted, right.unserved, right.heldBack, right.moved)
        guard first == second else { return first < second }
        return (left.disturbed, left.utilisation, left.fate)
            < (right.disturbed, right.utilisation, right.fate)
    }
}
