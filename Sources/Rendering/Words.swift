import Control
import Documents
import Detection
package import Playbooks
package import Situations
import TopologyModel
package import Values

// How values are said to people, in a few words.

extension Allocation {
    /// `ent-gra1`, `ent-gra1 70%, ent-par1 30%`, `nobody`.
    package var words: String {
        if shares.isEmpty { return "nobody" }
        if shares.count == 1, shares[0].percent == .all { return shares[0].host.name }
        let parts = shares.map { "\($0.host) \($0.percent)" }
        let rest = unserved > .zero ? ["\(unserved) unserved"] : []
        return (parts + rest).joined(separator: ", ")
    }
}

extension Verdict {
    var tone: Tone {
        switch self {
        case .up: .good
        case .unknown: .faint
        case .doubted, .degraded, .saturated: .warning
        case .lost: .bad
        }
    }
}

extension Objection {
    /// Why a host takes no new users: `in doubt with ovh/strasbourg`.
    package func words(at now: Instant) -> String {
        switch self {
        case .notDeclared: "not in the topology"
        case .lost: "held lost"
        case .serviceLost: "the region's probe fails there"
        case .unknown: "the region's probe was not seen there yet"
        case .inLostDomain(let domain): "in \(domain), which is lost"
        case .inDoubtedDomain(let domain): "in \(domain), which is in doubt"
        case .saturated: "saturated: it takes no more users"
        case .labelsMissing(let labels): "its site lacks \(labels.joined(separator: ", "))"
        case .noRoom(let need, let room): "no room: \(need) users wanted, room for \(room)"
        case .noLoginRoom(let need, let room):
            "no room for logins: \(need) a second wanted, room for \(room)"
        case .heldDown(let until): "held down until \(until.end(at: now))"
        case .left: "it is being left"
        case .drained(let owner, let until):
            "drained by \(owner)\(until.map { " until \($0.end(at: now))" } ?? "")"
        case .underMaintenance(let owner, let until):
            "under maintenance by \(owner)"
                + (until.map { " until \($0.end(at: now))" } ?? "")
        }
    }
}

extension AwayReason {
    /// Why a region does not come home, and what ends that.
    func words(_ region: StatusDocument.RegionStatus, at now: Instant) -> String {
        switch self {
        case .elsewhere: "a door points at no host of ours: nobody that we know serves it there"
        case .movedByAPerson:
            "a person moved it; it stays until `bascule failback \(region.id)`"
        case .primaryCannot(let objection):
            "\(region.primary) is no target now: \(objection.words(at: now))"
        case .dwell(let until): "\(region.primary) has to be sound until \(until.end(at: now))"
        }
    }
}

extension DecisionOutcome {
    package var words: String {
        switch self {
        case .stay: "nothing to do"
        case .wanted(let change): "\(change)"
        case .proposed(let change, let heldBy): "would \(change); held by \(heldBy.words)"
        case .ask(let door): "a person must decide about \(door)"
        }
    }
}

extension Guard {
    package var words: String {
        switch self {
        case .pause: "a pause"
        case .maintenance: "maintenance of the host that it would leave"
        case .isolation: "isolation (no reference answers)"
        case .brake: "the brake"
        case .holdDown: "the hold-down"
        case .patience: "patience"
        case .window: "the failback window"
        case .shiftsPerHour: "the limit of shifts per hour"
        case .run: "its run, which is going on"
        }
    }
}

extension DoorStanding {
    package var words: String {
        switch self {
        case .unread: "not read yet"
        case .asDesired: "as desired"
        case .forgot: "forgot (repaired at once)"
        case .drifted: "drifted (adopt or reassert)"
        case .unreadable(let fault, _): "unreadable: \(fault.what)"
        }
    }

    var tone: Tone {
        switch self {
        case .asDesired: .good
        case .unread: .faint
        case .forgot, .drifted: .warning
        case .unreadable: .bad
        }
    }
}

extension Run.Phase {
    package var words: String {
        switch self {
        case .forward: "going on"
        case .turned(let because): "turning back: \(because)"
        case .ended(let end, _):
            switch end {
            case .succeeded: "done"
            case .rolledBack: "rolled back"
            case .partial: "ended in part; a person is needed"
            case .aborted: "ended before anything was touched"
            }
        }
    }

    var tone: Tone {
        switch self {
        case .forward: .strong
        case .turned: .warning
        case .ended(let end, _): end == .succeeded ? .good : .bad
        }
    }
}

extension StepState {
    package func words(at now: Instant) -> String {
        switch self {
        case .pending: "to do"
        case .skipped: "skipped"
        case .waiting(let until): "waits for approval until \(until.end(at: now))"
        case .started(let attempt): attempt == 1 ? "under way" : "under way, attempt \(attempt)"
        case .unknown: "outcome unknown, being read back"
        case .done: "done"
        case .failed(let attempt): "failed, attempt \(attempt)"
        case .undoing: "being undone"
        case .undoUnknown: "undo unknown, being read back"
        case .undone: "undone"
        case .undoFailed: "could not be undone"
        }
    }

    var tone: Tone {
        switch self {
        case .pending, .skipped: .faint
        case .waiting, .unknown, .undoing, .undoUnknown, .undone: .warning
        case .started: .strong
        case .done: .good
        case .failed, .undoFailed: .bad
        }
    }
}

/// The first of many names, and how many more there are: `a, b and 2 more`.
func shortened(_ names: [String], to most: Int) -> String {
    let more = names.count - most
    return names.prefix(most).joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
}

/// What the codes of the monitoring plugins are called.
func monitorWord(_ code: Int32) -> String {
    switch code {
    case 0: "OK"
    case 1: "WARNING"
    default: "CRITICAL"
    }
}
