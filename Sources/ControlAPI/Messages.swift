package import Control
package import Situations
import Values

// What goes over the control socket besides `StatusDocument`.

/// POST /v1/command.
package struct CommandMessage: Codable, Sendable {
    package let command: Command
    package let by: Principal

    package init(command: Command, by: Principal) { (self.command, self.by) = (command, by) }
}

/// POST /v1/plan.
package struct PlanMessage: Codable, Sendable {
    package let intent: PlanIntent
    package let by: Principal
    /// Whether head-room need not be left free; absent is no.
    package let isForced: Bool?

    package init(intent: PlanIntent, by: Principal, isForced: Bool? = nil) {
        (self.intent, self.by, self.isForced) = (intent, by, isForced)
    }
}

/// GET /v1/history.
package struct HistoryMessage: Codable, Sendable {
    package struct Line: Codable, Sendable {
        /// The entry's number in the journal.
        package let seq: Int
        package let entry: JournalEntry

        package init(seq: Int, entry: JournalEntry) { (self.seq, self.entry) = (seq, entry) }
    }

    package let lines: [Line]

    package init(lines: [Line]) { self.lines = lines }
}

/// An error of the API: what, and how to mend it.
package struct ErrorMessage: Codable, Sendable {
    package let error: Fault

    package init(error: Fault) { self.error = error }
}

/// POST /v1/ack.
package struct AckMessage: Codable, Sendable {
    /// False when nothing waited for it.
    package let acknowledged: Bool

    package init(acknowledged: Bool) { self.acknowledged = acknowledged }
}
