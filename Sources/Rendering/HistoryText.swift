package import Control
import Detection
import Planning
import Playbooks
import Situations
import TopologyModel
package import Values

extension JournalEntry {
    /// One sentence for people, or nil for what only replay needs.
    package var sentence: String? {
        switch fact {
        case .loaded(let digest): "topology \(digest.short) is in force"
        case .ledBy(let controller): "\(controller) leads under epoch \(epoch)"
        case .board(let change): change.sentence(at: at)
        case .door(let id, let standing, _): "door \(id): \(standing.words)"
        case .adopted(let door, _, let state, let by): "\(by): \(door) holds \(state)"
        case .decided(let decision), .decidedEdges(let decision):
            decision.outcome == .stay
                ? nil : "\(decision.region): row \(decision.row), \(decision.outcome.words)"
        case .placed(_, let changes, let steps):
            "planned in \(steps) steps: " + changes.map { "\($0)" }.joined(separator: "; ")
        case .notPlaced(_, _, let faults):
            "no plan: " + faults.map(\.description).joined(separator: "; ")
        case .run(let id, let event): event.sentence(of: id, at: at)
        case .shifted(let shift, _, _):
            "\(shift.region) was moved from \(shift.from.words) to \(shift.to.words)"
        case .commanded(let command, _, let by): "\(by): \(command.sentence(at: at))"
        case .clockStepped(let step): "the wall clock was set by \(step.shortText)"
        case .lapsed(.pause(let scope)): "the pause of \(scope) has ended"
        case .lapsed(.closure(let kind, let place)): "the \(kind.rawValue) of \(place) has ended"
        case .forced(let run, let skipped, let by, let reason):
            "\(by) forced run \(run) past "
                + skipped.map(\.description).joined(separator: ", ") + ": \(reason)"
        }
    }

    /// `00:35:12Z  host ent-sbg2 is lost: 3 in a row`.
    package func line(_ palette: Palette) -> String? {
        sentence.map { "\(palette.paint(at.clock, .faint))  \($0)" }
    }
}

extension BoardChange {
    fileprivate func sentence(at now: Instant) -> String {
        switch self {
        case .service(let region, let host, let standing):
            "\(region) at \(host) is \(standing.verdict.rawValue): \(standing.evidence.detector)"
        case .host(let id, let standing):
            "host \(id) is \(standing.verdict.rawValue): \(standing.evidence.detector)"
        case .domain(let id, let standing):
            "failure domain \(id) is \(standing.verdict.rawValue): \(standing.evidence.detector)"
        case .doubt(let id, let doubt?):
            "\(id) is in doubt until \(doubt.until.moment(at: now)), since \(doubt.because) is lost"
        case .doubt(let id, nil): "\(id) is no longer in doubt"
        case .dependency(let id, let standing):
            "dependency \(id) is \(standing.verdict.rawValue): \(standing.evidence.detector)"
        case .edge(let id, let standing):
            "edge \(id) is \(standing.verdict.rawValue): \(standing.evidence.detector)"
        case .nameServer(let zone, let endpoint, let standing):
            "name server \(endpoint) of \(zone) is \(standing.verdict.rawValue): "
                + "\(standing.evidence.detector)"
        case .load(let host, let standing): standing.sentence(of: host)
        case .logins(let dependency, let standing): standing.sentence(of: dependency)
        case .surge(let percent, let host, _): surgeSentence(percent: percent, host: host)
        case .isolation(let isIsolated, _):
            isIsolated ? "no reference answers" : "the references answer again"
        case .brake(let reason?, _): "the brake holds: \(reason)"
        case .brake(nil, _): "the brake is released"
        case .declaration(let id, let declaration?):
            "\(declaration.by) declares \(id) \(declaration.kind.rawValue): \(declaration.reason)"
        case .declaration(let id, nil): "\(id) is as it is seen again"
        }
    }
}

extension RunEvent {
    fileprivate func sentence(of run: RunID, at now: Instant) -> String? {
        switch self {
        case .began(let plan): "run \(run) begins: \(plan.title), by \(plan.by)"
        case .turned(let because): "run \(run) turns back: \(because)"
        case .ended(let end): "run \(run): \(end.rawValue)"
        case .step(let step, let event): event.words(at: now).map { "run \(run), \(step): \($0)" }
        }
    }
}

extension StepEvent {
    fileprivate func words(at now: Instant) -> String? {
        switch self {
        case .skipped: nil
        case .awaited(let until): "waits for approval until \(until.moment(at: now))"
        case .approved(let by): "approved by \(by)"
        case .refused(let by): "refused by \(by)"
        case .started(let attempt, _, _): attempt == 1 ? "started" : "started, attempt \(attempt)"
        case .finished: "done"
        case .failed(let attempt, let fault): "attempt \(attempt) failed: \(fault)"
        case .lostSight(_, let fault): "outcome unknown: \(fault)"
        case .undoStarted: "being undone"
        case .undone: "undone"
        case .undoFailed(_, let fault): "could not be undone: \(fault)"
        }
    }
}

extension Command {
    /// What it asks for, in words, as they are read at `now`.
    package func sentence(at now: Instant) -> String {
        switch self {
        case .pause(let scope, let reason, let until):
            "pause \(scope) until \(until.moment(at: now)): \(reason)"
        case .resume(let scope): "resume \(scope)"
        case .declare(let domain, let kind, let reason):
            "declare \(domain) \(kind?.rawValue ?? "as it is seen"): \(reason)"
        case .apply(let plan): "apply: \(plan.title)"
        case .force(let plan, let reason): "force: \(plan.title): \(reason)"
        case .drain(let place, let reason, let until, _):
            "drain \(place)\(until.map { " until \($0.moment(at: now))" } ?? ""): \(reason)"
        case .undrain(let place): "undrain \(place)"
        case .beginMaintenance(let place, let owner, let reason, let until):
            "maintenance of \(place) by \(owner) until \(until.moment(at: now)): \(reason)"
        case .endMaintenance(let place): "end of the maintenance of \(place)"
        case .stepDown(let reason, let until): "step down until \(until.moment(at: now)): \(reason)"
        case .approve(let run): "approve run \(run)"
        case .abort(let run, let reason): "abort run \(run): \(reason)"
        case .adopt(let door): "adopt \(door)"
        case .reassert(let door): "reassert \(door)"
        }
    }
}

extension [JournalEntry] {
    /// A line an entry, under the date of its day.
    package func text(_ palette: Palette) -> String {
        var (text, day) = ("", "")
        for entry in self {
            guard let sentence = entry.sentence else { continue }
            let date = String(entry.at.text.prefix { $0 != "T" })
            if date != day { text += palette.paint(date, .strong) + "\n" }
            let indent = String(repeating: " ", count: entry.at.clock.count + 2)
            let lines = broken(printable(sentence), width: TextTable.widthDefault - indent.count)
            text += palette.paint(entry.at.clock, .faint) + "  "
            text += lines.joined(separator: "\n" + indent) + "\n"
            day = date
        }
        return text
    }
}
