package import Situations
package import Values

/// Names one attempt at one step: a late answer of attempt 1 never ends attempt 2.
package struct StepKey: Hashable, Codable, Sendable, CustomStringConvertible {
    package let run: RunID
    package let step: StepID
    package let attempt: Int
    package let epoch: Epoch
    package let isUndo: Bool

    package init(run: RunID, step: StepID, attempt: Int, epoch: Epoch, isUndo: Bool = false) {
        (self.run, self.step, self.attempt) = (run, step, attempt)
        (self.epoch, self.isUndo) = (epoch, isUndo)
    }

    package var description: String {
        "\(run)/\(step)#\(attempt)@\(epoch)\(isUndo ? " undo" : "")"
    }
}

/// What an actuator answers.
package enum StepOutcome: Hashable, Codable, Sendable {
    /// The door reads so now.
    case done(readback: DoorReading)
    /// A newer epoch stands at the actuator.
    case refused(by: Epoch?)
    /// Nothing was changed, for sure.
    case nothingChanged(fault: Fault)
    /// It may or may not have been changed: it is read back first.
    case unknown(fault: Fault)
}

/// A transition that no table has: a corrupt journal, or a broken promise of ours.
package enum IllegalTransition: Error, Hashable, Sendable, CustomStringConvertible {
    case ofStep(id: StepID, from: StepState, event: StepEvent)
    case ofRun(id: RunID, phase: Run.Phase, event: RunEvent)
    /// The plan has no such step.
    case unknownStep(id: StepID, run: RunID)

    package init(step: StepID, from: StepState, event: StepEvent) {
        self = .ofStep(id: step, from: from, event: event)
    }

    package var description: String {
        switch self {
        case .ofStep(let id, let from, let event):
            "step \(id) is \(from), so it cannot take \(event)"
        case .ofRun(let id, let phase, let event):
            "run \(id) is \(phase), so it cannot take \(event)"
        case .unknownStep(let id, let run): "the plan of run \(run) has no step \(id)"
        }
    }
}
