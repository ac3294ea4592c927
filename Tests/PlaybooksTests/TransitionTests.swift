import Situations
import Testing
import Values

@testable import Playbooks

/// Every state with every event: what the table lists, and nothing else.
@Suite struct TransitionTests {
    static let soon = night + .seconds(9)
    static let fault = Fault(what: "test", mend: "")

    static let states: [(name: String, state: StepState)] = [
        ("pending", .pending), ("skipped", .skipped), ("waiting", .waiting(until: soon)),
        ("started 1", .started(attempt: 1)), ("started 2", .started(attempt: 2)),
        ("unknown 1", .unknown(attempt: 1)), ("done", .done), ("failed 0", .failed(attempt: 0)),
        ("failed 1", .failed(attempt: 1)), ("undoing 1", .undoing(attempt: 1)),
        ("undoUnknown 1", .undoUnknown(attempt: 1)), ("undone", .undone),
        ("undoFailed 0", .undoFailed(attempt: 0)), ("undoFailed 1", .undoFailed(attempt: 1)),
    ]

    static let events: [(name: String, event: StepEvent)] = [
        ("skipped", .skipped), ("awaited", .awaited(until: soon)),
        ("approved", .approved(by: "anna")), ("refused", .refused(by: "anna")),
        ("started 1", .started(attempt: 1, epoch: firstEpoch, notAfter: soon)),
        ("started 2", .started(attempt: 2, epoch: firstEpoch, notAfter: soon)),
        ("finished 1", .finished(attempt: 1)), ("finished 2", .finished(attempt: 2)),
        ("failed 1", .failed(attempt: 1, fault: fault)),
        ("failed 2", .failed(attempt: 2, fault: fault)),
        ("lostSight 1", .lostSight(attempt: 1, fault: fault)),
        ("lostSight 2", .lostSight(attempt: 2, fault: fault)),
        ("undoStarted 1", .undoStarted(attempt: 1, epoch: firstEpoch, notAfter: soon)),
        ("undoStarted 2", .undoStarted(attempt: 2, epoch: firstEpoch, notAfter: soon)),
        ("undone 1", .undone(attempt: 1)), ("undone 2", .undone(attempt: 2)),
        ("undoFailed 0", .undoFailed(attempt: 0, fault: fault)),
        ("undoFailed 1", .undoFailed(attempt: 1, fault: fault)),
        ("undoFailed 2", .undoFailed(attempt: 2, fault: fault)),
    ]

    /// State, event, then the state after it; everything else throws.
    static let table = """
        pending      | skipped       | skipped
        pending      | awaited       | waiting
        pending      | started 1     | started 1
        started 1    | skipped       | skipped
        started 2    | skipped       | skipped
        unknown 1    | skipped       | skipped
        failed 1     | skipped       | skipped
        waiting      | approved      | done
        waiting      | refused       | failed 0
        started 1    | finished 1    | done
        started 1    | failed 1      | failed 1
        started 1    | lostSight 1   | unknown 1
        started 2    | finished 2    | done
        started 2    | failed 2      | failed 2
        started 2    | lostSight 2   | unknown 2
        unknown 1    | awaited       | waiting
        unknown 1    | finished 1    | done
        unknown 1    | failed 1      | failed 1
        unknown 1    | undoStarted 1 | undoing 1
        unknown 1    | undoFailed 0  | undoFailed 0
        failed 1     | started 2     | started 2
        failed 1     | undoStarted 1 | undoing 1
        failed 1     | undoFailed 0  | undoFailed 0
        done         | undoStarted 1 | undoing 1
        done         | undoFailed 0  | undoFailed 0
        undoing 1    | undone 1      | undone
        undoing 1    | lostSight 1   | undoUnknown 1
        undoing 1    | undoFailed 1  | undoFailed 1
        undoUnknown 1 | undone 1     | undone
        undoUnknown 1 | undoFailed 1 | undoFailed 1
        undoFailed 1 | undoStarted 2 | undoing 2
        """

    static func name(of state: StepState) -> String {
        switch state {
        case .pending: "pending"
        case .skipped: "skipped"
        case .waiting: "waiting"
        case .started(let attempt): "started \(attempt)"
        case .unknown(let attempt): "unknown \(attempt)"
        case .done: "done"
        case .failed(let attempt): "failed \(attempt)"
        case .undoing(let attempt): "undoing \(attempt)"
        case .undoUnknown(let attempt): "undoUnknown \(attempt)"
        case .undone: "undone"
        case .undoFailed(let attempt): "undoFailed \(attempt)"
        }
    }

    @Test func everyStateTakesWhatTheTableListsAndNothingElse() {
        let rows = TransitionTests.table.split(separator: "\n").map { line in
            line.split(separator: "|").map { cell in
                cell.split(separator: " ").joined(separator: " ")
            }
        }
        var used = 0
        for (stateName, state) in TransitionTests.states {
            for (eventName, event) in TransitionTests.events {
                let wanted = rows.first { $0[0] == stateName && $0[1] == eventName }?[2]
                used += wanted == nil ? 0 : 1
                let after = TransitionTests.after(state, event)
                #expect(after == wanted, "\(stateName) on \(eventName)")
            }
        }
        #expect(used == rows.count, "the table names a state or an event that does not exist")
    }

    private static func after(_ state: StepState, _ event: StepEvent) -> String? {
        do throws(IllegalTransition) {
            return name(of: try state.after(event, of: StepID("step")))
        } catch {
            return nil
        }
    }
}
