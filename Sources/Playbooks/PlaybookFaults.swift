import Values

/// What is wrong with a playbook, in which step, and how to mend it.
package struct PlaybookFault: Hashable, Sendable {
    /// Nil for what concerns the whole playbook.
    package let step: String?
    package let what: String
    package let mend: String

    package init(step: String?, what: String, mend: String) {
        (self.step, self.what, self.mend) = (step, what, mend)
    }
}

extension Playbook {
    /// Every fault that can be seen without a topology; a playbook with none can be planned with.
    package func faults() -> [PlaybookFault] {
        let own = steps.flatMap { needFaults($0) + $0.faults() }
        return nameFaults() + own + cycleFaults() + pivotFaults()
    }

    private func nameFaults() -> [PlaybookFault] {
        steps.indices.filter { index in
            steps[..<index].contains { $0.name == steps[index].name }
        }.map { steps[$0].fault("is declared twice", "give every step its own name") }
    }

    private func needFaults(_ step: PlaybookStep) -> [PlaybookFault] {
        let names = steps.map(\.name)
        return step.needs.filter { !names.contains($0) }.map { need in
            step.fault(
                "needs '\(need)', which is no step of the playbook",
                nameMend(for: need, among: names, all: "use one of"))
        }
    }

    /// Steps on a cycle: what is left when steps whose needs are met are taken away repeatedly.
    private func cycleFaults() -> [PlaybookFault] {
        var left = steps
        while true {
            let names = left.map(\.name)
            let next = left.filter { $0.needs.contains(where: names.contains) }
            if next.count == left.count { break }
            left = next
        }
        guard let first = left.first else { return [] }
        let names = left.map(\.name).joined(separator: ", ")
        return [first.fault("needs itself by way of \(names)", "take one of these needs away")]
    }

    private func pivotFaults() -> [PlaybookFault] {
        let pivots = steps.filter(\.isPivot)
        let several = pivots.dropFirst().map {
            $0.fault(
                "is a second pivot beside '\(pivots[0].name)'",
                "mark one step: from its start on, the run only goes forward")
        }
        let after = pivots.first.map { stepsAfter($0.name) } ?? []
        let lasting = steps.filter { step in
            guard case .shift = step.action, step.undo == .none else { return false }
            return !step.isPivot && !after.contains(step.name)
        }
        return several
            + lasting.map {
                $0.fault(
                    "may come before the pivot and is not undone",
                    "add 'undo: restore', mark it 'pivot: true', or let it need the pivot")
            }
    }

    /// The names of all steps that need this one, directly or by way of others.
    private func stepsAfter(_ name: String) -> [String] {
        var after = [name]
        for _ in steps {
            for step in steps where !after.contains(step.name) {
                if step.needs.contains(where: after.contains) { after.append(step.name) }
            }
        }
        return after.filter { $0 != name }
    }
}

extension PlaybookStep {
    fileprivate func fault(_ what: String, _ mend: String) -> PlaybookFault {
        PlaybookFault(step: name, what: "step '\(name)' \(what)", mend: mend)
    }

    /// What is wrong with this step by itself.
    fileprivate func faults() -> [PlaybookFault] {
        repetitionFaults() + undoFaults() + messageFaults()
    }

    private func repetitionFaults() -> [PlaybookFault] {
        let (word, allowed) = action.repetitions
        if allowed.contains(forEach) { return [] }
        let names = allowed.map { $0?.rawValue ?? "no forEach" }.joined(separator: " or ")
        let given = forEach.map { "has 'forEach: \($0.rawValue)'" } ?? "has no forEach"
        return [fault("\(given), which '\(word)' does not take", "use \(names)")]
    }

    private func undoFaults() -> [PlaybookFault] {
        if undo == .none { return [] }
        if case .shift = action { return [] }
        return [fault("has 'undo: restore' but sets no door", "only a shift can be undone")]
    }

    private func messageFaults() -> [PlaybookFault] {
        guard case .notify(let message) = action else { return [] }
        return Expression.pieces(of: message).compactMap { piece in
            switch piece {
            case .text: nil
            case .open: fault("has a '${' that is not closed", "write it as ${region.name}")
            case .name(let name): nameFault(name)
            }
        }
    }

    private func nameFault(_ name: String) -> PlaybookFault? {
        guard let expression = Expression(rawValue: name) else {
            let known = Expression.allCases.map { "${\($0.rawValue)}" }
            return fault(
                "names '${\(name)}', which is unknown",
                nameMend(for: "${\(name)}", among: known, quote: ""))
        }
        guard expression.isOfRegion, forEach == nil else { return nil }
        return fault("names '${\(name)}' but is about no region", "add 'forEach: region'")
    }
}

extension ActionTemplate {
    /// The action's word, and how it may be repeated.
    fileprivate var repetitions: (word: String, allowed: [PlaybookStep.Repetition?]) {
        switch self {
        case .shift: ("shift", [.door, .stage])
        case .drain: ("drain", [.door])
        case .check: ("check", [.region, .stage])
        case .wait(nil): ("wait without 'for'", [.region, .stage])
        case .wait: ("wait", [nil, .region, .stage])
        case .approve: ("approve", [nil, .region])
        case .notify: ("notify", [nil, .region])
        }
    }
}
