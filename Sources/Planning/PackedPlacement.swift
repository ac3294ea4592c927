/// Part of a region at one of its places.
struct PackedShare: Hashable {
    let place: Int
    let percent: Int

    static let none = PackedShare(place: 0, percent: 0)
}

/// A placement under way in a packed space: what each region has, and all that it adds up to.
///
/// A region's shares stand in slots, `PackedSpace.width` of them a region, of which those without a
/// percent are free. Every sum is kept up to date as a slot is set, so that an option costs no
/// more than the hosts that it touches.
struct PackedPlacement {
    let space: PackedSpace
    /// Users that each host may have; less than its limit where a search wants it emptier.
    let ceilings: [Int]
    /// Users, at `host * hours + hour`.
    private(set) var loads: [Int]
    private(set) var slots: [PackedShare]
    /// Percent of its demand that a region has, all slots together.
    private(set) var totals: [Int]
    /// The slots that are on each host, in no order that means anything.
    private(set) var occupants: [[Int]]
    /// Weighted, in hundredths of a user, one an hour; a region without a place is all unserved.
    private(set) var unservedByHour: [Int]
    /// Users over the ceilings, each host in its worst hour, and their sum.
    private var excess: [Int]
    private(set) var overcommitted: Int
    /// How many slots of regions that may not see a host over its limit are spread over it.
    private var strict: [Int]
    private var strictlyOver = 0
    /// Hosts of each region that must leave one, on which it had nothing.
    private var newHosts: [Int]
    private(set) var heldBack = 0
    private(set) var moved = 0
    private(set) var disturbed = 0

    /// - Parameter ceilings: Users, one a host; nil is each host's limit.
    init(_ space: PackedSpace, ceilings: [Int]? = nil) {
        let ceilings = ceilings ?? space.limits
        self.space = space
        self.ceilings = ceilings
        loads = space.base
        slots = Array(repeating: .none, count: space.regionCount * space.width)
        totals = Array(repeating: 0, count: space.regionCount)
        occupants = Array(repeating: [], count: space.hostCount)
        strict = Array(repeating: 0, count: space.hostCount)
        newHosts = totals
        unservedByHour = (0..<space.hours).map { space.worth(at: $0) }
        excess = (0..<space.hostCount).map { host in
            (0..<space.hours).reduce(0) {
                max($0, space.base[host * space.hours + $1] - ceilings[host])
            }
        }
        overcommitted = excess.reduce(0, +)
        for region in 0..<space.regionCount where !space.mustLeave[region] { count(region, by: 1) }
    }

    /// In the worst hour.
    var unserved: Int {
        var worst = 0
        for hour in 0..<space.hours { worst = max(worst, unservedByHour[hour]) }
        return worst
    }

    /// Whether a region is spread over a host that is too full for it (`SearchState.isForbidden`).
    var isForbidden: Bool { strictlyOver > 0 }

    /// Of the keys, those that are kept up to date; those that remain are zero.
    var keys: PlacementKeys {
        PlacementKeys(
            overcommitted: overcommitted, unserved: unserved, heldBack: heldBack, moved: moved,
            disturbed: disturbed)
    }

    // MARK: - What regions have

    /// What a region has, in the order of its slots.
    func shares(of region: Int) -> [PackedShare] {
        slots[space.slots(of: region)].filter { $0.percent > 0 }
    }

    func hasPlace(_ place: Int, _ region: Int) -> Bool {
        for slot in space.slots(of: region)
        where slots[slot].percent > 0 && slots[slot].place == place {
            return true
        }
        return false
    }

    /// Instead of all that the region has.
    mutating func put(_ region: Int, _ shares: [PackedShare]) {
        let first = region * space.width
        for slot in space.slots(of: region) { set(slot, to: .none) }
        for (index, share) in shares.enumerated() { set(first + index, to: share) }
    }

    mutating func set(_ slot: Int, to share: PackedShare) {
        let old = slots[slot]
        guard old != share else { return }
        let region = slot / space.width
        let canStay = !space.mustLeave[region]
        if canStay { count(region, by: -1) }
        if space.isStrict[region] { markStrict(region, by: -1) }
        if old.percent > 0 {
            add(region, old, by: -1)
            leave(space.hosts[old.place], slot)
        }
        slots[slot] = share
        if share.percent > 0 {
            add(region, share, by: 1)
            occupants[space.hosts[share.place]].append(slot)
        }
        let more = share.percent - old.percent
        totals[region] += more
        let worth = more * space.weights[region]
        for hour in 0..<space.hours {
            unservedByHour[hour] -= worth * space.demand[region * space.hours + hour]
        }
        if space.isStrict[region] { markStrict(region, by: 1) }
        if canStay { count(region, by: 1) }
    }

    private mutating func leave(_ host: Int, _ slot: Int) {
        guard let index = occupants[host].firstIndex(of: slot) else { return }
        occupants[host].swapAt(index, occupants[host].count - 1)
        occupants[host].removeLast()
    }

    // MARK: - What it adds up to

    private mutating func add(_ region: Int, _ share: PackedShare, by sign: Int) {
        let host = space.hosts[share.place]
        if space.mustLeave[region], space.present[share.place] == 0 {
            let before = newHosts[region]
            newHosts[region] += sign
            moved += (newHosts[region] > 0 ? 1 : 0) - (before > 0 ? 1 : 0)
        }
        let wasOver = strict[host] > 0 && excess[host] > 0
        var most = 0
        for hour in 0..<space.hours {
            let users = (space.demand[region * space.hours + hour] * share.percent + 99) / 100
            loads[host * space.hours + hour] += sign * users
            most = max(most, loads[host * space.hours + hour] - ceilings[host])
        }
        overcommitted += most - excess[host]
        excess[host] = most
        let isOver = strict[host] > 0 && most > 0
        strictlyOver += (isOver ? 1 : 0) - (wasOver ? 1 : 0)
    }

    private mutating func markStrict(_ region: Int, by sign: Int) {
        let used = space.slots(of: region).count { slots[$0].percent > 0 }
        guard used > 1 else { return }
        for slot in space.slots(of: region) where slots[slot].percent > 0 {
            let host = space.hosts[slots[slot].place]
            let wasOver = strict[host] > 0 && excess[host] > 0
            strict[host] += sign
            let isOver = strict[host] > 0 && excess[host] > 0
            strictlyOver += (isOver ? 1 : 0) - (wasOver ? 1 : 0)
        }
    }

    /// Adds a region that need not leave a host to who is moved, held back and disturbed, or takes
    /// it off.
    private mutating func count(_ region: Int, by sign: Int) {
        let stays = isAsItIs(region)
        moved += stays ? 0 : sign
        if space.isPlanned[region] {
            heldBack += stays ? sign : 0
        } else if !stays {
            disturbed += sign * disturbance(region)
        }
    }

    private func isAsItIs(_ region: Int) -> Bool {
        var used = 0
        for slot in space.slots(of: region) where slots[slot].percent > 0 {
            guard space.present[slots[slot].place] == slots[slot].percent else { return false }
            used += 1
        }
        return used == space.held[region].count
    }

    /// Users taken off hosts that need not be left, in hundredths of a user.
    private func disturbance(_ region: Int) -> Int {
        var taken = 0
        for place in space.held[region] {
            var has = 0
            for slot in space.slots(of: region) where slots[slot].place == place {
                has += slots[slot].percent
            }
            taken += max(0, min(space.present[place], space.caps[place]) - has)
        }
        return taken * space.demandMax[region]
    }

    // MARK: - What fits

    /// How much of a region fits at a place beside all who are there, itself included, in percent
    /// of its demand: no more than the cap, of which what it has there is not taken off.
    func percentWithRoom(_ region: Int, at place: Int) -> Int {
        let host = space.hosts[place]
        var most = space.caps[place]
        for hour in 0..<space.hours {
            let demand = space.demand[region * space.hours + hour]
            let room = 100 * (ceilings[host] - loads[host * space.hours + hour])
            if demand > 0, room < demand * most {
                guard room >= demand else { return 0 }
                most = room / demand
            }
        }
        return most
    }

    /// Users that still fit on a host, in the hour that leaves least.
    func room(on host: Int) -> Int {
        var least = Int.max
        for hour in 0..<space.hours {
            least = min(least, ceilings[host] - loads[host * space.hours + hour])
        }
        return least
    }

    /// Users over the ceiling that a region would add at a place.
    func excessAdded(_ region: Int, percent: Int, at place: Int) -> Int {
        let host = space.hosts[place]
        var most = 0
        for hour in 0..<space.hours {
            let users = (space.demand[region * space.hours + hour] * percent + 99) / 100
            most = max(most, loads[host * space.hours + hour] + users - ceilings[host])
        }
        return most - excess[host]
    }
}
