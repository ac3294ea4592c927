import OrderedCollections
package import Situations
package import TopologyModel
package import Values

/// What a plan would be, could regions move too that nothing asks to move.
package struct OthersMoving: Hashable, Codable, Sendable {
    package struct Move: Hashable, Codable, Sendable {
        package let region: RegionID
        package let from: Allocation
        package let to: Allocation

        package init(region: RegionID, from: Allocation, to: Allocation) {
            (self.region, self.from, self.to) = (region, from, to)
        }
    }

    /// Of those regions, in declared order.
    package let moves: [Move]
    /// Users more who would be served within what hosts bear, in the worst hour.
    package let users: Users

    package init(moves: [Move], users: Users) { (self.moves, self.users) = (moves, users) }
}

extension PlanningRequest {
    /// The same, where every region that is whole and at rest may move too, if that serves more.
    ///
    /// Only for a request to leave places: what is asked otherwise names whom it moves.
    package var movingOthers: PlanningRequest {
        guard asksToLeave else { return self }
        let others = situation.topology.regions.values.filter { region in
            let isRationed = situation.allocations[region.id]?.isRationed ?? true
            let isPaused = situation.pauses.contains {
                $0.scope == .region(id: region.id) && situation.now < $0.until
            }
            return !isRationed && !isPaused && situation.underway[region.id] == nil
        }
        return PlanningRequest(
            situation: situation,
            changes: changes
                + others.map {
                    .leave(region: $0.id, hosts: [], cause: .unaffected, domain: nil)
                }, horizon: horizon, least: least)
    }

    private var asksToLeave: Bool {
        changes.allSatisfy { change in
            switch change {
            case .leave, .evacuate: true
            case .restore, .repoint, .switchover, .comeHome, .serveMore, .relieve, .admit, .pace,
                .settle:
                false
            }
        }
    }

    /// What would be better, could others move too; nil where nothing would.
    package func othersMoving(beyond placement: Placement, steps: Int) -> OthersMoving? {
        let isShort = placement.regions.contains {
            $0.overcommitted != nil || $0.to.isRationed || $0.to.unserved > .zero
        }
        guard isShort, asksToLeave else { return nil }
        let wider = Planner.placement(for: movingOthers, steps: steps)
        let demands = DemandHours(situation, horizon: horizon)
        let users =
            situation.shortfall(under: placement, demands)
            - situation.shortfall(under: wider, demands)
        let asked = Set(placement.regions.map(\.region))
        let moves = wider.regions.filter { !asked.contains($0.region) && $0.from != $0.to }
        guard users > 0, !moves.isEmpty else { return nil }
        return OthersMoving(
            moves: moves.map { OthersMoving.Move(region: $0.region, from: $0.from, to: $0.to) },
            users: users)
    }
}

extension Situation {
    /// Users whom gates hold back, and those over what hosts bear, each in its worst hour.
    fileprivate func shortfall(under placement: Placement, _ demands: DemandHours) -> Users {
        var after = self
        for region in placement.regions { after.allocations[region.region] = region.to }
        let counted = CountedUsers(demands, in: after).users
        let over = topology.hosts.values.enumerated().map { place, host in
            let range = place * demands.count..<(place + 1) * demands.count
            return max(0, (counted[range].max() ?? 0) - limit(of: host))
        }
        let heldBack = topology.regions.values.map { region in
            let most = demands.users(of: region.id).max() ?? 0
            let allocation = after.allocations[region.id] ?? Allocation(all: region.primary)
            let admitted = allocation.admitted(of: region, among: most)
            return most - admitted + allocation.unserved.roundedUp(of: admitted)
        }
        return (over + heldBack).reduce(0, +)
    }
}
