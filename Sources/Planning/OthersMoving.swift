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
    /// What would serve more, could others move too, and the placement that does it; nil where
    /// nothing would.
    ///
    /// Others are regions at hosts of those that do not fit, whole, at rest and not paused. Only
    /// for a request to leave places: what is asked otherwise names whom it moves.
    package func movingOthers(
        beyond placement: Placement, steps: Int
    ) -> (placement: Placement, others: OthersMoving)? {
        let short = placement.regions.filter {
            $0.overcommitted != nil || $0.to.isRationed || $0.to.unserved > .zero
        }
        let others = movable(beside: short.map(\.region), but: placement.regions.map(\.region))
        guard asksToLeave, !others.isEmpty else { return nil }
        let request = PlanningRequest(
            situation: situation,
            changes: changes
                + others.map { .leave(region: $0, hosts: [], cause: .unaffected, domain: nil) },
            horizon: horizon, least: least)
        let wider = Planner.placement(for: request, steps: steps)
        let demands = DemandHours(situation, horizon: horizon)
        let users =
            situation.shortfall(under: placement, demands)
            - situation.shortfall(under: wider, demands)
        let moves = wider.regions.filter { others.contains($0.region) && $0.from != $0.to }
        guard users > 0, !moves.isEmpty else { return nil }
        return (
            wider,
            OthersMoving(
                moves: moves.map {
                    OthersMoving.Move(region: $0.region, from: $0.from, to: $0.to)
                }, users: users)
        )
    }

    private func movable(beside short: [RegionID], but asked: [RegionID]) -> [RegionID] {
        let regions = situation.topology.regions
        let wanted = Set(short.flatMap { regions[$0]?.hosts ?? [] })
        return regions.keys.filter { region in
            let present = situation.allocations[region] ?? .nothing
            let isPaused = situation.pauses.contains {
                $0.scope == .region(id: region) && situation.now < $0.until
            }
            return !asked.contains(region) && !present.isRationed && !isPaused
                && situation.underway[region] == nil
                && present.hosts.contains(where: wanted.contains)
        }
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
}

extension Situation {
    /// Users whom gates hold back, and those over what hosts bear, each in its worst hour.
    fileprivate func shortfall(under placement: Placement, _ demands: DemandHours) -> Users {
        var after = self
        for region in placement.regions { after.allocations[region.region] = region.to }
        let counted = CountedUsers(demands, in: after)
        let over = topology.hosts.keys.map { max(0, -counted.room(on: $0, in: self)) }
        let heldBack = topology.regions.values.map { region in
            let most = demands.users(of: region.id).max() ?? 0
            let allocation = after.allocations[region.id] ?? Allocation(all: region.primary)
            let admitted = allocation.admitted(of: region, among: most)
            return most - admitted + allocation.unserved.roundedUp(of: admitted)
        }
        return (over + heldBack).reduce(0, +)
    }
}
