/// A proven lower bound of what stays unserved, from prices for the room on each host.
///
/// Whatever the prices, no placement serves more than each region would buy for itself at them,
/// and all room sold at them: the limits are relaxed, the rule of few hosts a region is kept.
/// Prices follow what is asked too much or too little; poor prices make a weaker bound that is
/// still true.
///
/// Source: Geoffrion, "Lagrangean Relaxation for Integer Programming", 1974.
struct PriceBound {
    /// Prices are in this part of a weighted user.
    private static let unit = 65_536
    /// Of the step that would close the gap if all were linear, in 256ths, in the first round.
    private static let stepFirst = 384
    /// The search begins with one price for all, the best of a few to so many of the weights' unit.
    private static let pricesPerWeight = 2
    /// At this price nobody buys.
    private static let priceMax = unit * PackedSpace.weightMax

    private let space: PackedSpace
    private let hour: Int
    /// In hundredths of a user, one a host: what a placement can use without another user too many.
    private let rooms: [Int]
    /// Percent, one a place.
    private let caps: [Int]
    private var prices: [Int]
    /// Where prices go, from this round's surplus and those before it.
    private var direction: [Int]
    /// What regions buy, in hundredths of a user, one a host.
    private var sold: [Int]

    /// Weighted, in hundredths of a user.
    ///
    /// True of placements that overcommit no more than the regions that stay do.
    ///
    /// - Parameter reached: What a placement leaves unserved: steps of prices aim for it.
    static func unserved(in space: PackedSpace, reached: Int, rounds: Int) -> Int {
        let simple = (0..<space.hours).map { hour in
            var free = PriceBound(space, hour: hour)
            return (bound: free.bound(), worth: space.worth(at: hour))
        }
        guard let hour = simple.indices.max(by: { simple[$0] < simple[$1] }) else { return 0 }
        var priced = PriceBound(space, hour: hour)
        return max(simple[hour].bound, priced.best(reached: reached, rounds: rounds))
    }

    private init(_ space: PackedSpace, hour: Int) {
        (self.space, self.hour) = (space, hour)
        let rooms = (0..<space.hostCount).map { host in
            let most = (0..<space.hours).reduce(space.limits[host]) {
                max($0, space.base[host * space.hours + $1])
            }
            return 100 * max(0, most - space.base[host * space.hours + hour])
        }
        self.rooms = rooms
        var caps = space.caps
        for region in 0..<space.regionCount {
            let demand = space.demand[region * space.hours + hour]
            for place in space.places(of: region) where demand > 0 {
                caps[place] = min(caps[place], rooms[space.hosts[place]] / demand)
            }
        }
        self.caps = caps
        prices = Array(repeating: 0, count: space.hostCount)
        sold = prices
        direction = prices
    }

    private mutating func best(reached: Int, rounds: Int) -> Int {
        var (best, start) = (0, 0)
        for count in 0...(PackedSpace.weightMax * PriceBound.pricesPerWeight) {
            let price = count * PriceBound.unit / PriceBound.pricesPerWeight
            setAll(to: price)
            let bound = self.bound()
            if bound > best { (best, start) = (bound, price) }
        }
        setAll(to: start)
        let cooling = Cooling(first: PriceBound.stepFirst, stepsMax: rounds)
        for round in 0..<rounds where best < reached {
            let bound = self.bound()
            best = max(best, bound)
            move(by: cooling.temperature(at: round), toClose: reached - bound)
        }
        return best
    }

    private mutating func setAll(to price: Int) {
        for host in prices.indices { prices[host] = price }
    }

    /// Polyak's step along the surplus: the longer, the further the bound is from what is reached.
    private mutating func move(by factor: Int, toClose gap: Int) {
        var square: Int128 = 0
        for host in direction.indices {
            direction[host] = (direction[host] + sold[host] - rooms[host]) / 2
            if prices[host] == 0 { direction[host] = max(0, direction[host]) }
            square += Int128(direction[host]) * Int128(direction[host])
        }
        guard square > 0, gap > 0 else { return }
        let length = Int128(gap) * Int128(PriceBound.unit) * Int128(factor)
        for host in prices.indices where direction[host] != 0 {
            let change = length * Int128(direction[host]) / (square * 256)
            prices[host] = max(0, min(PriceBound.priceMax, prices[host] + Int(change)))
        }
    }

    /// The bound at the present prices, which also finds what is sold at them.
    private mutating func bound() -> Int {
        for host in sold.indices { sold[host] = 0 }
        var missing: Int128 = 0
        for region in 0..<space.regionCount {
            let demand = space.demand[region * space.hours + hour]
            let worth = PriceBound.unit * space.weights[region]
            let gain =
                space.options[region].isEmpty
                ? buy(region, demand: demand, worth: worth)
                : space.totalsMax[region] * worth * demand
            missing += Int128(100 * worth * demand - gain)
        }
        for host in prices.indices { missing -= Int128(prices[host]) * Int128(rooms[host]) }
        let unit = Int128(PriceBound.unit)
        return missing <= 0 ? 0 : Int((missing + unit - 1) / unit)
    }

    /// What a region gains at most, in parts of a weighted user, each hour percent; and what it
    /// buys for that.
    private mutating func buy(_ region: Int, demand: Int, worth: Int) -> Int {
        var offers = Offers(most: space.totalsMax[region])
        for place in space.places(of: region) where caps[place] > 0 {
            let each = worth - prices[space.hosts[place]]
            if each > 0 { offers.add(Offers.Offer(place: place, each: each, cap: caps[place])) }
        }
        let choice = offers.best(of: space.hostsMax[region])
        for share in choice.shares {
            sold[space.hosts[share.place]] += share.percent * demand
        }
        return demand * choice.gain
    }
}
