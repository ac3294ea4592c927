/// Where a search stands: the shares chosen for the first regions, and what they add up to.
struct SearchState {
    let space: SearchSpace
    private(set) var chosen: [[Int]] = []
    /// Users, at `host * hours + hour`.
    private(set) var loads: [Int]
    /// Of the regions chosen, in hundredths of a user by priority, one an hour.
    private(set) var unserved: [Int]
    /// Without `overcommitted`, `unserved` and `utilisation`, which `keys` works out.
    private var sums = PlacementKeys()
    /// How many chosen regions use each host, and how many of them may not see it over its limit.
    private var users: [Int]
    private var strict: [Int]

    init(_ space: SearchSpace) {
        self.space = space
        loads = space.base
        unserved = Array(repeating: 0, count: space.hours)
        users = Array(repeating: 0, count: space.limits.count)
        strict = users
    }

    var depth: Int { chosen.count }
    var isComplete: Bool { depth == space.regions.count }

    /// The keys of what is chosen so far.
    var keys: PlacementKeys {
        var keys = sums
        keys.overcommitted = space.limits.indices.reduce(0) { $0 + excess(of: $1) }
        keys.unserved = unserved.max() ?? 0
        for host in space.limits.indices where users[host] > 0 {
            keys.utilisation = max(keys.utilisation, utilisation(of: host))
        }
        return keys
    }

    /// Whether a region that cannot be rationed is spread over a host above its limit: such a
    /// region is spread only where it fits, and is otherwise whole at one host.
    var isForbidden: Bool {
        space.limits.indices.contains { strict[$0] > 0 && excess(of: $0) > 0 }
    }

    /// Users over the host's limit, in its worst hour.
    func excess(of host: Int) -> Int { max(0, load(of: host) - space.limits[host]) }

    func load(of host: Int) -> Int {
        var most = 0
        for hour in 0..<space.hours { most = max(most, loads[host * space.hours + hour]) }
        return most
    }

    /// A host that no limit was proven for is full with its first user.
    private func utilisation(of host: Int) -> Int {
        let (load, limit) = (load(of: host), space.limits[host])
        return load == 0 ? 0 : limit == 0 ? Int.max : (load * 100 + limit - 1) / limit
    }

    mutating func push(_ shares: [Int]) -> SearchUndo {
        let undo = SearchUndo(sums: sums, unserved: unserved)
        let region = space.regions[depth]
        chosen.append(shares)
        add(shares, of: region, by: 1)
        let missing = 100 - shares.reduce(0, +)
        for hour in 0..<space.hours {
            unserved[hour] += region.weight * region.demand[hour] * missing
        }
        count(shares, of: region)
        return undo
    }

    mutating func pop(_ undo: SearchUndo) {
        let shares = chosen.removeLast()
        add(shares, of: space.regions[depth], by: -1)
        (sums, unserved) = (undo.sums, undo.unserved)
    }

    private mutating func add(_ shares: [Int], of region: PlannedRegion, by sign: Int) {
        let isStrict = !region.rations && region.fitsOneHost && !region.isPlanned
        let isSpread = isStrict && shares.count { $0 > 0 } > 1
        for (position, percent) in shares.enumerated() where percent > 0 {
            let host = region.hosts[position]
            users[host] += sign
            strict[host] += isSpread ? sign : 0
            for hour in 0..<space.hours {
                let load = (region.demand[hour] * percent + 99) / 100
                loads[host * space.hours + hour] += sign * load
            }
        }
    }

    private mutating func count(_ shares: [Int], of region: PlannedRegion) {
        let stays = shares == region.present
        let isNew = zip(shares, region.present).contains { $0 > 0 && $1 == 0 }
        sums.moved += (region.mustLeave ? isNew : !stays) ? 1 : 0
        sums.heldBack += region.isPlanned && stays ? 1 : 0
        var taken = 0
        for (position, percent) in shares.enumerated() {
            taken += max(0, min(region.present[position], region.caps[position]) - percent)
            if percent > 0 { sums.fate = max(sums.fate, region.fate[position]) }
        }
        guard !region.isPlanned else { return }
        if region.mustLeave {
            sums.rearranged += taken * region.demandMax
        } else {
            sums.disturbed += taken * region.demandMax
        }
    }
}

/// What takes the last choice back.
struct SearchUndo {
    fileprivate let sums: PlacementKeys
    fileprivate let unserved: [Int]
}
