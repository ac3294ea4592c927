import OrderedCollections
package import Situations
package import TopologyModel
package import Values

/// Names one planning request, so that its answer finds its question.
package struct SolveID: Hashable, Comparable, Codable, Sendable {
    package let number: Int
    package init(_ number: Int) { self.number = number }
    package static func < (left: SolveID, right: SolveID) -> Bool { left.number < right.number }
}

/// What is to be planned, from what.
package struct PlanningRequest: Hashable, Sendable {
    package let situation: Situation
    package let changes: [WantedChange]
    /// Until when the plan must hold: every hour from now to then is checked against capacity.
    package let horizon: Duration
    /// What a region that a gate rations keeps at least, so that it has a target; a controller
    /// never asks for less than one percent.
    package let least: Percent

    package static let leastDefault = Percent(checked: 1)

    /// How far ahead a plan looks when nothing else is said: a shift made at night must still fit
    /// at the next morning's peak.
    package static let horizonDefault = Duration.seconds(24 * 3600)

    package init(
        situation: Situation, changes: [WantedChange],
        horizon: Duration = PlanningRequest.horizonDefault,
        least: Percent = PlanningRequest.leastDefault
    ) {
        (self.situation, self.changes, self.horizon) = (situation, changes, horizon)
        self.least = least
    }
}

/// Why a host was or was not taken for a region.
package struct HostExplanation: Hashable, Codable, Sendable {
    package let host: HostID
    package let percent: Percent
    /// What stopped it, or stopped more, or what it lacks for whom it takes all the same; nil where
    /// it has room for everybody.
    package let objection: Objection?
    /// All that must change so that it could take everybody; nil where nothing that is set would
    /// do, or nothing has to.
    package let remedies: [Remedy]?

    package init(
        host: HostID, percent: Percent, objection: Objection?, remedies: [Remedy]? = nil
    ) {
        (self.host, self.percent, self.objection) = (host, percent, objection)
        self.remedies = remedies
    }
}

/// What a plan changes for one region.
package struct RegionPlacement: Hashable, Codable, Sendable {
    package let region: RegionID
    package let cause: Cause
    package let from: Allocation
    package let to: Allocation
    /// One a host of the region, in declared order.
    package let explanation: [HostExplanation]
    /// Users over the capacity less head-room of the most loaded target, in the worst hour; nil
    /// when it fits. Only a region that no gate can ration, or the one percent that keeps a
    /// rationed region from having no target, may overcommit a host.
    package let overcommitted: Users?
    /// Everybody fits: until then the quotas hold back only what is not expected; nil otherwise.
    package let armedUntil: Instant?
    /// Who must log in again; nil where nobody is moved whose session does not move along.
    package let loggingIn: LoggingIn?
    /// The first host of the topology that is none of the region's and could take everybody: as a
    /// standby it would serve whom the plan does not. Nil where there is none, or nobody is left.
    package let otherStandby: HostID?

    package init(
        region: RegionID, cause: Cause, from: Allocation, to: Allocation,
        explanation: [HostExplanation], overcommitted: Users? = nil, armedUntil: Instant? = nil,
        loggingIn: LoggingIn? = nil, otherStandby: HostID? = nil
    ) {
        (self.region, self.cause, self.from, self.to) = (region, cause, from, to)
        (self.explanation, self.overcommitted) = (explanation, overcommitted)
        (self.armedUntil, self.loggingIn) = (armedUntil, loggingIn)
        self.otherStandby = otherStandby
    }

    /// Whether it changes what the region has, or what one of its doors is to hold, or what its
    /// quotas are there for.
    package func isChange(in situation: Situation) -> Bool {
        from != to || armedUntil != situation.quotas[region]?.armedUntil && armedUntil != nil
            || !(situation.topology.regions[region].map(situation.doorsAgree) ?? true)
    }
}

/// A fact that a plan relies on; checked again when it is applied.
package enum Premise: Hashable, Codable, Sendable {
    /// The region's probe at the host is held up.
    case serves(region: RegionID, host: HostID)
    /// The host's site is in no domain held lost or doubted.
    case sound(host: HostID)
    case allocation(region: RegionID, is: Allocation)
    /// So many users fit on the host beside what is there now, in the plan's worst hour.
    case room(host: HostID, atLeast: Users)
    /// In none of the plan's hours the region asks for more; of one whose users no quota bounds.
    case demand(region: RegionID, atMost: Users)
}

/// How far a placement is from a proven bound.
package enum Optimality: Hashable, Codable, Sendable {
    case exact
    /// Not proven; at most so many priority-weighted users more could be served.
    case within(unserved: Int)
}

/// What was asked and cannot be planned, in words for people.
package struct Refusal: Hashable, Codable, Sendable {
    /// Whom it keeps where they are; nil where it concerns the request as a whole.
    package let region: RegionID?
    package let what: String
    package let mend: String

    package init(of region: RegionID?, what: String, mend: String) {
        (self.region, self.what, self.mend) = (region, what, mend)
    }

    package var fault: Fault { Fault(what: what, mend: mend) }
}

/// A planner's answer: whole allocations for the regions that change, with premises and reasons.
package struct Placement: Hashable, Codable, Sendable {
    package let regions: [RegionPlacement]
    package let premises: [Premise]
    package let optimality: Optimality
    /// Steps of search that were used, of the budget given.
    package let steps: Int
    /// What was asked and cannot be planned at all.
    package let refusals: [Refusal]
    /// What would serve more, could regions move that nothing asks to; nil where nothing would, or
    /// where nobody looked.
    package var ifOthersMove: OthersMoving?

    package init(
        regions: [RegionPlacement], premises: [Premise], optimality: Optimality, steps: Int,
        refusals: [Refusal] = [], ifOthersMove: OthersMoving? = nil
    ) {
        (self.regions, self.premises, self.optimality) = (regions, premises, optimality)
        (self.steps, self.refusals, self.ifOthersMove) = (steps, refusals, ifOthersMove)
    }
}
