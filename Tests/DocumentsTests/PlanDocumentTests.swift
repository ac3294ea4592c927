import Control
import Foundation
import OrderedCollections
import Playbooks
import Situations
import TestSupport
import Testing
import Values

@testable import Documents

/// A plan is a file that people review, keep and apply later.
@Suite struct PlanDocumentTests {
    @Test func readsBackAsItWasWritten() throws {
        for intent in SamplePlan.intents {
            let file = PlanFile(SamplePlan.plan, for: intent)
            #expect(try PlanFile(document: file.document()) == file)
        }
    }

    @Test func isWrittenAsInTheGoldenFile() throws {
        try expectGolden(SamplePlan.file.document(), "documents/plan.json")
    }

    @Test("docs/plan.schema.json says what every plan file has, and nothing else")
    func theSchemaFits() throws {
        let path = try packageRoot().appendingPathComponent("docs/plan.schema.json")
        let schema = try JSONSchema(String(contentsOf: path, encoding: .utf8))
        for intent in SamplePlan.intents {
            let file = try JSONValue(parsing: PlanFile(SamplePlan.plan, for: intent).document())
            #expect(schema.faults(in: file) == [])
        }
        let text = try SamplePlan.file.document()
        let broken = [
            (#""host": "ent-gra1""#, #""hots": "ent-gra1""#),
            (#""percent": 70"#, #""percent": 101"#),
            (#""kind": "Plan""#, #""kind": "Plans""#), (#""onDoubt": "ask""#, #""onDoubt": "no""#),
            (#""title": "step 0","#, ""), (#""isPivot": false"#, #""isPivot": 0"#),
            (#""notDeclared": {}"#, #""notDeclared": {}, "lost": {}"#),
        ]
        for (from, to) in broken {
            let value = try JSONValue(parsing: try text.replacingFirst(from, with: to))
            #expect(!schema.faults(in: value).isEmpty, "\(to)")
        }
    }

    @Test(
        "a plan that was edited is refused, whatever was changed",
        arguments: [
            (#""title": "evacuate ovh/strasbourg/sbg2""#, #""title": "evacuate ovh""#),
            (#""atLeast": 42000"#, #""atLeast": 1"#), (#""percent": 30"#, #""percent": 29"#),
            (#""domain": "ovh/strasbourg/sbg2""#, #""domain": "ovh""#),
        ])
    func editsAreSeen(from: String, to: String) throws {
        let text = try SamplePlan.file.document().replacingFirst(from, with: to)
        let error = #expect(throws: DocumentFault.self) { try PlanFile(document: text) }
        #expect(error?.what == "it was edited since it was written: its seal does not fit")
    }

    @Test("the journal of before has plans without the digests of what they name")
    func aJournaledPlanOfBeforeIsRead() throws {
        guard case .object(var fields) = try JSONValue(encoding: SamplePlan.plan) else {
            Issue.record("a plan is no object")
            return
        }
        #expect(fields.removeValue(forKey: "entities") != nil)
        let plan = try JSONValue.object(fields).decoded(as: Plan.self)
        #expect(plan.entities == nil && plan.placement == SamplePlan.plan.placement)
    }

    @Test("a plan without a seal is of before, and is to be made again")
    func anOlderPlanIsRefused() throws {
        let text = try SamplePlan.file.document()
        let seal = try #require(text.firstMatch(of: /,\n {2}"seal": "[0-9a-f]+"/))
        let without = text.replacing(seal.output, with: "")
        let error = #expect(throws: DocumentFault.self) { try PlanFile(document: without) }
        #expect(error?.what.hasPrefix("it has no 'seal'") == true)
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
        let text = try SamplePlan.file.document().replacingFirst(from, with: to)
        let error = #expect(throws: DocumentFault.self, "\(why)") { try PlanFile(document: text) }
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
