package import Control
package import Documents
package import Playbooks
package import Situations
package import TopologyModel
package import Values

// What goes over the control socket besides `StatusDocument`.

/// POST /v1/command.
package struct CommandMessage: Codable, Sendable {
    package let command: Command
    package let by: Principal
    /// Whether only the answer is wanted, and nothing done; absent is no.
    package let isRehearsal: Bool?

    package init(command: Command, by: Principal, isRehearsal: Bool? = nil) {
        (self.command, self.by, self.isRehearsal) = (command, by, isRehearsal)
    }
}

/// POST /v1/plan.
package struct PlanMessage: Codable, Sendable {
    package let intent: PlanIntent
    package let by: Principal
    /// Whether head-room need not be left free; absent is no.
    package let isForced: Bool?
    /// Whether regions that nothing asks to move may move too; absent is no.
    package let movesOthers: Bool?

    package init(
        intent: PlanIntent, by: Principal, isForced: Bool? = nil, movesOthers: Bool? = nil
    ) {
        (self.intent, self.by, self.isForced) = (intent, by, isForced)
        self.movesOthers = movesOthers
    }
}

/// POST /v1/survive.
package struct SurviveMessage: Codable, Sendable {
    /// All of these at once; none is each domain alone, and every `atOnce` of them.
    package let lost: [FailureDomain]
    /// 1 or 2.
    package let atOnce: Int
    /// The one hour that is asked about; nil is the worst of the next 14 days.
    package let at: Instant?

    package init(lost: [FailureDomain], atOnce: Int, at: Instant? = nil) {
        (self.lost, self.atOnce, self.at) = (lost, atOnce, at)
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
    /// The number of the last entry that was looked at, also where it was not wanted: a follower
    /// goes on after it.
    package let last: Int

    package init(lines: [Line], last: Int) { (self.lines, self.last) = (lines, last) }
}

/// GET /v1/topology: what is in force, as the files have it.
package struct TopologyMessage: Codable, Sendable {
    package struct File: Codable, Sendable {
        /// `topology.yaml`, and `evacuate.yaml` and the like for playbooks.
        package let name: String
        package let text: String

        package init(name: String, text: String) { (self.name, self.text) = (name, text) }
    }

    package let digest: Digest
    package let files: [File]

    package init(digest: Digest, files: [File]) { (self.digest, self.files) = (digest, files) }
}

/// GET /v1/runs/RUN: a run with the plan that it carries out.
package struct RunMessage: Codable, Sendable {
    package let run: StatusDocument.RunStatus
    package let plan: Plan

    package init(run: StatusDocument.RunStatus, plan: Plan) { (self.run, self.plan) = (run, plan) }
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

extension CommandMessage: APIDocument { package static var kind: String { "CommandRequest" } }
extension PlanMessage: APIDocument { package static var kind: String { "PlanRequest" } }
extension SurviveMessage: APIDocument { package static var kind: String { "SurviveRequest" } }
extension HistoryMessage: APIDocument { package static var kind: String { "History" } }
extension TopologyMessage: APIDocument { package static var kind: String { "TopologyFiles" } }
extension RunMessage: APIDocument { package static var kind: String { "RunWithPlan" } }
extension ErrorMessage: APIDocument { package static var kind: String { "Error" } }
extension AckMessage: APIDocument { package static var kind: String { "Acknowledgement" } }
