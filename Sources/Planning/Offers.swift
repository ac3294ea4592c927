/// What a region can gain on few hosts, where each host offers so much a percent up to a cap.
struct Offers {
    struct Offer {
        let place: Int
        /// Gain of one percent.
        let each: Int
        /// Percent.
        let cap: Int

        var all: Int { each * cap }
    }

    private let most: Int
    private var offers: [Offer] = []
    private var eachMax = 0

    /// - Parameter most: Percent of the region that it buys at most.
    init(most: Int) { self.most = most }

    mutating func add(_ offer: Offer) {
        offers.append(offer)
        eachMax = max(eachMax, offer.each)
    }

    /// The largest gain and how it comes to be; for more hosts than two no less than the largest.
    func best(of hostsMax: Int) -> (gain: Int, shares: [PackedShare]) {
        let largest = self.largest(hostsMax)
        guard hostsMax == 2, largest.count == 2 else {
            let all = largest.reduce(0) { $0 + min(most, $1.cap) * $1.each }
            return (min(all, most * eachMax), filled(largest))
        }
        return bestPair(largest)
    }

    /// Those that offer most in all, the first of equals first.
    private func largest(_ count: Int) -> [Offer] {
        var largest: [Offer] = []
        for offer in offers {
            guard largest.count < count || offer.all > largest[largest.count - 1].all else {
                continue
            }
            if largest.count == count { largest.removeLast() }
            let index = largest.firstIndex { $0.all < offer.all } ?? largest.count
            largest.insert(offer, at: index)
        }
        return largest
    }

    private func filled(_ offers: [Offer]) -> [PackedShare] {
        var rest = most
        return offers.sorted { ($1.each, $0.place) < ($0.each, $1.place) }.compactMap { offer in
            let percent = min(rest, offer.cap)
            rest -= percent
            return percent > 0 ? PackedShare(place: offer.place, percent: percent) : nil
        }
    }

    /// Among all pairs; those that cannot beat the best so far are not looked at.
    private func bestPair(_ largest: [Offer]) -> (gain: Int, shares: [PackedShare]) {
        var best = (first: largest[0], second: largest[1])
        var gain = self.gain(best.first, best.second)
        let able = offers.filter { $0.all + largest[0].all > gain }
        for (index, first) in able.enumerated() {
            guard gain < most * eachMax else { break }
            for second in able[(index + 1)...] where first.all + second.all > gain {
                let other = self.gain(first, second)
                if other > gain { (best, gain) = ((first, second), other) }
            }
        }
        return (gain, filled([best.first, best.second]))
    }

    private func gain(_ left: Offer, _ right: Offer) -> Int {
        let (high, low) = left.each < right.each ? (right, left) : (left, right)
        let first = min(most, high.cap)
        return first * high.each + min(most - first, low.cap) * low.each
    }
}
