import OrderedCollections
import Playbooks
import Situations
import TopologyModel
import Values

/// When each front door is read next; volatile, so that a new leader reads them all at once.
struct DoorReads: Sendable {
    /// A reading that has not come by then is asked for again.
    static let answerMax = Duration.seconds(10)

    private var due: OrderedDictionary<FrontDoorID, Instant> = [:]
    private var asked: OrderedDictionary<FrontDoorID, Instant> = [:]
    /// Why a door that was never read cannot be read, as people were told.
    private var told: OrderedDictionary<FrontDoorID, Fault> = [:]

    func isDue(_ door: FrontDoorID, at now: Instant) -> Bool {
        !isInFlight(door, at: now) && (due[door].map { $0 <= now } ?? true)
    }

    func isInFlight(_ door: FrontDoorID, at now: Instant) -> Bool {
        asked[door].map { now - $0 < DoorReads.answerMax } ?? false
    }

    func inFlight(at now: Instant) -> [FrontDoorID] {
        asked.elements.filter { now - $0.value < DoorReads.answerMax }.map(\.key)
    }

    mutating func ask(_ door: FrontDoorID, at now: Instant) { asked[door] = now }

    /// When the reading that is in flight was asked for.
    func askedAt(_ door: FrontDoorID) -> Instant? { asked[door] }

    /// Whether this is news of a door that was never read.
    mutating func isNews(_ fault: Fault, of door: FrontDoorID) -> Bool {
        defer { told[door] = fault }
        return told[door] != fault
    }

    mutating func answered(_ door: FrontDoorID, next: Instant) {
        asked[door] = nil
        due[door] = next
    }
}

// Doors are level-triggered: each is read at every `doorReadInterval` and compared with what is
// desired, whatever else happens.
extension Controller {
    mutating func readDoors(in turn: inout Turn) {
        guard let topology = configuration?.topology else { return }
        for region in topology.regions.values {
            for door in region.frontDoors where doorReads.isDue(door.id, at: turn.now) {
                read(door.id, in: &turn)
            }
        }
    }

    mutating func read(_ door: FrontDoorID, in turn: inout Turn) {
        guard !doorReads.isInFlight(door, at: turn.now) else { return }
        doorReads.ask(door, at: turn.now)
        turn.reaction.effects.append(.readDoor(door))
    }

    mutating func take(_ read: FrontDoorState, of id: FrontDoorID, in turn: inout Turn) {
        guard let topology = configuration?.topology, let (region, _) = topology.door(id) else {
            return
        }
        let askedAt = doorReads.askedAt(id) ?? turn.now
        let isOutdated =
            askedAt < turn.now && state.runs.values.contains { $0.touched(id, since: askedAt) }
        let next = isOutdated ? turn.now : turn.now + topology.rules.doorReadInterval
        doorReads.answered(id, next: next)
        guard lease.epoch(at: turn.now) != nil, !isOutdated else { return }
        if case .read(let reading) = read, let other = reading.epoch, let own = state.epoch,
            other > own
        {
            return giveWay(to: other, at: "\(id)", in: &turn)
        }
        let settled = settle(read, of: id, in: &turn)
        guard !settled, !isBusy(id) else { return }
        switch read {
        case .unreadable(let fault): noteUnreadable(id, fault, of: region, in: &turn)
        case .read(let reading): compare(reading, of: id, in: region, turn: &turn)
        }
    }

    /// Lets the open runs use the reading for steps whose outcome is not known.
    private mutating func settle(
        _ read: FrontDoorState, of id: FrontDoorID, in turn: inout Turn
    ) -> Bool {
        var isUsed = false
        for run in state.openRuns {
            for event in run.events(forReadBack: read, of: id, at: turn.now) {
                record(.run(id: run.id, event: event), in: &turn)
                isUsed = true
            }
        }
        return isUsed
    }

    /// Whether a step that is on its way will change the door: a reading now says nothing of it.
    private func isBusy(_ id: FrontDoorID) -> Bool {
        state.openRuns.contains { run in
            run.isChanging(id)
                && !(state.doors[id].map { run.isStuck(with: $0.region, under: state.epoch) }
                    ?? false)
        }
    }

    private mutating func noteUnreadable(
        _ id: FrontDoorID, _ fault: Fault, of region: Region, in turn: inout Turn
    ) {
        if case .unreadable(let known, _)? = state.doors[id]?.standing, known == fault { return }
        guard state.doors[id] != nil else {
            if doorReads.isNews(fault, of: id) {
                call(about: id, of: region, "door \(id) cannot be read: \(fault)", in: &turn)
            }
            return
        }
        let standing = DoorStanding.unreadable(fault: fault, at: turn.now)
        record(.door(id: id, standing: standing, reading: nil), in: &turn)
        call(about: id, of: region, "door \(id) cannot be read: \(fault)", in: &turn)
    }

    /// A page about a door; nobody is called while somebody works on its edge.
    private func call(
        about id: FrontDoorID, of region: Region, _ text: String, in turn: inout Turn
    ) {
        let notice = Notice(.page, at: turn.now, region: region.id, text: text)
        let door = region.frontDoors.first { $0.id == id }
        let closure = door.flatMap { situation(at: turn.now)?.maintenance(of: $0) }
        let told = closure.map { notice.excused(by: $0) } ?? notice
        turn.reaction.effects.append(.notify(told))
    }

    private mutating func compare(
        _ reading: DoorReading, of id: FrontDoorID, in region: Region, turn: inout Turn
    ) {
        if state.doors[id]?.desired == nil, reading.state.edges == nil, hasBeenShifted(region),
            let there = state.allocations[region.id],
            let declared = region.frontDoors.first(where: { $0.id == id })
        {
            let state = there.state(at: declared, of: region)
            record(
                .adopted(door: id, region: region.id, state: state, by: ControllerState.itsRegion),
                in: &turn)
        }
        guard let door = state.doors[id], let desired = door.desired else {
            adopt(reading, of: id, in: region, by: ControllerState.firstReading, turn: &turn)
            return
        }
        let standing = standing(of: reading, at: door, desired: desired, now: turn.now)
        guard
            !standing.isLike(door.standing) || reading.state != door.observed?.state
                || reading.incarnation != door.observed?.incarnation
                || isToBeForgotten(id, standing, at: turn.now)
        else { return }
        record(.door(id: id, standing: standing, reading: reading), in: &turn)
        if case .drifted = standing {
            call(
                about: id, of: region,
                "somebody else changed \(id): it holds \(reading.state), desired is \(desired); "
                    + "decide with `bascule adopt` or `bascule reassert`", in: &turn)
        }
    }

    /// A door that is new to a region which was shifted is set to where the region is.
    private func hasBeenShifted(_ region: Region) -> Bool {
        state.history.shifts.contains { $0.region == region.id }
    }

    /// Whether what was ordered and lost sight of can no longer turn up at the door, so that from
    /// now on such a change is somebody else's.
    private func isToBeForgotten(
        _ id: FrontDoorID, _ standing: DoorStanding, at now: Instant
    ) -> Bool {
        standing == .asDesired && state.unsettled[id] != nil
            && !state.runs.values.contains { $0.mayStillLand(at: id, now: now) }
    }

    mutating func adopt(
        _ reading: DoorReading, of id: FrontDoorID, in region: Region, by: String,
        turn: inout Turn
    ) {
        record(
            .adopted(door: id, region: region.id, state: reading.state, by: by), in: &turn)
        record(.door(id: id, standing: .asDesired, reading: reading), in: &turn)
        let taken = "\(id) is taken as it stands: \(reading.state)"
        guard !reading.state.foreign.isEmpty else { return turn.say(.info, region.id, taken) }
        let whom = reading.state.isServing ? "a part of \(region.id)" : "\(region.id)"
        turn.say(
            .page, region.id,
            "nobody that we know serves \(whom): \(taken); `bascule reassert \(id)` sets it back")
    }

    /// Whether some servers of the door hold what is desired, and the others what they held before
    /// the region was last shifted: they missed the change.
    private func isBehind(_ reading: DoorReading, at door: Door, _ desired: DoorState) -> Bool {
        let last = state.history.shifts.last { $0.region == door.region }
        let before = last.flatMap { shift -> DoorState? in
            guard let (region, declared) = configuration?.topology.door(door.id) else {
                return nil
            }
            return shift.from.state(at: declared, of: region)
        }
        // A name's edges are only ever changed by taking some out and putting them back.
        let all = (desired.edges ?? []) + (door.withdrawn ?? [])
        return reading.split.contains(desired)
            && reading.split.allSatisfy { state in
                if let edges = state.edges {
                    return state.foreign.isEmpty && edges.allSatisfy(all.contains)
                }
                return state == desired || state == before
            }
    }

    private func standing(
        of reading: DoorReading, at door: Door, desired: DoorState, now: Instant
    ) -> DoorStanding {
        if reading.state == desired { return .asDesired }
        let isOurs =
            state.unsettled[door.id]?.contains(reading.state) ?? false
            || isBehind(reading, at: door, desired)
        let hasRestarted = door.observed.map { $0.incarnation != reading.incarnation } ?? true
        // What no host explains cannot be set again by us.
        guard desired.foreign.isEmpty else { return .drifted(at: now) }
        if case .forgot = door.standing { return .forgot(at: now) }
        return isOurs || hasRestarted ? .forgot(at: now) : .drifted(at: now)
    }
}

extension DoorState {
    /// Whether somebody comes through it to what is ours.
    fileprivate var isServing: Bool { !shares.isEmpty || !(edges ?? []).isEmpty }
}

extension DoorStanding {
    /// The same standing, whenever it began.
    fileprivate func isLike(_ other: DoorStanding) -> Bool {
        switch (self, other) {
        case (.unread, .unread), (.asDesired, .asDesired), (.forgot, .forgot),
            (.drifted, .drifted), (.unreadable, .unreadable):
            true
        case (.unread, _), (.asDesired, _), (.forgot, _), (.drifted, _), (.unreadable, _): false
        }
    }
}
