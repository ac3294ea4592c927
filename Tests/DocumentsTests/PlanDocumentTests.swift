import Control
import Playbooks
import Situations
import TestSupport
import Testing
import Values

@testable import Documents

/// A plan is a file that people review, keep and apply later.
@Suite struct PlanDocumentTests {
    @Test func readsBackAsItWasWritten() throws {
        #expect(try Plan(document: SamplePlan.plan.document()) == SamplePlan.plan)
    }

    @Test func isWrittenAsInTheGoldenFile() throws {
        try expectGolden(SamplePlan.plan.document(), "documents/plan.json")
    }

    @Test(arguments: [
        (why: "another version", from: "bascule/v1", to: "bascule/v2", what: "it is no plan of"),
        ("another kind", #""kind": "Plan""#, #""kind": "Status""#, "it is no plan of"),
        (
            "a missing field", #""title": "step 0","#, "",
            "a plan cannot be read: steps[0]: 'title' is missing"
        ),
        (
            "a wrong type", #""attemptsMax": 3"#, #""attemptsMax": "many""#,
            "a plan cannot be read: steps[0].attemptsMax: wanted a whole number in bounds, "
                + "found \"many\""
        ),
        (
            "a door of more than all", #""percent": 100"#,
            #""percent": 100}, {"host": "b", "percent": 1"#,
            "a plan cannot be read: placement.regions[0].from.shares: shares add up to 101 percent"
        ),
        (
            "a wrong word", #""existing": "keep""#, #""existing": "kept""#,
            "a plan cannot be read: steps[0].action.setDoor.order.existing: "
        ),
    ])
    func whatIsNoPlanIsRefusedWithItsPlace(
        why: String, from: String, to: String, what: String
    ) throws {
        let text = try SamplePlan.plan.document().replacingFirst(from, with: to)
        let error = #expect(throws: DocumentFault.self, "\(why)") { try Plan(document: text) }
        #expect(error?.what.hasPrefix(what) == true, "\(why): \(error?.what ?? "read")")
    }

    /// Its order would become an allocation, which more than 100 percent may never reach.
    @Test func aDoorOfMoreThanAllIsRefused() throws {
        let text = #"{"shares":[{"host":"a","percent":60},{"host":"b","percent":60}],"foreign":[]}"#
        let error = #expect(throws: DecodingError.self) {
            try JSONValue(parsing: text).decoded(as: DoorState.self)
        }
        #expect(error?.sentence == "shares: shares add up to 120 percent, more than 100")
    }

    @Test func aStatusIsWrittenAndReadBack() throws {
        var controller = Controller(id: ControllerID("c1"))
        for entry in Samples.entries.filter(\.isNoRunEvent) { try controller.follow(entry) }
        let status = StatusDocument(
            of: controller, observing: Samples.fault, at: Samples.at)
        let value = try status.apiDocument()
        #expect(value["apiVersion"] == .string("bascule/v1"))
        #expect(try value.decoded(as: StatusDocument.self) == status)
    }
}

extension JournalEntry {
    /// The samples of a run's events do not follow from each other.
    fileprivate var isNoRunEvent: Bool { if case .run = fact { false } else { true } }
}

extension String {
    fileprivate func replacingFirst(_ old: String, with new: String) throws -> String {
        let range = try #require(firstRange(of: old))
        return String(self[..<range.lowerBound]) + new + String(self[range.upperBound...])
    }
}
