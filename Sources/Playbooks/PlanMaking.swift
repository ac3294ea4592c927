import OrderedCollections
package import Planning
package import Situations
import TopologyModel
import Values

extension Playbook {
    /// Fills the playbook in for a placement: each region, door and stage has steps, complete
    /// before anything is touched. The playbook has no faults (`faults`).
    ///
    /// What a person asks for (`isAskedFor`) is approved by asking.
    package func plan(
        for placement: Placement, title: String, cause: Cause, by: String, isAskedFor: Bool,
        situation: Situation
    ) -> Plan {
        let expansion = Expansion(
            playbook: self, placement: placement, planTitle: title, isAskedFor: isAskedFor,
            situation: situation)
        return Plan(
            playbook: name, title: title, cause: cause, madeAt: situation.now, by: by,
            topology: situation.digest,
            entities: isAskedFor
                ? situation.topology.digests(for: placement.regions.map(\.region)) : nil,
            placement: placement, steps: expansion.steps)
    }
}

/// Where one expanded step stands: which region, stage and door it is for.
struct Slot {
    let step: PlaybookStep
    let region: Region?
    /// From what to what this step's part of the way goes; nil without a region.
    let way: (from: Allocation, to: Allocation)?
    let stage: Int?
    let door: FrontDoor?

    /// `shift:grand-est/5%/haproxy:edge-1/grand-est`
    var id: StepID {
        let stageName: String? =
            if stage != nil, let region, let way {
                way.to.percent(of: region.primary).description
            } else {
                nil
            }
        let place = [region?.id.name, stageName, door?.id.name].compactMap(\.self)
        return StepID(
            ([step.name] + [place.joined(separator: "/")]).filter { !$0.isEmpty }
                .joined(separator: ":"))
    }
}

/// Turns playbook steps into planned ones.
struct Expansion {
    let playbook: Playbook
    let placement: Placement
    let planTitle: String
    let isAskedFor: Bool
    let situation: Situation
    private let slots: [Slot]

    init(
        playbook: Playbook, placement: Placement, planTitle: String, isAskedFor: Bool,
        situation: Situation
    ) {
        (self.playbook, self.placement) = (playbook, placement)
        (self.planTitle, self.isAskedFor, self.situation) = (planTitle, isAskedFor, situation)
        let moves = placement.regions.compactMap { move in
            situation.topology.regions[move.region].map { Move(region: $0, placement: move) }
        }
        slots = playbook.steps.flatMap { step in Expansion.slots(of: step, moves) }
    }

    /// In an order in which every step comes after those it needs, stage by stage.
    var steps: [PlannedStep] {
        let filling = Filling(
            planTitle: planTitle, situation: situation, moves: placement.regions,
            isAskedFor: isAskedFor)
        return Expansion.ordered(slots.map { filling.planned($0, needs: needs(of: $0)) })
    }

    /// A region that changes, with the stages of its way.
    private struct Move {
        let region: Region
        let stages: [(from: Allocation, to: Allocation)]
        let whole: (from: Allocation, to: Allocation)

        init(region: Region, placement: RegionPlacement) {
            self.region = region
            whole = (placement.from, placement.to)
            let splits = region.granularity == .percent
            let ends =
                splits
                ? rampStages(
                    from: whole.from, to: whole.to, home: region.primary,
                    steps: region.rules.failback.steps)
                : [whole.to]
            stages = Array(zip([whole.from] + ends, ends))
        }
    }

    private static func slots(of step: PlaybookStep, _ moves: [Move]) -> [Slot] {
        switch step.forEach {
        case nil: [Slot(step: step, region: nil, way: nil, stage: nil, door: nil)]
        case .region:
            moves.map {
                Slot(step: step, region: $0.region, way: $0.whole, stage: nil, door: nil)
            }
        case .door:
            moves.flatMap { move in
                move.region.shiftedDoors.map {
                    Slot(step: step, region: move.region, way: move.whole, stage: nil, door: $0)
                }
            }
        case .stage: moves.flatMap { stageSlots(of: step, $0) }
        }
    }

    private static func stageSlots(of step: PlaybookStep, _ move: Move) -> [Slot] {
        move.stages.enumerated().flatMap { index, way -> [Slot] in
            let doors: [FrontDoor?]
            switch step.action {
            case .shift: doors = move.region.shiftedDoors
            case .drain, .check, .wait, .approve, .notify: doors = [nil]
            }
            return doors.map {
                Slot(step: step, region: move.region, way: way, stage: index, door: $0)
            }
        }
    }
}

// MARK: - What needs what

extension Expansion {
    private func needs(of slot: Slot) -> [StepID] {
        let declared = slot.step.needs.flatMap { needed($0, by: slot, depth: 0) }
        var all: [StepID] = []
        for id in declared + doorsBefore(slot) + stageBefore(slot) where !all.contains(id) {
            all.append(id)
        }
        return all
    }

    /// The expansions of a needed step: of the same region and stage where both repeat. One that
    /// expands to nothing there stands for what it needs itself.
    private func needed(_ name: String, by slot: Slot, depth: Int) -> [StepID] {
        let found = slots.filter { other in
            other.step.name == name && isTogether(other.region?.id, slot.region?.id)
                && isTogether(other.stage, slot.stage)
        }
        guard found.isEmpty, depth < playbook.steps.count,
            let step = playbook.steps.first(where: { $0.name == name })
        else { return found.map(\.id) }
        return step.needs.flatMap { needed($0, by: slot, depth: depth + 1) }
    }

    private func isTogether<Value: Equatable>(_ one: Value?, _ other: Value?) -> Bool {
        one == nil || other == nil || one == other
    }

    /// A region's doors are set one after the other, in declared order.
    private func doorsBefore(_ slot: Slot) -> [StepID] {
        guard case .shift = slot.step.action, let door = slot.door, let region = slot.region else {
            return []
        }
        let before = region.shiftedDoors.prefix { $0.id != door.id }
        return before.suffix(1).map {
            Slot(
                step: slot.step, region: region, way: slot.way, stage: slot.stage, door: $0
            ).id
        }
    }

    /// A stage starts after everything of the stage before it. Steps that need another of their own
    /// stage wait by way of that.
    private func stageBefore(_ slot: Slot) -> [StepID] {
        let needsItsStage = slot.step.needs.contains { name in
            playbook.steps.contains { $0.name == name && $0.forEach == .stage }
        }
        guard let stage = slot.stage, stage > 0, !needsItsStage else { return [] }
        return slots.filter { $0.region?.id == slot.region?.id && $0.stage == stage - 1 }.map(\.id)
    }

    /// Repeated passes, each of which keeps the order; a pass that finds nothing ends it.
    private static func ordered(_ steps: [PlannedStep]) -> [PlannedStep] {
        var (left, ordered) = (steps, [PlannedStep]())
        var known: [StepID: Bool] = [:]
        while !left.isEmpty {
            var waiting: [PlannedStep] = []
            for step in left {
                if step.needs.allSatisfy({ known[$0] == true }) {
                    known[step.id] = true
                    ordered.append(step)
                } else {
                    waiting.append(step)
                }
            }
            precondition(waiting.count < left.count, "playbook steps need each other: \(waiting)")
            left = waiting
        }
        return ordered
    }
}
