import Control
import Detection
package import Documents
import Playbooks
import Situations
import TopologyModel
package import Values

/// Something that waits or is held, until when, and how a person lets it go.
package struct BlockedItem: Row, Hashable {
    package static let kind = "Blocked"
    /// What does not happen: `bring grand-est home`, `every automatic action`.
    package let what: String
    /// The region, run, door or domain that it is about; nil is everything.
    package let about: String?
    package let heldBy: String
    /// Nil where only a person or an event ends it.
    package let until: Instant?
    /// The command, or what ends it.
    package let release: String
    /// When it is read, which decides whether its end needs a date; not part of the document.
    fileprivate var seenAt = Instant.distantPast

    package static let columns = ["WHAT", "HELD BY", "UNTIL", "RELEASE"]
    package static let wideColumns = ["ABOUT"]
    package var cells: [Cell] {
        [
            Cell(what, .strong), Cell(heldBy, .warning),
            Cell(until?.moment(at: seenAt) ?? "-"), Cell(release),
        ]
    }
    package var wideCells: [Cell] { [maybe(about)] }

    private enum CodingKeys: CodingKey { case what, about, heldBy, until, release }

    init(_ what: String, about: String?, heldBy: String, until: Instant? = nil, release: String) {
        (self.what, self.about, self.heldBy) = (what, about, heldBy)
        (self.until, self.release) = (until, release)
    }
}

extension BlockedItem {
    fileprivate func seen(at now: Instant) -> BlockedItem {
        var item = self
        item.seenAt = now
        return item
    }
}

extension StatusDocument {
    /// Everything that waits or is held, what concerns everything first.
    package var blocked: [BlockedItem] {
        let items =
            controllerHolds + pauses.map(\.item) + closures.map(\.item) + regions.flatMap(holds)
            + runs.compactMap(\.waiting)
            + doors.compactMap(\.item) + lastingHolds + waits.map(\.item) + domainHolds
        return items.map { $0.seen(at: at) }
    }

    private var controllerHolds: [BlockedItem] {
        let all = "every automatic action"
        var items: [BlockedItem] = []
        if let fault = controller.observing {
            items.append(
                BlockedItem(
                    all, about: controller.id.name, heldBy: "observing: \(fault.what)",
                    release: fault.mend))
        } else if controller.epoch == nil {
            let leader = controller.leader.map { "\($0) leads" } ?? "nobody is known to lead"
            items.append(
                BlockedItem(
                    all, about: controller.id.name, heldBy: "no leadership: \(leader)",
                    release: "ask the leader; or wait for the lease"))
        }
        if controller.isolatedSince != nil {
            items.append(
                BlockedItem(
                    all, about: nil, heldBy: "isolation: no reference answers",
                    release: "ends when a reference answers"))
        }
        if let brake = controller.brake {
            items.append(
                BlockedItem(
                    all, about: nil, heldBy: "the brake: \(brake)",
                    release: "bascule declare lost DOMAIN --reason ..."))
        }
        if let refused = refusedReload {
            items.append(
                BlockedItem(
                    "the new topology", about: nil, heldBy: "refused: \(refused.fault.what)",
                    release: refused.fault.mend))
        }
        return items
    }

    private func holds(of region: RegionStatus) -> [BlockedItem] {
        [region.decision, region.edgeDecision].compactMap(\.self).flatMap { holds(of: region, $0) }
    }

    private func holds(of region: RegionStatus, _ decision: Decision) -> [BlockedItem] {
        switch decision.outcome {
        case .wanted: return []
        case .ask(let door):
            return [
                BlockedItem(
                    "\(region.id): what its doors hold", about: region.id.name,
                    heldBy: "a person must decide",
                    release: "bascule adopt \(door), or bascule reassert \(door)")
            ]
        case .proposed(let change, let heldBy):
            return [
                BlockedItem(
                    "\(change)", about: region.id.name, heldBy: heldBy.words,
                    until: end(of: heldBy, for: region), release: release(of: heldBy, for: region))
            ]
        case .stay where decision == region.edgeDecision: return []
        case .stay: return region.away.flatMap { $0.item(region, at: at) }.map { [$0] } ?? []
        }
    }

    private func end(of heldBy: Guard, for region: RegionStatus) -> Instant? {
        switch heldBy {
        case .pause: pauses.map(\.until).max()
        case .holdDown: holdDowns.filter { $0.region == region.id }.map(\.until).max()
        case .maintenance: closures.filter { $0.kind == .maintenance }.compactMap(\.until).max()
        case .isolation, .brake, .patience, .window, .shiftsPerHour, .run: nil
        }
    }

    private func release(of heldBy: Guard, for region: RegionStatus) -> String {
        switch heldBy {
        case .pause: "bascule resume"
        case .maintenance: "bascule maintenance end PLACE"
        case .isolation: "ends when a reference answers"
        case .brake: "bascule declare lost DOMAIN --reason ..."
        case .holdDown:
            "ends by itself; sooner: bascule failback \(region.id) --force --reason ..."
        case .patience: "ends by itself; sooner: bascule failover \(region.id)"
        case .window: "opens by itself; sooner: bascule failback \(region.id)"
        case .shiftsPerHour: "ends by itself within the hour"
        case .run: region.run.map { "bascule run show \($0)" } ?? "ends with its run"
        }
    }

    /// Hold-downs that no proposal above has told of.
    private var lastingHolds: [BlockedItem] {
        let told = regions.filter {
            if case .proposed(_, .holdDown)? = $0.decision?.outcome { true } else { false }
        }.map(\.id)
        return holdDowns.filter { !told.contains($0.region) }.map { hold in
            BlockedItem(
                "the return of \(hold.region) to \(hold.left)", about: hold.region.name,
                heldBy: "its hold-down (\(hold.cause.rawValue))", until: hold.until,
                release: "ends by itself; sooner: bascule failback \(hold.region) "
                    + "--force --reason ...")
        }
    }

    private var domainHolds: [BlockedItem] {
        domains.compactMap { domain in
            if let declared = domain.declaration, declared.kind == .lost {
                return BlockedItem(
                    "new users in \(domain.id)", about: domain.id.name,
                    heldBy: "declared lost by \(declared.by): \(declared.reason)",
                    release: "bascule declare alive \(domain.id) --reason ...")
            }
            return domain.doubt.map { doubt in
                BlockedItem(
                    "new users in \(domain.id)", about: domain.id.name,
                    heldBy: "doubt, since \(doubt.because) is lost", until: doubt.until,
                    release: "bascule declare alive \(domain.id) --reason ...")
            }
        }
    }
}

extension Pause {
    fileprivate var item: BlockedItem {
        let (what, about, option): (String, String?, String) =
            switch scope {
            case .everything: ("every automatic action", nil, "")
            case .region(let id): ("actions for region \(id)", id.name, " --region \(id)")
            case .domain(let id): ("actions in domain \(id)", id.name, " --domain \(id)")
            }
        return BlockedItem(
            what, about: about, heldBy: "a pause by \(owner): \(reason)", until: until,
            release: "bascule resume\(option)")
    }
}

extension Closure {
    fileprivate var item: BlockedItem {
        let (word, release) =
            kind == .drain ? ("drained", "undrain") : ("under maintenance", "maintenance end")
        return BlockedItem(
            "new users at \(place)", about: place.name,
            heldBy: "\(word) by \(owner): \(reason)", until: until,
            release: "bascule \(release) \(place.name)")
    }
}

extension StatusDocument.RunStatus {
    fileprivate var waiting: BlockedItem? {
        for step in steps {
            if case .waiting(let until) = step.state {
                return BlockedItem(
                    "run \(id): \(title)", about: "\(id)", heldBy: "a person's approval",
                    until: until, release: "bascule run approve \(id)")
            }
        }
        return nil
    }
}

extension StatusDocument.DoorStatus {
    fileprivate var item: BlockedItem? {
        switch standing {
        case .asDesired, .forgot, .unread: nil
        case .drifted:
            BlockedItem(
                "shifts of \(region) at \(id)", about: id.name,
                heldBy: "a foreign hand: it holds "
                    + (observed.map { "\($0.state)" } ?? "something else"),
                release: "bascule adopt \(id), or bascule reassert \(id)")
        case .unreadable(let fault, _):
            BlockedItem(
                "shifts of \(region) at \(id)", about: id.name, heldBy: fault.what,
                release: fault.mend)
        }
    }
}

extension AwayReason {
    /// The return that waits; nil where the loss itself is why it is away.
    fileprivate func item(
        _ region: StatusDocument.RegionStatus, at now: Instant
    ) -> BlockedItem? {
        switch self {
        case .primaryCannot: nil
        case .dwell(let until):
            BlockedItem(
                "bring \(region.id) home", about: region.id.name, heldBy: "the dwell",
                until: until, release: "ends by itself; sooner: bascule failback \(region.id)")
        case .movedByAPerson, .elsewhere:
            BlockedItem(
                "bring \(region.id) home", about: region.id.name, heldBy: words(region, at: now),
                release: "bascule failback \(region.id)")
        }
    }
}

extension Wait {
    fileprivate var item: BlockedItem {
        switch reason {
        case .rests:
            BlockedItem(
                "\(change)", about: nil, heldBy: "its last run did not succeed", until: until,
                release: "tried again by itself")
        case .noPlan(let faults):
            BlockedItem(
                "\(change)", about: nil,
                heldBy: "no plan: "
                    + (faults.isEmpty
                        ? "none was found" : faults.map(\.what).joined(separator: "; ")),
                until: until, release: "asked again by itself, and after each change")
        }
    }
}
