import Foundation
import Manifests
import TestSupport
import Testing
import Values

/// The reference names every field that the reader knows, and no other.
struct TopologyReferenceTests {
    /// The names that `unknown-keys-everywhere.yaml` chooses; the reference writes `*` for them.
    private static let chosen = [
        "ovh", "sbg2", "ent-sbg2", "ent-sbg3", "ent-sbg4", "ent-gra1", "edge-1", "ent.example",
        "educonnect", "c1", "grand-est",
    ]

    @Test func namesEveryFieldThatIsReadAndNoOther() throws {
        let (read, documented) = (try fieldsRead(), try fieldsDocumented())
        #expect(read.count > 100)
        #expect(read.subtracting(documented).sorted() == [], "not in the reference")
        #expect(documented.subtracting(read).sorted() == [], "not read any more")
    }

    @Test func quotesDiagnosticsInTheReadersOwnWords() throws {
        let said = try GoldenTopologies.names.map { try whatIsSaid(of: $0) }.joined()
        let quotes = try reference().split(separator: "\n")
            .filter { $0.hasPrefix("- error") || $0.hasPrefix("- warning") }
            .flatMap { $0.split(separator: "`").enumerated().filter { $0.offset == 1 } }
        #expect(quotes.count > 20)
        for quote in quotes {
            for part in quote.element.split(separator: "...") {
                #expect(said.contains(part), "nobody says '\(part)' any more")
            }
        }
    }

    private func fieldsDocumented() throws -> Set<String> {
        let rows = try reference().split(separator: "\n").filter { $0.hasPrefix("| `") }
        return Set(rows.map { String($0.dropFirst(3).prefix { $0 != "`" }) })
    }

    /// A key that nobody knows, in every mapping: each complaint names the mapping and its fields.
    private func fieldsRead() throws -> Set<String> {
        let name = "unknown-keys-everywhere.yaml"
        let bytes = try GoldenTopologies.bytes(of: name)
        do throws(Diagnostics) {
            _ = try TopologyFile(bytes: bytes, file: name, today: GoldenTopologies.today)
            return []
        } catch {
            return Set(error.all.flatMap(fields))
        }
    }

    private func fields(of diagnostic: Diagnostic) -> [String] {
        guard diagnostic.what.hasSuffix("unknown key 'zz'"),
            let known = diagnostic.mend.split(separator: "known here: ").first,
            diagnostic.mend.contains("known here: ")
        else { return [] }
        let mapping = pattern(of: diagnostic.what.split(separator: ": ").dropLast().first)
        return known.split(separator: ", ").map { mapping + $0 }
    }

    /// `hosts.ent-sbg2.capacity` → `hosts.*.capacity.`; nothing at the root.
    private func pattern(of path: Substring?) -> String {
        guard let path else { return "" }
        var text = "\(path)."
        for name in TopologyReferenceTests.chosen {
            text = text.replacingOccurrences(of: ".\(name).", with: ".*.")
        }
        return text.replacing(/\[\d+\]/, with: "[]")
    }

    private func whatIsSaid(of name: String) throws -> String {
        let golden = name.replacingOccurrences(of: ".yaml", with: ".txt")
        return try GoldenTopologies.text(of: golden)
    }

    private func reference() throws -> String {
        let file = try packageRoot().appendingPathComponent("docs/topology-reference.md")
        return try String(contentsOf: file, encoding: .utf8)
    }
}
