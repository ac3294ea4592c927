/// Part of a region at one of its places.
struct PackedShare {
    let place: Int
    let percent: Int
}

/// A placement under way in a packed space: what each region has, and all that it adds up to.
///
/// Every sum is kept up to date as a region is put or taken, so that an option costs no more than
/// the hosts that it touches.
struct PackedPlacement {
    let space: PackedSpace
    /// Users that each host may have; less than its limit where a search wants it emptier.
    let ceilings: [Int]
    /// Users, at `host * hours + hour`.
    private(set) var loads: [Int]
    /// One list a region; empty while it has no place.
    private(set) var shares: [[PackedShare]]
    /// The regions on each host, in no order that means anything.
    private(set) var occupants: [[Int]]
    /// Weighted, in hundredths of a user, one an hour; a region without a place is all unserved.
    private(set) var unservedByHour: [Int]
    /// Users over the ceilings, each host in its worst hour, and their sum.
    private var excess: [Int]
    private(set) var overcommitted: Int
    /// How many regions that may not see a host over its limit are spread over it.
    private var strict: [Int]
    private var strictlyOver = 0
    private(set) var heldBack = 0
    private(set) var moved = 0
    /// Regions that get a host that they had nothing on.
    private(set) var newcomers = 0
    private(set) var disturbed = 0

    /// - Parameter ceilings: Users, one a host; nil is each host's limit.
    init(_ space: PackedSpace, ceilings: [Int]? = nil) {
        let ceilings = ceilings ?? space.limits
        self.space = space
        self.ceilings = ceilings
        loads = space.base
        shares = Array(repeating: [], count: space.regionCount)
        occupants = Array(repeating: [], count: space.hostCount)
        strict = Array(repeating: 0, count: space.hostCount)
        unservedByHour = (0..<space.hours).map { hour in
            (0..<space.regionCount).reduce(0) { sum, region in
                sum + 100 * space.weights[region] * space.demand[region * space.hours + hour]
            }
        }
        excess = (0..<space.hostCount).map { host in
            (0..<space.hours).reduce(0) {
                max($0, space.base[host * space.hours + $1] - ceilings[host])
            }
        }
        overcommitted = excess.reduce(0, +)
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

    // MARK: - One region more, one less

    mutating func put(_ region: Int, _ shares: [PackedShare]) {
        self.shares[region] = shares
        count(region, shares, by: 1)
        for share in shares { occupants[space.hosts[share.place]].append(region) }
    }

    mutating func take(_ region: Int) {
        let shares = self.shares[region]
        count(region, shares, by: -1)
        for share in shares {
            let host = space.hosts[share.place]
            guard let index = occupants[host].firstIndex(of: region) else { continue }
            occupants[host].swapAt(index, occupants[host].count - 1)
            occupants[host].removeLast()
        }
        self.shares[region] = []
    }

    private mutating func count(_ region: Int, _ shares: [PackedShare], by sign: Int) {
        let isSpread = space.isStrict[region] && shares.count > 1
        var (total, isNew) = (0, false)
        for share in shares {
            total += share.percent
            isNew = isNew || space.present[share.place] == 0
            add(region, share, by: sign, isStrict: isSpread)
        }
        for hour in 0..<space.hours {
            let demand = space.demand[region * space.hours + hour]
            unservedByHour[hour] -= sign * total * space.weights[region] * demand
        }
        newcomers += isNew ? sign : 0
        let stays = isAsItIs(region, shares)
        moved += stays ? 0 : sign
        if space.isPlanned[region] {
            heldBack += stays ? sign : 0
        } else {
            disturbed += sign * disturbance(region, shares)
        }
    }

    private mutating func add(_ region: Int, _ share: PackedShare, by sign: Int, isStrict: Bool) {
        let host = space.hosts[share.place]
        let before = strict[host] > 0 && excess[host] > 0
        var most = 0
        for hour in 0..<space.hours {
            let users = (space.demand[region * space.hours + hour] * share.percent + 99) / 100
            loads[host * space.hours + hour] += sign * users
            most = max(most, loads[host * space.hours + hour] - ceilings[host])
        }
        overcommitted += most - excess[host]
        excess[host] = most
        strict[host] += isStrict ? sign : 0
        let after = strict[host] > 0 && most > 0
        strictlyOver += (after ? 1 : 0) - (before ? 1 : 0)
    }

    private func isAsItIs(_ region: Int, _ shares: [PackedShare]) -> Bool {
        let stays = shares.allSatisfy { space.present[$0.place] == $0.percent }
        return stays && shares.count == space.held[region].count
    }

    /// Users taken off hosts that need not be left, in hundredths of a user.
    private func disturbance(_ region: Int, _ shares: [PackedShare]) -> Int {
        var taken = 0
        for place in space.held[region] {
            let has = shares.first { $0.place == place }?.percent ?? 0
            taken += max(0, min(space.present[place], space.caps[place]) - has)
        }
        return taken * space.demandMax[region]
    }

    /// Puts regions in one pass: planned changes last, and of the others those first whose users
    /// weigh most, the larger before the smaller.
    ///
    /// Each has the least that it may have before any has more, so that nobody is left without.
    mutating func putAll(_ regions: [Int]) {
        var insertion = RegionInsertion()
        let order = regions.sorted {
            let left = (space.isPlanned[$0] ? 1 : 0, -space.weights[$0], -space.demandMax[$0])
            let right = (space.isPlanned[$1] ? 1 : 0, -space.weights[$1], -space.demandMax[$1])
            return left == right ? $0 < $1 : left < right
        }
        for region in order where space.rations[region] && space.options[region].isEmpty {
            if space.totalsMin[region] > 0 { insertion.putLeast(region, in: &self) }
        }
        for region in order {
            if !shares[region].isEmpty { take(region) }
            insertion.put(region, in: &self)
        }
    }

    // MARK: - What fits

    /// How much of a region a place can take beside those who are there, in percent of its demand.
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
