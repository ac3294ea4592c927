import Planning
package import Detection
package import OrderedCollections
package import Playbooks
package import Situations
package import TopologyModel
package import Values

/// Everything that survives a crash: the sum of the journal's entries.
package struct ControllerState: Hashable, Codable, Sendable {
    package private(set) var digest: Digest?
    /// Of the last entry.
    package private(set) var epoch: Epoch?
    package private(set) var board = VerdictBoard()
    package private(set) var allocations: OrderedDictionary<RegionID, Allocation> = [:]
    package private(set) var doors: OrderedDictionary<FrontDoorID, Door> = [:]
    /// Of regions that are rationed, and of those whose quotas were lifted.
    package private(set) var quotas: OrderedDictionary<RegionID, QuotaStanding> = [:]
    package private(set) var decisions: OrderedDictionary<RegionID, DecisionRecord> = [:]
    /// What was concluded about the edges that the region's names point at; nil is nothing yet.
    private var edgeDecisions: OrderedDictionary<RegionID, DecisionRecord>?
    /// Open runs, and the last that ended, at most `endedRunsMax`.
    package private(set) var runs: OrderedDictionary<RunID, Run> = [:]
    package private(set) var holdDowns: [HoldDown] = []
    package private(set) var pauses: [Pause] = []
    package private(set) var closures: [Closure] = []
    package private(set) var history = History()
    package private(set) var runsBegun = 0
    package private(set) var solvesAsked = 0
    /// States that were ordered and whose fate was not known: should one turn up at its door later,
    /// it is a late write of our own and not a foreign hand.
    package private(set) var unsettled: OrderedDictionary<FrontDoorID, [DoorState]> = [:]

    package static let endedRunsMax = 50
    package static let unsettledMax = 8

    package init() {}

    package struct DecisionRecord: Hashable, Codable, Sendable {
        package let decision: Decision
        package let at: Instant
    }

    /// The only way in which state changes.
    ///
    /// - Throws: `IllegalTransition` when the entry cannot follow what is there: a journal that is
    ///   not ours, or damaged.
    package mutating func apply(_ entry: JournalEntry) throws(IllegalTransition) {
        switch entry.fact {
        case .loaded(let digest): self.digest = digest
        case .ledBy, .clockStepped, .forced: break
        case .lapsed(let hold): end(hold)
        case .board(let change): board.apply(change)
        case .door(let id, let standing, let reading): note(standing, reading, of: id)
        case .adopted(let door, let region, let state, let by):
            adopt(state, at: door, of: region, by: by, at: entry.at)
        case .decided(let decision):
            decisions[decision.region] = DecisionRecord(decision: decision, at: entry.at)
        case .decidedEdges(let decision):
            let record = DecisionRecord(decision: decision, at: entry.at)
            edgeDecisions = edgeDecisions ?? [:]
            edgeDecisions?[decision.region] = record
        case .placed(let id, _, _), .notPlaced(let id, _, _):
            solvesAsked = max(solvesAsked, id.number)
        case .run(let id, let event): try apply(event, to: id, at: entry.at)
        case .shifted(let shift, let holds, let failedReturns):
            note(shift, holds, failedReturns: failedReturns)
        case .commanded(let command, _, let by): apply(command, by: by, at: entry.at)
        }
        // Last, so that an entry which is refused leaves nothing behind.
        epoch = entry.epoch
    }

    package func edgeDecision(of region: RegionID) -> DecisionRecord? { edgeDecisions?[region] }

    package var openRuns: [Run] { runs.values.filter(\.isOpen) }

    /// Where open runs take their regions: to where they came from, once they have turned. Not a
    /// region that a run is stuck with, so that another may take it further.
    var underway: OrderedDictionary<RegionID, Allocation> {
        var underway: OrderedDictionary<RegionID, Allocation> = [:]
        for run in openRuns {
            for move in run.plan.placement.regions
            where !run.isStuck(with: move.region, under: epoch) {
                underway[move.region] = run.phase == .forward ? move.to : move.from
            }
        }
        return underway
    }

    package func openRun(of region: RegionID) -> Run? {
        runs.values.first {
            $0.isOpen && $0.plan.regions.contains(region) && !$0.isStuck(with: region, under: epoch)
        }
    }

    private mutating func note(
        _ standing: DoorStanding, _ reading: DoorReading?, of id: FrontDoorID
    ) {
        doors[id]?.standing = standing
        if let reading { doors[id]?.observed = reading }
        if standing == .asDesired { unsettled[id] = nil }
    }

    private mutating func adopt(
        _ state: DoorState, at id: FrontDoorID, of region: RegionID, by: String, at now: Instant
    ) {
        var door = doors[id] ?? Door(id: id, region: region)
        (door.desired, door.missed, door.withdrawn) = (state, nil, nil)
        doors[id] = door
        let isByPerson = by != ControllerState.firstReading && by != ControllerState.itsRegion
        allocate(
            state, to: region,
            quotas: QuotaStanding(since: now, isByPerson: isByPerson, surge: board.surge))
    }

    /// Who adopts a door that was never read before.
    static let firstReading = "first reading"
    /// Who adopts a door that is new to a region which was shifted.
    static let itsRegion = "its region"

    /// The door's hosts speak for the region; its quotas are what all its gates are to let in. A
    /// gate that missed them counts as if it had them: they are made up for when it is back.
    private mutating func allocate(
        _ state: DoorState, to region: RegionID, quotas standing: QuotaStanding
    ) {
        guard state.edges == nil else { return }
        let parts = doors.values.filter { $0.region == region }
            .compactMap { ($0.missed ?? $0.desired)?.admission }
        let new = Allocation(
            shares: state.shares, admission: parts.reduce([]) { $0.added(to: $1) })
        let isOther = new.admission != allocations[region]?.admission ?? []
        if isOther || standing.armedUntil != nil { quotas[region] = standing }
        allocations[region] = new
    }

    private mutating func apply(_ command: Command, by: Principal, at now: Instant) {
        switch command {
        case .pause(let scope, let reason, let until):
            pauses.removeAll { $0.scope == scope || $0.until <= now }
            pauses.append(
                Pause(scope: scope, owner: by.name, reason: reason, since: now, until: until))
        case .resume(let scope): pauses.removeAll { $0.scope == scope }
        case .declare(let domain, let kind, let reason):
            let declaration = kind.map {
                Declaration(kind: $0, by: by.name, reason: reason, at: now)
            }
            board.apply(.declaration(id: domain, declaration: declaration))
        case .drain(let place, let reason, let until, _):
            close(
                Closure(
                    kind: .drain, place: place, owner: by.name, reason: reason, since: now,
                    until: until))
        case .undrain(let place): end(.closure(kind: .drain, place: place))
        case .beginMaintenance(let place, let owner, let reason, let until):
            close(
                Closure(
                    kind: .maintenance, place: place, owner: owner, reason: reason, since: now,
                    until: until))
        case .endMaintenance(let place): end(.closure(kind: .maintenance, place: place))
        // Their effects have own entries.
        case .apply, .force, .approve, .abort, .adopt, .reassert, .stepDown: break
        }
    }

    private mutating func close(_ closure: Closure) {
        end(.closure(kind: closure.kind, place: closure.place))
        closures.append(closure)
    }

    private mutating func end(_ hold: TimedHold) {
        switch hold {
        case .pause(let scope): pauses.removeAll { $0.scope == scope }
        case .closure(let kind, let place):
            closures.removeAll { $0.kind == kind && $0.place == place }
        }
    }
}

// MARK: - Reading

extension ControllerState {
    private enum CodingKeys: String, CodingKey {
        case digest, epoch, board, allocations, doors, decisions, runs, holdDowns, pauses, closures
        case history, runsBegun, solvesAsked, unsettled, quotas
    }

    /// A snapshot of an older version lacks what came since: that is then empty.
    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        digest = try fields.decodeIfPresent(Digest.self, forKey: .digest)
        epoch = try fields.decodeIfPresent(Epoch.self, forKey: .epoch)
        board = try fields.decode(VerdictBoard.self, forKey: .board)
        allocations = try fields.decode(
            OrderedDictionary<RegionID, Allocation>.self, forKey: .allocations)
        doors = try fields.decode(OrderedDictionary<FrontDoorID, Door>.self, forKey: .doors)
        decisions = try fields.decode(
            OrderedDictionary<RegionID, DecisionRecord>.self, forKey: .decisions)
        runs = try fields.decode(OrderedDictionary<RunID, Run>.self, forKey: .runs)
        holdDowns = try fields.decode([HoldDown].self, forKey: .holdDowns)
        pauses = try fields.decode([Pause].self, forKey: .pauses)
        closures = try fields.decodeIfPresent([Closure].self, forKey: .closures) ?? []
        quotas = try fields.decodeIfPresent(type(of: quotas), forKey: .quotas) ?? [:]
        history = try fields.decode(History.self, forKey: .history)
        runsBegun = try fields.decode(Int.self, forKey: .runsBegun)
        solvesAsked = try fields.decode(Int.self, forKey: .solvesAsked)
        unsettled = try fields.decode(
            OrderedDictionary<FrontDoorID, [DoorState]>.self, forKey: .unsettled)
    }
}

// MARK: - Runs

extension ControllerState {
    private mutating func apply(
        _ event: RunEvent, to id: RunID, at now: Instant
    ) throws(IllegalTransition) {
        if case .began(let plan) = event {
            runs[id] = Run(id: id, plan: plan, at: now)
            runsBegun = max(runsBegun, id.number)
            return
        }
        guard var run = runs[id] else { return }
        try run.apply(event, at: now)
        runs[id] = run
        switch event {
        case .began, .turned: break
        case .step(let step, let stepEvent): follow(stepEvent, of: step, in: run, at: now)
        case .ended(let end):
            if end == .rolledBack { forgetMissed(in: run, at: now) }
            dropOldRuns()
        }
    }

    /// What an order that starts, ends or is lost sight of says about its door.
    private mutating func follow(
        _ event: StepEvent, of step: StepID, in run: Run, at now: Instant
    ) {
        guard case .setDoor(let order)? = run.plan.step(step)?.action else { return }
        let placement = run.plan.placement.regions.first { $0.region == order.region }
        let quotas = QuotaStanding(
            since: now, isByPerson: run.plan.cause == .asked, surge: board.surge,
            cause: placement?.cause, armedUntil: placement?.armedUntil)
        switch event {
        case .started: desire(order.to, by: order)
        case .undoStarted: desire(order.from, by: order)
        case .finished: allocate(order.to, by: order, quotas)
        case .undone where run.record(of: step)?.isTouched == true:
            allocate(order.from, by: order, quotas.disarmed)
        case .undone: break  // Nothing was changed, so that nothing is known of the door.
        case .lostSight, .failed, .undoFailed:
            remember(order.to, at: order.door)
            remember(order.from, at: order.door)
        case .skipped where !order.to.isEmpty: miss(order, in: run, step, quotas)
        case .skipped, .awaited, .approved, .refused: break
        }
    }

    private mutating func desire(_ state: DoorState, by order: DoorOrder) {
        var door = doors[order.door] ?? Door(id: order.door, region: order.region)
        if let edges = state.edges {
            let before = (door.desired?.edges ?? []) + (door.withdrawn ?? [])
            let withdrawn = before.filter { !edges.contains($0) }
            door.withdrawn = withdrawn.isEmpty ? nil : withdrawn
        }
        (door.desired, door.missed) = (state, nil)
        doors[order.door] = door
    }

    /// The door's edge is lost: what was ordered may still land, and is made up for later.
    private mutating func miss(
        _ order: DoorOrder, in run: Run, _ step: StepID, _ quotas: QuotaStanding
    ) {
        if run.record(of: step)?.startedAt != nil {
            remember(order.to, at: order.door)
            remember(order.from, at: order.door)
            doors[order.door]?.desired = order.from
        }
        doors[order.door]?.missed = order.to
        // Where another door leads there already, only the quotas of all gates are added up anew.
        guard allocations[order.region]?.shares == order.to.shares else { return }
        allocate(order.to, to: order.region, quotas: quotas)
    }

    /// What was undone elsewhere is not made up for.
    private mutating func forgetMissed(in run: Run, at now: Instant) {
        for step in run.plan.steps {
            guard let order = step.order, doors[order.door]?.missed == order.to else { continue }
            doors[order.door]?.missed = nil
            guard let shares = allocations[order.region]?.shares else { continue }
            let quotas = QuotaStanding(
                since: now, isByPerson: run.plan.cause == .asked, surge: board.surge)
            allocate(DoorState(shares: shares), to: order.region, quotas: quotas)
        }
    }

    private mutating func allocate(
        _ state: DoorState, by order: DoorOrder, _ quotas: QuotaStanding
    ) {
        allocate(state, to: order.region, quotas: quotas)
        doors[order.door]?.standing = .asDesired
        // It was read back, or answered so: what was read before is out of date.
        if let before = doors[order.door]?.observed {
            doors[order.door]?.observed = DoorReading(
                state: state, incarnation: before.incarnation, epoch: before.epoch)
        }
    }

    private mutating func remember(_ state: DoorState, at door: FrontDoorID) {
        var states = unsettled[door] ?? []
        states.removeAll { $0 == state }
        states.append(state)
        unsettled[door] = Array(states.suffix(ControllerState.unsettledMax))
    }

    private mutating func dropOldRuns() {
        let ended = runs.values.filter { !$0.isOpen }
        for old in ended.prefix(max(0, ended.count - ControllerState.endedRunsMax)) {
            runs[old.id] = nil
        }
    }

    private mutating func note(_ shift: ShiftRecord, _ holds: [HoldDown], failedReturns: Int) {
        history.record(shift)
        history.setFailedReturns(of: shift.region, to: failedReturns)
        holdDowns.removeAll { $0.until <= shift.at }
        holdDowns += holds
    }
}
