package import Documents
import Planning
package import Playbooks
import Situations
import TopologyModel
package import Values

extension Plan {
    /// Why a run of this plan came about, where it stands, and what it waits for.
    package func explanation(
        of run: StatusDocument.RunStatus, at now: Instant, _ palette: Palette
    ) -> String {
        var text = "Run \(palette.paint("\(run.id)", .strong)) is to \(title); "
        text += palette.paint(run.phase.words, run.phase.tone) + ".\n"
        text +=
            wrapped(
                "It began at \(run.startedAt.moment(at: now)), by \(by), because the cause is "
                    + "'\(cause.rawValue)'; its plan was made at \(madeAt.moment(at: now)) "
                    + "for topology \(topology.short).") + "\n"
        for step in run.steps {
            if let words = step.trouble(at: now) { text += wrapped(words) + "\n" }
        }
        return text + "\n" + changes(palette) + "\n" + explanation(palette) + "\n"
            + run.stepTable(palette, at: now)
    }
}

extension StatusDocument.StepStatus {
    /// What a person should know of this step; nil for one that does its work.
    fileprivate func trouble(at now: Instant) -> String? {
        let why = fault.map { ": \($0)" } ?? ""
        return switch state {
        case .waiting(let until):
            "It waits for a person at '\(title)' until \(until.end(at: now))."
        case .failed, .undoFailed, .unknown, .undoUnknown:
            "'\(title)' \(state.words(at: now))\(why)."
        case .pending, .skipped, .started, .done, .undoing, .undone: nil
        }
    }
}

extension Playbook {
    /// Its steps as a table: what each does, how often, after what, and what undoes it.
    package func text(_ palette: Palette) -> String {
        var table = TextTable(["STEP", "DOES", "FOR EACH", "AFTER", "LIMITS"])
        for step in steps {
            var limits = ["\(step.timeout.text) x\(step.attemptsMax)"]
            if step.isPivot { limits.append("no way back") }
            if step.undo == .restore { limits.append("undone by restoring") }
            if let condition = step.when { limits.append("when \(condition.rawValue)") }
            table.add([
                Cell(step.name, .strong), Cell(step.action.words),
                maybe(step.forEach?.rawValue), list(step.needs),
                Cell(limits.joined(separator: ", ")),
            ])
        }
        return "Playbook \(palette.paint(name, .strong)): \(title)\n\n" + table.text(palette)
    }
}

extension ActionTemplate {
    fileprivate var words: String {
        switch self {
        case .shift(let existing): "set its doors (\(existing.rawValue) existing)"
        case .drain: "wait for old answers"
        case .check(let what): "check \(what.rawValue)"
        case .wait(let length): "wait " + (length?.text ?? "for the region's stepDwell")
        case .approve: "wait for approval"
        case .notify(let message): "tell: \(message)"
        }
    }
}

/// `playbook show -o json`: a playbook as its file has it, with everything filled in.
package struct PlaybookDescription: APIDocument {
    package static let kind = "PlaybookDescription"

    struct Step: Encodable {
        let name: String
        let action: String
        let forEach: String?
        let needs: [String]
        let when: String?
        let timeout: Duration
        let attempts: Int
        let retryAfter: Duration
        let undo: String
        let pivot: Bool
        let onDoubt: String
    }

    let name: String
    let title: String
    let steps: [Step]

    package init(_ playbook: Playbook) {
        (name, title) = (playbook.name, playbook.title)
        steps = playbook.steps.map { step in
            Step(
                name: step.name, action: step.action.words, forEach: step.forEach?.rawValue,
                needs: step.needs, when: step.when?.rawValue, timeout: step.timeout,
                attempts: step.attemptsMax, retryAfter: step.retryAfter,
                undo: step.undo.rawValue, pivot: step.isPivot, onDoubt: step.onDoubt.rawValue)
        }
    }
}
