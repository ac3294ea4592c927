import Control
import ControlAPI
import Documents
import Manifests
import Situations
import TestSupport
import Testing
import TopologyModel
import Values

/// Requests and answers of the control socket: a name that changes fails here.
@Suite struct MessageGoldenTests {
    private static let at = Instant(unixSeconds: 1_795_507_200)
    private static let fault = Fault(what: "no such region", mend: "use another")

    private func expectMessage(_ message: some APIDocument, _ name: String) throws {
        try expectGolden(try message.apiDocument().prettyText, "api/\(name).json")
    }

    @Test func requestsAndAnswersKeepTheirNames() throws {
        let pause = Command.pause(scope: .everything, reason: "exams", until: Self.at)
        let principal = Principal("ada")
        try expectMessage(CommandMessage(command: pause, by: principal), "command-request")
        try expectMessage(
            PlanMessage(intent: .evacuate(domain: FailureDomain("ovh")), by: principal),
            "plan-request")
        try expectMessage(
            SurviveMessage(lost: [FailureDomain("ovh")], atOnce: 1, at: Self.at), "survive-request")
        try expectMessage(Reply.done(text: "paused everything"), "reply-done")
        try expectMessage(Reply.premisesChanged(faults: [Self.fault]), "reply-premises-changed")
        try expectMessage(Reply.notLeading(leader: ControllerID("c2")), "reply-not-leading")
        try expectMessage(PlanAnswer.refused(faults: [Self.fault]), "plan-answer-refused")
        try expectMessage(ErrorMessage(error: Self.fault), "error")
        try expectMessage(AckMessage(acknowledged: true), "acknowledgement")
        let entry = JournalEntry(
            at: Self.at, epoch: Epoch(term: 1, revision: 0, owner: ControllerID("c1")),
            fact: .ledBy(controller: ControllerID("c1")))
        try expectMessage(
            HistoryMessage(lines: [.init(seq: 7, entry: entry)], last: 9), "history")
        try expectMessage(
            TopologyMessage(
                digest: Digest(hex: "d0"),
                files: [.init(name: "topology.yaml", text: "version: 1\n")]),
            "topology-files")
    }
}
