import Values

// One move: who goes where, who makes room, who gets what became free.

extension Annealing {
    /// Other hosts that are looked at for who was displaced, and for a slot that is free.
    private static let othersMax = 10
    /// How often a host that the region has already is tried where that is wanted, per mille.
    private static let homing = 200
    /// How often a region that no gate rations takes what room there is and displaces nobody, per
    /// mille: it must be served whole, and is by several such parts rather than by moving others.
    private static let gentle = 800
    /// How often it is tried to make room for a region that was left with less than it must have.
    private static let squeezesMax = 3

    mutating func move(isHoming: Bool) {
        changes.removeAll(keepingCapacity: true)
        displaced.removeAll(keepingCapacity: true)
        steps += 1
        let region = random.next(below: space.regionCount)
        guard space.options[region].isEmpty else { return choose(region) }
        guard let target = target(of: region, isHoming: isHoming) else { return }
        let slot = region * space.width + random.next(below: space.hostsMax[region])
        let old = placement.slots[slot]
        guard old.percent == 0 || old.place != target else { return }
        let source = old.percent > 0 ? space.hosts[old.place] : nil
        set(slot, to: .none)
        if placement.hasPlace(target, region) {
            topUp(region)
        } else if placement.totals[region] < space.totalsMax[region] {
            enter(target, slot, from: source)
        } else {
            part(region, to: target, slot)
        }
        if let source { fillUp(source) }
        if placement.slots[slot].percent == 0 { fill(slot, beside: nil) }
        settle(region)
        for slot in displaced { settle(slot / space.width) }
    }

    mutating func takeBack() {
        for change in changes.reversed() { placement.set(change.slot, to: change.share) }
    }

    private mutating func target(of region: Int, isHoming: Bool) -> Int? {
        if isHoming {
            let home = space.home[region]
            if !home.isEmpty, random.chance(perMille: Annealing.homing) {
                return home[random.next(below: home.count)]
            }
        }
        return anyPlace(of: region)
    }

    /// Any that the region may have.
    private mutating func anyPlace(of region: Int) -> Int? {
        let count = space.openCount(of: region)
        return count == 0 ? nil : space.open(random.next(below: count), of: region)
    }

    /// As much of the region as it lacks, in place of others where there is too little room.
    private mutating func enter(_ target: Int, _ slot: Int, from source: Int?) {
        let (region, host) = (slot / space.width, space.hosts[target])
        let wanted = min(
            space.totalsMax[region] - placement.totals[region], space.caps[target])
        let isGentle = !space.rations[region] && random.chance(perMille: Annealing.gentle)
        var others = isGentle ? 0 : min(placement.occupants[host].count, stepsEnd - steps)
        while others > 0, placement.percentWithRoom(region, at: target) < wanted {
            others -= 1
            let index = random.next(below: placement.occupants[host].count)
            let other = placement.occupants[host][index]
            guard space.options[other / space.width].isEmpty else { continue }
            set(other, to: .none)
            displaced.append(other)
        }
        steps += displaced.count
        let percent = min(wanted, placement.percentWithRoom(region, at: target))
        set(slot, to: PackedShare(place: target, percent: percent))
        topUp(region)
        for other in displaced {
            fill(other, beside: source)
            topUp(other / space.width)
        }
        fillUp(host)
    }

    /// Some of what the region has elsewhere, which is all that it may have.
    private mutating func part(_ region: Int, to target: Int, _ slot: Int) {
        let used = space.slots(of: region).count { placement.slots[$0].percent > 0 }
        guard used > 0 else { return }
        var left = random.next(below: used)
        var from = space.slots(of: region).lowerBound
        while placement.slots[from].percent == 0 || left > 0 {
            left -= placement.slots[from].percent > 0 ? 1 : 0
            from += 1
        }
        let share = placement.slots[from]
        let most = min(share.percent, placement.percentWithRoom(region, at: target))
        guard most > 0 else { return }
        let percent = random.next(below: 2) == 0 ? most : random.next(in: 1...most)
        set(from, to: PackedShare(place: share.place, percent: share.percent - percent))
        set(slot, to: PackedShare(place: target, percent: percent))
        fillUp(space.hosts[share.place])
    }

    /// Another of what a region may be, where that is listed.
    private mutating func choose(_ region: Int) {
        let options = space.options[region]
        let shares = space.shares(options[random.next(below: options.count)], of: region)
        let before = placement.shares(of: region)
        for (index, slot) in space.slots(of: region).enumerated() {
            set(slot, to: index < shares.count ? shares[index] : .none)
        }
        for share in before { fillUp(space.hosts[share.place]) }
    }

    private mutating func set(_ slot: Int, to share: PackedShare) {
        let share = share.percent > 0 ? share : .none
        guard placement.slots[slot] != share else { return }
        changes.append((slot, placement.slots[slot]))
        placement.set(slot, to: share)
    }

    // MARK: - Who gets what is free

    /// The best of a few places for what the region lacks: where most of it fits, then where least
    /// room is left.
    ///
    /// - Parameter host: One that is looked at besides.
    private mutating func fill(_ slot: Int, beside host: Int?) {
        let region = slot / space.width
        let wanted = space.totalsMax[region] - placement.totals[region]
        guard wanted > 0 else { return }
        var (best, roomLeast) = (PackedShare.none, Int.max)
        var next = host.flatMap { host in
            space.open(of: region).first { space.hosts[$0] == host }
        }
        var others = Annealing.othersMax
        while others > 0 || next != nil {
            others -= next == nil ? 1 : 0
            guard let place = next ?? anyPlace(of: region) else { return }
            next = nil
            let percent = min(wanted, placement.percentWithRoom(region, at: place))
            guard percent > 0, percent >= best.percent, !placement.hasPlace(place, region) else {
                continue
            }
            let room = placement.room(on: space.hosts[place])
            guard percent > best.percent || room < roomLeast else { continue }
            (best, roomLeast) = (PackedShare(place: place, percent: percent), room)
        }
        set(slot, to: best)
    }

    /// More of the region where it is already.
    private mutating func topUp(_ region: Int) {
        for slot in space.slots(of: region) { topUp(slot: slot, of: region) }
    }

    private mutating func topUp(slot: Int, of region: Int) {
        let more = self.more(slot, of: region)
        guard more > 0 else { return }
        let share = placement.slots[slot]
        set(slot, to: PackedShare(place: share.place, percent: share.percent + more))
    }

    /// How much more of the region the slot can have, in percent of its demand.
    private func more(_ slot: Int, of region: Int) -> Int {
        let share = placement.slots[slot]
        let wanted = space.totalsMax[region] - placement.totals[region]
        guard share.percent > 0, wanted > 0, space.options[region].isEmpty else { return 0 }
        return min(
            wanted, space.caps[share.place] - share.percent,
            placement.percentWithRoom(region, at: share.place))
    }

    /// More of those who are on the host, whoever weighs most first.
    private mutating func fillUp(_ host: Int) {
        for _ in placement.occupants[host].indices {
            var (heaviest, weight) = (-1, 0)
            for slot in placement.occupants[host] {
                let region = slot / space.width
                guard space.weights[region] > weight, more(slot, of: region) > 0 else { continue }
                (heaviest, weight) = (slot, space.weights[region])
            }
            guard heaviest >= 0 else { return }
            topUp(slot: heaviest, of: heaviest / space.width)
        }
    }

    // MARK: - Who has too little

    /// Gives a region the least that it must have: where there is room, where others have more than
    /// that, or where it overloads a host least.
    private mutating func settle(_ region: Int) {
        let least = space.least(of: region)
        guard placement.totals[region] < least else { return }
        for slot in space.slots(of: region).prefix(space.hostsMax[region])
        where placement.slots[slot].percent == 0 {
            fill(slot, beside: nil)
        }
        guard placement.totals[region] < least else { return }
        for slot in space.slots(of: region) { set(slot, to: .none) }
        if space.rations[region] {
            for _ in 0..<Annealing.squeezesMax {
                if squeeze(region, to: least) { return }
            }
        }
        let shares = RegionInsertion.forced(region, to: least, in: placement)
        for (index, share) in shares.enumerated() {
            set(region * space.width + index, to: share)
        }
    }

    /// Whether a region that has more than it must made room for the least of this one.
    private mutating func squeeze(_ region: Int, to least: Int) -> Bool {
        guard let place = anyPlace(of: region) else { return false }
        let others = placement.occupants[space.hosts[place]]
        guard space.caps[place] >= least, !others.isEmpty else { return false }
        let slot = others[random.next(below: others.count)]
        let (other, share) = (slot / space.width, placement.slots[slot])
        guard space.rations[other], space.options[other].isEmpty else { return false }
        let kept = max(0, share.percent - (placement.totals[other] - space.totalsMin[other]))
        guard kept < share.percent else { return false }
        set(slot, to: PackedShare(place: share.place, percent: kept))
        guard placement.percentWithRoom(region, at: place) >= least else {
            set(slot, to: share)
            return false
        }
        set(region * space.width, to: PackedShare(place: place, percent: least))
        topUp(other)
        return true
    }
}
