package import Control
import OrderedCollections
package import Playbooks
import Values

/// A plan as a file: what is to be done, what was asked for, and a seal over both.
///
/// docs/plan.schema.json has its fields.
package struct PlanFile: Hashable, Sendable {
    package let plan: Plan
    /// What the plan was made for: `apply --replan` asks for it again.
    package let intent: PlanIntent
    /// Whether regions that nothing asks to move may move too.
    package let movesOthers: Bool
    /// What was assumed and is not so, as on the command line: `--capacity ent-gra1=90000`. Such a
    /// plan is for reading, and is never carried out.
    package let supposing: [String]

    package init(
        _ plan: Plan, for intent: PlanIntent, movesOthers: Bool = false, supposing: [String] = []
    ) {
        (self.plan, self.intent) = (plan, intent)
        (self.movesOthers, self.supposing) = (movesOthers, supposing)
    }

    /// Indented JSON with `apiVersion` and `kind`, `intent` and, last, `seal`.
    package func document() throws -> String {
        var fields = try unsealed()
        fields["seal"] = .string(PlanFile.seal(of: fields))
        return JSONValue.object(fields).prettyText
    }

    /// - Throws: `DocumentFault` for what is no plan, of another version, damaged or edited.
    package init(document text: String) throws {
        let value = try JSONValue(parsing: text)
        guard value["apiVersion"] == .string(Plan.apiVersion), value["kind"] == .string(Plan.kind),
            case .object(var fields) = value
        else {
            throw DocumentFault(
                what: "it is no plan of \(Plan.apiVersion)",
                mend: "make one with `bascule plan ... --out plan.json`")
        }
        plan = try value.document(as: Plan.self, of: "a plan")
        guard let seal = fields.removeValue(forKey: "seal"), let asked = fields["intent"] else {
            throw DocumentFault(
                what: "it has no 'seal' or no 'intent': it is of an older bascule, or was edited",
                mend: "make it again with `bascule plan ... --out plan.json`")
        }
        intent = try asked.document(as: PlanIntent.self, of: "what a plan is for")
        movesOthers = fields["movesOthers"] == .bool(true)
        supposing =
            try fields["supposing"]?.document(as: [String].self, of: "what is supposed") ?? []
        guard seal == .string(PlanFile.seal(of: fields)) else {
            throw DocumentFault(
                what: "it was edited since it was written: its seal does not fit",
                mend: "a plan is checked as a whole, and carried out as it was made: make it again "
                    + "with `bascule plan ... --out plan.json`")
        }
    }

    private func unsealed() throws -> OrderedDictionary<String, JSONValue> {
        var fields: OrderedDictionary<String, JSONValue> = [
            "apiVersion": .string(Plan.apiVersion), "kind": .string(Plan.kind),
            "intent": try JSONValue(encoding: intent),
        ]
        if movesOthers { fields["movesOthers"] = .bool(true) }
        if !supposing.isEmpty { fields["supposing"] = .array(supposing.map { .string($0) }) }
        if case .object(let own) = try JSONValue(encoding: plan) {
            fields.merge(own.elements) { first, _ in first }
        }
        return fields
    }

    /// Against a slip of the hand, and not against a forger: who may apply a plan may make one.
    private static func seal(of fields: OrderedDictionary<String, JSONValue>) -> String {
        StableHash.hex(of: JSONValue.object(fields).text)
    }
}
